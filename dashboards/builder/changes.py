"""A change of a control, made in the panel: the grammar of questions stays here, the script knows none of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dashboards.builder import condition_changes, option_changes, question_changes
from dashboards.builder.making import PanelInMaking, usual_source
from dashboards.builder.panel_values import parse_panel, written_panel
from dashboards.builder.values import text_of
from dashboards.documents.document import Panel
from dashboards.documents.questions import check_question
from dashboards.registry import PANEL_KINDS
from dashboards.sources.source import panel_source
from layers import access
from layers.errors import InvalidParameter

Change = Callable[[PanelInMaking, str, Any], PanelInMaking]


def changed(making: PanelInMaking, name: str, value: Any, *, layer: str = "") -> PanelInMaking:
    """Return a panel with one change; ``layer`` is the one to ask where the panel asked none.

    Raises:
        InvalidParameter: a change that is none, or a value that it cannot take.
        InvalidDocument: what it makes is no panel.
        LayersError: the maker's layer does not have what it names.
    """
    if name == "kind":
        return _checked(_of_kind(making, value, layer))
    word = name.partition(".")[0].partition(":")[0]
    change = _CHANGES.get(word)
    if change is None:
        raise InvalidParameter(_("Rien ici ne se règle sous le nom « %s ».") % name[:60], parameter=name[:60])
    return _checked(change(making, name[len(word) + 1 :], value))


def _checked(making: PanelInMaking) -> PanelInMaking:
    """Return what a change made, once the schema and the maker's layer accept it."""
    panel = making.panel
    parse_panel(written_panel(panel))
    if panel.question is not None and making.source is not None:
        check_question(making.source.scope, panel.question)
    return making


def _of_kind(making: PanelInMaking, value: Any, layer: str) -> PanelInMaking:
    name = text_of(value, "kind")
    if name not in PANEL_KINDS:
        raise InvalidParameter(_("Aucun genre de panneau ne s’appelle « %s ».") % name[:60], parameter="kind")
    if not PANEL_KINDS[name].needs_question:
        return making.with_panel(_alone(making.panel, name))
    return making.of_kind(name, making.source or usual_source(making.maker, layer))


def _alone(panel: Panel, name: str) -> Panel:
    return Panel(panel.id, name, panel.title, panel.subtitle, panel.width, panel.height)


def _layer(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    return making.about(usual_source(making.maker, text_of(value, "layer")))


def _relation(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    question = making.panel.question
    if question is None:
        raise InvalidParameter(_("Ce panneau ne pose pas de question."), parameter="relation")
    scope = access.scope(making.maker, question.layer)
    return making.about(panel_source(scope, text_of(value, "relation")))


_CHANGES: Mapping[str, Change] = {
    "layer": _layer,
    "relation": _relation,
    **question_changes.CHANGES,
    **condition_changes.CHANGES,
    **option_changes.CHANGES,
}
