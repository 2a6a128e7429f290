"""Panels that a maker is given, checked and read as their page would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dashboards.builder.panel_values import parse_panel, written_panel
from dashboards.documents.document import Document, Panel, Section
from dashboards.documents.schema import MAX_PANELS
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


def named(panels: Iterable[Panel]) -> dict[str, Panel]:
    """Return panels by their place, their kind and their title."""
    return {f"{place} {panel.kind} {panel.title}": panel for place, panel in enumerate(panels)}


def faults_of(panels: Mapping[str, Panel], visitor: Visitor) -> list[str]:
    """Return what is wrong with panels by name, put on pages: refused by the schema, absent, or not answered."""
    faults: list[str] = []
    accepted: dict[str, Panel] = {}
    for place, (name, panel) in enumerate(panels.items()):
        try:
            accepted[name] = parse_panel(written_panel(panel) | {"id": f"essai-{place}"})
        except LayersError as refused:
            faults.append(f"{name}: {refused.detail}")
    names = list(accepted)
    for start in range(0, len(names), MAX_PANELS):
        faults += _faults_of_page(
            {name: accepted[name] for name in names[start : start + MAX_PANELS]}, visitor
        )
    return faults


def _faults_of_page(panels: Mapping[str, Panel], visitor: Visitor) -> list[str]:
    names = {panel.id: name for name, panel in panels.items()}
    document = Document("essai", "Essai", sections=(Section("s", "", tuple(panels.values())),))
    page = open_document(visitor, Dashboard(slug="essai"), document)
    readings = {names[panel.id]: read_panel(page, panel) for panel in page.panels}
    faults = [f"{name}: {found.fault} {found.words}" for name, found in readings.items() if found.fault]
    return faults + [f"{name}: absent {page.notes}" for name in panels if name not in readings]
