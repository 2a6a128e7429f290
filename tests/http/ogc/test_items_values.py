"""Values on the way out: whatever PostgreSQL holds arrives as the right JSON, in lists and alone."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client

from gisportal.catalogue import CODED
from layers.formats import geojson
from layers.models import Commune
from tests import factories
from tests.people import ADMINISTRATOR
from tests.protocols import get, items
from tests.world import PLAYGROUNDS, World

TREES = "arbres-remarquables"
AWKWARD = [
    'guillemet "',
    "apostrophe ' et ’",
    "barre \\ et \\n et \\\\",
    "ligne\nsuivante\r\n",
    "tabulation\tet\x0b\x0c\x08",
    "commande \x01\x02\x1e\x1f\x7f",
    "séparateurs \u2028\u2029",
    "arbre 🌳 et 𝔸",
    "</script><script>alert(1)</script>",
    '{"type":"Feature"}',
    "%s %(name)s %% {0} $1 :id",
    "NULL",
    "\\N",
    ",",
    "\\.",
    "é combiné e\u0301",
    "  ",
]


@pytest.fixture
def asked_alone_and_in_list(catalogue: dict[str, Commune]) -> Any:
    """Return a function that reads one tree both ways."""

    def read(pk: int) -> list[dict[str, Any]]:
        alone = get(f"/api/collections/{TREES}/items/{pk}", ADMINISTRATOR).document
        listed = items(TREES, {"ids": str(pk)}, ADMINISTRATOR).document["features"][0]
        return [alone["properties"], listed["properties"]]

    return read


@pytest.mark.parametrize("text", AWKWARD, ids=ascii)
def test_a_text_arrives_as_it_is(asked_alone_and_in_list: Any, text: str) -> None:
    found = asked_alone_and_in_list(factories.tree("Arbre", source=text).pk)
    assert [properties["source"] for properties in found] == [text, text]


def test_values_have_their_types(asked_alone_and_in_list: Any) -> None:
    tree = factories.tree(
        "Arbre", hauteur=12.5, precision_position=3, critere=["age", "historique"], date_releve=dt.date(2026, 2, 3),
    )  # fmt: skip
    expected = {
        "hauteur": 12.5,
        "precision_position": 3,
        "critere": ["age", "historique"],
        "date_releve": "2026-02-03",
        "protege": False,
        "circonference": None,
        "commune": "92048",
        "genre": "",
    }
    found = asked_alone_and_in_list(tree.pk)
    assert [{name: properties[name] for name in expected} for properties in found] == [expected, expected]


def test_a_feature_alone_has_the_properties_of_the_list(asked_alone_and_in_list: Any) -> None:
    alone, listed = asked_alone_and_in_list(factories.tree(hauteur=0.1 + 0.2, critere=["age"]).pk)
    assert list(alone.items()) == list(listed.items())


@pytest.mark.parametrize("slug", [definition.slug for definition in CODED.all()])
def test_features_have_the_fields_of_the_layer_in_their_order(world: World, slug: str) -> None:
    document = items(slug, {"limit": "1"}, ADMINISTRATOR).document
    names = next(definition.by_name for definition in CODED.all() if definition.slug == slug)
    assert [list(feature["properties"]) for feature in document["features"]] in ([list(names)], [])


@pytest.mark.parametrize("number", ["'NaN'", "'Infinity'"])
def test_a_number_that_json_does_not_have_is_still_json(world: World, number: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE amenities_playground SET surface_m2 = {number}")
    pk = world.playgrounds["Jeux-Val"].pk
    answers = [
        get(f"/api/collections/{PLAYGROUNDS}/items/{pk}", ADMINISTRATOR),
        items(PLAYGROUNDS, None, ADMINISTRATOR),
    ]
    assert [answer.document["type"] for answer in answers] == ["Feature", "FeatureCollection"]


def test_costs_are_numbers(world: World) -> None:
    pk = world.playgrounds["Jeux-Val"].pk
    document = get(f"/api/collections/{PLAYGROUNDS}/items/{pk}", ADMINISTRATOR).document
    assert document["related"]["interventions"][0]["cout_eur"] == 120.5


def test_photos_are_given_by_addresses_that_answer(world: World) -> None:
    pk = world.playgrounds["Jeux-Val"].pk
    document = get(f"/api/collections/{PLAYGROUNDS}/items/{pk}", ADMINISTRATOR).document
    photo = document["related"]["photos"][0]
    client = Client(headers={"host": "localhost", "authorization": ADMINISTRATOR.basic()})
    answers = [client.get(photo[size].removeprefix("http://localhost")) for size in ("full", "thumbnail")]
    kinds = [
        (answer.status_code, answer.headers["Content-Type"], answer.getvalue()[:2]) for answer in answers
    ]
    assert kinds == [(200, "image/jpeg", b"\xff\xd8")] * 2


@pytest.mark.parametrize("slug", ["arbres-remarquables", "communes", "plui-prescriptions-lin"])
def test_no_feature_is_valid_json(world: World, slug: str) -> None:
    document = items(slug, {"bbox": "10,10,11,11"}).document
    told = document["type"], document["features"], document["numberMatched"], document["numberReturned"]
    assert told == ("FeatureCollection", [], 0, 0)


def test_a_question_that_cannot_match_is_valid_json(world: World) -> None:
    assert items(TREES, {"ids": "999999999999999999"}).document["features"] == []


@pytest.mark.parametrize("limit", [1, 2, 3, 1_000_000, 10**30])
def test_counts_say_what_matched_and_what_is_returned(catalogue: dict[str, Commune], limit: int) -> None:
    with factories.in_bulk():
        for number in range(3):
            factories.tree(f"Arbre {number}")
    document = items(TREES, {"limit": str(limit)}).document
    rels = {link["rel"] for link in document["links"]}
    told = document["numberMatched"], document["numberReturned"], len(document["features"]), "next" in rels
    assert told == (3, min(limit, 3), min(limit, 3), limit < 3)


def test_next_is_followed_to_the_end_with_every_parameter(catalogue: dict[str, Commune]) -> None:
    with factories.in_bulk():
        for number in range(7):
            factories.tree(f"Chêne & {number}", genre="Quercus", hauteur=[None, 10.0, 10.0][number % 3])
    factories.tree("Autre", genre="Acer")
    asked = {
        "limit": "2",
        "q": "chêne &",
        "sortby": "-hauteur",
        "properties": "genre",
        "filter": "genre <> 'L''arbre'",
    }
    page, ids = items(TREES, asked).document, []
    while True:
        ids += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        page = get(following[0].removeprefix("http://localhost")).document
        assert page["numberMatched"] == 7
    assert (len(ids), len(set(ids))) == (7, 7)


def test_the_time_stamp_is_an_instant(world: World) -> None:
    stamp = items(TREES).document["timeStamp"]
    assert dt.datetime.fromisoformat(stamp).utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("spool", [1, 10**9], ids=["disk", "memory"])
def test_a_large_answer_is_whole(
    catalogue: dict[str, Commune], monkeypatch: pytest.MonkeyPatch, spool: int
) -> None:
    monkeypatch.setattr(geojson, "_SPOOL_BYTES", spool)
    with factories.in_bulk():
        for number in range(130):
            factories.tree(f"Arbre {number}")
    answer = items(TREES, {"limit": "1000000"})
    sizes = len(answer.document["features"]), int(answer.headers["Content-Length"])
    assert sizes == (130, len(answer.body.encode()))


@pytest.mark.parametrize("encoding", ["gzip", "br"])
@pytest.mark.parametrize("spool", [1, 10**9], ids=["disk", "memory"])
def test_answers_are_compressed(
    catalogue: dict[str, Commune], monkeypatch: pytest.MonkeyPatch, spool: int, encoding: str
) -> None:
    monkeypatch.setattr(geojson, "_SPOOL_BYTES", spool)
    with factories.in_bulk():
        for number in range(30):
            factories.tree(f"Arbre {number}")
    client = Client(headers={"host": "localhost", "accept-encoding": encoding})
    answer = client.get(f"/api/collections/{TREES}/items")
    told = answer.headers["Content-Encoding"], "Accept-Encoding" in answer.headers["Vary"]
    assert (told, json.loads(unpacked(answer.getvalue(), encoding))["numberReturned"]) == (
        (encoding, True),
        30,
    )


def unpacked(content: bytes, encoding: str) -> bytes:
    return gzip.decompress(content) if encoding == "gzip" else brotli.decompress(content)


@pytest.mark.parametrize(
    ("layer", "make"),
    [
        ("communes", lambda: Commune.objects.get(code="92048")),
        ("aires-de-jeux", factories.playground),
        ("bornes-de-recharge", factories.station),
        ("arbres-remarquables", factories.tree),
        ("plui-zones", lambda: factories.zone(datvalid="20240531")),
        ("plui-prescriptions-surf", lambda: factories.prescription_surf("Bois", datvalid="20240531")),
        ("plui-prescriptions-pct", lambda: factories.prescription_pct("Maison", datvalid="20240531")),
    ],
)
def test_alone_and_in_its_list_a_feature_has_the_same_properties(
    world: World, layer: str, make: Callable[[], Any]
) -> None:
    feature = make()
    alone = get(f"/api/collections/{layer}/items/{feature.pk}", ADMINISTRATOR).document
    (listed,) = items(layer, {"ids": str(feature.pk)}, ADMINISTRATOR).document["features"]
    assert alone["properties"] == listed["properties"]
