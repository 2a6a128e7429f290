"""A method that somebody does not have is a 405 that says why, and tells nothing of what they do not read."""

from __future__ import annotations

import pytest

from tests.deliveries import bench, dataset, published
from tests.people import ADMINISTRATOR, OUTSIDER, PUBLIC, Person
from tests.world import PLAYGROUNDS, TREES, World, grant
from tests.writes import EDITOR, give_editing_rights, items, send, tree


@pytest.fixture
def editable(world: World) -> World:
    """The small world with people who edit, a dataset among what they may edit."""
    give_editing_rights()
    published(dataset(), bench())
    grant(EDITOR, "bancs", can_edit=True)
    return world


@pytest.mark.parametrize("person", [EDITOR, ADMINISTRATOR], ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_dataset_says_that_a_delivery_replaces_it(editable: World, person: Person, method: str) -> None:
    answer = send(method, items("bancs", None if method == "POST" else 1), person, tree())
    told = answer.status, answer.headers["Allow"], "une livraison" in answer.document["detail"]
    assert told == (405, "GET, HEAD, OPTIONS", True)


@pytest.mark.parametrize(
    ("person", "words"), [(PUBLIC, "Identifiez-vous"), (OUTSIDER, "ne permettent pas de modifier")], ids=str
)
def test_who_may_not_write_is_told_why(editable: World, person: Person, words: str) -> None:
    answer = send("POST", items(TREES), person, tree())
    assert (answer.status, words in answer.document["detail"]) == (405, True)


def test_a_deletion_refused_tells_nothing_of_hidden_records(editable: World) -> None:
    path = items(PLAYGROUNDS, editable.playgrounds["Jeux-Val"].pk)
    answer = send("DELETE", path, EDITOR, if_match="*")
    assert (answer.status, answer.shows(["nspection", "ontrôle", "ntervention"])) == (405, frozenset())
