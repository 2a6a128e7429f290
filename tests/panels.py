"""Panels of the tests, asked by a person as the page asks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from dashboards.documents.document import Panel, PanelNotice, PanelQuestion
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.panels.presenters import PanelPresentation, present
from dashboards.registry import PANEL_KINDS
from layers import access
from layers.parsing.properties import parse_query_of
from tests.people import PUBLIC, Person
from tests.selections import visitor


def panel_request(
    kind: str,
    layer: str,
    *,
    person: Person = PUBLIC,
    options: dict[str, Any] | None = None,
    filters: dict[str, str] | None = None,
    notice: PanelNotice | None = None,
    **question: Any,
) -> PanelRequest:
    """Return a panel of a layer, asked by a person with ``filters`` of the page; the rest is its question."""
    asking = visitor(person)
    scope = access.scope(asking, layer)
    asked = PanelQuestion(layer, **question)
    fixed = {"filter": [asked.filter]} if asked.filter else {}
    given = {name: [text] for name, text in (filters or {}).items()}
    elsewhere = {name: texts for name, texts in given.items() if name != "commune"}
    panel = Panel(kind, kind, title="Titre", question=asked, options=options or {}, notice=notice)
    return PanelRequest(
        panel=panel,
        question=asked,
        visitor=asking,
        scope=scope,
        query=parse_query_of(fixed | given, scope.filterable),
        unfiltered_query=parse_query_of(fixed, scope.filterable) if given else None,
        territory=parse_query_of(fixed | elsewhere, scope.filterable) if "commune" in given else None,
    )


def read_panel(kind: str, layer: str, **asked: Any) -> PanelAnswer:
    """Return what a panel has to show."""
    return PANEL_KINDS[kind].read(panel_request(kind, layer, **asked))


def presented(kind: str, layer: str, **asked: Any) -> PanelPresentation:
    """Return a panel ready for its template."""
    request = panel_request(kind, layer, **asked)
    return present(request.panel, PANEL_KINDS[kind], PANEL_KINDS[kind].read(request))


def page_of(panel: PanelPresentation) -> str:
    """Return the HTML of a panel, its source and its table too."""
    parts = ("dashboards/panels/panel.html", "dashboards/panels/foot.html")
    return "".join(render_to_string(part, {"panel": panel}) for part in parts)


def values_of(answer: PanelAnswer) -> list[Any]:
    """Return the rows that the first layer of a chart draws."""
    assert answer.spec is not None
    return list(answer.spec["datasets"][_first_data(answer.spec)])


def layers_of(spec: Mapping[str, Any]) -> list[tuple[dict[str, Any], list[Any]]]:
    """Return the mark of each layer of a chart, with its rows."""
    shared = spec.get("data")
    return [(layer["mark"], spec["datasets"][layer.get("data", shared)["name"]]) for layer in spec["layer"]]


def _first_data(spec: Any) -> str:
    if "data" in spec:
        return str(spec["data"]["name"])
    return _first_data(spec["spec"] if "spec" in spec else next(iter(spec.get("layer") or spec["vconcat"])))
