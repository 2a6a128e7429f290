"""Lines and surfaces in tiles: shared borders stay shared, small ones are grouped and counted, tiles fit each other."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from shapely import LineString, union_all
from shapely.geometry import shape

from layers import access, queries
from layers.formats import mvt
from layers.models import Commune
from layers.parsing import parse_query
from layers.queries import Selection
from layers.sql.tile_matrix_sets import LAMBERT_93, WEB_MERCATOR_QUAD, TileAddress
from layers.visitor import Visitor
from plui.catalogue import PRESCRIPTIONS_LIN, ZONES
from tests import factories
from tests.factories import line
from tests.patience import LONG_S
from tests.protocols import tile_of

WEST, SOUTH, SIDE, CELLS, STEPS = 2.15, 48.78, 0.012, 6, 30
MIDDLE = (WEST + SIDE * CELLS / 2, SOUTH + SIDE * 0.66 * CELLS / 2)
Feature = dict[str, Any]
Edge = tuple[tuple[float, ...], ...]


def selection(slug: str, **parameters: str) -> Selection:
    asked = parse_query({name: [text] for name, text in parameters.items()})
    return queries.select(access.scope(Visitor(instant=timezone.now()), slug), asked)


def features(slug: str, at: TileAddress) -> list[Feature]:
    content = mvt.render([selection(slug)], at)
    assert len(content) <= mvt.MAX_BYTES
    decoded = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}) if content else {}
    return list(decoded[slug]["features"]) if decoded else []


def address(longitude: float, latitude: float, zoom: int) -> TileAddress:
    return WEB_MERCATOR_QUAD.tile(*map(int, tile_of(longitude, latitude, zoom).split("/")))


def corner(i: float, j: float) -> tuple[float, float]:
    """Return where a corner of the mosaic is: neighbours compute the same winding border."""
    x, y = WEST + i * SIDE, SOUTH + j * SIDE * 0.66
    return x + SIDE * 0.05 * math.sin(9.1 * j + 2.3 * i), y + SIDE * 0.03 * math.cos(8.3 * i + 3.1 * j)


def mosaic() -> None:
    """Create zones that share every vertex of their winding borders, each ring begun elsewhere."""
    shares = [step / STEPS for step in range(STEPS)]
    with factories.in_bulk():
        for i in range(CELLS):
            for j in range(CELLS):
                ring = [corner(i + share, j) for share in shares] + [
                    corner(i + 1, j + share) for share in shares
                ]
                ring += [corner(i + 1 - share, j + 1) for share in shares]
                ring += [corner(i, j + 1 - share) for share in shares]
                start = (7 * i + 13 * j) % len(ring)
                turned = ring[start:] + ring[:start]
                factories.zone(f"Z{i}-{j}", geom=Polygon([*turned, turned[0]], srid=4326))


@pytest.fixture
def zones(catalogue: dict[str, Commune]) -> None:
    mosaic()


@pytest.mark.parametrize("zoom", [9, 10, 11, 12, 13, 15])
def test_neighbours_share_every_vertex_of_their_border(zones: None, zoom: int) -> None:
    surfaces = [shape(found["geometry"]) for found in features(ZONES.slug, address(*MIDDLE, zoom))]
    whole = union_all(surfaces)
    assert sum(surface.area for surface in surfaces) == whole.area
    assert not whole.interiors
    counted = Counter(edge for surface in surfaces for edge in edges(surface))
    inside = [
        edge
        for edge in counted
        if LineString(edge).interpolate(0.5, normalized=True).distance(whole.exterior) > 1e-6
    ]
    assert inside
    assert [edge for edge in inside if edge[::-1] not in counted] == []


def edges(surface: Any) -> list[Edge]:
    """Return the edges of a surface, in the direction of its rings."""
    polygons = getattr(surface, "geoms", [surface])
    rings = [ring.coords for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return [edge for ring in rings for edge in pairwise(ring)]


@pytest.mark.parametrize("zoom", [8, 9, 10, 12, 14, 16])
def test_surfaces_are_valid_and_turn_as_the_standard_says(zones: None, zoom: int) -> None:
    """MVT 2.1, 4.3.4.4: an exterior ring has a positive area by the surveyor's formula, an inner one a negative."""
    found = features(ZONES.slug, address(*MIDDLE, zoom))
    surfaces = [shape(feature["geometry"]) for feature in found]
    assert surfaces
    assert all(surface.is_valid and surface.area > 0 for surface in surfaces)
    assert all(
        polygon.exterior.is_ccw for surface in surfaces for polygon in getattr(surface, "geoms", [surface])
    )


def test_vertices_are_those_of_the_rows_on_half_pixels(zones: None) -> None:
    at = address(*MIDDLE, 12)
    west, _south, _east, north = at.envelope()
    unit = at.matrix.side(12) / 1024
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, round((ST_X(v.geom) - %s) / %s), round((%s - ST_Y(v.geom)) / %s)"
            " FROM plui_zoneurba, ST_DumpPoints(geom_3857) AS v",
            [west, unit, north, unit],
        )
        stored = {(pk, (x, y)) for pk, x, y in cursor.fetchall()}
    shown = {
        (feature["id"], place)
        for feature in features(ZONES.slug, at)
        for edge in edges(shape(feature["geometry"]))
        for place in edge
        if all(0 <= number <= 1024 for number in place)
    }
    assert shown
    assert shown <= stored


