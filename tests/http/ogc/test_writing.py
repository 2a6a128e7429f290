"""Create, replace, update, delete: what each person may do, to which rows, from which version."""

from __future__ import annotations

from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from heritage.models import RemarkableTree
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, World
from tests.writes import AS_QGIS, EDITOR, FEATURE, PATCH, TOWN_EDITOR, give_editing_rights, items, send, tree

ITEMS = items(TREES)
ANY = {"if_match": "*"}
OWS = "{http://www.opengis.net/ows/1.1}"
OUTSIDE = (2.5, 48.9)


@pytest.fixture
def editable(world: World) -> World:
    """The small world, with people who edit."""
    give_editing_rights()
    return world


@pytest.fixture
def cedar(editable: World) -> RemarkableTree:
    """A tree of Meudon."""
    return editable.trees["Cedre-Meudon"]


def etag(path: str, person: Person = EDITOR) -> str:
    return get(path, person).headers["ETag"]


def test_a_feature_is_created_at_the_address_told(editable: World) -> None:
    answer = send("POST", ITEMS, EDITOR, tree({"genre": "Tilia"}))
    told = get(answer.headers["Location"].removeprefix("http://localhost"), EDITOR).document
    assert answer.status == 201
    assert told["properties"]["genre"] == "Tilia"
    assert told["properties"]["commune"] == MEUDON


def test_the_tag_of_a_creation_starts_the_next_change(editable: World) -> None:
    made = send("POST", ITEMS, EDITOR, tree())
    path = made.headers["Location"].removeprefix("http://localhost")
    tag = made.headers["ETag"]
    answer = send("PATCH", path, EDITOR, {"properties": {"genre": "Tilia"}}, form=PATCH, if_match=tag)
    assert (answer.status, tag) == (200, made.headers["ETag"])


def test_a_tag_is_strong(cedar: RemarkableTree) -> None:
    assert etag(items(TREES, cedar.pk)).startswith('"')


def test_a_tag_that_compression_weakened_starts_a_change(cedar: RemarkableTree) -> None:
    path = items(TREES, cedar.pk)
    tag = "W/" + etag(path)
    answer = send("PATCH", path, EDITOR, {"properties": {"genre": "Cedrus"}}, form=PATCH, if_match=tag)
    assert answer.status == 200


def test_the_tag_of_a_feature_outlives_a_change_of_another(editable: World, cedar: RemarkableTree) -> None:
    path = items(TREES, cedar.pk)
    before = etag(path)
    RemarkableTree.objects.filter(pk=editable.trees["Platane-Boulogne"].pk).update(genre="Platanus")
    assert etag(path) == before


def test_a_patch_changes_what_it_names_alone(cedar: RemarkableTree) -> None:
    path = items(TREES, cedar.pk)
    answer = send("PATCH", path, EDITOR, {"properties": {"genre": "Cedrus"}}, form=PATCH, if_match=etag(path))
    cedar.refresh_from_db()
    assert answer.status == 200
    assert cedar.genre == "Cedrus"
    assert cedar.nom_vernaculaire == "Cedre-Meudon"


def test_a_patch_empties_a_property_with_null(cedar: RemarkableTree) -> None:
    RemarkableTree.objects.update(genre="Cedrus", hauteur=12)
    send(
        "PATCH",
        items(TREES, cedar.pk),
        EDITOR,
        {"properties": {"genre": None, "hauteur": None}},
        form=PATCH,
        **ANY,
    )
    cedar.refresh_from_db()
    assert (cedar.genre, cedar.hauteur) == ("", None)


def test_a_replacement_empties_what_it_does_not_give(cedar: RemarkableTree) -> None:
    RemarkableTree.objects.update(genre="Cedrus")
    answer = send("PUT", items(TREES, cedar.pk), EDITOR, tree(), **ANY)
    cedar.refresh_from_db()
    assert answer.status == 200
    assert cedar.genre == ""
    assert cedar.nom_vernaculaire == "Tilleul"


