"""QGIS’s own WFS provider as a client, offscreen, in each version, of a coded layer and of a dataset alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.conformance.clients import Reading, qgis_each, why_no_qgis
from tests.conformance.subjects import Subject
from tests.people import OUTSIDER, PASSWORD, PLANNER, Person
from tests.world import PLAYGROUNDS, World

pytestmark = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")
VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
every_version = pytest.mark.parametrize("version", VERSIONS)


def layer(slug: str, version: str, **more: Any) -> dict[str, Any]:
    """Return a question about a layer, by small pages."""
    uri = {"typename": f"portail:{slug}", "version": version, "srsname": "EPSG:2154", "pageSize": "6"}
    return {"provider": "WFS", "uri": uri | more.pop("uri", {}), **more}


def filters(subject: Subject) -> dict[str, list[int]]:
    """Return filters as QGIS writes them, with the ids that SQL finds.

    Of ``= true`` QGIS 3.40 makes no filter at all: it asks for every row, and shows them.
    """
    name, number, flag, day = subject.name, subject.number, subject.flag, subject.day
    return {
        f'"{number}" > 3.5': subject.ids(**{f"{number}__gt": 3.5}),
        f'"{number}" IS NULL': subject.ids(**{f"{number}__isnull": True}),
        f'"{flag}" = 1': subject.ids(**{flag: True}),
        f"\"{day}\" >= '2024-06-01'": subject.ids(**{f"{day}__gte": "2024-06-01"}),
        f"\"{name}\" = 'L’arbre de l''été 6'": subject.ids(**{name: "L’arbre de l'été 6"}),
        f"\"{name}\" LIKE '%œuf%'": subject.ids(**{f"{name}__contains": "œuf"}),
        f'"{number}" IN (1, 1.5)': subject.ids(**{f"{number}__in": [1, 1.5]}),
        f"intersects($geometry, geom_from_wkt('{around(subject, 4)}'))": subject.ids()[:4],
    }


def around(subject: Subject, count: int) -> str:
    """Return a polygon that holds the first rows of a subject, in Lambert-93."""
    xs, ys = zip(*subject.xy(2154)[:count], strict=True)
    west, south, east, north = min(xs) - 5, min(ys) - 5, max(xs) + 5, max(ys) + 5
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"


def names(answer: dict[str, Any], subject: Subject) -> list[str]:
    return sorted(row[subject.name] for row in answer.get("rows", ()))


def names_of(subject: Subject, ids: list[int]) -> list[str]:
    rows = subject.rows().filter(pk__in=ids)
    return sorted(rows.values_list(subject.source(subject.name), flat=True))


# What is in view, which QGIS asks for alone where the source says so.
BOX = [2.2009, 48.80, 2.2031, 48.81]
_SEEN = {"srsname": "EPSG:4326", "restrictToRequestBBOX": "1"}
_readings: dict[str, Reading] = {}


@pytest.fixture
def reading(live_server: LiveServer, subject: Subject, asked: list[str], tmp_path: Path) -> Reading:
    """What QGIS answers to questions about a subject, started once for all of them."""
    if subject.slug not in _readings:
        named: dict[str, dict[str, Any]] = {}
        for version in VERSIONS:
            named[version] = layer(subject.slug, version)
            named[f"{version} in degrees"] = layer(subject.slug, version, uri={"srsname": "EPSG:4326"})
            named[f"{version} box"] = layer(subject.slug, version, uri=_SEEN, bbox=BOX)
            named |= {
                f"{version} {text}": layer(subject.slug, version, subset=text) for text in filters(subject)
            }
        answers = qgis_each(f"{live_server.url}/wfs", list(named.values()), home=tmp_path)
        _readings[subject.slug] = Reading(dict(zip(named, answers, strict=True)), asked)
    return _readings[subject.slug]


@every_version
def test_qgis_reads_every_feature_once(reading: Reading, subject: Subject, version: str) -> None:
    assert names(reading.answers[version], subject) == names_of(subject, subject.ids())


@every_version
def test_qgis_finds_features_where_postgis_has_them(reading: Reading, subject: Subject, version: str) -> None:
    near: list[Any] = [pytest.approx(list(xy), abs=0.01, rel=0) for xy in sorted(subject.xy(2154))]
    assert sorted(reading.answers[version]["xy"]) == near


@every_version
def test_qgis_finds_longitude_first_in_degrees(reading: Reading, subject: Subject, version: str) -> None:
    near: list[Any] = [pytest.approx(list(xy), abs=1e-7, rel=0) for xy in sorted(subject.xy(4326))]
    assert sorted(reading.answers[f"{version} in degrees"]["xy"]) == near


@every_version
def test_qgis_gets_the_rows_of_sql(reading: Reading, subject: Subject, version: str) -> None:
    wanted = filters(subject)
    found = {text: names(reading.answers[f"{version} {text}"], subject) for text in wanted}
    assert found == {text: names_of(subject, ids) for text, ids in wanted.items()}


@every_version
def test_qgis_leaves_filters_to_the_server(reading: Reading, subject: Subject, version: str) -> None:
    sent = {address.partition("FILTER=")[2] for address in reading.sent(f"VERSION={version}")} - {""}
    assert len(sent) >= len(filters(subject))


@every_version
def test_qgis_leaves_the_box_to_the_server(reading: Reading, subject: Subject, version: str) -> None:
    answer = reading.answers[f"{version} box"]
    assert names(answer, subject) == names_of(subject, subject.ids()[:4])
    assert any("BBOX=" in address for address in reading.sent(f"VERSION={version}"))


@every_version
def test_qgis_finds_types(reading: Reading, subject: Subject, version: str) -> None:
    types = reading.answers[version]["types"]
    told = {name: types[name] for name in (subject.number, subject.flag, subject.day)}
    assert told == {
        subject.number: told[subject.number],
        subject.flag: "xsd:boolean",
        subject.day: "xsd:date",
    }


def test_qgis_turns_pages(reading: Reading) -> None:
    starts = {
        address.partition("STARTINDEX=")[2].partition("&")[0] for address in reading.sent("STARTINDEX=")
    }
    assert {"0", "6", "12", "18"} <= starts


def test_qgis_reads_no_feature_twice_while_rows_come_and_go(
    live_server: LiveServer, changing: Subject, turmoil: set[int], tmp_path: Path
) -> None:
    (answer,) = qgis_each(f"{live_server.url}/wfs", [layer(changing.slug, "2.0.0")], home=tmp_path)
    still = set(names_of(changing, sorted(turmoil)))
    assert still - set(names(answer, changing)) == set()


@pytest.mark.parametrize(("person", "count"), [(PLANNER, 3), (OUTSIDER, 0)], ids=str)
def test_qgis_shows_the_layers_of_the_person(
    live_server: LiveServer, shown: World, person: Person, count: int, tmp_path: Path
) -> None:
    person.account()
    question = layer(PLAYGROUNDS, "2.0.0", user=person.name, password=PASSWORD)
    (answer,) = qgis_each(f"{live_server.url}/wfs", [question], home=tmp_path)
    assert len(answer.get("rows", ())) == count
