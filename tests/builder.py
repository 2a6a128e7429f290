"""Panels that a maker is given, checked and read as their page would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dashboards.builder.draft import PanelDraft, panel_draft
from dashboards.builder.parsing import parse_panel, written_panel
from dashboards.builder.settings import settings_form
from dashboards.documents.document import Document, Panel, Section
from dashboards.documents.schema import MAX_PANELS
from dashboards.models import Dashboard
from dashboards.panels.controls import PanelControl
from dashboards.reading.dashboard_page import open_document
from dashboards.reading.panels import read_panel
from dashboards.registry import PANEL_KINDS
from dashboards.sources.source import PanelSource, panel_source
from dashboards.starters import new_panel
from layers import access
from layers.errors import LayersError
from layers.visitor import Visitor
from tests.people import ADMINISTRATOR, Person
from tests.selections import visitor as visitor_of
from tests.world import TREES


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
    parsed, faults = accepted(panels)
    names = list(parsed)
    for start in range(0, len(names), MAX_PANELS):
        faults += _faults_of_page({name: parsed[name] for name in names[start : start + MAX_PANELS]}, visitor)
    return faults


def accepted(panels: Mapping[str, Panel]) -> tuple[dict[str, Panel], list[str]]:
    """Return the panels that the schema accepts, by name, and why it refuses each of the others."""
    faults: list[str] = []
    parsed: dict[str, Panel] = {}
    for index, (name, panel) in enumerate(panels.items()):
        try:
            parsed[name] = parse_panel(written_panel(panel) | {"id": f"essai-{index}"})
        except LayersError as refused:
            faults.append(f"{name}: {refused.detail}")
    return parsed, faults


def _faults_of_page(panels: Mapping[str, Panel], visitor: Visitor) -> list[str]:
    names = {panel.id: name for name, panel in panels.items()}
    document = Document("essai", "Essai", sections=(Section("s", "", tuple(panels.values())),))
    page = open_document(visitor, Dashboard(slug="essai"), document)
    readings = {names[panel.id]: read_panel(page, panel) for panel in page.panels}
    faults = [f"{name}: {found.fault} {found.words}" for name, found in readings.items() if found.fault]
    return faults + [f"{name}: absent {page.notes}" for name in panels if name not in readings]


def making(
    kind: str, layer: str = TREES, relation: str = "", *, person: Person = ADMINISTRATOR, **question: Any
) -> PanelDraft:
    """Return a panel in the making."""
    asking = visitor_of(person)
    source = panel_source(access.scope(asking, layer), relation)
    panel = (
        new_panel(PANEL_KINDS[kind], source, **question)
        if PANEL_KINDS[kind].needs_question
        else Panel("", kind)
    )
    return panel_draft(asking, panel)


def controls_of(found: PanelDraft) -> Iterator[PanelControl]:
    """Return every control of the settings of a panel that asks the server."""
    form = settings_form(found)
    groups = [*form.data, *form.look]
    for control in (control for group in groups for control in group.controls):
        if control.change:
            yield control
    if form.conditions:
        yield form.conditions.addition
        for block in form.conditions.blocks:
            yield from (*block.controls, block.removal)


def values_of(control: PanelControl) -> list[Any]:
    """Return some values that a control may send: of a list its ends and its middle."""
    if control.form == "select":
        values = [choice.value for group in control.groups for choice in group.choices]
        return list(dict.fromkeys([values[0], values[len(values) // 2], values[-1]]))
    if control.form == "flag":
        return [not control.is_checked] if not control.group else [[control.value]]
    if control.form == "number":
        return [control.least or "1", control.most or "2", ""]
    if control.form == "date":
        return ["2024-05-06"]
    return (
        [control.value]
        if control.form == "button"
        else ["x = y" if control.name == "titles-added" else control.value or "Mot"]
    )
