"""GDAL's WFS driver as a client, in each version, of a layer written in code and of a dataset alike."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.conformance.clients import Reading, gdal_each
from tests.conformance.subjects import ROWS, Subject
from tests.people import OUTSIDER, PASSWORD, PLANNER
from tests.world import PLAYGROUNDS, World

VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
BOX = [2.2009, 48.80, 2.2031, 48.81]
# A page of seven rows, where GDAL would ask for thousands.
PAGES = {"OGR_WFS_PAGE_SIZE": "7"}
every_version = pytest.mark.parametrize("version", VERSIONS)


def filters(subject: Subject) -> dict[str, list[int]]:
    """Return filters as OGR writes them, with the ids that SQL finds."""
    name, number, flag, day = subject.name, subject.number, subject.flag, subject.day
    x, y = subject.xy(2154)[0]
    return {
        f"{number} > 3.5": subject.ids(**{f"{number}__gt": 3.5}),
        f"{number} IS NULL": subject.ids(**{f"{number}__isnull": True}),
        f"{number} BETWEEN 2 AND 4": subject.ids(**{f"{number}__range": (2, 4)}),
        f"{flag} = 1": subject.ids(**{flag: True}),
        f"{day} >= '2024/06/01'": subject.ids(**{f"{day}__gte": "2024-06-01"}),
        f"{name} = 'L’arbre de l''été 6'": subject.ids(**{name: "L’arbre de l'été 6"}),
        f"{name} LIKE '%œuf%'": subject.ids(**{f"{name}__contains": "œuf"}),
        f"ST_Intersects(geom, ST_MakeEnvelope({','.join(map(str, BOX))},'EPSG:4326'))": subject.ids()[:4],
        f"ST_DWithin(geom, ST_GeomFromText('POINT({x} {y})'), 100)": subject.ids()[:3],
    }


def questions(url: str, subject: Subject) -> dict[str, dict[str, Any]]:
    """Return what this file asks of GDAL about a subject, by name."""
    named: dict[str, dict[str, Any]] = {}
    for version in VERSIONS:
        layer = {"source": f"WFS:{url}/wfs?VERSION={version}", "layer": f"portail:{subject.slug}"}
        named[version] = layer
        named[f"{version} in degrees"] = layer | {
            "source": f"WFS:{url}/wfs?VERSION={version}&SRSNAME=EPSG:4326"
        }
        named |= {f"{version} {where}": layer | {"where": where} for where in filters(subject)}
    named["box"] = {
        "source": f"WFS:{url}/wfs?VERSION=2.0.0&SRSNAME=EPSG:4326",
        "layer": f"portail:{subject.slug}",
        "bbox": BOX,
    }
    return named


_readings: dict[str, Reading] = {}


@pytest.fixture
def reading(live_server: LiveServer, subject: Subject, asked: list[str]) -> Reading:
    """What GDAL answers to every question about a subject, started once."""
    if subject.slug not in _readings:
        named = questions(live_server.url, subject)
        answers = gdal_each(list(named.values()), **PAGES)
        _readings[subject.slug] = Reading(dict(zip(named, answers, strict=True)), asked)
    return _readings[subject.slug]


def ids(answer: dict[str, Any]) -> list[int]:
    return [int(text.rpartition(".")[2]) for text in answer["columns"].get("gml_id", ())]


@every_version
def test_gdal_reads_every_feature_once(reading: Reading, subject: Subject, version: str) -> None:
    assert ids(reading.answers[version]) == subject.ids()


@every_version
def test_gdal_gets_the_rows_of_sql(reading: Reading, subject: Subject, version: str) -> None:
    wanted = filters(subject)
    found = {where: sorted(ids(reading.answers[f"{version} {where}"])) for where in wanted}
    assert found == wanted


@every_version
def test_gdal_leaves_filters_to_the_server(reading: Reading, subject: Subject, version: str) -> None:
    sent = {address.partition("FILTER=")[2] for address in reading.sent(f"VERSION={version}")} - {""}
    assert len({text.partition("&")[0] for text in sent}) >= len(filters(subject))


def test_gdal_leaves_the_box_to_the_server(reading: Reading, subject: Subject) -> None:
    assert sorted(ids(reading.answers["box"])) == subject.ids()[:4]


def test_gdal_turns_pages(reading: Reading) -> None:
    starts = {
        address.partition("STARTINDEX=")[2].partition("&")[0] for address in reading.sent("STARTINDEX=")
    }
    assert {str(start) for start in range(0, ROWS, 7)} <= starts


@every_version
def test_gdal_finds_features_where_postgis_has_them(reading: Reading, subject: Subject, version: str) -> None:
    near: list[Any] = [pytest.approx(list(xy), abs=0.01, rel=0) for xy in subject.xy(2154)]
    assert (reading.answers[version]["crs"], reading.answers[version]["xy"]) == ("EPSG:2154", near)


@every_version
def test_gdal_finds_longitude_first_in_degrees(reading: Reading, subject: Subject, version: str) -> None:
    near: list[Any] = [pytest.approx(list(xy), abs=1e-7, rel=0) for xy in subject.xy(4326)]
    assert reading.answers[f"{version} in degrees"]["xy"] == near


@every_version
def test_gdal_reads_the_names_as_they_are(reading: Reading, subject: Subject, version: str) -> None:
    # GDAL leaves out the blanks that an element begins with.
    wanted = [name.lstrip() for name in subject.values(subject.name)]
    assert reading.answers[version]["columns"][subject.name] == wanted


@every_version
def test_gdal_finds_types(reading: Reading, subject: Subject, version: str) -> None:
    types = reading.answers[version]["dtypes"]
    # The integers of a dataset have 64 bits, and its schema says so.
    wanted = {name: kind.replace("int32", "int64") for name, kind in subject.types.items()}
    assert {name: types[name] for name in subject.types} == wanted


def test_gdal_reads_no_feature_twice_while_rows_come_and_go(
    live_server: LiveServer, changing: Subject, turmoil: set[int]
) -> None:
    question = {"source": f"WFS:{live_server.url}/wfs?VERSION=2.0.0", "layer": f"portail:{changing.slug}"}
    (answer,) = gdal_each([question], OGR_WFS_PAGE_SIZE="4")
    found = ids(answer)
    assert len(found) == len(set(found))
    assert turmoil - set(found) == set()


def test_gdal_reads_what_the_person_may_read(live_server: LiveServer, shown: World) -> None:
    counts = {}
    for person in (PLANNER, OUTSIDER):
        person.account()
        question = {"source": f"WFS:{live_server.url}/wfs", "layer": f"portail:{PLAYGROUNDS}"}
        try:
            (answer,) = gdal_each([question], GDAL_HTTP_USERPWD=f"{person.name}:{PASSWORD}")
            counts[person] = len(answer["fids"])
        except AssertionError:  # GDAL finds no such layer
            counts[person] = 0
    assert counts == {PLANNER: 3, OUTSIDER: 0}
