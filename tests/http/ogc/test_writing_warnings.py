"""What a write does not keep is told in ``warnings``: a height, a collection of one, what the portal computes."""

from __future__ import annotations

from typing import Any

import pytest

from heritage.models import RemarkableTree
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import ADMINISTRATOR
from tests.protocols import Answer, get
from tests.world import PLAYGROUNDS, TREES, World
from tests.writes import EDITOR, FEATURE, PATCH, give_editing_rights, items, send, tree

ITEMS = items(TREES)
LONGITUDE, LATITUDE = MIDDLES[MEUDON]
HEIGHTS = "La couche est en deux dimensions\xa0: les altitudes ne sont pas gardées."
RECORDS = "Les enregistrements liés (related) ne s’écrivent pas ici\xa0: ceux reçus ne sont pas gardés."
COMMUNE = (
    f"commune est calculé par le portail\xa0: «\xa0{BOULOGNE}\xa0» n’est pas gardé, "
    f"la valeur est «\xa0{MEUDON}\xa0»."
)


@pytest.fixture
def editable(world: World) -> World:
    """The small world, with people who edit."""
    give_editing_rights()
    return world


@pytest.fixture
def cedar(editable: World) -> RemarkableTree:
    """A tree of Meudon."""
    return editable.trees["Cedre-Meudon"]


def point(*position: float, kind: str = "Point") -> dict[str, Any]:
    """Return a tree whose place is written in another way."""
    coordinates = [list(position)] if kind.startswith("Multi") else list(position)
    return tree() | {"geometry": {"type": kind, "coordinates": coordinates}}


def sent(method: str, cedar: RemarkableTree, body: dict[str, Any]) -> Answer:
    path, form = (
        ITEMS if method == "POST" else items(TREES, cedar.pk),
        PATCH if method == "PATCH" else FEATURE,
    )
    return send(method, path, EDITOR, body, form=form, if_match="*")


WRITES = pytest.mark.parametrize(("method", "status"), [("POST", 201), ("PUT", 200), ("PATCH", 200)])


@WRITES
def test_a_height_is_told_not_kept(cedar: RemarkableTree, method: str, status: int) -> None:
    answer = sent(method, cedar, point(LONGITUDE, LATITUDE, 35))
    kept = answer.document["geometry"]["coordinates"]
    assert answer.status == status
    assert kept == [LONGITUDE, LATITUDE]
    assert answer.document["warnings"] == [HEIGHTS]


def test_a_height_is_found_in_any_vertex(editable: World) -> None:
    ring = [[2.205, 48.805], [2.206, 48.805, 12], [2.206, 48.806], [2.205, 48.805]]
    body = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = items("plui-zones", editable.zones["UMeudon"].pk)
    answer = send("PATCH", path, ADMINISTRATOR, body, form=PATCH, if_match="*")
    assert (answer.status, answer.document["warnings"]) == (200, [HEIGHTS])


def test_a_collection_of_one_is_told_kept_as_one(cedar: RemarkableTree) -> None:
    answer = sent("PUT", cedar, point(LONGITUDE, LATITUDE, kind="MultiPoint"))
    told = "La géométrie est gardée en Point, le type de la couche\xa0; reçue en MultiPoint."
    assert (answer.document["geometry"]["type"], answer.document["warnings"]) == ("Point", [told])


@WRITES
def test_another_computed_value_is_told_not_kept(cedar: RemarkableTree, method: str, status: int) -> None:
    answer = sent(method, cedar, tree({"commune": BOULOGNE}))
    kept = answer.document["properties"]["commune"]
    assert answer.status == status
    assert kept == MEUDON
    assert answer.document["warnings"] == [COMMUNE]


@WRITES
@pytest.mark.parametrize("value", [MEUDON, None])
def test_a_computed_value_that_is_right_or_empty_is_no_news(
    cedar: RemarkableTree, method: str, status: int, value: str | None
) -> None:
    answer = sent(method, cedar, tree({"commune": value}))
    assert (answer.status, "warnings" in answer.document) == (status, False)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_computed_value_that_a_move_changes_is_no_news(cedar: RemarkableTree, method: str) -> None:
    answer = sent(method, cedar, tree({"commune": MEUDON}, at=MIDDLES[BOULOGNE]))
    told = answer.status, answer.document["properties"]["commune"], "warnings" in answer.document
    assert told == (200, BOULOGNE, False)


def test_a_copy_is_pasted_in_another_commune(cedar: RemarkableTree) -> None:
    read = get(items(TREES, cedar.pk), EDITOR).document
    moved = {"geometry": {"type": "Point", "coordinates": list(MIDDLES[BOULOGNE])}}
    copy = {name: read[name] for name in ("type", "properties")} | moved
    answer = send("POST", ITEMS, EDITOR, copy)
    assert (answer.status, answer.document["properties"]["commune"]) == (201, BOULOGNE)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_identifier_among_the_properties_is_the_portals(cedar: RemarkableTree, method: str) -> None:
    mine, other = (sent(method, cedar, tree({"id": pk})) for pk in (cedar.pk, cedar.pk + 1))
    told = [answer.document.get("warnings", [""])[0][:14] for answer in (mine, other)]
    assert ([mine.status, other.status], told) == ([200, 200], ["", "id est calculé"])


def test_a_computed_value_of_the_wrong_type_is_refused(cedar: RemarkableTree) -> None:
    answer = sent("POST", cedar, tree({"commune": 92012}))
    assert (answer.status, answer.document["parameter"]) == (400, "commune")


def test_a_computed_value_moves_nothing(cedar: RemarkableTree) -> None:
    sent("PUT", cedar, tree({"commune": BOULOGNE}))
    cedar.refresh_from_db()
    assert cedar.commune_id == MEUDON


def test_records_sent_back_are_no_news(editable: World) -> None:
    path = items(PLAYGROUNDS, editable.playgrounds["Jeux-Val"].pk)
    read = get(path, EDITOR)
    answer = send("PUT", path, EDITOR, read.document, if_match="*")
    told = answer.status, answer.document["related"], "warnings" in answer.document
    assert (bool(read.document["related"]), told) == (True, (200, read.document["related"], False))


def test_other_records_are_told_not_kept(editable: World) -> None:
    path = items(PLAYGROUNDS, editable.playgrounds["Jeux-Val"].pk)
    read = get(path, EDITOR).document
    answer = send("PUT", path, EDITOR, read | {"related": {"equipements": []}}, if_match="*")
    assert (answer.document["related"], answer.document["warnings"]) == (read["related"], [RECORDS])
