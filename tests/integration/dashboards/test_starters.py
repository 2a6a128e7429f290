"""Every panel that is made for a layer is one that the schema accepts and that reads without fault, for its reader."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.documents.document import Panel
from dashboards.panels.fitting import fit_panel
from dashboards.registry import PANEL_KINDS
from dashboards.sources.keys import is_adding
from dashboards.sources.source import PanelSource, panel_source
from dashboards.starters import field_panel, new_panel, starters_of, suggested_panels
from datasets.models import Dataset
from layers import access
from layers.errors import UnknownProperty
from tests import deliveries
from tests.builder import accepted, faults_of, named, sources
from tests.examples import is_thorough, spread
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC
from tests.scooters import SCOOTERS, scooters
from tests.selections import visitor
from tests.world import PLAYGROUNDS, TREES, World


@pytest.fixture
def town(world: World) -> World:
    """The small world, and two layers made from files: benches, and a table without geometry."""
    deliveries.published(deliveries.dataset(), deliveries.bench(), deliveries.bench("B2", pose="01/02/2023"))
    deliveries.counts()
    return world


def every_panel(source: PanelSource) -> list[Panel]:
    """Return all that may be made for a source: of its fields, suggested, of each kind."""
    kinds = [kind for kind in PANEL_KINDS.values() if kind.needs_question and not kind.unsuitable(source)]
    return [
        *(field_panel(source, field) for field in source.fields.values()),
        *suggested_panels(source),
        *(new_panel(kind, source) for kind in kinds),
    ]


def shape(source: PanelSource, panel: Panel) -> tuple[object, ...]:
    """Return what the reading of a panel depends on: its kind, its source's, those of the fields that it asks."""

    def kind_of(key: str) -> object:
        transform, _colon, name = key.rpartition(":")
        field = source.fields.get(name)
        return transform, field and (field.role, field.field.type, field.is_of_feature, is_adding(field))

    question = panel.question
    assert question is not None
    keys = (question.by, question.measures, question.series, sorted(question.fields), question.sort)
    is_from_file = Dataset.objects.filter(layer__slug=source.scope.slug).exists()
    shape = (is_from_file, source.scope.definition.geometry, bool(source.relation), bool(source.commune))
    return panel.kind, shape, bool(question.filter), *(tuple(map(kind_of, each)) for each in keys)


def test_every_panel_made_for_a_source_reads_without_fault(town: World) -> None:
    """For who sees everything; then for who sees least, the panels that are made otherwise.

    Every panel is one that the schema accepts. Of those that ask the same of other fields, one is read, of those then
    every second one, and all of them in a thorough run.
    """
    made: dict[str, list[Panel]] = {}
    shapes: set[object] = set()
    faults: dict[str, list[str]] = {}
    for person in (ADMINISTRATOR, PUBLIC):
        asking = visitor(person)
        for source in sources(asking):
            name = f"{source.scope.slug} {source.relation_name}"
            panels = [panel for panel in every_panel(source) if panel not in made.get(name, ())]
            made.setdefault(name, []).extend(panels)
            read = []
            for panel in panels:
                if is_thorough() or (key := shape(source, panel)) not in shapes:
                    read.append(panel)
                    shapes.add(key)
            read = list(spread(read, one_in=2))
            unread = [panel for panel in panels if panel not in read]
            faults[f"{person}: {name}"] = [*faults_of(named(read), asking), *accepted(named(unread))[1]]
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_ready_section_reads_without_fault(town: World) -> None:
    """For who sees everything; then for who sees least, those of layers that have other fields or sections then."""
    made: dict[tuple[str, str], object] = {}
    faults: dict[str, list[str]] = {}
    for person in (ADMINISTRATOR, PUBLIC):
        asking = visitor(person)
        for scope in access.visible(asking):
            for each in starters_of(scope):
                content = (scope.filterable, each.sections)
                if made.get(key := (scope.slug, each.name)) != content:
                    made[key] = content
                    panels = named(panel for section in each.sections for panel in section.panels)
                    faults[f"{person}: {scope.slug} {each.name}"] = faults_of(panels, asking)
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_kind_becomes_any_other_kind_without_fault(town: World) -> None:
    """Most kinds lead to the same panel of another: it is read once."""
    asking = visitor(ADMINISTRATOR)
    source = panel_source(access.scope(asking, TREES))
    kinds = [kind for kind in PANEL_KINDS.values() if kind.needs_question and not kind.unsuitable(source)]
    bars = new_panel(PANEL_KINDS["bar"], source, by=("genre",), measures=("avg:hauteur",))
    panels: dict[str, Panel] = {}
    for before in (bars, *(new_panel(kind, source) for kind in kinds)):
        for kind in kinds:
            panel = fit_panel(before, kind, source)
            if panel not in panels.values():
                panels[f"{before.kind} to {kind.name}"] = panel
    assert faults_of(panels, asking) == []


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


def test_suggestions_of_a_fleet_are_the_panels_of_its_board(world: World) -> None:
    scooters()
    source = panel_source(access.scope(visitor(PUBLIC), SCOOTERS))
    panels = suggested_panels(source)
    assert [panel.kind for panel in panels[:9]] == [*["figure"] * 5, "bar", "map", "table", "line"]
    assert panels[2].notice is not None
    assert {panel.id for panel in panels} == {""}


def test_suggestions_begin_with_key_figures_and_ask_each_question_once(world: World) -> None:
    source = panel_source(access.scope(visitor(PUBLIC), TREES))
    panels = suggested_panels(source)
    assert panels[0].kind == "figure"
    assert len({(panel.kind, panel.question) for panel in panels}) == len(panels)
