"""QGIS's own OGC API provider as a client, offscreen, of a layer written in code and of a dataset alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.conformance.clients import Reading, qgis_each, why_no_qgis
from tests.conformance.subjects import TREES, Subject
from tests.people import OUTSIDER, PASSWORD, PLANNER, Person
from tests.world import PLAYGROUNDS, World

pytestmark = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")


def layer(subject: Subject, **more: Any) -> dict[str, Any]:
    """Return a question about the whole layer, by small pages."""
    return {"uri": {"typename": subject.slug, "pageSize": "6", **more.pop("uri", {})}, **more}


def filters(subject: Subject) -> dict[str, list[int]]:
    """Return filters as QGIS writes them, with the ids that SQL finds."""
    name, number, flag = subject.name, subject.number, subject.flag
    return {
        f'"{number}" > 3.5': subject.ids(**{f"{number}__gt": 3.5}),
        f'"{number}" IS NULL': subject.ids(**{f"{number}__isnull": True}),
        f'"{flag}" = true': subject.ids(**{flag: True}),
        f"\"{name}\" = 'L’arbre de l''été 6'": subject.ids(**{name: "L’arbre de l'été 6"}),
        f"\"{name}\" LIKE '%œuf%'": subject.ids(**{f"{name}__contains": "œuf"}),
        f'"{number}" IN (1, 1.5)': subject.ids(**{f"{number}__in": [1, 1.5]}),
    }


def names(answer: dict[str, Any], subject: Subject) -> list[str]:
    return sorted(row[subject.name] for row in answer["rows"])


def names_of(subject: Subject, ids: list[int]) -> list[str]:
    """Return the names of rows as QGIS 3.40 shows them: of a double quote it keeps the backslash of its JSON."""
    rows = subject.rows().filter(pk__in=ids)
    found = rows.values_list(subject.source(subject.name), flat=True)
    return sorted(name.replace('"', "\\") for name in found)


_readings: dict[str, Reading] = {}


@pytest.fixture
def reading(live_server: LiveServer, subject: Subject, asked: list[str], tmp_path: Path) -> Reading:
    """What QGIS answers to questions about a subject, started once for all of them."""
    if subject.slug not in _readings:
        named = {
            "all": layer(subject),
            "2154": layer(subject, uri={"srsname": "EPSG:2154"}),
            **{text: layer(subject, subset=text) for text in filters(subject)},
        }
        answers = qgis_each(f"{live_server.url}/api/", list(named.values()), home=tmp_path)
        _readings[subject.slug] = Reading(dict(zip(named, answers, strict=True)), asked)
    return _readings[subject.slug]


def test_qgis_reads_every_feature_once(reading: Reading, subject: Subject) -> None:
    assert names(reading.answers["all"], subject) == names_of(subject, subject.ids())


def test_qgis_finds_features_where_postgis_has_them(reading: Reading, subject: Subject) -> None:
    near: list[Any] = [pytest.approx(list(xy), abs=1e-7, rel=0) for xy in sorted(subject.xy(4326))]
    assert sorted(reading.answers["all"]["xy"]) == near


def test_qgis_finds_features_in_another_system(reading: Reading, subject: Subject) -> None:
    lambert = reading.answers["2154"]
    near: list[Any] = [pytest.approx(list(xy), abs=0.01, rel=0) for xy in sorted(subject.xy(2154))]
    assert lambert["crs"] == "EPSG:2154"
    assert sorted(lambert["xy"]) == near


def test_qgis_reads_no_feature_twice_while_rows_come_and_go(
    live_server: LiveServer, changing: Subject, turmoil: set[int], tmp_path: Path
) -> None:
    (answer,) = qgis_each(f"{live_server.url}/api/", [layer(changing)], home=tmp_path)
    still = set(names_of(changing, sorted(turmoil)))
    assert still - set(names(answer, changing)) == set()


def test_qgis_finds_types(reading: Reading, subject: Subject) -> None:
    types = reading.answers["all"]["types"]
    assert {name: types[name].lower() for name in (subject.name, subject.number, subject.flag)} == {
        subject.name: "string",
        subject.number: "real",
        subject.flag: "boolean",
    }


def test_qgis_finds_days(reading: Reading, subject: Subject) -> None:
    days = sorted(row[subject.day] for row in reading.answers["all"]["rows"] if row[subject.day])
    assert days == sorted(day.isoformat() for day in subject.values(subject.day) if day)


def test_qgis_gets_the_rows_of_sql(reading: Reading, subject: Subject) -> None:
    wanted = filters(subject)
    assert {text: names(reading.answers[text], subject) for text in wanted} == {
        text: names_of(subject, ids) for text, ids in wanted.items()
    }


def test_qgis_leaves_filters_to_the_server(reading: Reading, subject: Subject) -> None:
    sent = {address.split("filter=")[1].split("&")[0] for address in reading.sent("filter=")}
    assert len(sent) == len(filters(subject))


def test_qgis_leaves_the_box_to_the_server(
    live_server: LiveServer, subject: Subject, asked: list[str], tmp_path: Path
) -> None:
    question = layer(subject, uri={"restrictToRequestBBOX": "1"}, bbox=[2.2009, 48.80, 2.2031, 48.81])
    (answer,) = qgis_each(f"{live_server.url}/api/", [question], home=tmp_path)
    assert [address for address in asked if "bbox=" in address] != []
    assert names(answer, subject) == names_of(subject, subject.ids()[:4])


@pytest.mark.parametrize(("person", "count"), [(PLANNER, 3), (OUTSIDER, 0)], ids=str)
def test_qgis_shows_the_layers_of_the_person(
    live_server: LiveServer, shown: World, person: Person, count: int, tmp_path: Path
) -> None:
    person.account()
    question = {"uri": {"typename": PLAYGROUNDS}, "user": person.name, "password": PASSWORD}
    (answer,) = qgis_each(f"{live_server.url}/api/", [question], home=tmp_path)
    assert len(answer.get("rows", [])) == count


def test_qgis_shows_no_field_that_is_hidden(live_server: LiveServer, shown: World, tmp_path: Path) -> None:
    (answer,) = qgis_each(f"{live_server.url}/api/", [{"uri": {"typename": TREES.slug}}], home=tmp_path)
    assert len(answer["rows"]) == 2
    assert {"matricule", "etat_sanitaire"} & set(answer["types"]) == set()


def test_qgis_keeps_the_decimals_of_a_column_whose_first_values_are_whole(
    live_server: LiveServer, catalogue: object, tmp_path: Path
) -> None:
    # QGIS learns the types from the first ten features.
    heights = [*range(1, 13), 25.3]
    with factories.in_bulk():
        for number, height in enumerate(heights):
            factories.tree(f"Arbre {number}", hauteur=height)
    (answer,) = qgis_each(f"{live_server.url}/api/", [{"uri": {"typename": TREES.slug}}], home=tmp_path)
    assert sorted(float(row["hauteur"]) for row in answer["rows"]) == heights
