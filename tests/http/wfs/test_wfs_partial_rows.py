"""Transactions of who edits some rows of a layer: the others read like none, and nothing goes in or out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from heritage.models import RemarkableTree
from tests.factories import BOULOGNE, MIDDLES
from tests.protocols import Answer
from tests.wfs_asking import report, texts
from tests.wfs_writing import by_id, by_value, delete, insert, point, send_transaction, transaction, update
from tests.world import PLAYGROUNDS, World
from tests.writes import TOWN_EDITOR, give_editing_rights


@pytest.fixture(autouse=True)
def _editors(world: World) -> None:
    give_editing_rights()


def sent(*actions: str) -> Answer:
    return send_transaction(transaction(*actions), TOWN_EDITOR)


ACTIONS: dict[str, Callable[[int], str]] = {
    "update": lambda pk: update(by_id(pk, layer=PLAYGROUNDS), "X", name="nom", layer=PLAYGROUNDS),
    "delete": lambda pk: delete(by_id(pk, layer=PLAYGROUNDS), layer=PLAYGROUNDS),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_hidden_row_is_refused_in_the_words_of_none(world: World, action: str) -> None:
    hidden = world.playgrounds["Jeux-Pont"].pk
    answers = [sent(ACTIONS[action](pk)) for pk in (hidden, 999_999)]
    words = [answer.body.replace(str(hidden), "999999") for answer in answers]
    assert (answers[0].status, words[0]) == (answers[1].status, words[1])


def test_a_filter_counts_no_hidden_row(world: World) -> None:
    answer = sent(update(by_value("nom", "Jeux-Pont"), "X", name="etat", layer=PLAYGROUNDS))
    assert texts(answer, "totalUpdated") == ["0"]


@pytest.mark.parametrize("name", ["matricule", "etat_sanitaire"])
def test_a_filter_on_a_hidden_field_is_one_on_none(world: World, name: str) -> None:
    status, code, _culprit = report(sent(update(by_value(name, "x"), "X")))
    assert (status, code) == (400, "InvalidParameterValue")


def test_no_row_goes_out_or_comes_in(world: World) -> None:
    inside, outside = world.trees["Cedre-Meudon"].pk, world.trees["Platane-Boulogne"].pk
    actions = {
        "out": update(by_id(inside), point(MIDDLES[BOULOGNE]), name="geom"),
        "in": update(by_id(outside), point(), name="geom"),
        "new": insert("Dehors", at=MIDDLES[BOULOGNE]),
    }
    statuses = {name: sent(action).status for name, action in actions.items()}
    assert statuses == dict.fromkeys(actions, 403)


def test_the_good_action_before_a_refused_one_is_undone(world: World) -> None:
    outside = world.trees["Platane-Boulogne"].pk
    sent(insert("Tilleul"), update(by_id(outside), "X"))
    assert not RemarkableTree.objects.filter(nom_vernaculaire="Tilleul").exists()
