"""The board of a fleet of scooters from an imported table: its figures are those of its rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from dashboards.panels import stated_periods
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.registry import PANEL_KINDS
from dashboards.sources.source import panel_source
from dashboards.starters import Starter, starter, starters_of
from datasets.definitions import DatasetSchema, GeometryRecipe
from interface import wording
from layers import access
from layers.parsing import parse_query
from layers.visitor import Visitor
from tests.builder import faults_of
from tests.deliveries import dataset, field, published
from tests.people import PUBLIC
from tests.scooters import SCOOTERS, scooters
from tests.selections import visitor
from tests.world import TREES, World


@pytest.fixture
def reader(communes: Any) -> Visitor:
    """Anybody, once the scooters are online."""
    scooters()
    return visitor(PUBLIC)


def board(reader: Visitor) -> Starter:
    """Return the board of the scooters."""
    return starter(access.scope(reader, SCOOTERS), "parc")


def answers(reader: Visitor) -> dict[str, PanelAnswer]:
    """Return what each panel of the board answers."""
    scope = access.scope(reader, SCOOTERS)
    by_name = {}
    for panel in board(reader).sections[0].panels:
        question = panel.question
        assert question is not None
        query = parse_query({"filter": [question.filter]} if question.filter else {})
        by_name[panel.id] = PANEL_KINDS[panel.kind].read(PanelRequest(panel, question, reader, scope, query))
    return by_name


def test_the_board_of_a_fleet_has_its_figures(reader: Visitor) -> None:
    values = {name: answer.value for name, answer in answers(reader).items()}
    assert {name: values[name] for name in ("nombre", "moyenne", "bas", "recents")} == {
        "nombre": 5,
        "moyenne": 48,
        "bas": 2,
        "recents": 3,
    }


def test_the_board_of_a_fleet_counts_states_with_their_mean(reader: Visitor) -> None:
    rows = answers(reader)["etats"].table.rows
    assert {row[0]: (row[1], round(float(row[2]))) for row in rows} == {
        "disponible": (3, 53),
        "hors service": (1, 10),
        "réservée": (1, 70),
    }


def test_the_board_of_a_fleet_has_its_last_fourteen_days(reader: Visitor) -> None:
    assert sum(row[1] or 0 for row in answers(reader)["jours"].table.rows) == 3


def test_the_map_of_a_fleet_is_coloured_by_state(reader: Visitor) -> None:
    context = answers(reader)["carte"].context
    assert context is not None
    legend = context["drawing"].legend
    assert [(line.title, line.detail) for line in legend] == [
        ("disponible", "3"),
        ("hors service", "1"),
        ("réservée", "1"),
    ]


def test_the_board_of_a_fleet_warns_of_low_batteries_and_filters_by_commune(reader: Visitor) -> None:
    made = board(reader)
    panels = {panel.id: panel for panel in made.sections[0].panels}
    assert panels["bas"].notice is not None
    assert [part.field for part in made.filters] == ["commune", "etat"]
    assert faults_of(panels, reader) == []


def test_layers_that_are_no_fleet_have_no_such_board(world: World) -> None:
    assert "parc" not in {each.name for each in starters_of(access.scope(visitor(PUBLIC), TREES))}


@pytest.fixture
def past_reader(reader: Visitor, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Anybody, half a year after the last row of the scooters, which are loaded only now."""
    later = timezone.now() + dt.timedelta(days=180)
    monkeypatch.setattr(stated_periods, "last_change", lambda _scope: later)
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: later.date())
    return reader


def test_figures_of_past_rows_have_the_day_of_the_last_one(past_reader: Visitor) -> None:
    day = wording.day(localdate())
    contexts = {name: answer.context or {} for name, answer in answers(past_reader).items()}
    assert contexts["nombre"]["period"] == f"dernières données\u00a0: {day}"
    assert contexts["moyenne"]["period"] == f"dernières données\u00a0: {day}"


def test_the_last_fourteen_days_after_the_last_row_are_unknown_and_not_zero(past_reader: Visitor) -> None:
    by_name = answers(past_reader)
    note = f"Dernières données\u00a0: {wording.day(localdate())}."
    assert by_name["recents"].value is None
    assert by_name["recents"].is_empty
    assert {name: note in by_name[name].notes for name in ("recents", "jours", "nombre")} == {
        "recents": True,
        "jours": True,
        "nombre": False,
    }


def test_the_foot_of_a_panel_has_the_day_of_the_last_row(past_reader: Visitor) -> None:
    assert {answer.date for answer in answers(past_reader).values()} == {localdate()}


def test_figures_of_rows_that_go_on_have_the_day_of_the_last_change(reader: Visitor) -> None:
    assert (answers(reader)["nombre"].context or {})["period"].startswith("au ")


def test_the_state_is_proposed_before_another_list_of_values(communes: Any) -> None:
    fields = (field("engin"), field("genre", is_facet=True), field("etat", is_facet=True))
    schema = DatasetSchema(fields=fields, key=("engin",), title_field="engin")
    rows = [[f"T{number}", "trottinette", state] for number, state in enumerate(("libre", "en panne"))]
    titles = tuple(each.name for each in fields)
    published(dataset("engins", schema), *rows, schema=schema, titles=titles, recipe=GeometryRecipe())
    source = panel_source(access.scope(visitor(PUBLIC), "engins"))
    assert [each.name for each in source.codes] == ["etat", "genre"]