def test_adjacent_tiles_match_on_their_border(zones: None) -> None:
    left = address(*MIDDLE, 13)
    right = WEB_MERCATOR_QUAD.tile(13, left.column + 1, left.row)
    seam = {}
    for at, place in ((left, 1024), (right, 0)):
        line_of_seam = LineString([(place, 0), (place, 1024)])
        seam[at] = {
            feature["id"]: sorted(
                round(y, 6)
                for part in _parts(shape(feature["geometry"]).intersection(line_of_seam))
                for _x, y in part.coords
            )
            for feature in features(ZONES.slug, at)
            if shape(feature["geometry"]).intersection(line_of_seam).length
        }
    assert seam[left]
    assert seam[left] == seam[right]


def _parts(found: Any) -> list[Any]:
    return [part for part in getattr(found, "geoms", [found]) if part.geom_type == "LineString"]


@pytest.mark.parametrize("zoom", [0, 3, 5, 6, 7])
def test_surfaces_too_small_to_be_seen_are_counted(zones: None, zoom: int) -> None:
    found = features(ZONES.slug, address(*MIDDLE, zoom))
    assert sum(feature["properties"].get("point_count", 1) for feature in found) == CELLS**2


def test_a_mark_is_as_large_as_what_it_stands_for_and_of_the_commonest_category(zones: None) -> None:
    (mark,) = features(ZONES.slug, address(*MIDDLE, 0))
    assert not mark["id"]
    assert mark["properties"] == {"cluster": True, "point_count": CELLS**2, "typezone": "U"}
    assert shape(mark["geometry"]).area >= 4


def test_a_surface_alone_in_its_cell_is_itself(catalogue: dict[str, Commune]) -> None:
    zone = factories.zone("UA")
    (found,) = features(ZONES.slug, address(*MIDDLE, 2))
    assert found["id"] == zone.pk
    assert found["properties"]["libelle"] == "UA"
    assert found["geometry"]["type"] == "Polygon"


def test_a_strip_thinner_than_the_grid_is_drawn(catalogue: dict[str, Commune]) -> None:
    zone = factories.zone(geom=factories.box(2.20, 48.800, 2.24, 48.80001))
    (found,) = features(ZONES.slug, address(2.21, 48.80, 12))
    assert found["id"] == zone.pk
    assert shape(found["geometry"]).area > 0


def test_lines_too_small_to_be_seen_are_counted(catalogue: dict[str, Commune]) -> None:
    for step in range(12):
        x = 2.20 + step * 0.0001
        factories.prescription_lin(f"L{step}", line((x, 48.81), (x + 0.00005, 48.8101)))
    for zoom in (2, 7, 10):
        found = features(PRESCRIPTIONS_LIN.slug, address(2.20, 48.81, zoom))
        assert sum(feature["properties"].get("point_count", 1) for feature in found) == 12
        assert {feature["geometry"]["type"] for feature in found} == {"LineString"}


def test_a_tile_of_many_surfaces_groups_them_and_counts_all(
    catalogue: dict[str, Commune], settings: Settings
) -> None:
    settings.LAYER_TIMEOUTS = settings.LAYER_TIMEOUTS | {"tile": LONG_S}  # a busy machine takes longer
    factories.zone()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE plui_zoneurba DISABLE TRIGGER USER")
        names = ", ".join(_columns(cursor))
        cursor.execute(
            f"INSERT INTO plui_zoneurba (geom, {names})"
            " SELECT ST_Translate(ST_Buffer(ST_SetSRID(ST_MakePoint(2.2, 48.8), 4326), 0.00008, 8),"
            f" (i % 160) * 0.0005, (i / 160) * 0.0004), {names} FROM plui_zoneurba, generate_series(0, 19999) AS i"
        )
        cursor.execute("ALTER TABLE plui_zoneurba ENABLE TRIGGER USER")
    at = address(2.24, 48.82, 10)
    found = features(ZONES.slug, at)
    assert sum(feature["properties"].get("point_count", 1) for feature in found) == 20_001
    assert len(found) <= mvt.MAX_FEATURES


def _columns(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'plui_zoneurba'::regclass AND attnum > 0"
        " AND attgenerated = '' AND NOT attisdropped AND attname NOT IN ('id', 'geom')"
    )
    return [name for (name,) in cursor.fetchall()]


def test_a_tile_in_lambert_is_that_of_the_transformed_rows(zones: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 2154) AS p",
            MIDDLE,
        )
        x, y = cursor.fetchone()
        covering = LAMBERT_93.covering((x, y, x, y), 13)
        at = LAMBERT_93.tile(13, covering.min_column, covering.min_row)
        west, _south, _east, north = at.envelope()
        unit = at.matrix.side(13) / 1024
        cursor.execute(
            "SELECT id, round((ST_X(v.geom) - %s) / %s), round((%s - ST_Y(v.geom)) / %s)"
            " FROM plui_zoneurba, ST_DumpPoints(ST_Transform(geom, 2154)) AS v",
            [west, unit, north, unit],
        )
        stored = {(pk, (i, j)) for pk, i, j in cursor.fetchall()}
    shown = {
        (feature["id"], place)
        for feature in features(ZONES.slug, at)
        for edge in edges(shape(feature["geometry"]))
        for place in edge
        if all(0 <= number <= 1024 for number in place)
    }
    assert shown
    assert shown <= stored


def test_a_tile_where_lambert_means_nothing_is_empty(zones: None) -> None:
    assert features(ZONES.slug, LAMBERT_93.tile(10, 24, 0)) == []
