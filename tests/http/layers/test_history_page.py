"""The history on the sheet of a feature: for those who may change it, in the fields they read."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.people import OUTSIDER, PUBLIC, Person
from tests.protocols import SHEET
from tests.world import TREES, World
from tests.writes import EDITOR, PATCH, TOWN_EDITOR, give_editing_rights, items, send


@pytest.fixture
def changed(world: World) -> World:
    """The small world, where EDITOR has given the cedar a genus."""
    give_editing_rights()
    body = {"properties": {"genre": "Cedrus-corrige"}}
    path = items(TREES, world.trees["Cedre-Meudon"].pk)
    assert send("PATCH", path, EDITOR, body, form=PATCH, if_match="*").status == 200
    return world


@pytest.mark.parametrize(
    ("person", "is_told"), [(PUBLIC, False), (OUTSIDER, False), (EDITOR, True), (TOWN_EDITOR, True)], ids=str
)
def test_who_may_change_a_feature_reads_who_did(changed: World, person: Person, is_told: bool) -> None:
    page = SHEET.ask(person, **changed.address(TREES))
    assert page.status == 200
    assert ("Historique" in page.body) == is_told
    assert (f"par {EDITOR.name}" in page.body) == is_told


def test_no_hidden_value_is_in_the_history(changed: World) -> None:
    page = SHEET.ask(EDITOR, **changed.address(TREES))
    assert "MATRICULE" not in page.body
    assert "dangereux" not in page.body


@pytest.mark.parametrize(("most", "is_said"), [(1, True), (100, False)])
def test_a_history_that_is_cut_says_where_the_rest_is(
    changed: World, monkeypatch: pytest.MonkeyPatch, most: int, is_said: bool
) -> None:
    monkeypatch.setattr(import_module("layers.queries.history"), "MAX_CHANGES", most)
    page = SHEET.ask(EDITOR, **changed.address(TREES))
    assert ("Les modifications plus anciennes" in page.body) is is_said
