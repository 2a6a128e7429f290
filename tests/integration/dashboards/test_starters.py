"""Every panel that is made for a layer is one that the schema accepts and that reads without fault, for its reader."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.documents.document import Panel
from dashboards.panels.fitting import fit_panel
from dashboards.registry import PANEL_KINDS
from dashboards.sources.keys import is_adding
from dashboards.sources.source import PanelSource, SourceField, panel_source
from dashboards.starters import field_panel, new_panel, starters_of, suggested_panels
from layers import access
from layers.errors import UnknownProperty
from tests import deliveries
from tests.builder import faults_of, named, sources
from tests.examples import is_thorough
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.selections import visitor
from tests.world import PLAYGROUNDS, TREES, World

READERS = (PUBLIC, ADMINISTRATOR)


@pytest.fixture
def town(world: World) -> World:
    """The small world, and two layers made from files: benches, and a table without geometry."""
    deliveries.published(deliveries.dataset(), deliveries.bench(), deliveries.bench("B2", pose="01/02/2023"))
    deliveries.counts()
    return world


def some_fields(source: PanelSource) -> list[SourceField]:
    """Return a field of each kind that panels are made for alike; every one in a thorough run."""
    fields = list(source.fields.values())
    kinds = {(each.role, each.field.type, each.is_of_feature, is_adding(each)): each for each in fields}
    return fields if is_thorough() else list(kinds.values())


def every_panel(source: PanelSource) -> list[Panel]:
    """Return all that may be made for a source: of its fields, suggested, of each kind."""
    kinds = [kind for kind in PANEL_KINDS.values() if kind.needs_question and not kind.unsuitable(source)]
    return [
        *(field_panel(source, field) for field in some_fields(source)),
        *suggested_panels(source),
        *(new_panel(kind, source) for kind in kinds),
    ]


def test_every_panel_made_for_a_source_reads_without_fault(town: World) -> None:
    """For who sees everything; then for who sees least, the panels that are made otherwise."""
    read: dict[str, list[Panel]] = {}
    faults: dict[str, list[str]] = {}
    for person in (ADMINISTRATOR, PUBLIC):
        asking = visitor(person)
        for source in sources(asking):
            name = f"{source.scope.slug} {source.relation_name}"
            panels = [panel for panel in every_panel(source) if panel not in read.get(name, ())]
            read.setdefault(name, []).extend(panels)
            faults[f"{person}: {name}"] = faults_of(named(panels), asking)
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("person", READERS, ids=str)
def test_every_ready_section_reads_without_fault(person: Person, town: World) -> None:
    asking = visitor(person)
    faults = {
        f"{scope.slug} {each.name}": found
        for scope in access.visible(asking)
        for each in starters_of(scope)
        if (found := faults_of(named(p for section in each.sections for p in section.panels), asking))
    }
    assert faults == {}


@pytest.mark.parametrize("name", sorted(PANEL_KINDS))
def test_a_kind_becomes_any_other_kind_without_fault(name: str, town: World) -> None:
    asking = visitor(ADMINISTRATOR)
    source = panel_source(access.scope(asking, TREES))
    before = new_panel(PANEL_KINDS["bar"], source, by=("genre",), measures=("avg:hauteur",))
    panel = new_panel(PANEL_KINDS[name], source) if not PANEL_KINDS[name].unsuitable(source) else before
    kinds = [kind for kind in PANEL_KINDS.values() if kind.needs_question and not kind.unsuitable(source)]
    after = {kind.name: fit_panel(panel, kind, source) for kind in kinds}
    assert faults_of(after, asking) == []


def test_a_protected_field_is_no_field_of_a_source_for_who_does_not_read_it(world: World) -> None:
    source = panel_source(access.scope(visitor(OUTSIDER), TREES))
    assert {"etat_sanitaire", "matricule"}.isdisjoint(source.fields)


def test_a_protected_relation_is_no_source_for_who_does_not_read_it(world: World) -> None:
    scope = access.scope(visitor(PLANNER), PLAYGROUNDS)
    with pytest.raises(UnknownProperty):
        panel_source(scope, "inspections")


def test_due_dates_make_a_model_for_who_reads_them_alone(world: World) -> None:
    readers = [
        person
        for person in (GARDENER, PLANNER)
        if "echeances" in {each.name for each in starters_of(access.scope(visitor(person), PLAYGROUNDS))}
    ]
    assert readers == [GARDENER]


def titles(source: PanelSource, *asked: tuple[str, dict[str, Any]]) -> list[str]:
    """Return the titles of panels made for a source."""
    return [new_panel(PANEL_KINDS[kind], source, **question).title for kind, question in asked]


def test_titles_say_what_is_shown_in_the_words_of_an_agent(world: World) -> None:
    source = panel_source(access.scope(visitor(GARDENER), PLAYGROUNDS))
    assert titles(
        source,
        ("bar", {"by": ("commune",)}),
        ("bar", {"by": ("etat",), "measures": ("per_inhabitant:count",)}),
        ("stacked_bar", {"by": ("commune", "etat")}),
        ("figure", {"measures": ("sum:surface_m2",)}),
    ) == [
        "Aires de jeux par commune",
        "Aires de jeux pour 1\u00a0000 habitants par état",
        "Aires de jeux par commune, par état",
        "Surface",
    ]
