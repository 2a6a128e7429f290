"""OGC API Tiles 1.0 (20-057) and tile set metadata (17-083r4): documents, tiles and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import morecantile
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from layers.sql.tile_matrix_sets import LAMBERT_93, SERVED, WEB_MERCATOR_QUAD
from ogc.formats.openapi.tiles import MAX_LAYERS as TOLD_LAYERS
from plui.models import ZoneUrba
from tests.factories import MEUDON, MIDDLES, box, zone
from tests.people import PLANNER, PUBLIC, TOWN_AGENT
from tests.protocols import get, tile_of
from tests.rasters import online, slope
from tests.world import ALL_PLAYGROUNDS, DRAFT, IN_MEUDON, PLAYGROUNDS, TREES, ZONES, World
from tiles.formats import projected_bounds
from tiles.parsing import MAX_LAYERS

pytestmark = pytest.mark.django_db
ZOOM, COLUMN, ROW = tile_of(*MIDDLES[MEUDON], zoom=12).split("/")
QUAD, LAMBERT = WEB_MERCATOR_QUAD.id, LAMBERT_93.id
TILESETS, TILESET = f"/api/collections/{TREES}/tiles", f"/api/collections/{TREES}/tiles/{QUAD}"
TILE = f"{TILESET}/{ZOOM}/{ROW}/{COLUMN}"
PORTAL_TILE = f"/api/tiles/{QUAD}/{ZOOM}/{ROW}/{COLUMN}"
VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEMES = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
matrices = pytest.mark.parametrize("matrix", SERVED, ids=lambda matrix: matrix.id)

# The tables of 17-083r4 (7.1, 8.2 and 6.2) and of 20-057 (9.2), as schemas.
TEXT, NUMBER, INDEX = {"type": "string"}, {"type": "number"}, {"type": "integer", "minimum": 0}
POINT = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
LINK = {
    "type": "object",
    "required": ["rel", "href"],
    "properties": {
        "rel": TEXT,
        "href": {"type": "string", "pattern": "^https?://"},
        "templated": {"type": "boolean"},
    },
}
LINKS = {"type": "array", "items": LINK, "minItems": 1}
BOX = {
    "type": "object",
    "required": ["lowerLeft", "upperRight"],
    "properties": {"lowerLeft": POINT, "upperRight": POINT, "crs": TEXT},
}
LIMITS = {
    "type": "object",
    "required": ["tileMatrix", "minTileRow", "maxTileRow", "minTileCol", "maxTileCol"],
    "properties": {
        "tileMatrix": TEXT,
        **{name: INDEX for name in ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")},
    },
}
LAYER = {
    "type": "object",
    "required": ["id", "dataType"],
    "properties": {
        "id": TEXT,
        "dataType": {"const": "vector"},
        "geometryDimension": {"enum": [0, 1, 2]},
        "minTileMatrix": TEXT,
        "maxTileMatrix": TEXT,
        "boundingBox": BOX,
        "propertiesSchema": {
            "type": "object",
            "required": ["type", "properties"],
            "properties": {"type": {"const": "object"}, "properties": {"type": "object"}},
        },
    },
}
TILESET_SCHEMA = {
    "type": "object",
    "required": ["dataType", "crs", "links"],
    "properties": {
        "title": TEXT,
        "description": TEXT,
        "dataType": {"const": "vector"},
        "crs": {"type": "string", "format": "uri"},
        "tileMatrixSetURI": {"type": "string", "format": "uri"},
        "accessConstraints": {"enum": ["unclassified", "restricted", "confidential", "secret", "topSecret"]},
        "tileMatrixSetLimits": {"type": "array", "items": LIMITS, "minItems": 1},
        "layers": {"type": "array", "items": LAYER, "minItems": 1},
        "boundingBox": BOX,
        "centerPoint": {"type": "object", "required": ["coordinates"], "properties": {"coordinates": POINT}},
        "links": LINKS,
    },
}


def local(href: str) -> str:
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def linked(document: dict[str, Any], rel: str) -> str:
    """Return the local address of the only link of a relation."""
    (found,) = [link["href"] for link in document["links"] if link["rel"] == rel]
    return local(found)


@matrices
def test_tiles_are_found_by_following_links(world: World, matrix: Any) -> None:
    lists = [
        linked(get("/api/").document, VECTOR),
        linked(get(f"/api/collections/{TREES}").document, VECTOR),
    ]
    assert lists == ["/api/tiles", TILESETS]
    for address in lists:
        (listed,) = [one for one in get(address).document["tilesets"] if matrix.id in one["title"]]
        tileset = get(linked(listed, "self")).document
        limits = tileset["tileMatrixSetLimits"][12]
        place = {"tileMatrix": "12", "tileRow": limits["minTileRow"], "tileCol": limits["minTileCol"]}
        answer = get(linked(tileset, "item").format(**place))
        assert answer.status in {200, 204}
        assert get(linked(tileset, SCHEME)).document["id"] == matrix.id


@pytest.mark.parametrize(
    "address", [TILESET, f"/api/tiles/{QUAD}", f"/api/tiles/{LAMBERT}?collections={ZONES}"]
)
def test_tileset_is_what_the_standard_describes(world: World, address: str) -> None:
    errors = Draft202012Validator(TILESET_SCHEMA).iter_errors(get(address).document)
    assert [error.message for error in errors] == []


@matrices
def test_matrix_set_is_read_by_another_implementation(world: World, matrix: Any) -> None:
    document = get(f"/api/tileMatrixSets/{matrix.id}").document
    read = morecantile.TileMatrixSet.model_validate(document)
    ours = matrix.tile(13, 150, 1_600)
    assert tuple(read.xy_bounds(morecantile.Tile(150, 1_600, 13))) == pytest.approx(ours.envelope(), abs=1e-3)


@pytest.mark.parametrize("name", ["cellSize", "scaleDenominator", "matrixWidth", "matrixHeight"])
def test_registered_set_is_that_of_the_register(world: World, name: str) -> None:
    ours = get(f"/api/tileMatrixSets/{QUAD}").document["tileMatrices"]
    theirs = morecantile.tms.get(QUAD).model_dump(mode="json", exclude_none=True)["tileMatrices"]
    assert [one[name] for one in ours] == pytest.approx([one[name] for one in theirs], rel=1e-9)


def test_list_of_matrix_sets_names_each(world: World) -> None:
    found = get("/api/tileMatrixSets").document["tileMatrixSets"]
    assert [one["id"] for one in found] == [QUAD, LAMBERT]
    assert ["uri" in one for one in found] == [True, False]


def test_limits_hold_every_feature_and_little_else(world: World) -> None:
    tileset = get(TILESET).document
    (limits,) = [one for one in tileset["tileMatrixSetLimits"] if one["tileMatrix"] == ZOOM]
    assert limits["minTileCol"] <= int(COLUMN) <= limits["maxTileCol"]
    assert limits["minTileRow"] <= int(ROW) <= limits["maxTileRow"]
    assert (limits["maxTileCol"] - limits["minTileCol"] + 1) * (
        limits["maxTileRow"] - limits["minTileRow"] + 1
    ) < 20


def test_layer_without_features_has_no_limits(world: World) -> None:
    for tree in world.trees.values():
        tree.delete()
    assert {"tileMatrixSetLimits", "boundingBox"} & set(get(TILESET).document) == set()


def test_same_tile_by_both_addresses(world: World) -> None:
    xyz = get(f"/tiles/{TREES}/{ZOOM}/{COLUMN}/{ROW}.mvt")
    ogc = get(TILE)
    assert (ogc.status, ogc.body, ogc.headers["ETag"]) == (200, xyz.body, xyz.headers["ETag"])


def test_tile_of_the_portal_holds_the_layers_asked(world: World) -> None:
    found = set(get(f"{PORTAL_TILE}?collections={TREES},{ZONES}").document)
    assert found == {TREES, ZONES, f"{ZONES}:anchors"}  # where the names of surfaces are written


def test_tile_of_the_portal_holds_what_its_visitor_sees(world: World) -> None:
    public, planner = (set(get(PORTAL_TILE, person).document) for person in (PUBLIC, PLANNER))
    assert planner - public == {PLAYGROUNDS}


def test_rights_are_those_of_every_protocol(world: World) -> None:
    address = f"/api/collections/{PLAYGROUNDS}/tiles/{QUAD}/{ZOOM}/{ROW}/{COLUMN}"
    assert get(address, TOWN_AGENT).shows(ALL_PLAYGROUNDS) == IN_MEUDON
    assert get(address, PUBLIC).status == 401


@pytest.mark.parametrize("suffix", ["", f"/{QUAD}", f"/{QUAD}/{ZOOM}/{ROW}/{COLUMN}"])
@pytest.mark.parametrize(("slug", "status"), [(PLAYGROUNDS, 401), (DRAFT, 404), ("inconnue", 404)])
def test_hidden_layer_has_no_tileset(world: World, slug: str, status: int, suffix: str) -> None:
    assert get(f"/api/collections/{slug}/tiles{suffix}").status == status


def test_hidden_layer_is_in_no_tileset_of_the_portal(world: World) -> None:
    assert PLAYGROUNDS not in get(f"/api/tiles/{QUAD}").body
    assert PLAYGROUNDS in get(f"/api/tiles/{QUAD}", PLANNER).body
    assert get(f"/api/tiles/{QUAD}?collections={TREES},{PLAYGROUNDS}").status == 401


def test_portal_of_a_commune_narrows_tile_and_limits(world: World) -> None:
    whole, town = (
        get(TILESET, host=host).document["boundingBox"] for host in ("localhost", "meudon.localhost")
    )
    assert whole != town
    assert "Platane-Boulogne" not in get(TILE, host="meudon.localhost").body


def test_filters_are_those_of_items(world: World) -> None:
    assert "Cedre-Meudon" not in get(f"{TILE}?filter=id<0").body


REFUSED = {
    f"{TILESET}/23/0/0": (404, "tile"),
    f"{TILESET}/1/2/0": (404, "tile"),
    f"{TILESET}/1/0/2": (404, "tile"),
    f"{TILESET}/-1/0/0": (404, "tileMatrix"),
    f"{TILESET}/01/0/0": (404, "tileMatrix"),
    f"{TILESET}/1/x/0": (404, "tileRow"),
    f"{TILESET}/1/0/0.5": (404, "tileCol"),
    f"{TILESET}/99999999999999/0/0": (404, "tileMatrix"),
    f"{TILESETS}/PM": (404, "tileMatrixSetId"),
    f"{TILESETS}/PM/1/0/0": (404, "tileMatrixSetId"),
    "/api/tileMatrixSets/PM": (404, "tileMatrixSetId"),
    f"{TILE}?f=png": (400, "f"),
    f"{TILE}?limit=3": (400, "limit"),
    f"{TILE}?collections={ZONES}": (400, "collections"),
    f"{TILE}?filter=rien=1": (400, "filter"),
    f"{TILE}?filter={'id>0 AND ' * 20_000}id>0": (400, "filter"),
    f"{TILESET}?limit=3": (400, "limit"),
    f"{TILESET}?f=xml": (400, "f"),
    f"{PORTAL_TILE}?collections=": (400, "collections"),
    f"{PORTAL_TILE}?collections={TREES},{TREES}": (400, "collections"),
    f"{PORTAL_TILE}?collections={TREES},rien": (404, "layer"),
    f"{PORTAL_TILE}?collections={','.join(f'couche-{n}' for n in range(500))}": (400, "collections"),
    f"/api/tiles/{QUAD}?collections={TREES}&collections={ZONES}": (400, "collections"),
}


@pytest.mark.parametrize("address", REFUSED, ids=lambda address: address[:80])
def test_bad_input_is_refused_by_name(world: World, address: str) -> None:
    answer = get(address.replace(" ", "%20"))
    assert (answer.status, answer.document["parameter"]) == REFUSED[address]
    assert answer.headers["Content-Type"] == "application/problem+json"


LISTS = [TILESETS, "/api/tiles", f"/api/collections/{ZONES}/tiles", f"/api/tiles?collections={TREES},{ZONES}"]


@pytest.mark.parametrize("address", LISTS)
def test_list_tells_the_matrix_set_and_the_limits_of_each_tileset(world: World, address: str) -> None:
    """What the suite of OGC reads first (A.2 to A.6): it asks one tile of each item, by its own limits."""
    listed = get(address).document["tilesets"]
    assert [one["tileMatrixSetId"] for one in listed] == [QUAD, LAMBERT]
    for one in listed:
        tileset = get(linked(one, "self")).document
        assert (one["tileMatrixSetId"], one["tileMatrixSetLimits"]) == (
            tileset["tileMatrixSetId"],
            tileset["tileMatrixSetLimits"],
        )


def below(template: str, limits: dict[str, Any], rows: int) -> int:
    """Return the status of the tile of the first column, ``rows`` below the last row of the limits."""
    place = {"tileMatrix": limits["tileMatrix"], "tileCol": limits["minTileCol"]}
    return get(template.format(tileRow=limits["maxTileRow"] + rows, **place)).status


@pytest.mark.parametrize("address", LISTS)
def test_tile_below_the_limits_does_not_exist(world: World, address: str) -> None:
    """A.6 and A.7 (/req/core/tc-success, tc-error): the tile of the last row, then of the row below."""
    for one in get(address).document["tilesets"]:
        template = linked(one, "item")
        # The suite asks the first zoom; between 6 and 16 the row below is well within the pyramid.
        limits = [each for each in one["tileMatrixSetLimits"] if each["tileMatrix"] in {"0", "6", "11", "16"}]
        assert {below(template, each, 0) for each in limits} <= {200, 204}
        assert [below(template, each, 1) for each in limits] == [404] * 4


def test_limits_hold_the_tiles_that_draw_the_edge_of_a_neighbour(world: World) -> None:
    """A surface ends a hundredth of a tile above a row: its outline is drawn in the tile below too."""
    grid = morecantile.tms.get(QUAD)
    west, latitude = MIDDLES[MEUDON]
    tile = grid.tile(west, latitude, int(ZOOM))
    edge = grid.bounds(tile)
    height = edge.top - edge.bottom
    ZoneUrba.objects.all().delete()
    zone("UBord", geom=box(west, edge.bottom + height / 100, west + height, edge.bottom + height / 2))
    (limits,) = [
        each
        for each in get(f"/api/collections/{ZONES}/tiles/{QUAD}").document["tileMatrixSetLimits"]
        if each["tileMatrix"] == ZOOM
    ]
    template = f"/api/collections/{ZONES}/tiles/{QUAD}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    assert (limits["minTileRow"], limits["maxTileRow"]) == (tile.y, tile.y + 1)
    assert [below(template, limits, rows) for rows in (-1, 0, 1)] == [200, 200, 404]


def test_refusal_names_the_limits(world: World) -> None:
    (limits,) = [one for one in get(TILESET).document["tileMatrixSetLimits"] if one["tileMatrix"] == ZOOM]
    answer = get(f"{TILESET}/{ZOOM}/0/0")
    assert (answer.status, answer.document["parameter"]) == (404, "tile")
    assert f"{limits['minTileRow']} à {limits['maxTileRow']}" in answer.document["detail"]


def test_empty_tile_within_the_limits_is_a_204(world: World) -> None:
    assert get(f"{TILE}?filter=id<0").status == 204


def test_empty_tile_of_a_map_is_a_204_wherever_it_is(world: World) -> None:
    assert get(f"/tiles/{TREES}/{ZOOM}/0/0.mvt").status == 204


def test_nothing_is_outside_the_limits_of_a_layer_without_features(world: World) -> None:
    for tree in world.trees.values():
        tree.delete()
    assert get(f"{TILESET}/{ZOOM}/0/0").status == 204


def test_limits_are_not_read_for_a_tile_that_holds_something(world: World) -> None:
    statements = {}
    for name, address in {"full": TILE, "empty": f"{TILESET}/{ZOOM}/0/0"}.items():
        with CaptureQueriesContext(connection) as captured:
            get(address)
        statements[name] = sum("ST_Extent" in query["sql"] for query in captured)
    assert statements == {"full": 0, "empty": 1}


def test_description_says_how_many_layers_a_tile_may_hold() -> None:
    assert TOLD_LAYERS == MAX_LAYERS


OPERATIONS = {
    "": "getTileSetsList",
    "/{tileMatrixSetId}": "getTileSet",
    "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": "getTile",
}


def test_operations_end_as_the_table_of_the_standard_says(world: World, media: Path) -> None:
    """20-057, /req/oas30/operation-id, table 11: clients tell these paths from others by the end of their name."""
    online("sols", slope())
    paths = get("/api/openapi.json").document["paths"]
    names = [path["get"]["operationId"] for path in paths.values() if "get" in path]
    origins = {
        "/tiles": ".dataset.vector",
        f"/collections/{TREES}/tiles": ".collection.vector",
        "/collections/sols/map/tiles": ".collection.map",
    }
    ends = {
        base + path: f"{origin}.{name}"
        for base, origin in origins.items()
        for path, name in OPERATIONS.items()
    }
    wrong = {path: paths[path]["get"]["operationId"] for path in ends}
    assert {path: name for path, name in wrong.items() if not name.endswith(ends[path])} == {}
    assert len(names) == len(set(names))


def test_bounds_in_lambert_are_those_of_the_edges() -> None:
    # Parallels are arcs whose lowest point is on the central meridian, 3° east: the corners alone would miss it.
    south = projected_bounds(LAMBERT_93, (-4.0, 43.0, 10.0, 50.0))[1]
    middle = projected_bounds(LAMBERT_93, (2.9, 43.0, 3.1, 43.1))[1]
    assert south == pytest.approx(middle, abs=500)
