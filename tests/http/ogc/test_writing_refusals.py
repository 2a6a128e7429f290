"""A method that somebody does not have is a 405 that says why, and tells nothing of what they do not read."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from tests.deliveries import bench, dataset, published
from tests.people import ADMINISTRATOR, OUTSIDER, PUBLIC, Person
from tests.protocols import get, read
from tests.world import PLAYGROUNDS, TREES, World, grant
from tests.writes import EDITOR, FEATURE, give_editing_rights, items, send, tree

CHALLENGE = 'Basic realm="Portail", charset="UTF-8", Bearer realm="Portail"'


@pytest.fixture
def editable(world: World) -> World:
    """The small world with people who edit, a dataset that deliveries alone change among what they may edit."""
    give_editing_rights()
    published(dataset(is_edited_in_place=False), bench())
    grant(EDITOR, "bancs", can_add=True, can_change=True)
    return world


@pytest.mark.parametrize("person", [EDITOR, ADMINISTRATOR], ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_dataset_says_that_a_delivery_replaces_it(editable: World, person: Person, method: str) -> None:
    answer = send(method, items("bancs", None if method == "POST" else 1), person, tree())
    told = answer.status, answer.headers["Allow"], "une livraison" in answer.document["detail"]
    assert told == (405, "GET, HEAD, OPTIONS", True)


def test_who_may_not_write_is_told_why(editable: World) -> None:
    answer = send("POST", items(TREES), OUTSIDER, tree())
    assert (answer.status, "ne permettent pas de modifier" in answer.document["detail"]) == (405, True)


WRITES = pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])


@WRITES
def test_who_did_not_sign_in_is_asked_to(editable: World, method: str) -> None:
    pk = None if method == "POST" else editable.trees["Cedre-Meudon"].pk
    answer = send(method, items(TREES, pk), PUBLIC, tree())
    told = answer.headers["WWW-Authenticate"], "Identifiez-vous" in answer.document["detail"]
    assert (answer.status, told) == (401, (CHALLENGE, True))


@WRITES
def test_nobody_is_asked_to_sign_in_for_what_nobody_does(editable: World, method: str) -> None:
    assert send(method, items("bancs", None if method == "POST" else 1), PUBLIC, tree()).status == 405


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER, ADMINISTRATOR], ids=str)
@pytest.mark.parametrize("method", ["POST", "TRACE", "FOO"])
def test_a_method_that_a_feature_does_not_have_is_no_matter_of_rights(
    editable: World, person: Person, method: str
) -> None:
    answer = send(method, items(TREES, editable.trees["Cedre-Meudon"].pk), person, tree())
    allowed = answer.headers["Allow"]
    expected = f"{method} n’est pas admis ici\xa0; méthodes admises\xa0: {allowed}."
    assert (answer.status, answer.document["detail"]) == (405, expected)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_method_that_a_collection_does_not_have_is_no_matter_of_rights(
    editable: World, method: str
) -> None:
    answer = send(method, items(TREES), ADMINISTRATOR, tree())
    assert (answer.status, "roits" in answer.document["detail"]) == (405, False)


class Broken(BytesIO):
    """A stream that its client, or what it sends, breaks."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault

    def read(self, size: int | None = -1, /) -> bytes:
        raise self.fault


def test_a_body_that_does_not_arrive_is_refused(editable: World) -> None:
    EDITOR.account()
    client = Client(headers={"host": "localhost", "authorization": EDITOR.basic()})
    stream: dict[str, Any] = {"wsgi.input": Broken(ConnectionResetError()), "CONTENT_TYPE": FEATURE}
    answer = read(client.generic("POST", items(TREES), b"{}", **stream))
    assert (answer.status, answer.document["detail"]) == (400, "Le corps n’est pas arrivé en entier.")


@pytest.mark.parametrize("name", ["geom", "nom_vernaculaire"])
def test_what_the_schema_requires_is_refused_when_it_lacks(editable: World, name: str) -> None:
    required = get(f"/api/collections/{TREES}/schema", EDITOR).document["required"]
    body = tree()
    if name == "geom":
        del body["geometry"]
    else:
        del body["properties"][name]
    assert (sorted(required), send("POST", items(TREES), EDITOR, body).status) == (
        ["geom", "nom_vernaculaire"],
        400,
    )


def test_a_deletion_refused_tells_nothing_of_hidden_records(editable: World) -> None:
    path = items(PLAYGROUNDS, editable.playgrounds["Jeux-Val"].pk)
    answer = send("DELETE", path, EDITOR, if_match="*")
    assert (answer.status, answer.shows(["nspection", "ontrôle", "ntervention"])) == (405, frozenset())
