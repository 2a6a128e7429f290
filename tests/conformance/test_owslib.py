"""OWSLib as a client: what a Python script reads, of a layer written in code and of a dataset alike."""

from __future__ import annotations

from typing import Any

import pytest
from owslib.ogcapi.features import Features  # type: ignore[import-untyped]  # OWSLib has no types
from owslib.ogcapi.records import Records  # type: ignore[import-untyped]  # OWSLib has no types
from owslib.util import Authentication  # type: ignore[import-untyped]  # OWSLib has no types
from pytest_django.live_server_helper import LiveServer

from tests.conformance.subjects import Subject
from tests.people import OUTSIDER, PASSWORD, PLANNER, Person
from tests.world import PLAYGROUNDS, World

LAMBERT_93 = "http://www.opengis.net/def/crs/EPSG/0/2154"


def features(live_server: LiveServer, person: Person | None = None) -> Features:
    """Return a client of the server; headers given to it would be those of every other client too."""
    if person is None:
        return Features(f"{live_server.url}/api/")
    person.account()
    auth = Authentication(username=person.name, password=PASSWORD)
    return Features(f"{live_server.url}/api/", auth=auth)


def pages(client: Features, slug: str, **asked: Any) -> list[dict[str, Any]]:
    """Return every feature of a layer, page after page, as the client's own ``next`` says."""
    found, page = [], client.collection_items(slug, **asked)
    found += page["features"]
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        cursor = following[0].split("cursor=")[1].split("&")[0]
        page = client.collection_items(slug, **asked, cursor=cursor)
        found += page["features"]
    return found


def test_owslib_lists_the_layers(live_server: LiveServer, subject: Subject) -> None:
    assert subject.slug in features(live_server).feature_collections()


def test_owslib_reads_every_feature_once_while_rows_come_and_go(
    live_server: LiveServer, changing: Subject, turmoil: set[int]
) -> None:
    ids = [feature["id"] for feature in pages(features(live_server), changing.slug, limit=4)]
    assert len(ids) == len(set(ids))
    assert turmoil - set(ids) == set()


def test_owslib_finds_features_where_postgis_has_them(live_server: LiveServer, subject: Subject) -> None:
    found = pages(features(live_server), subject.slug, limit=7, crs=LAMBERT_93)
    near: list[Any] = [pytest.approx(xy, abs=0.01, rel=0) for xy in subject.xy(2154)]
    assert [tuple(feature["geometry"]["coordinates"]) for feature in found] == near


def test_owslib_learns_what_may_be_filtered_and_what_is_returned(
    live_server: LiveServer, subject: Subject
) -> None:
    client = features(live_server)
    schema = client.collection_schema(subject.slug)["properties"]
    queryables = client.collection_queryables(subject.slug)["properties"]
    names = {subject.name, subject.number, subject.flag, subject.day}
    assert names - set(queryables) == set()
    assert schema[subject.day]["format"] == "date"
    assert schema["id"]["x-ogc-role"] == "id"


def test_owslib_filters_on_the_server(live_server: LiveServer, subject: Subject, asked: list[str]) -> None:
    client = features(live_server)
    wanted = {
        f"{subject.number} > 3.5": subject.ids(**{f"{subject.number}__gt": 3.5}),
        f"{subject.day} >= DATE('2024-06-01')": subject.ids(**{f"{subject.day}__gte": "2024-06-01"}),
        f"{subject.flag} = TRUE": subject.ids(**{subject.flag: True}),
        f"{subject.name} = 'L’arbre de l''été 6'": subject.ids(**{subject.name: "L’arbre de l'été 6"}),
        "S_INTERSECTS(geom, BBOX(2.2009, 48.80, 2.2031, 48.81))": subject.ids()[:4],
    }
    found = {text: [f["id"] for f in pages(client, subject.slug, filter=text)] for text in wanted}
    assert found == wanted
    assert sum("filter=" in address for address in asked) == len(wanted)


def test_owslib_reads_one_feature(live_server: LiveServer, subject: Subject) -> None:
    pk = subject.ids()[6]
    feature = features(live_server).collection_item(subject.slug, str(pk))
    assert feature["id"] == pk
    assert feature["properties"][subject.name] == "L’arbre de l'été 6"


def test_owslib_shows_what_the_person_may_see(live_server: LiveServer, shown: World) -> None:
    seen = {
        person.name: PLAYGROUNDS in features(live_server, person).feature_collections()
        for person in (PLANNER, OUTSIDER)
    }
    assert seen == {PLANNER.name: True, OUTSIDER.name: False}


def test_owslib_reads_the_catalogue_of_records(live_server: LiveServer, subject: Subject) -> None:
    client = Records(f"{live_server.url}/api/")
    assert client.records() == ["catalogue"]
    page = client.collection_items("catalogue", ids=subject.slug, sortby=("title", "desc"), limit=5)
    assert subject.slug in [record["id"] for record in page["features"]]
    assert client.collection_item("catalogue", subject.slug)["properties"]["type"] == "dataset"
    assert "type" in client.collection_queryables("catalogue")["properties"]
