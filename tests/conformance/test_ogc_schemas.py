"""Standards read by others: GeoJSON against RFC 7946 written as a schema, and GDAL's own OGC API driver as a client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from jsonschema import Draft202012Validator
from pytest_django.live_server_helper import LiveServer

from gisportal.catalogue import CODED
from layers.models import Commune
from tests import factories
from tests.people import ADMINISTRATOR, PASSWORD, PLANNER
from tests.protocols import get, items
from tests.world import PLAYGROUNDS, TREES, World

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


def gdal(source: str, **options: Any) -> dict[str, Any]:
    """Read a source with the GDAL of pyogrio, in a process of its own: the server is a thread of this one."""
    program = (
        "import json, sys, pyogrio.raw, shapely\n"
        "options = json.loads(sys.argv[2])\n"
        "options['bbox'] = tuple(options['bbox']) if 'bbox' in options else None\n"
        "meta, fids, geometry, columns = pyogrio.raw.read(sys.argv[1], return_fids=True, **options)\n"
        "names = [str(name) for name in meta['fields']]\n"
        "told = {name: [None if v is None else str(v) for v in column] for name, column in zip(names, columns)}\n"
        "xy = [list(shapely.from_wkb(g).centroid.coords[0]) for g in geometry]\n"
        "print(json.dumps({'fids': fids.tolist(), 'columns': told, 'xy': xy, 'crs': meta['crs'],"
        " 'geometry_type': meta['geometry_type'], 'dtypes': {n: str(c.dtype) for n, c in zip(names, columns)}}))\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, source, json.dumps(options)],
        capture_output=True, text=True, timeout=60, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def orchard(live_server: LiveServer, catalogue: dict[str, Commune]) -> LiveServer:
    """A running server with 23 trees."""
    for number in range(23):
        factories.tree(
            f"Arbre n° {number} « é »",
            at=(2.201 + number / 2000, 48.805),
            genre="Ulmus",
            hauteur=number / 2 or None,
        )
    return live_server


def test_gdal_reads_every_feature_once_over_its_pages(orchard: LiveServer) -> None:
    read = gdal(f"OAPIF:{orchard.url}/api", layer=TREES, PAGE_SIZE=7)
    names = read["columns"]["nom_vernaculaire"]
    assert (len(names), len(set(names)), len(set(read["fids"]))) == (23, 23, 23)


def test_gdal_puts_features_where_they_are(orchard: LiveServer) -> None:
    read = gdal(f"OAPIF:{orchard.url}/api", layer=TREES)
    told = read["xy"][0], read["geometry_type"]
    assert told == ([pytest.approx(2.201), pytest.approx(48.805)], "Point")


def test_gdal_asks_in_lambert_93_and_finds_them_there(orchard: LiveServer) -> None:
    read = gdal(f"OAPIF:{orchard.url}/api", layer=TREES, CRS="http://www.opengis.net/def/crs/EPSG/0/2154")
    x, y = read["xy"][0]
    assert (read["crs"], 640_000 < x < 650_000, 6_850_000 < y < 6_860_000) == ("EPSG:2154", True, True)


def test_gdal_filters_by_box(orchard: LiveServer) -> None:
    read = gdal(f"OAPIF:{orchard.url}/api", layer=TREES, bbox=[2.2009, 48.80, 2.2026, 48.81])
    assert len(read["fids"]) == 4


def test_gdal_filters_by_attribute(orchard: LiveServer) -> None:
    read = gdal(f"OAPIF:{orchard.url}/api", layer=TREES, where="hauteur > 10")
    assert len(read["fids"]) == 2


def test_gdal_finds_the_types(orchard: LiveServer) -> None:
    types = gdal(f"OAPIF:{orchard.url}/api", layer=TREES)["dtypes"]
    assert (types["hauteur"], types["remarquable"], types["genre"]) == ("float64", "bool", "object")


def test_gdal_reads_the_geojson_of_a_page(orchard: LiveServer) -> None:
    read = gdal(f"{orchard.url}/api/collections/{TREES}/items?limit=5")
    assert (len(read["fids"]), read["crs"]) == (5, "EPSG:4326")


def test_gdal_is_let_in_with_credentials(live_server: LiveServer, world: World) -> None:
    PLANNER.account()
    read = gdal(f"OAPIF:{live_server.url}/api", layer=PLAYGROUNDS, USERPWD=f"{PLANNER.name}:{PASSWORD}")
    assert sorted(read["columns"]["nom"]) == ["Jeux-Bruyeres", "Jeux-Pont", "Jeux-Val"]


def test_gdal_reads_a_tile(orchard: LiveServer) -> None:
    read = gdal(f"MVT:{orchard.url}/tiles/{TREES}/9/259/176.mvt")
    assert len(read["fids"]) == 23
