"""GDAL's own OGC API driver as a client, of a layer written in code and of a dataset alike."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.conformance.clients import gdal, gdal_each
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


def test_gdal_reads_every_feature_once_while_rows_come_and_go(
    live_server: LiveServer, subject: Subject, turmoil: set[int]
) -> None:
    fids = gdal(source(live_server), layer=subject.slug, PAGE_SIZE=4)["fids"]
    assert (len(fids) - len(set(fids)), turmoil - set(fids)) == (0, set())


def test_gdal_counts_what_the_table_holds(live_server: LiveServer, subject: Subject) -> None:
    fids = gdal(source(live_server), layer=subject.slug, PAGE_SIZE=7)["fids"]
    assert (len(fids), sorted(fids)) == (ROWS, subject.ids())


@pytest.mark.parametrize(
    ("srid", "crs", "told"), [(2154, LAMBERT_93, "EPSG:2154"), (4326, WGS84, 'GEOGCS["WGS 84')]
)
def test_gdal_finds_features_where_postgis_has_them(
    live_server: LiveServer, subject: Subject, srid: int, crs: str, told: str
) -> None:
    read = gdal(source(live_server), layer=subject.slug, CRS=crs)
    near: list[Any] = [pytest.approx(xy, abs=CENTIMETRE[srid], rel=0) for xy in subject.xy(srid)]
    found = read["crs"].startswith(told), read["geometry_type"], [tuple(xy) for xy in read["xy"]]
    assert found == (True, "Point", near)


def test_gdal_finds_the_types_of_the_schema(live_server: LiveServer, subject: Subject) -> None:
    found = gdal(source(live_server), layer=subject.slug)["dtypes"]
    assert {name: found[name] for name in subject.types} == subject.types


def test_gdal_finds_the_type_of_a_field_that_is_empty_at_first(
    live_server: LiveServer, subject: Subject
) -> None:
    subject.rows().update(**{subject.source(subject.day): None})
    assert gdal(source(live_server), layer=subject.slug)["dtypes"][subject.day] == "datetime64[D]"


def test_gdal_reads_texts_as_they_are(live_server: LiveServer, subject: Subject) -> None:
    assert gdal(source(live_server), layer=subject.slug)["columns"][subject.name] == subject.values(
        subject.name
    )


def test_gdal_leaves_filters_to_the_server_and_gets_the_rows_of_sql(
    live_server: LiveServer, subject: Subject, asked: list[str]
) -> None:
    wanted = filters(subject)
    read = gdal_each(source(live_server), [{"layer": subject.slug, "where": where} for where in wanted])
    found = dict(zip(wanted, (sorted(answer["fids"]) for answer in read), strict=True))
    sent = [address for address in asked if "filter-lang=cql-text" in address]
    assert (found, len(sent)) == (wanted, len(wanted))


def test_no_filter_of_this_test_is_empty_or_idle(subject: Subject) -> None:
    assert {where: 0 < len(ids) < ROWS for where, ids in filters(subject).items()} == dict.fromkeys(
        filters(subject), True
    )


def test_gdal_leaves_the_box_to_the_server(
    live_server: LiveServer, subject: Subject, asked: list[str]
) -> None:
    read = gdal(source(live_server), layer=subject.slug, bbox=[2.2009, 48.80, 2.2031, 48.81])
    sent = [address for address in asked if "bbox=" in address]
    assert (sorted(read["fids"]), len(sent) > 0) == (subject.ids()[:4], True)


def test_gdal_reads_a_page_of_geojson(live_server: LiveServer, subject: Subject) -> None:
    read = gdal(f"{live_server.url}/api/collections/{subject.slug}/items?limit=5")
    assert (len(read["fids"]), read["crs"]) == (5, "EPSG:4326")


def test_gdal_reads_a_sequence(live_server: LiveServer, subject: Subject) -> None:
    read = gdal(f"{live_server.url}/api/collections/{subject.slug}/items?f=geojsonseq")
    assert read["columns"][subject.name] == subject.values(subject.name)


def test_gdal_reads_json_fg_in_lambert_93(live_server: LiveServer, subject: Subject) -> None:
    read = gdal(f"{live_server.url}/api/collections/{subject.slug}/items?f=jsonfg&crs={LAMBERT_93}")
    near: list[Any] = [pytest.approx(xy, abs=0.01, rel=0) for xy in subject.xy(2154)]
    assert (read["crs"], [tuple(xy) for xy in read["xy"]]) == ("EPSG:2154", near)


def _playgrounds(live_server: LiveServer, user: str) -> dict[str, Any]:
    return gdal(source(live_server), layer=PLAYGROUNDS, USERPWD=f"{user}:{PASSWORD}")


def test_gdal_is_let_in_with_credentials(live_server: LiveServer, world: World) -> None:
    PLANNER.account()
    names = _playgrounds(live_server, PLANNER.name)["columns"]["nom"]
    assert sorted(names) == ["Jeux-Bruyeres", "Jeux-Pont", "Jeux-Val"]


def test_gdal_finds_no_layer_that_is_hidden(live_server: LiveServer, world: World) -> None:
    OUTSIDER.account()
    with pytest.raises(AssertionError, match=PLAYGROUNDS):
        _playgrounds(live_server, OUTSIDER.name)


def test_gdal_finds_no_field_that_is_hidden(live_server: LiveServer, world: World) -> None:
    columns = gdal(source(live_server), layer=TREES.slug)["columns"]
    assert ("nom_vernaculaire" in columns, {"matricule", "etat_sanitaire"} & set(columns)) == (True, set())
