"""The board of a fleet of scooters from an imported table: its figures are those of its rows."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.registry import PANEL_KINDS
from dashboards.starters import Starter, starter, starters_of
from layers import access
from layers.parsing import parse_query
from layers.visitor import Visitor
from tests.builder import faults_of
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
