"""GDAL's own OGC API driver as a client, of a layer written in code and of a dataset alike."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.conformance.clients import Reading, gdal, gdal_each
from tests.conformance.subjects import ROWS, TREES, Subject
from tests.people import OUTSIDER, PASSWORD, PLANNER
from tests.world import PLAYGROUNDS, World

LAMBERT_93 = "http://www.opengis.net/def/crs/EPSG/0/2154"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
# A centimetre, in metres and in degrees of latitude.
CENTIMETRE = {2154: 0.01, 4326: 0.01 / 111_320}


def source(live_server: LiveServer) -> str:
    return f"OAPIF:{live_server.url}/api"


def filters(subject: Subject) -> dict[str, list[int]]:
    """Return filters as OGR writes them, with the ids that SQL finds."""
    name, number, flag, day = subject.name, subject.number, subject.flag, subject.day
    return {
        f"{number} > 3.5": subject.ids(**{f"{number}__gt": 3.5}),
        f"{number} IS NULL": subject.ids(**{f"{number}__isnull": True}),
        f"{number} BETWEEN 2 AND 4": subject.ids(**{f"{number}__range": (2, 4)}),
        f"{flag} = 1": subject.ids(**{flag: True}),
        f"{day} >= '2024-06-01'": subject.ids(**{f"{day}__gte": "2024-06-01"}),
        f"{day} = '2024/02/04'": subject.ids(**{day: "2024-02-04"}),
        f"{name} = 'L’arbre de l''été 6'": subject.ids(**{name: "L’arbre de l'été 6"}),
        f"{name} LIKE '%œuf%'": subject.ids(**{f"{name}__contains": "œuf"}),
        f"{name} ILIKE 'CHÊNE%' AND NOT ({number} < 3)": subject.ids(
            **{f"{name}__startswith": "Chêne", f"{number}__gte": 3}
        ),
    }


BOX = [2.2009, 48.80, 2.2031, 48.81]
_readings: dict[str, Reading] = {}


def questions(url: str, subject: Subject) -> dict[str, dict[str, Any]]:
    """Return what this file asks of GDAL about a subject, by name."""
    api = {"source": f"OAPIF:{url}/api", "layer": subject.slug}
    items = f"{url}/api/collections/{subject.slug}/items"
    return {
        "all": api,
        "pages": api | {"PAGE_SIZE": 7},
        "2154": api | {"CRS": LAMBERT_93},
        "4326": api | {"CRS": WGS84},
        "box": api | {"bbox": BOX},
        "page of GeoJSON": {"source": f"{items}?limit=5"},
        "sequence": {"source": f"{items}?f=geojsonseq"},
        "JSON-FG": {"source": f"{items}?f=jsonfg&crs={LAMBERT_93}"},
        **{where: api | {"where": where} for where in filters(subject)},
    }


@pytest.fixture
def reading(live_server: LiveServer, subject: Subject, asked: list[str]) -> Reading:
    """What GDAL answers to every question about a subject, started once."""
    if subject.slug not in _readings:
        named = questions(live_server.url, subject)
        answers = gdal_each(list(named.values()))
        _readings[subject.slug] = Reading(dict(zip(named, answers, strict=True)), asked)
    return _readings[subject.slug]


def test_gdal_reads_every_feature_once_while_rows_come_and_go(
    live_server: LiveServer, changing: Subject, turmoil: set[int]
) -> None:
    fids = gdal(source(live_server), layer=changing.slug, PAGE_SIZE=4)["fids"]
    assert len(fids) == len(set(fids))
    assert turmoil - set(fids) == set()


def test_gdal_counts_what_the_table_holds(reading: Reading, subject: Subject) -> None:
    fids = reading.answers["pages"]["fids"]
    assert len(fids) == ROWS
    assert sorted(fids) == subject.ids()


@pytest.mark.parametrize(("srid", "told"), [(2154, "EPSG:2154"), (4326, 'GEOGCS["WGS 84')])
def test_gdal_finds_features_where_postgis_has_them(
    reading: Reading, subject: Subject, srid: int, told: str
) -> None:
    read = reading.answers[str(srid)]
    near: list[Any] = [pytest.approx(xy, abs=CENTIMETRE[srid], rel=0) for xy in subject.xy(srid)]
    assert read["crs"].startswith(told)
    assert read["geometry_type"] == "Point"
    assert [tuple(xy) for xy in read["xy"]] == near


def test_gdal_finds_the_types_of_the_schema(reading: Reading, subject: Subject) -> None:
    found = reading.answers["all"]["dtypes"]
    assert {name: found[name] for name in subject.types} == subject.types


def test_gdal_finds_the_types_of_fields_that_are_empty_at_first(
    live_server: LiveServer, changing: Subject
) -> None:
    emptied = [name for name in changing.types if changing.definition_of(name).null]
    changing.rows().update(**{changing.source(name): None for name in emptied})
    found = gdal(source(live_server), layer=changing.slug)["declared"]
    assert {name: found[name] for name in emptied} == {name: changing.types[name] for name in emptied}
    assert len(emptied) >= 2


def test_gdal_reads_texts_as_they_are(reading: Reading, subject: Subject) -> None:
    assert reading.answers["all"]["columns"][subject.name] == subject.values(subject.name)


def test_gdal_gets_the_rows_of_sql(reading: Reading, subject: Subject) -> None:
    wanted = filters(subject)
    assert {where: sorted(reading.answers[where]["fids"]) for where in wanted} == wanted


def test_gdal_leaves_filters_to_the_server(reading: Reading, subject: Subject) -> None:
    assert len(reading.sent("filter-lang=cql-text")) == len(filters(subject))


def test_no_filter_of_this_test_is_empty_or_idle(subject: Subject) -> None:
    assert {where: 0 < len(ids) < ROWS for where, ids in filters(subject).items()} == dict.fromkeys(
        filters(subject), True
    )


def test_gdal_leaves_the_box_to_the_server(reading: Reading, subject: Subject) -> None:
    assert reading.sent("bbox=") != []
    assert sorted(reading.answers["box"]["fids"]) == subject.ids()[:4]


def test_gdal_reads_a_page_of_geojson(reading: Reading) -> None:
    read = reading.answers["page of GeoJSON"]
    assert len(read["fids"]) == 5
    assert read["crs"] == "EPSG:4326"


def test_gdal_reads_a_sequence(reading: Reading, subject: Subject) -> None:
    assert reading.answers["sequence"]["columns"][subject.name] == subject.values(subject.name)


def test_gdal_reads_json_fg_in_lambert_93(reading: Reading, subject: Subject) -> None:
    read = reading.answers["JSON-FG"]
    near: list[Any] = [pytest.approx(xy, abs=0.01, rel=0) for xy in subject.xy(2154)]
    assert read["crs"] == "EPSG:2154"
    assert [tuple(xy) for xy in read["xy"]] == near


def _playgrounds(live_server: LiveServer, user: str) -> dict[str, Any]:
    return gdal(source(live_server), layer=PLAYGROUNDS, USERPWD=f"{user}:{PASSWORD}")


def test_gdal_is_let_in_with_credentials(live_server: LiveServer, shown: World) -> None:
    PLANNER.account()
    names = _playgrounds(live_server, PLANNER.name)["columns"]["nom"]
    assert sorted(names) == ["Jeux-Bruyeres", "Jeux-Pont", "Jeux-Val"]


def test_gdal_finds_no_layer_that_is_hidden(live_server: LiveServer, shown: World) -> None:
    OUTSIDER.account()
    with pytest.raises(AssertionError, match=PLAYGROUNDS):
        _playgrounds(live_server, OUTSIDER.name)


def test_gdal_finds_no_field_that_is_hidden(live_server: LiveServer, shown: World) -> None:
    columns = gdal(source(live_server), layer=TREES.slug)["columns"]
    assert "nom_vernaculaire" in columns
    assert {"matricule", "etat_sanitaire"} & set(columns) == set()
