"""What every kind says of its data: their source, when they last changed, how many rows were selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.panels.kinds import PanelAnswer, PanelRequest, PanelTable
from layers.aggregates import AggregateResult
from layers.queries import last_change


def answer(
    request: PanelRequest,
    table: PanelTable,
    *,
    matched: int | None,
    value: float | None = None,
    is_year: bool = False,
    unit: str = "",
    spec: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    is_empty: bool | None = None,
    notes: Sequence[str] = (),
) -> PanelAnswer:
    """Return the answer of a panel; it is empty without any row, unless ``is_empty`` says otherwise."""
    return PanelAnswer(
        table=table,
        matched=matched,
        value=value,
        is_year=is_year,
        unit=unit,
        source=request.panel.source or request.scope.layer.title,
        date=last_change(request.scope),
        spec=spec,
        context=context,
        is_empty=not table.rows if is_empty is None else is_empty,
        notes=tuple(note for note in notes if note),
    )


def option(request: PanelRequest, name: str, default: Any = None) -> Any:
    """Return an option of the panel; its schema was checked when the document was read."""
    return request.panel.options.get(name, default)


def group_notes(result: AggregateResult) -> tuple[str, ...]:
    """Say what an answer leaves out: groups beyond its limit, and groups too small to be told."""
    notes = []
    if result.is_cut:
        words = ngettext(
            "%d autre groupe n’est pas montré.", "%d autres groupes ne sont pas montrés.", result.beyond
        )
        notes.append(words % result.beyond)
    if result.suppressed:
        notes.append(
            _("Des valeurs sont tues : elles portent sur moins de %d objets, ou les feraient déduire.")
            % result.smallest_count
        )
    if result.hides_groups:
        notes.append(
            _("Les effectifs de moins de %d objets sont tus, avec ceux qui les feraient déduire.")
            % result.smallest_count
        )
    return tuple(notes)
