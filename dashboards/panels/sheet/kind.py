"""The sheet of one feature: the first that the question selects."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from dashboards.panels.answers import answer, option
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.options import TITLES, options
from dashboards.panels.rows import PanelRows, cell_words, list_rows, row_table
from interface.titles import row_title


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A field of the feature, in words."""

    title: str
    text: str


def read(request: PanelRequest) -> PanelAnswer:
    """Return a feature with the fields of the question, or its key facts."""
    title = request.scope.definition.title_field
    also = [title] if title in request.scope.filterable else []
    found = list_rows(replace(request, question=replace(request.question, limit=1)), also=also)
    table = row_table(found, option(request, "titles"))
    lines = [
        SheetLine(column.title, cell_words(column, value))
        for row in table.rows
        for column, value in zip(table.columns, row, strict=True)
        if column.name != title
    ]
    return answer(
        request,
        table,
        matched=found.matched,
        context=_heading(request, found) | {"lines": lines},
        notes=_others(found.matched - 1),
    )


def _heading(request: PanelRequest, found: PanelRows) -> dict[str, str]:
    if not found.rows:
        return {}
    row = found.rows[0]
    address = reverse("explorer:feature", args=[request.scope.slug, row["id"]])
    return {"name": row_title(request.scope, row), "address": address}


def _others(count: int) -> tuple[str, ...]:
    words = ngettext(
        "%d autre objet répond à la question.", "%d autres objets répondent à la question.", count
    )
    return (words % count,) if count > 0 else ()


KIND = PanelKind(
    name="sheet",
    title=gettext_lazy("Fiche d’un objet"),
    icon="id-card",
    options=options(titles=TITLES),
    template="dashboards/panels/sheet.html",
    read=read,
)
