"""Delete by a form, as 1.1.0 and 1.0.0 have it: what chooses is deleted, and nothing where nothing does."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from heritage.models import RemarkableTree
from tests.people import PLANNER, PUBLIC, Person
from tests.protocols import Answer, read
from tests.wfs_asking import WFS, ask_wfs, kvp, post_form, report
from tests.world import TREES, World
from tests.writes import EDITOR, give_editing_rights

CEDAR, PLANE = "Cedre-Meudon", "Platane-Boulogne"
OGC = "http://www.opengis.net/ogc"
NAMED = (
    f'<Filter xmlns="{OGC}"><PropertyIsEqualTo><PropertyName>nom_vernaculaire</PropertyName>'
    f"<Literal>{CEDAR}</Literal></PropertyIsEqualTo></Filter>"
)
ALL = "0,40,10,50,EPSG:4326"


@pytest.fixture(autouse=True)
def _editors(world: World) -> None:
    give_editing_rights()


def names() -> set[str]:
    return set(RemarkableTree.objects.values_list("nom_vernaculaire", flat=True))


def delete(person: Person = EDITOR, version: str = "1.1.0", **more: str) -> Answer:
    asked = {"TYPENAME": TREES} if "FEATUREID" not in more else {}
    return post_form(
        person, **{"operation": "Transaction", "version": version, "OPERATION": "Delete"} | asked | more
    )


@pytest.mark.parametrize("version", ["1.1.0", "1.0.0"])
def test_what_an_identifier_a_filter_or_a_box_chooses_is_deleted(world: World, version: str) -> None:
    answers = [
        delete(version=version, FEATUREID=f"{TREES}.{world.trees[PLANE].pk}"),
        delete(version=version, FILTER=NAMED, RELEASEACTION="ALL"),
    ]
    assert [answer.status for answer in answers] == [200, 200], [answer.body for answer in answers]
    assert names() == set()
    assert ("WFS_TransactionResponse" in answers[0].body) == (version == "1.0.0")


def test_what_is_in_a_box_is_deleted(world: World) -> None:
    cedar = world.trees[CEDAR].geom
    x, y = cedar.coords
    answer = delete(BBOX=f"{x - 0.0001},{y - 0.0001},{x + 0.0001},{y + 0.0001},EPSG:4326")
    assert (answer.status, names()) == (200, {PLANE})


@pytest.mark.parametrize(
    ("person", "more", "expected"),
    [
        (EDITOR, {}, (400, "MissingParameterValue", "filter")),
        (EDITOR, {"FILTER": " "}, (400, "MissingParameterValue", "filter")),
        (EDITOR, {"FILTER": NAMED, "BBOX": ALL}, (400, "InvalidParameterValue", "BBOX")),
        (EDITOR, {"FEATUREID": "rien"}, (400, "InvalidParameterValue", "FEATUREID")),
        (EDITOR, {"FEATUREID": f"{TREES}.987654321"}, (404, "NotFound", "id")),
        (EDITOR, {"BBOX": ALL, "OPERATION": "Insert"}, (400, "InvalidParameterValue", "OPERATION")),
        (EDITOR, {"BBOX": ALL, "LOCKID": "1"}, (400, "OptionNotSupported", "LOCKID")),
        (EDITOR, {"BBOX": ALL, "CQL_FILTER": "id>0"}, (400, "InvalidParameterValue", "CQL_FILTER")),
        (EDITOR, {"BBOX": ALL, "version": "2.0.0"}, (400, "OperationNotSupported", "REQUEST")),
        (PLANNER, {"BBOX": ALL}, (403, "OperationProcessingFailed", "")),
        (PUBLIC, {"BBOX": ALL}, (401, "NoApplicableCode", "")),
    ],
    ids=str,
)  # fmt: skip
def test_nothing_is_deleted_where_the_question_is_wrong(
    world: World, person: Person, more: dict[str, str], expected: tuple[int, str, str]
) -> None:
    assert report(delete(person, **more)) == expected
    assert names() == {CEDAR, PLANE}


def test_an_address_deletes_nothing(world: World) -> None:
    answer = ask_wfs(EDITOR, "Transaction", "1.1.0", OPERATION="Delete", TYPENAME=TREES, BBOX=ALL)
    assert report(answer) == (400, "OptionNotSupported", "REQUEST")
    assert names() == {CEDAR, PLANE}


def test_a_form_of_another_site_deletes_nothing(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(EDITOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    asked = urlencode(kvp("Transaction", "1.1.0", OPERATION="Delete", TYPENAME=TREES, BBOX=ALL))
    answer = read(client.post(WFS, asked, content_type="application/x-www-form-urlencoded"))
    assert (answer.status, names()) == (403, {CEDAR, PLANE})
