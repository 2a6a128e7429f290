"""Parameters of ``items``: each one selects exactly what it says, alone and together."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from layers.crs import CRS84, LAMBERT_93, SERVED, WEB_MERCATOR, WGS84, Crs
from layers.models import Commune
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES, box, line
from tests.protocols import ask, get, items, values

TREES, ZONES, LINES = "arbres-remarquables", "plui-zones", "plui-prescriptions-lin"
CRS_URI = {crs.uri: crs for crs in (CRS84, WGS84, LAMBERT_93, WEB_MERCATOR)}


@pytest.fixture
def trees(catalogue: dict[str, Commune]) -> dict[str, int]:
    """Four trees; the keys by name."""
    rows = {
        "Cèdre": {
            "at": (2.21, 48.81),
            "genre": "Cedrus",
            "hauteur": 30.0,
            "date_releve": dt.date(2024, 5, 1),
        },
        "Orme": {"at": (2.19, 48.81), "genre": "Ulmus", "hauteur": 12.5, "date_releve": dt.date(2025, 5, 1)},
        "Érable": {"at": (2.23, 48.81), "genre": "Acer", "hauteur": None, "date_releve": None},
        "Pin": {"at": (2.211, 48.811), "genre": "Pinus", "hauteur": 30.0, "date_releve": dt.date(2026, 1, 1)},
    }
    return {name: factories.tree(name, **row).pk for name, row in rows.items()}


@pytest.fixture
def zones(catalogue: dict[str, Commune]) -> None:
    """Zones inside Meudon, astride its east border, against its west border from outside, and far away."""
    factories.zone("UInside", geom=box(2.205, 48.805, 2.215, 48.815))
    factories.zone("UAstride", geom=box(2.215, 48.805, 2.235, 48.815))
    factories.zone("UAgainst", geom=box(2.185, 48.805, 2.20, 48.815))
    factories.zone("UFar", geom=box(2.182, 48.805, 2.184, 48.815))


def found(**parameters: str) -> set[str]:
    """Return the trees that answer; an underscore stands for the dash of a parameter's name."""
    asked = {name.replace("_", "-"): text for name, text in parameters.items()}
    return set(values(items(TREES, asked), "nom_vernaculaire"))


