"""Panels that a maker is given, checked and read as their page would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dashboards.builder.panel_values import parse_panel, written_panel
from dashboards.documents.document import Document, Panel, Section
from dashboards.models import Dashboard
from dashboards.reading.dashboard_page import open_document
from dashboards.reading.panel_reading import read_panel
from dashboards.starters.sources import PanelSource, panel_source
from layers import access
from layers.errors import LayersError
from layers.visitor import Visitor


def sources(visitor: Visitor) -> Iterator[PanelSource]:
    """Return every layer that a visitor sees, and each of its related records."""
    for scope in access.visible(visitor):
        yield panel_source(scope)
        for relation in scope.relations:
            yield panel_source(scope, relation.name)


def faults_of(panels: Iterable[Panel], visitor: Visitor) -> list[str]:
    """Return what is wrong with some panels: refused by the schema, absent, or not answered."""
    return [f"{panel.kind} {panel.title}: {why}" for panel in panels if (why := _fault(panel, visitor))]


def _fault(panel: Panel, visitor: Visitor) -> str:
    try:
        again = parse_panel(written_panel(panel) | {"id": "essai"})
    except LayersError as refused:
        return refused.detail
    document = Document("essai", "Essai", sections=(Section("s", "", (again,)),))
    page = open_document(visitor, Dashboard(slug="essai"), document)
    if not page.panels:
        return "; ".join(page.notes)
    reading = read_panel(page, page.panels[0])
    return f"{reading.fault} {reading.words}".strip() if reading.fault else ""
