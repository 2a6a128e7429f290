"""Standards read by others: GeoJSON against RFC 7946 written as a schema, and GDAL's own OGC API driver as a client."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from jsonschema import Draft202012Validator
from pytest_django.live_server_helper import LiveServer

from gisportal.catalogue import CODED
from layers.models import Commune
from tests import factories
from tests.conformance.clients import gdal, gdal_each
from tests.conformance.subjects import ROWS, SUBJECTS
from tests.people import ADMINISTRATOR
from tests.protocols import get, items
from tests.world import TREES, World

POSITION = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "items": False,
    "minItems": 2,
}


def shape(kind: str, coordinates: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one kind of geometry."""
    return {
        "type": "object",
        "properties": {"type": {"const": kind}, "coordinates": coordinates},
        "required": ["type", "coordinates"],
        "additionalProperties": False,
    }


def several(inside: dict[str, Any], fewest: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": inside, "minItems": fewest}


POLYGON = several(several(POSITION, 4))
GEOMETRY = {
    "oneOf": [
        shape("Point", POSITION),
        shape("LineString", several(POSITION, 2)),
        shape("Polygon", POLYGON),
        shape("MultiPolygon", several(POLYGON)),
    ]
}
LINK = {
    "type": "object",
    "required": ["rel", "href", "type"],
    "properties": {"href": {"type": "string", "pattern": "^https?://"}},
}
FEATURE = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": "integer"},
        "geometry": GEOMETRY,
        "properties": {"type": "object"},
    },
}
COLLECTION = {
    "type": "object",
    "required": ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": FEATURE},
        "links": {"type": "array", "items": LINK, "minItems": 2},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
    },
    # RFC 7946, 7.1 and 4: no member that means something else, and no ``crs``.
    "not": {
        "anyOf": [
            {"required": [name]} for name in ("coordinates", "geometries", "geometry", "properties", "crs")
        ]
    },
}


@pytest.mark.parametrize("slug", [definition.slug for definition in CODED.all()])
def test_every_layer_is_geojson(world: World, slug: str) -> None:
    document = items(slug, None, ADMINISTRATOR).document
    assert [error.message for error in Draft202012Validator(COLLECTION).iter_errors(document)] == []


@pytest.mark.parametrize("turn", [1, -1], ids=["stored-left", "stored-right"])
def test_outer_rings_turn_left_and_inner_ones_right(catalogue: dict[str, Commune], turn: int) -> None:
    """RFC 7946, 3.1.6, in a list and alone."""
    outer = [(2.20, 48.80), (2.22, 48.80), (2.22, 48.82), (2.20, 48.82), (2.20, 48.80)]
    inner = [(2.205, 48.805), (2.205, 48.81), (2.21, 48.81), (2.21, 48.805), (2.205, 48.805)]
    pk = factories.zone(geom=Polygon(outer[::turn], inner[::turn], srid=4326)).pk
    listed = items("plui-zones").document["features"][0]
    alone = get(f"/api/collections/plui-zones/items/{pk}").document
    turns = [[area(ring) > 0 for ring in answer["geometry"]["coordinates"]] for answer in (listed, alone)]
    assert turns == [[True, False], [True, False]]


def test_a_line_keeps_its_direction(catalogue: dict[str, Commune]) -> None:
    factories.prescription_lin("Ligne", factories.line((2.20, 48.80), (2.21, 48.81)))
    feature = items("plui-prescriptions-lin").document["features"][0]
    assert feature["geometry"]["coordinates"][0] == [2.20, 48.80]


def area(ring: list[list[float]]) -> float:
    """Return twice the area of a ring, positive when it turns left."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def test_gdal_reads_a_tile(live_server: LiveServer, subjects: None) -> None:
    read = gdal(f"MVT:{live_server.url}/tiles/{TREES}/9/259/176.mvt")
    assert len(read["fids"]) == ROWS


def test_gdal_finds_tiles_by_the_links_of_a_collection(live_server: LiveServer, subjects: None) -> None:
    """GDAL 3.12 compares the box of a collection, in degrees, with tiles in metres, unless it is told one in metres."""
    collection = f"OGCAPI:{live_server.url}/api/collections/{TREES}"
    (subject,) = [one for one in SUBJECTS if one.slug == TREES]
    xs, ys = zip(*subject.xy(3857), strict=True)
    box = {"MINX": min(xs), "MINY": min(ys), "MAXX": max(xs), "MAXY": max(ys)}
    far, near = gdal_each(
        [
            {"source": collection, "layer": "Zoom level 2"},
            {"source": collection, "layer": "Zoom level 14", **{name: str(at) for name, at in box.items()}},
        ]
    )
    assert len(far["fids"]) == len(near["fids"]) == ROWS
    assert sorted(map(int, near["columns"]["mvt_id"])) == subject.ids()
    assert near["crs"] == "EPSG:3857"