def test_a_replacement_leaves_a_protected_field_as_it_was(cedar: RemarkableTree) -> None:
    before = (cedar.matricule, cedar.etat_sanitaire)
    send("PUT", items(TREES, cedar.pk), EDITOR, tree(), **ANY)
    cedar.refresh_from_db()
    assert (cedar.matricule, cedar.etat_sanitaire) == before


def test_a_feature_read_is_a_feature_that_can_be_sent_back(cedar: RemarkableTree) -> None:
    path = items(TREES, cedar.pk)
    got = get(path, EDITOR)
    answer = send("PUT", path, EDITOR, got.document, if_match=got.headers["ETag"])
    assert (answer.status, "warnings" in answer.document) == (200, False)


def test_a_feature_is_deleted(cedar: RemarkableTree) -> None:
    path = items(TREES, cedar.pk)
    gone = send("DELETE", path, EDITOR, if_match=etag(path)).status, get(path, EDITOR).status
    assert gone == (204, 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_says_which_version_it_starts_from(cedar: RemarkableTree, method: str) -> None:
    form = PATCH if method == "PATCH" else FEATURE
    assert send(method, items(TREES, cedar.pk), EDITOR, tree(), form=form).status == 428


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("other", [None, '"abc"', '"', "W/"])
def test_a_change_from_another_version_is_refused(
    cedar: RemarkableTree, method: str, other: str | None
) -> None:
    path, form = items(TREES, cedar.pk), PATCH if method == "PATCH" else FEATURE
    tag = other or etag(path)
    RemarkableTree.objects.filter(pk=cedar.pk).update(genre="Autre")
    assert send(method, path, EDITOR, tree(), form=form, if_match=tag).status == 412


@pytest.mark.parametrize("person", [OUTSIDER, PLANNER], ids=str)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_who_may_not_edit_is_told_what_they_may_do(
    cedar: RemarkableTree, person: Person, method: str
) -> None:
    answer = send(method, items(TREES, cedar.pk), person, tree(), **ANY)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


ALLOWED = [
    (PUBLIC, TREES, "", ""),
    (OUTSIDER, TREES, "", ""),
    (EDITOR, TREES, ", POST", ", PUT, PATCH"),
    (TOWN_EDITOR, TREES, ", POST", ", PUT, PATCH"),
    (ADMINISTRATOR, TREES, ", POST", ", PUT, PATCH, DELETE"),
    (TOWN_AGENT, PLAYGROUNDS, "", ""),
    (EDITOR, PLAYGROUNDS, ", POST", ", PUT, PATCH"),
]


@pytest.mark.parametrize(("person", "slug", "adding", "changing"), ALLOWED)
def test_options_tells_what_a_person_may_do(
    editable: World, person: Person, slug: str, adding: str, changing: str
) -> None:
    pk = editable.address(slug)["pk"]
    told = [send("OPTIONS", path, person).headers["Allow"] for path in (items(slug), items(slug, pk))]
    if slug == TREES and changing and person is not ADMINISTRATOR:
        changing += ", DELETE"
    assert told == ["GET, HEAD, OPTIONS" + adding, "GET, HEAD, OPTIONS" + changing]


def test_a_feature_outside_the_rows_of_a_grant_is_read_only(editable: World) -> None:
    path = items(TREES, editable.trees["Platane-Boulogne"].pk)
    told = send("OPTIONS", path, TOWN_EDITOR).headers["Allow"]
    refused = send("PATCH", path, TOWN_EDITOR, {"properties": {"genre": "Platanus"}}, form=PATCH, **ANY)
    assert (told, refused.status) == ("GET, HEAD, OPTIONS", 403)


def test_qgis_is_told_what_a_person_may_do_to_some_features(editable: World) -> None:
    """It asks once for the layer, of the first feature, which may be outside the rows of the grant."""
    path = items(TREES, editable.trees["Platane-Boulogne"].pk)
    told = {
        person: send("OPTIONS", path, person, **AS_QGIS).headers["Allow"]
        for person in (TOWN_EDITOR, OUTSIDER)
    }
    assert told == {TOWN_EDITOR: "GET, HEAD, OPTIONS, PUT, PATCH, DELETE", OUTSIDER: "GET, HEAD, OPTIONS"}


QGIS_REFUSED: dict[str, tuple[str, str, Any, str, dict[str, str], int, str]] = {
    "added elsewhere": ("POST", "", tree(at=MIDDLES[BOULOGNE]), FEATURE, {}, 403, "sort de ce que vous pouvez"),
    "an unknown value": ("POST", "", tree({"hauteur": "haut"}), FEATURE, {}, 400, "hauteur"),
    "changed elsewhere": (
        "PATCH", "Platane-Boulogne", {"properties": {"genre": "Acer"}}, PATCH, ANY, 403, "sort de ce que vous pouvez",
    ),
    "without a version": ("PATCH", "Cedre-Meudon", {"properties": {"genre": "Acer"}}, PATCH, {}, 428, "If-Match"),
    "deleted elsewhere": ("DELETE", "Platane-Boulogne", None, FEATURE, ANY, 403, "de supprimer cet objet"),
}  # fmt: skip


@pytest.mark.parametrize("case", QGIS_REFUSED)
def test_qgis_reads_why_a_change_is_refused(editable: World, case: str) -> None:
    """It reads a report of WFS alone (``QgsBaseNetworkRequest::replyFinished``); others read problem+json."""
    method, name, body, form, headers, status, reason = QGIS_REFUSED[case]
    path = items(TREES, editable.trees[name].pk if name else None)
    by_qgis, by_others = (
        send(method, path, TOWN_EDITOR, body, form=form, **headers, **more) for more in (AS_QGIS, {})
    )
    report = fromstring(by_qgis.body)
    (exception,) = report
    assert (by_qgis.status, by_others.status) == (status, status)
    assert (report.tag, exception.tag) == (f"{OWS}ExceptionReport", f"{OWS}Exception")
    assert reason in (exception.findtext(f"{OWS}ExceptionText") or "")
    assert by_others.headers["Content-Type"] == "application/problem+json"
    assert by_others.document["detail"] == exception.findtext(f"{OWS}ExceptionText")


def test_qgis_reads_pages_of_features_and_their_faults_as_others_do(editable: World) -> None:
    answer = send("GET", f"{ITEMS}?limit=beaucoup", TOWN_EDITOR, **AS_QGIS)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_nobody_creates_outside_their_rows(editable: World) -> None:
    answer = send("POST", ITEMS, TOWN_EDITOR, tree(at=MIDDLES[BOULOGNE]))
    assert (answer.status, RemarkableTree.objects.count()) == (403, 2)


def test_nobody_moves_a_feature_out_of_their_rows(cedar: RemarkableTree) -> None:
    moved = {"geometry": {"type": "Point", "coordinates": MIDDLES[BOULOGNE]}}
    answer = send("PATCH", items(TREES, cedar.pk), TOWN_EDITOR, moved, form=PATCH, **ANY)
    cedar.refresh_from_db()
    assert (answer.status, cedar.commune_id) == (403, MEUDON)


def test_the_portal_of_a_commune_narrows_writes(editable: World) -> None:
    refused = send("POST", ITEMS, EDITOR, tree(at=MIDDLES[BOULOGNE]), host="meudon.localhost").status
    path = items(TREES, editable.trees["Platane-Boulogne"].pk)
    hidden = send("DELETE", path, EDITOR, host="meudon.localhost", **ANY).status
    assert (refused, hidden) == (403, 404)


def test_a_hidden_feature_reads_like_none(editable: World) -> None:
    path = items(PLAYGROUNDS, editable.playgrounds["Jeux-Pont"].pk)
    assert send("PATCH", path, TOWN_EDITOR, {"properties": {}}, form=PATCH, **ANY).status == 404


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_a_hidden_layer_reads_like_none(editable: World, method: str) -> None:
    assert send(method, items(PLAYGROUNDS), OUTSIDER, tree()).status == 404


def test_a_hidden_field_reads_like_an_unknown_one(editable: World) -> None:
    answers = [send("POST", ITEMS, EDITOR, tree({name: "x"})) for name in ("matricule", "inconnu")]
    told = [answer.document["detail"].replace("inconnu", "matricule") for answer in answers]
    assert ([answer.status for answer in answers], told[0]) == ([400, 400], told[1])


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "type of value": (tree({"hauteur": "haut"}), "hauteur"),
    "number out of range": (tree({"hauteur": 1e400}), "body"),
    "text too long": (tree({"genre": "x" * 300}), "genre"),
    "code unknown": (tree({"critere": ["inconnu"]}), "critere"),
    "text empty": (tree({"nom_vernaculaire": ""}), "nom_vernaculaire"),
    "null character": (tree({"genre": "a\x00"}), "genre"),
    "half a pair": (tree({"genre": "\ud800"}), "genre"),
    "member": (tree() | {"place": None}, "place"),
    "no geometry": (tree() | {"geometry": None}, "geometry"),
    "wrong geometry": (
        tree() | {"geometry": {"type": "LineString", "coordinates": [[2.2, 48.8], [2.21, 48.81]]}},
        "geometry",
    ),
    "far geometry": (tree(at=(200, 48.8)), "geometry"),
    "infinite geometry": (
        tree() | {"geometry": {"type": "Point", "coordinates": [[[[[[[[[[2]]]]]]]]]]}},
        "geometry",
    ),
    "not a feature": ({"type": "FeatureCollection", "features": []}, "type"),
}


