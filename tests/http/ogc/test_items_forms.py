"""JSON-FG and GeoJSON sequences: the same features, with a place in any CRS, a time, or one a line."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any

import pytest

from layers.models import Commune
from tests import factories
from tests.protocols import Answer, ask, items
from tests.world import TREES, World

LAMBERT_93 = "http://www.opengis.net/def/crs/EPSG/0/2154"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"


@pytest.fixture
def trees(catalogue: dict[str, Commune]) -> list[int]:
    """Three trees, the last without a date."""
    dates = (dt.date(2024, 5, 31), dt.date(2025, 1, 1), None)
    return [
        factories.tree(f"Arbre-{number}", at=(2.201 + number / 1000, 48.805), date_releve=date).pk
        for number, date in enumerate(dates)
    ]


def sequence(answer: Answer) -> list[Any]:
    """Return the records of a sequence (RFC 8142)."""
    first, *records = answer.body.split("\x1e")
    assert first == "" and all(record.endswith("\n") for record in records)
    return [json.loads(record) for record in records]


def link(answer: Answer, rel: str) -> str:
    """Return the target of a link of the headers."""
    found = next(part for part in answer.headers["Link"].split(", <") if f'rel="{rel}"' in part)
    return found.split(">")[0].lstrip("<").removeprefix("http://localhost")


def step(page: Answer, rel: str) -> str:
    """Return where a link of the pager of a page leads."""
    (found,) = re.findall(rf'<a class="btn" rel="{rel}" href="([^"]*)"', page.body)
    return html.unescape(found)


def test_json_fg_in_crs84_is_geojson_with_a_time(trees: list[int]) -> None:
    answer = items(TREES, {"f": "jsonfg"})
    told = [(f["geometry"]["coordinates"], f["place"], f["time"]) for f in answer.document["features"]]
    assert told == [
        ([2.201, 48.805], None, {"date": "2024-05-31"}),
        ([2.202, 48.805], None, {"date": "2025-01-01"}),
        ([2.203, 48.805], None, None),
    ]


@pytest.mark.parametrize(("crs", "first"), [(WGS84, 48.805), (LAMBERT_93, 641_000)])
def test_json_fg_in_another_crs_has_a_place_and_no_geometry(trees: list[int], crs: str, first: float) -> None:
    answer = items(TREES, {"f": "jsonfg", "crs": crs, "limit": "1"})
    feature = answer.document["features"][0]
    told = answer.document["coordRefSys"], feature["geometry"], feature["place"]["coordinates"][0]
    assert told == (crs, None, pytest.approx(first, rel=0.01))


def test_a_document_of_json_fg_says_what_it_is(trees: list[int]) -> None:
    answer = items(TREES, {"f": "jsonfg"})
    document = answer.document
    told = answer.headers["Content-Type"], document["featureType"], document["geometryDimension"]
    assert (told, document["conformsTo"][0]) == (
        ("application/vnd.ogc.fg+json", TREES, 0),
        "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    )


def test_a_single_feature_is_json_fg_too(trees: list[int]) -> None:
    path = f"/api/collections/{TREES}/items/{trees[0]}"
    listed = items(TREES, {"f": "jsonfg", "crs": LAMBERT_93, "limit": "1"}).document["features"][0]
    alone = ask(path, {"f": "jsonfg", "crs": LAMBERT_93}).document
    names = ("id", "geometry", "place", "time")
    assert {name: alone[name] for name in names} == {name: listed[name] for name in names}


@pytest.mark.parametrize(
    ("form", "media_type"), [("json", "application/geo+json"), ("jsonfg", "application/vnd.ogc.fg+json")]
)
def test_a_single_feature_says_the_form_it_is_in(trees: list[int], form: str, media_type: str) -> None:
    links = ask(f"/api/collections/{TREES}/items/{trees[0]}", {"f": form}).document["links"]
    types = {rel: [link["type"] for link in links if link["rel"] == rel] for rel in ("self", "alternate")}
    assert types["self"] == [media_type]
    assert len(types["alternate"]) == 2
    assert media_type not in types["alternate"]


def test_a_sequence_holds_the_features_of_the_page(trees: list[int]) -> None:
    answer = items(TREES, {"f": "geojsonseq"})
    told = answer.headers["Content-Type"], sequence(answer)
    assert told == ("application/geo+json-seq", items(TREES).document["features"])


def test_the_headers_of_a_sequence_lead_to_the_next_page(trees: list[int]) -> None:
    first = items(TREES, {"f": "geojsonseq", "limit": "2"})
    second = ask(link(first, "next"))
    counts = first.headers["OGC-NumberMatched"], first.headers["OGC-NumberReturned"]
    assert (counts, [f["id"] for f in sequence(second)]) == (("3", "2"), trees[2:])


def test_an_empty_sequence_is_empty(catalogue: dict[str, Commune]) -> None:
    answer = items(TREES, {"f": "geojsonseq"})
    assert answer.status == 200
    assert answer.body == ""
    assert answer.headers["OGC-NumberMatched"] == "0"


def test_the_next_page_keeps_every_parameter(trees: list[int]) -> None:
    asked = {
        "f": "jsonfg", "limit": "1", "crs": LAMBERT_93, "properties": "nom_vernaculaire", "sortby": "-id",
        "filter": "date_releve IS NOT NULL", "remarquable": "true", "commune": "92048",
    }  # fmt: skip
    page = ask(link(items(TREES, asked), "next"))
    told = (
        page.document["features"][0]["properties"],
        page.document["coordRefSys"],
        page.document["numberMatched"],
    )
    assert told == ({"nom_vernaculaire": "Arbre-0"}, LAMBERT_93, 2)


@pytest.mark.parametrize("form", ["json", "jsonfg", "geojsonseq"])
def test_the_page_before_is_linked_and_keeps_every_parameter(trees: list[int], form: str) -> None:
    first = items(TREES, {"f": form, "limit": "1", "sortby": "-id", "properties": "nom_vernaculaire"})
    back = ask(link(ask(link(first, "next")), "prev"))
    assert (back.body.partition("timeStamp")[0], "prev" in back.headers["Link"]) == (
        first.body.partition("timeStamp")[0],
        False,
    )


def test_people_go_back_to_the_page_before(trees: list[int]) -> None:
    path = f"/api/collections/{TREES}/items"
    first = ask(f"{path}?f=html&limit=1")
    second = ask(path + step(first, "next"))
    back = ask(path + step(second, "prev"))
    assert f">{trees[0]}</a>" in back.body
    assert 'rel="prev"' not in first.body
    assert 'rel="prev"' not in back.body


def test_features_lead_to_what_they_may_be_filtered_by(world: World) -> None:
    rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    answer = items(TREES)
    address = f"http://localhost/api/collections/{TREES}/queryables"
    links = [found["href"] for found in answer.document["links"] if found["rel"] == rel]
    assert (links, f'<{address}>; rel="{rel}"' in answer.headers["Link"]) == ([address], True)
