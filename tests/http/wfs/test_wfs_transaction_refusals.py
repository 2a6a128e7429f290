"""What a transaction cannot do: an exception report that names the action and the culprit, and nothing is kept."""

from __future__ import annotations

import pytest

from heritage.models import RemarkableTree
from tests.people import PUBLIC
from tests.wfs_asking import report
from tests.wfs_writing import by_id, delete, insert, replace, send_transaction, transaction, update
from tests.world import TREES, World
from tests.writes import AS_QGIS, EDITOR, TOWN_EDITOR, give_editing_rights

PK = 987_654_321
OPTION, READING, VALUE = "OptionNotSupported", "OperationParsingFailed", "InvalidParameterValue"
NO_FILTER = f'<wfs:Delete typeName="portail:{TREES}" handle="h"/>'
WITH_ID = insert("x", handle="h").replace("<wfs:Insert", '<wfs:Insert idgen="UseExisting"')
BOW_TIE = (
    "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>0 0 1 1 1 0 0 1 0 0</gml:posList>"
    "</gml:LinearRing></gml:exterior></gml:Polygon>"
)
EMPTIED = update(by_id(PK), "", name="commune", handle="h").replace("<wfs:Value></wfs:Value>", "")
ACTIONS = {
    "native": ('<wfs:Native vendorId="x" safeToIgnore="true" handle="h"/>', 400, OPTION),
    "no filter": (NO_FILTER, 400, "MissingParameterValue"),
    "an unknown property": (update(by_id(PK), "x", name="secret", handle="h"), 400, VALUE),
    "a property twice": (insert("x", handle="h", more="<portail:genre/><portail:genre/>"), 400, READING),
    "an element inside": (insert("x", handle="h", more="<portail:genre><b/></portail:genre>"), 400, READING),
    "of another namespace": (insert("x", handle="h", more="<gml:nom>x</gml:nom>"), 400, READING),
    "a text for a number": (
        insert("x", handle="h", more="<portail:circonference>large</portail:circonference>"),
        400,
        "InvalidValue",
    ),
    "no geometry": (
        f'<wfs:Insert handle="h"><portail:{TREES}><portail:genre>x</portail:genre></portail:{TREES}></wfs:Insert>',
        400,
        VALUE,
    ),
    "swapped axes": (insert("x", handle="h", at=(48.8, 2.2)), 400, VALUE),
    "another geometry": (update(by_id(PK), BOW_TIE, name="geom", handle="h"), 400, VALUE),
    "no feature": (update(by_id(PK), "x", handle="h"), 404, "NotFound"),
    "no feature to delete": (delete(by_id(PK), handle="h"), 404, "NotFound"),
    "no feature to replace": (replace(PK, "x", handle="h"), 404, "NotFound"),
    "too many features": (
        delete(by_id(*range(PK, PK + 1_001)), handle="h"),
        400,
        "OperationProcessingFailed",
    ),
    "another type": (delete(by_id(PK, layer="aires-de-jeux"), handle="h"), 400, READING),
    "an unknown layer": (insert("x", handle="h", layer="inconnue"), 400, "InvalidValue"),
    "an identifier of the client": (WITH_ID, 400, OPTION),
    "an emptied computed property": (EMPTIED, 400, "InvalidValue"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _editors(world: World) -> None:
    give_editing_rights()


@pytest.mark.parametrize("case", ACTIONS)
def test_the_last_action_fails_and_nothing_is_kept(world: World, case: str) -> None:
    action, status, code = ACTIONS[case]
    answer = send_transaction(transaction(insert("Jamais gardé", handle="bon"), action), EDITOR)
    assert report(answer) == (status, code, "h"), answer.body
    assert not RemarkableTree.objects.filter(nom_vernaculaire="Jamais gardé").exists()


def test_the_property_at_fault_is_named(world: World) -> None:
    answer = send_transaction(transaction(update(by_id(PK), "x", name="secret", handle="h")), EDITOR)
    assert "secret" in answer.body


def test_an_action_without_handle_is_named_by_its_rank(world: World) -> None:
    answer = send_transaction(transaction(insert("x"), delete(by_id(PK))), EDITOR)
    assert "Action 2 (Delete)" in answer.body


def test_locks_are_refused_by_name(world: World) -> None:
    answer = send_transaction(transaction(insert("x"), attributes='lockId="1"'), EDITOR)
    assert report(answer) == (400, OPTION, "lockId")


def test_replace_is_of_2_0_alone(world: World) -> None:
    action = '<wfs:Replace handle="h"/>'
    assert report(send_transaction(transaction(action, version="1.1.0"), EDITOR)) == (400, READING, "h")


def test_actions_are_counted(world: World) -> None:
    answer = send_transaction(transaction(*[delete(by_id(PK), handle="h")] * 1_001), EDITOR)
    assert report(answer)[0] == 400
    assert "1000" in answer.body.replace("\u202f", "").replace("\xa0", "")


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0", "1.0.0"])
def test_qgis_reads_a_refusal_in_a_200(world: World, version: str) -> None:
    """Of any other status it shows no word (``QgsWFSTransactionRequest::send``), in no version."""
    actions = [
        update(by_id(world.trees["Cedre-Meudon"].pk, version=version), "Acer", version=version),
        update(by_id(world.trees["Platane-Boulogne"].pk, version=version), "Acer", version=version),
    ]
    body = transaction(*actions, version=version)
    by_qgis, by_others = (send_transaction(body, TOWN_EDITOR, **headers) for headers in (AS_QGIS, {}))
    assert (by_qgis.status, by_others.status) == (200, 403)
    assert by_qgis.body == by_others.body
    assert report(by_qgis)[1] == report(by_others)[1]
    assert not RemarkableTree.objects.filter(genre="Acer").exists()


def test_qgis_is_asked_who_it_is_as_others_are(world: World) -> None:
    answer = send_transaction(transaction(delete(by_id(PK))), PUBLIC, **AS_QGIS)
    assert answer.status == 401


@pytest.mark.parametrize("version", ["1.1.0", "1.0.0"])
def test_each_version_refuses_in_its_own_words(world: World, version: str) -> None:
    action = update(by_id(PK, version=version), "x", handle="h", version=version)
    answer = send_transaction(transaction(action, version=version), EDITOR)
    assert report(answer) == (404, "NotFound", "h")
    assert ("ServiceExceptionReport" in answer.body) == (version == "1.0.0")