def transformed(x: float, y: float, crs: Crs) -> tuple[float, float]:
    """Return a position in the axis order of ``crs``, as PostGIS computes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s) AS p) t",
            [x, y, crs.srid],
        )
        easting, northing = cursor.fetchone()
    return (northing, easting) if crs.is_yx else (easting, northing)


def test_bbox_is_longitude_first(trees: dict[str, int]) -> None:
    assert found(bbox="2.205,48.80,2.225,48.82") == {"Cèdre", "Pin"}


@pytest.mark.parametrize("uri", CRS_URI)
def test_bbox_is_read_in_the_axis_order_of_its_crs(trees: dict[str, int], uri: str) -> None:
    corners = (*transformed(2.205, 48.805, CRS_URI[uri]), *transformed(2.215, 48.815, CRS_URI[uri]))
    assert found(bbox=",".join(map(str, corners)), bbox_crs=uri) == {"Cèdre", "Pin"}


@pytest.mark.parametrize("uri", CRS_URI)
def test_positions_are_written_in_the_axis_order_of_the_crs_asked(trees: dict[str, int], uri: str) -> None:
    answer = items(TREES, {"crs": uri, "ids": str(trees["Cèdre"])})
    position = answer.document["features"][0]["geometry"]["coordinates"]
    assert position == pytest.approx(transformed(2.21, 48.81, CRS_URI[uri]), abs=1e-3)


@pytest.mark.parametrize("uri", CRS_URI)
def test_a_feature_alone_is_where_it_is_in_the_list(trees: dict[str, int], uri: str) -> None:
    pk = trees["Cèdre"]
    listed = items(TREES, {"crs": uri, "ids": str(pk)}).document["features"][0]["geometry"]
    assert ask(f"/api/collections/{TREES}/items/{pk}", {"crs": uri}).document["geometry"] == listed


@pytest.mark.parametrize("uri", CRS_URI)
def test_the_answer_says_its_crs(trees: dict[str, int], uri: str) -> None:
    assert items(TREES, {"crs": uri}).headers["Content-Crs"] == f"<{uri}>"


def test_without_a_wish_positions_are_longitude_first(trees: dict[str, int]) -> None:
    answer = items(TREES, {"ids": str(trees["Cèdre"])})
    position = answer.document["features"][0]["geometry"]["coordinates"]
    assert (position, answer.headers["Content-Crs"]) == ([2.21, 48.81], f"<{CRS84.uri}>")


@pytest.mark.parametrize("crs", SERVED, ids=lambda crs: crs.title)
@pytest.mark.parametrize("far", [(2.40, 48.82), (2.22, 48.92)], ids=["wide", "high"])
def test_the_extent_of_a_collection_holds_its_features_in_every_crs(
    catalogue: dict[str, Commune], crs: Crs, far: tuple[float, float]
) -> None:
    """OGC 18-058r1, /conf/crs/bbox-crs-action: its two corners, transformed, select what no box selects."""
    west, south, east, north = 2.20, 48.80, *far
    with factories.in_bulk():
        for corner in ((west, south), (west, north), (east, south), (east, north)):
            factories.tree(at=corner)
    (bounds,) = get(f"/api/collections/{TREES}").document["extent"]["spatial"]["bbox"]
    corners = (*transformed(*bounds[:2], crs), *transformed(*bounds[2:], crs))
    parameters = {"bbox": ",".join(map(str, corners)), "bbox-crs": crs.uri}
    assert items(TREES, parameters).document["numberMatched"] == 4


@pytest.mark.parametrize(
    ("datetime", "expected"),
    [
        ("2025-05-01", {"Orme"}),
        ("2025-01-01/..", {"Orme", "Pin"}),
        ("../2024-12-31", {"Cèdre"}),
        ("/2024-12-31", {"Cèdre"}),
        ("2024-05-01/2025-05-01", {"Cèdre", "Orme"}),
        ("2025-05-01T12:00:00Z", {"Orme"}),
        ("2030-01-01", set()),
    ],
)
def test_datetime_selects_what_happened_in_the_period_and_what_has_no_date(
    trees: dict[str, int], datetime: str, expected: set[str]
) -> None:
    assert found(datetime=datetime) == expected | {"Érable"}


@pytest.mark.parametrize(
    "address",
    ["/api/collections/communes/items", "/api/collections/communes/aggregate", "/export/communes.geojson"],
)
def test_every_feature_answers_a_period_where_nothing_has_a_date(
    catalogue: dict[str, Commune], address: str
) -> None:
    """OGC 17-069r4, /req/core/fc-time-response C: features without time are not filtered out."""
    every, dated = (ask(address, parameters).document for parameters in ({}, {"datetime": "1900-01-01"}))
    rows = "rows" if "rows" in every else "features"
    assert dated[rows] == every[rows] != []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cedre", {"Cèdre"}),
        ("CÈDRE", {"Cèdre"}),
        ("erable", {"Érable"}),
        ("éràblé", {"Érable"}),
        ("cedr cèdrus", {"Cèdre"}),
        ("cedre ulmus", set()),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("'", set()),
        ("", {"Cèdre", "Orme", "Érable", "Pin"}),
        ("   ", {"Cèdre", "Orme", "Érable", "Pin"}),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(
    trees: dict[str, int], words: str, expected: set[str]
) -> None:
    assert found(q=words) == expected


def test_a_point_is_of_one_commune(trees: dict[str, int]) -> None:
    assert [found(commune=code) for code in (SEVRES, MEUDON, BOULOGNE)] == [
        {"Orme"},
        {"Cèdre", "Pin"},
        {"Érable"},
    ]


def test_several_communes_add_up(trees: dict[str, int]) -> None:
    assert found(commune=f"{SEVRES},{BOULOGNE}") == {"Orme", "Érable"}


def test_a_surface_is_of_every_commune_it_goes_into_and_not_of_one_it_borders(zones: None) -> None:
    assert set(values(items(ZONES, {"commune": MEUDON}), "libelle")) == {"UInside", "UAstride"}


def test_an_area_selects_what_intersects_it_and_not_only_what_lies_inside(zones: None) -> None:
    area = "POLYGON((2.202 48.801, 2.22 48.801, 2.22 48.819, 2.202 48.819, 2.202 48.801))"
    assert set(values(items(ZONES, {"within": area}), "libelle")) == {"UInside", "UAstride"}
    assert values(items(ZONES, {"filter": f"S_WITHIN(geom, {area})"}), "libelle") == ["UInside"]


def test_a_line_is_of_every_commune_it_goes_into(catalogue: dict[str, Commune]) -> None:
    factories.prescription_lin("Traverse", line((2.215, 48.81), (2.235, 48.81)))
    factories.prescription_lin("Ailleurs", line((2.185, 48.81), (2.195, 48.81)))
    assert values(items(LINES, {"commune": BOULOGNE}), "libelle") == ["Traverse"]


AREA = [[2.205, 48.80], [2.225, 48.80], [2.225, 48.82], [2.205, 48.82], [2.205, 48.80]]


@pytest.mark.parametrize(
    "within",
    [
        "POLYGON((" + ", ".join(f"{x} {y}" for x, y in AREA) + "))",
        json.dumps({"type": "Polygon", "coordinates": [AREA]}),
        json.dumps({"type": "MultiPolygon", "coordinates": [[AREA]]}),
    ],
    ids=["wkt", "geojson", "multi"],
)
def test_an_area_is_wkt_or_geojson(trees: dict[str, int], within: str) -> None:
    assert found(within=within) == {"Cèdre", "Pin"}


@pytest.mark.parametrize("radius", [50, 133, 134, 750, 1400, 1500, 20_000])
def test_a_radius_is_in_metres_on_the_ground(trees: dict[str, int], radius: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nom_vernaculaire FROM heritage_remarkabletree"
            " WHERE ST_Distance(geom::geography, %s::geography) <= %s",
            [Point(2.2101, 48.8101, srid=4326).ewkt, radius],
        )
        expected = {name for (name,) in cursor.fetchall()}
    assert found(near="2.2101,48.8101", radius=str(radius)) == expected


def test_ids_select_features(trees: dict[str, int]) -> None:
    assert found(ids=f"{trees['Pin']},{trees['Orme']},999999999") == {"Pin", "Orme"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("genre = 'Cedrus'", {"Cèdre"}),
        ("nom_vernaculaire = 'Érable'", {"Érable"}),
        ("hauteur > 20 AND NOT genre = 'Pinus'", {"Cèdre"}),
        ("hauteur IS NULL OR hauteur < 20", {"Érable", "Orme"}),
        ("genre IN ('Acer', 'Ulmus')", {"Érable", "Orme"}),
        ("genre LIKE '%us'", {"Cèdre", "Orme", "Pin"}),
        ("commune = '92048'", {"Cèdre", "Pin"}),
        ("S_INTERSECTS(geom, BBOX(2.205, 48.80, 2.225, 48.82))", {"Cèdre", "Pin"}),
    ],
)
def test_a_filter_in_text_selects(trees: dict[str, int], text: str, expected: set[str]) -> None:
    assert found(filter=text) == expected


def test_a_filter_in_json_selects(trees: dict[str, int]) -> None:
    expression = {"op": "=", "args": [{"property": "genre"}, "Acer"]}
    assert found(filter=json.dumps(expression), filter_lang="cql2-json") == {"Érable"}


@pytest.mark.parametrize("uri", CRS_URI)
def test_a_filter_is_read_in_the_axis_order_of_its_crs(trees: dict[str, int], uri: str) -> None:
    first, second = transformed(2.205, 48.805, CRS_URI[uri]), transformed(2.215, 48.815, CRS_URI[uri])
    numbers = ", ".join(map(str, (*first, *second)))
    assert found(filter=f"S_INTERSECTS(geom, BBOX({numbers}))", filter_crs=uri) == {"Cèdre", "Pin"}


def test_questions_add_up(trees: dict[str, int]) -> None:
    assert found(commune=MEUDON, q="pin", filter="hauteur = 30", bbox="2,48,3,49") == {"Pin"}


def test_properties_are_those_asked_in_the_order_of_the_layer(trees: dict[str, int]) -> None:
    answer = items(TREES, {"properties": "hauteur,genre", "ids": str(trees["Cèdre"])})
    assert list(answer.document["features"][0]["properties"].items()) == [
        ("genre", "Cedrus"),
        ("hauteur", 30),
    ]


def test_no_property_leaves_the_geometry_and_the_key(trees: dict[str, int]) -> None:
    feature = items(TREES, {"properties": "", "ids": str(trees["Cèdre"])}).document["features"][0]
    assert feature["properties"] == {}
    assert feature["id"] == trees["Cèdre"]
    assert feature["geometry"]["type"] == "Point"


@pytest.mark.parametrize(
    ("sortby", "expected"),
    [
        ("nom_vernaculaire", ["Cèdre", "Érable", "Orme", "Pin"]),
        ("-hauteur,-id", ["Pin", "Cèdre", "Orme", "Érable"]),
        ("hauteur,id", ["Orme", "Cèdre", "Pin", "Érable"]),
        ("+genre", ["Érable", "Cèdre", "Pin", "Orme"]),
        ("-id", ["Pin", "Érable", "Orme", "Cèdre"]),
    ],
)
def test_rows_are_sorted_and_what_has_no_value_is_last(
    trees: dict[str, int], sortby: str, expected: list[str]
) -> None:
    assert values(items(TREES, {"sortby": sortby}), "nom_vernaculaire") == expected


def test_a_property_not_shown_may_still_be_sorted_on(trees: dict[str, int]) -> None:
    answer = items(TREES, {"sortby": "-genre", "properties": "hauteur", "limit": "1"})
    assert [feature["id"] for feature in answer.document["features"]] == [trees["Orme"]]