@pytest.mark.parametrize(("body", "parameter"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(editable: World, body: dict[str, Any], parameter: str) -> None:
    answer = send("POST", ITEMS, EDITOR, body)
    assert answer.status == 400
    assert answer.document["parameter"] == parameter
    assert RemarkableTree.objects.count() == 2


@pytest.mark.parametrize(
    "body", [b" ", b"{", b"[]", b"\xff", b"null", b'{"a":1,"a":1}', b"[" * 100_000, b'{"geometry":' * 50_000]
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_that_is_not_a_feature_is_refused(cedar: RemarkableTree, body: bytes, method: str) -> None:
    path, form = (ITEMS, FEATURE) if method == "POST" else (items(TREES, cedar.pk), PATCH)
    assert send(method, path, EDITOR, body, form=form, **ANY).status == 400


SAID: dict[str, tuple[str, str, Any]] = {
    "number": ("hauteur", "25.5", 25.5),
    "whole number": ("hauteur", "2e1", 20),
    "no number": ("hauteur", "", None),
    "boolean": ("remarquable", "true", True),
    "no date": ("date_releve", "", None),
}


@pytest.mark.parametrize(("name", "text", "value"), SAID.values(), ids=SAID)
def test_a_text_that_says_a_value_is_one(editable: World, name: str, text: str, value: Any) -> None:
    answer = send("POST", ITEMS, EDITOR, tree({name: text}))
    assert (answer.status, answer.document["properties"][name]) == (201, value)


@pytest.mark.parametrize("text", ["350,5", " 350", "0x10", "1_000", "٣", "NaN", "1e400", "007", "9" * 5_000])
def test_a_text_that_says_no_value_is_refused(editable: World, text: str) -> None:
    answer = send("POST", ITEMS, EDITOR, tree({"hauteur": text}))
    assert (answer.status, answer.document["parameter"]) == (400, "hauteur")


@pytest.mark.parametrize("text", ["1", "True", "oui", "vrai"])
def test_a_text_that_is_no_boolean_is_refused(editable: World, text: str) -> None:
    assert send("POST", ITEMS, EDITOR, tree({"remarquable": text})).status == 400


def test_an_invalid_surface_is_refused_with_the_place(editable: World) -> None:
    ring = [[2.21, 48.81], [2.212, 48.812], [2.212, 48.81], [2.21, 48.812], [2.21, 48.81]]
    pk = editable.zones["UMeudon"].pk
    body = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    answer = send("PATCH", items("plui-zones", pk), ADMINISTRATOR, body, form=PATCH, **ANY)
    assert (answer.status, answer.document["detail"]) == (
        400,
        "La géométrie n’est pas valide\xa0: le contour se croise en (2.211 48.811).",
    )


def test_a_collection_of_one_surface_is_a_surface(editable: World) -> None:
    ring = [[2.205, 48.805], [2.206, 48.805], [2.206, 48.806], [2.205, 48.805]]
    pk = editable.zones["UMeudon"].pk
    body = {"geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}}
    answer = send("PATCH", items("plui-zones", pk), ADMINISTRATOR, body, form=PATCH, **ANY)
    assert (answer.status, answer.document["geometry"]["type"]) == (200, "Polygon")


def test_a_place_outside_the_territory_is_kept_with_a_warning(editable: World) -> None:
    answer = send("POST", ITEMS, EDITOR, tree(at=OUTSIDE))
    assert (answer.status, answer.document["warnings"]) == (
        201,
        ["L’objet est hors des communes du territoire."],
    )


@pytest.mark.parametrize(
    ("crs", "at"),
    [
        ("<http://www.opengis.net/def/crs/EPSG/0/4326>", (48.81, 2.21)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>", (2.21, 48.81)),
        ("<http://www.opengis.net/def/crs/EPSG/0/3857>", (246_016.0747, 6_242_683.6467)),
    ],
)
def test_the_geometry_is_read_in_the_system_told(editable: World, crs: str, at: tuple[float, float]) -> None:
    answer = send("POST", ITEMS, EDITOR, tree(at=at), content_crs=crs)
    assert answer.document["geometry"]["coordinates"] == pytest.approx([2.21, 48.81], abs=1e-6)


def test_an_unknown_system_is_refused(editable: World) -> None:
    answer = send("POST", ITEMS, EDITOR, tree(), content_crs="<http://www.opengis.net/def/crs/EPSG/0/27572>")
    assert (answer.status, answer.document["parameter"]) == (400, "Content-Crs")


def test_a_body_in_another_form_is_refused(editable: World) -> None:
    assert send("POST", ITEMS, EDITOR, b"a=1", form="application/x-www-form-urlencoded").status == 415


def test_too_large_a_body_is_refused(editable: World) -> None:
    assert send("POST", ITEMS, EDITOR, tree({"genre": "x" * 2_000_000})).status == 413


def test_an_unknown_parameter_is_refused(editable: World) -> None:
    assert send("POST", ITEMS + "?crs=EPSG:2154", EDITOR, tree()).status == 400


def test_another_identifier_is_refused(cedar: RemarkableTree) -> None:
    body = tree() | {"id": cedar.pk + 1}
    assert send("PUT", items(TREES, cedar.pk), EDITOR, body, **ANY).status == 400


def test_an_identifier_of_a_new_feature_is_told_not_kept(editable: World) -> None:
    answer = send("POST", ITEMS, EDITOR, tree() | {"id": "a1"})
    assert answer.document["warnings"] == ["L’identifiant est donné par le portail : « a1 » n’est pas gardé."]


def test_a_constraint_that_is_broken_says_why(editable: World) -> None:
    body = {"properties": {"age_min": 9, "age_max": 3}}
    path = items(PLAYGROUNDS, editable.playgrounds["Jeux-Val"].pk)
    answer = send("PATCH", path, EDITOR, body, form=PATCH, **ANY)
    assert (answer.status, answer.document["detail"]) == (400, "L’âge minimal dépasse l’âge maximal.")


def test_a_session_writes_with_its_csrf_token_alone(editable: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(EDITOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(ITEMS, tree(), content_type=FEATURE).status_code == 403
