"""Geometries of a request: what is read, and every way to be refused."""

from __future__ import annotations

import json

import pytest

from layers.crs import CRS84, LAMBERT_93, WGS84, Crs
from layers.errors import InvalidGeometry
from layers.parsing.geometry import MAX_VERTICES, has_heights, parse_geometry

SQUARE = "POLYGON ((2 48, 3 48, 3 49, 2 49, 2 48))"


@pytest.mark.parametrize(
    "text",
    [
        "POINT (2.2 48.8)",
        "point(2.2 48.8)",
        "  POINT (2.2 48.8)\n",
        '{"type": "Point", "coordinates": [2.2, 48.8]}',
        ' {"type": "Point", "coordinates": [2.2, 48.8, 35.0]}',
        "POINT Z (2.2 48.8 35)",
    ],
)
def test_wkt_and_geojson_give_the_same_flat_point(text: str) -> None:
    point = parse_geometry(text, parameter="within")
    assert point.wkt == "POINT (2.2 48.8)"
    assert point.srid == 4326
    assert point.hasz is False


@pytest.mark.parametrize(
    "text",
    [
        SQUARE,
        "MULTIPOINT ((2 48), (3 49))",
        "MULTIPOINT (2 48, 3 49)",
        "LINESTRING (2 48, 3 49)",
        "MULTILINESTRING ((2 48, 3 49), (4 48, 5 49))",
        "MULTIPOLYGON (((2 48, 3 48, 3 49, 2 48)))",
    ],
)
def test_every_simple_type_is_read(text: str) -> None:
    assert parse_geometry(text, parameter="within").valid


def test_epsg_4326_is_written_latitude_first() -> None:
    assert parse_geometry("POINT (48.8 2.2)", crs=WGS84, parameter="within").wkt == "POINT (2.2 48.8)"


def test_projected_coordinates_keep_their_srid() -> None:
    point = parse_geometry("POINT (648000 6860000)", crs=LAMBERT_93, parameter="within")
    assert (point.srid, point.wkt) == (2154, "POINT (648000 6860000)")


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("", "illisible"),
        ("POINT", "illisible"),
        ("POINT (2)", "illisible"),
        ("POINT (2 48", "illisible"),
        ("POINT (a b)", "illisible"),
        ("POLYGON ((2 48, 3 48, 3 49, 2 49))", "illisible"),
        ("POLYGON ((2 48, 3 48))", "illisible"),
        ("SRID=2154;POINT (2 48)", "illisible"),
        ("'; DROP TABLE layers_commune; --", "illisible"),
        ("2,48", "illisible"),
        ("{", "illisible"),
        ('{"type": "Point"', "illisible"),
        ('{"type": "Point", "coordinates": "2,48"}', "illisible"),
        ('{"type": "Point", "coordinates": [2]}', "illisible"),
        ('{"type": "Point"}', "illisible"),
        ('{"type": "Point", "coordinates": null}', "illisible"),
        ('{"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49]]]}', "illisible"),
        ('{"type": "Feature", "geometry": null}', "Feature"),
        ("{}", "None"),
        ("POINT EMPTY", "vide"),
        ('{"type": "MultiPoint", "coordinates": []}', "vide"),
        ("GEOMETRYCOLLECTION (POINT (2 48))", "GeometryCollection"),
        ("POINT (nan 48)", "nombre fini"),
        ("POINT (1e999 48)", "nombre fini"),
        ('{"type": "Point", "coordinates": [NaN, 48]}', "illisible"),
        ("POINT (48.8 200)", "(48.8 200.0)"),
        ("LINESTRING (2 48, 2 48)", "trop peu"),
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "le contour se croise en (0.5 0.5)"),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (5 5, 6 5, 6 6, 5 5))", "un trou sort du contour"),
        (
            "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 2 1, 2 2, 1 1)))",
            "une partie en recouvre une autre",
        ),
    ],
)
def test_a_faulty_geometry_is_refused_by_what_is_wrong_in_it(text: str, culprit: str) -> None:
    with pytest.raises(InvalidGeometry) as refused:
        parse_geometry(text, parameter="within")
    assert culprit in refused.value.detail
    assert refused.value.parameter == "within"


@pytest.mark.parametrize(
    ("crs", "text"),
    [(CRS84, "POINT (648000 6860000)"), (LAMBERT_93, "POINT (2.2 48.8)"), (WGS84, "POINT (100 2)")],
)
def test_coordinates_out_of_the_range_of_the_crs_are_refused(crs: Crs, text: str) -> None:
    with pytest.raises(InvalidGeometry, match="sort des limites"):
        parse_geometry(text, crs=crs, parameter="within")


def test_a_fault_is_placed_in_the_axis_order_of_the_client() -> None:
    with pytest.raises(InvalidGeometry, match=r"\(40\.4\d* 2\.2"):
        parse_geometry("POLYGON ((40 2, 41 2.5, 41 2, 40 2.4, 40 2))", crs=WGS84, parameter="within")


@pytest.mark.parametrize("is_json", [False, True])
def test_too_many_vertices_are_refused(*, is_json: bool) -> None:
    line = [[number / 100_000, 1.0] for number in range(MAX_VERTICES + 1)]
    text = json.dumps({"type": "LineString", "coordinates": line})
    if not is_json:
        text = "LINESTRING (" + ", ".join(f"{x} {y}" for x, y in line) + ")"
    with pytest.raises(InvalidGeometry, match="5000 sommets"):
        parse_geometry(text, parameter="within")


def test_two_megabytes_are_refused_by_their_size() -> None:
    with pytest.raises(InvalidGeometry, match="2000000"):
        parse_geometry("P" * 2_000_000, parameter="within")


@pytest.mark.parametrize(
    "text",
    [
        "GEOMETRYCOLLECTION (" * 5_000 + "POINT (2 48)" + ")" * 5_000,
        '{"type": "GeometryCollection", "geometries": [' * 2_000 + "]}" * 2_000,
        '{"type": "Point", "coordinates": ' + "[" * 50_000,
    ],
)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(InvalidGeometry):
        parse_geometry(text, parameter="within")


@pytest.mark.parametrize(
    ("coordinates", "is_high"),
    [
        ([2, 48], False),
        ([2, 48, 35], True),
        ([[2, 48], [3, 49, 35]], True),
        ([[[2, 48], [3, 48], [3, 49], [2, 48]]], False),
        ([], False),
        (None, False),
    ],
)
def test_heights_are_the_third_numbers_of_positions(coordinates: object, is_high: bool) -> None:
    assert has_heights(coordinates) is is_high
