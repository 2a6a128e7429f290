"""OWSLib's WFS client in each version: what a Python script reads of the service."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from owslib import fes, fes2  # type: ignore[import-untyped]  # OWSLib has no types
from owslib.util import Authentication  # type: ignore[import-untyped]  # OWSLib has no types
from owslib.wfs import WebFeatureService  # type: ignore[import-untyped]  # OWSLib has no types
from pytest_django.live_server_helper import LiveServer

from tests.conformance.subjects import Subject
from tests.people import OUTSIDER, PASSWORD, PLANNER, Person
from tests.world import PLAYGROUNDS, World

VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
BOX = (2.2009, 48.80, 2.2031, 48.81)
every_version = pytest.mark.parametrize("version", VERSIONS)


def client(live_server: LiveServer, version: str, person: Person | None = None) -> Any:
    auth = None
    if person is not None:
        person.account()
        auth = Authentication(username=person.name, password=PASSWORD)
    return WebFeatureService(f"{live_server.url}/wfs", version=version, auth=auth)


def ids(content: bytes) -> list[int]:
    """Return the ids of the features of an answer in GML, in order."""
    root: Element = fromstring(content)
    return [
        int(value.rpartition(".")[2])
        for element in root.iter()
        if element.tag.startswith("{urn:x-portail:couche}")
        for name, value in element.attrib.items()
        if name.rpartition("}")[2] in {"id", "fid"}
    ]


@every_version
def test_owslib_lists_the_layers(live_server: LiveServer, subject: Subject, version: str) -> None:
    found = client(live_server, version).contents[f"portail:{subject.slug}"]
    assert found.crsOptions[0].code == 2154


@every_version
def test_owslib_reads_every_feature(live_server: LiveServer, subject: Subject, version: str) -> None:
    answer = client(live_server, version).getfeature(typename=[f"portail:{subject.slug}"])
    assert ids(answer.read()) == subject.ids()


@every_version
def test_owslib_finds_properties(live_server: LiveServer, subject: Subject, version: str) -> None:
    schema = client(live_server, version).get_schema(f"portail:{subject.slug}")
    assert (schema["geometry_column"], schema["properties"][subject.day]) == ("geom", "date")


@every_version
def test_owslib_gets_the_rows_of_sql(live_server: LiveServer, subject: Subject, version: str) -> None:
    words = fes2 if version == "2.0.0" else fes
    service, types = client(live_server, version), [f"portail:{subject.slug}"]
    wanted = {
        words.PropertyIsLike(
            subject.name, "*œuf*", wildCard="*", singleChar="?", escapeChar="!"
        ): subject.ids(**{f"{subject.name}__contains": "œuf"}),
        words.PropertyIsBetween(subject.number, "2", "4"): subject.ids(
            **{f"{subject.number}__range": (2, 4)}
        ),
        words.PropertyIsEqualTo(subject.flag, "true"): subject.ids(**{subject.flag: True}),
        words.PropertyIsGreaterThanOrEqualTo(subject.day, "2024-06-01"): subject.ids(
            **{f"{subject.day}__gte": "2024-06-01"}
        ),
    }
    for condition, pks in wanted.items():
        text = words.FilterRequest().setConstraint(condition, tostring=True).decode()
        assert ids(service.getfeature(typename=types, filter=text).read()) == pks
    box = (*BOX, "EPSG:4326")
    assert ids(service.getfeature(typename=types, bbox=box).read()) == subject.ids()[:4]


def test_owslib_turns_pages(live_server: LiveServer, subject: Subject) -> None:
    service, found = client(live_server, "2.0.0"), list[int]()
    for start in range(0, 24, 6):
        answer = service.getfeature(typename=[f"portail:{subject.slug}"], startindex=start, maxfeatures=6)
        found += ids(answer.read())
    assert found == subject.ids()


def test_owslib_gets_one_feature_by_the_stored_query(live_server: LiveServer, subject: Subject) -> None:
    pk = subject.ids()[3]
    answer = client(live_server, "2.0.0").getfeature(
        storedQueryID="urn:ogc:def:query:OGC-WFS::GetFeatureById",
        storedQueryParams={"ID": f"{subject.slug}.{pk}"},
    )
    assert ids(answer.read())[0] == pk


def test_owslib_sees_the_layers_of_the_person(live_server: LiveServer, shown: World) -> None:
    seen = [
        f"portail:{PLAYGROUNDS}" in client(live_server, "2.0.0", person).contents
        for person in (None, PLANNER, OUTSIDER)
    ]
    assert seen == [False, True, False]
