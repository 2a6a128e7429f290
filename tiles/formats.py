"""Documents that describe tiles: TileJSON 3.0.0, OGC API Tiles 1.0 (20-057) and their metadata (17-083r4, 7).

Bounds are west, south, east, north: in degrees (CRS84) where they come in, in the CRS of the matrix set where they are
written in a tileset.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from interface.http.links import Link, RequestAddress, link, representations
from interface.http.media_types import JSON
from layers.access import Scope
from layers.crs import CRS84, SERVED
from layers.definitions import Field, FieldType
from layers.formats.mvt import MEDIA_TYPE, rendering, shapes
from layers.formats.plan_dates import DatedPeriod, plan_dates
from layers.lazy import lazy_module
from layers.sql.tile_matrix_sets import TILE_SIZE, WEB_MERCATOR_QUAD, Bounds, TileMatrixSet, TileRange
from layers.vocabulary import LICENCE_URLS

if TYPE_CHECKING:
    import pyproj
else:
    pyproj = lazy_module("pyproj")

_FIELD_TYPES = {FieldType.INTEGER: "Number", FieldType.NUMBER: "Number", FieldType.BOOLEAN: "Boolean"}


def _vector_layers(scope: Scope, fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Return the layers of the tiles: the layer, and the points of its surfaces where its style needs them."""
    described = {
        "id": scope.slug,
        "description": scope.layer.title,
        "minzoom": scope.definition.min_zoom,
        "maxzoom": scope.definition.max_zoom,
        "fields": {field.name: _FIELD_TYPES.get(field.type, "String") for field in fields},
    }
    first = rendering.first_anchor_zoom(scope)
    if first is None:
        return [described]
    zooms = {"minzoom": max(first, scope.definition.min_zoom)}
    return [described, described | {"id": scope.slug + rendering.ANCHORS_SUFFIX} | zooms]


def tilejson(
    scope: Scope,
    fields: tuple[Field, ...],
    bounds: Bounds | None,
    *,
    template: str,
    periods: Sequence[DatedPeriod] = (),
) -> dict[str, Any]:
    """Return the document; ``template`` is the absolute address of a tile with {z}, {x} and {y}.

    ``periods`` are the days of the versions of a layer that has some: the days that its tiles take.
    """
    definition, layer = scope.definition, scope.layer
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": layer.abstract,
        "attribution": layer.source,
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": definition.min_zoom,
        "maxzoom": definition.max_zoom,
        "vector_layers": _vector_layers(scope, fields),
    }
    if bounds is not None:
        west, south, east, north = bounds
        document["bounds"] = list(bounds)
        document["center"] = [(west + east) / 2, (south + north) / 2, definition.min_zoom]
    if periods:
        document["planDates"] = plan_dates(periods)
    return document


Document = dict[str, Any]
TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
GEODATA = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
TILE = "{tileMatrix}/{tileRow}/{tileCol}"
_CRS = {crs.srid: crs.uri for crs in SERVED}
_TYPES = {FieldType.INTEGER: "integer", FieldType.NUMBER: "number", FieldType.BOOLEAN: "boolean"}
# A cell of OGC's standard screen, in metres (17-083r4, 6.1.1.1).
_SCREEN_CELL = 0.00028
# Where scales of Web Mercator are compared with true ones: the middle of metropolitan France.
_LATITUDE = math.radians(46.5)


@dataclass(frozen=True, slots=True)
class TiledLayer:
    """A layer of a tileset: the fields of its tiles, and the bounds of its features in degrees, None without any."""

    scope: Scope
    fields: tuple[Field, ...]
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class TiledArea:
    """Where tiles hold something: bounds in degrees, None where nothing is, and how far a tile draws past its edge.

    ``margin`` is a share of the side of a tile.
    """

    bounds: Bounds | None
    margin: float

    def covering(self, matrix: TileMatrixSet, zoom: int) -> TileRange | None:
        """Return the tiles of a zoom that may hold something, None where nothing is."""
        if self.bounds is None:
            return None
        return matrix.covering(projected_bounds(matrix, self.bounds), zoom, self.margin)


def tiled_area(scopes: Sequence[Scope], bounds: Mapping[str, Bounds | None]) -> TiledArea:
    """Return the area of some layers together, from the bounds of each by its slug. Points are drawn in one tile."""
    has_shapes = any(scope.definition.geometry.dimension for scope in scopes)
    return TiledArea(_union(bounds.values()), shapes.MARGIN if has_shapes else 0.0)


@dataclass(frozen=True, slots=True)
class TilesetAddresses:
    """Absolute addresses: of the tileset itself, its list of tilesets, its matrix set; ``query`` goes on each tile."""

    tileset: str
    matrix_set: str
    query: str = ""
    geodata: str = ""
    tilejson: str = ""


def matrix_sets(address: RequestAddress, sets: Sequence[tuple[TileMatrixSet, str]]) -> Document:
    """Return the list of the matrix sets, each with the absolute address of its definition (17-083r4, 6.2)."""
    return {
        "links": representations(address, JSON),
        "tileMatrixSets": [
            {"id": matrix.id, "title": matrix.title}
            | _registered("uri", matrix)
            | {"crs": _CRS[matrix.srid], "links": [link("self", href, JSON, matrix.title)]}
            for matrix, href in sets
        ],
    }


def matrix_set(matrix: TileMatrixSet) -> Document:
    """Return the definition of a matrix set (17-083r4, 6.2 and 8.1)."""
    return {
        "id": matrix.id,
        "title": matrix.title,
        **_registered("uri", matrix),
        "crs": _CRS[matrix.srid],
        "orderedAxes": ["X", "Y"],
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": cell / _SCREEN_CELL,
                "cellSize": cell,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": list(matrix.origin),
                "tileWidth": TILE_SIZE,
                "tileHeight": TILE_SIZE,
                "matrixWidth": matrix.sizes[zoom][0],
                "matrixHeight": matrix.sizes[zoom][1],
            }
            for zoom, cell in enumerate(matrix.cell_sizes)
        ],
    }


def tilesets(
    address: RequestAddress,
    title: str,
    served: Sequence[tuple[TileMatrixSet, TilesetAddresses]],
    area: TiledArea,
) -> Document:
    """Return the tilesets of a collection or of the portal, one for each matrix set (20-057, 9)."""
    return {
        "links": representations(address, JSON),
        "tilesets": [
            {
                "title": f"{title} ({matrix.id})",
                **_laid(matrix),
                "links": [
                    link("self", addresses.tileset + addresses.query, JSON, title),
                    link(TILING_SCHEME, addresses.matrix_set, JSON, matrix.title),
                    _tiles(addresses),
                ],
            }
            | _limits(matrix, area)
            for matrix, addresses in served
        ],
    }


def tileset(
    matrix: TileMatrixSet,
    layers: Sequence[TiledLayer],
    addresses: TilesetAddresses,
    *,
    title: str,
    description: str,
) -> Document:
    """Return the metadata of a tileset (17-083r4, 7 and 8.2)."""
    scopes = [layer.scope for layer in layers]
    area = tiled_area(scopes, {layer.scope.slug: layer.bounds for layer in layers})
    is_open = all(scope.is_public for scope in scopes)
    document: Document = {
        "title": f"{title} ({matrix.id})",
        "description": description,
        **_laid(matrix),
        "mediaTypes": [MEDIA_TYPE],
        "accessConstraints": "unclassified" if is_open else "restricted",
        "layers": [_layer(matrix, layer) for layer in layers],
    }
    licences = {scope.layer.licence for scope in scopes}
    if len(licences) == 1 and (licence := LICENCE_URLS.get(licences.pop())):
        document["license"] = licence
    if area.bounds is not None:
        least = min(zoom_like(matrix, scope.definition.min_zoom) for scope in scopes)
        document |= _extent(matrix, projected_bounds(matrix, area.bounds), least=least)
    return document | _limits(matrix, area) | {"links": _links(matrix, addresses, title)}


def _links(matrix: TileMatrixSet, addresses: TilesetAddresses, title: str) -> list[Link]:
    links = [
        link("self", addresses.tileset + addresses.query, JSON, title),
        link(TILING_SCHEME, addresses.matrix_set, JSON, matrix.title),
        _tiles(addresses),
    ]
    if addresses.geodata:
        links.append(link(GEODATA, addresses.geodata, JSON, title))
    if addresses.tilejson and matrix is WEB_MERCATOR_QUAD:
        links.append(link("alternate", addresses.tilejson, JSON, "TileJSON"))
    return links


def _tiles(addresses: TilesetAddresses) -> Link:
    """Return the template of the tiles: its variables are in braces."""
    tile_link = link(
        "item", f"{addresses.tileset}/{TILE}{addresses.query}", MEDIA_TYPE, _("Tuiles vectorielles")
    )
    return tile_link | {"templated": True}


def _laid(matrix: TileMatrixSet) -> Document:
    laid = {"dataType": "vector", "crs": _CRS[matrix.srid], "tileMatrixSetId": matrix.id}
    return laid | _registered("tileMatrixSetURI", matrix)


def _registered(name: str, matrix: TileMatrixSet) -> Document:
    return {name: matrix.uri} if matrix.uri else {}


def _layer(matrix: TileMatrixSet, layer: TiledLayer) -> Document:
    definition, row = layer.scope.definition, layer.scope.layer
    document: Document = {
        "id": layer.scope.slug,
        "title": row.title,
        "description": row.abstract,
        "dataType": "vector",
        "geometryDimension": definition.geometry.dimension,
        "minTileMatrix": str(zoom_like(matrix, definition.min_zoom)),
        "maxTileMatrix": str(zoom_like(matrix, definition.max_zoom)),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                field.name: {"title": str(field.title), "type": _TYPES.get(field.type, "string")}
                for field in layer.fields
            },
        },
    }
    if layer.bounds is not None:
        document["boundingBox"] = _box(layer.bounds, CRS84.uri)
    return document


def _extent(matrix: TileMatrixSet, bounds: Bounds, *, least: int) -> Document:
    west, south, east, north = bounds
    centre = {
        "coordinates": [(west + east) / 2, (south + north) / 2],
        "crs": _CRS[matrix.srid],
        "tileMatrix": str(least),
    }
    return {"boundingBox": _box(bounds, _CRS[matrix.srid]), "centerPoint": centre}


def _limits(matrix: TileMatrixSet, area: TiledArea) -> Document:
    ranges = [area.covering(matrix, zoom) for zoom in range(matrix.max_zoom + 1)]
    listed = matrix_set_limits(tiles for tiles in ranges if tiles is not None)
    return {"tileMatrixSetLimits": listed} if listed else {}


def matrix_set_limits(ranges: Iterable[TileRange]) -> list[Document]:
    """Return which tiles of each zoom hold something (17-083r4, 7.1.3)."""
    return [
        {
            "tileMatrix": str(tiles.zoom),
            "minTileRow": tiles.min_row,
            "maxTileRow": tiles.max_row,
            "minTileCol": tiles.min_column,
            "maxTileCol": tiles.max_column,
        }
        for tiles in ranges
    ]


def _box(bounds: Bounds, crs: str) -> Document:
    west, south, east, north = bounds
    return {"lowerLeft": [west, south], "upperRight": [east, north], "crs": crs}


def _union(each: Iterable[Bounds | None]) -> Bounds | None:
    bounds = [one for one in each if one is not None]
    if not bounds:
        return None
    west, south, east, north = zip(*bounds, strict=True)
    return min(west), min(south), max(east), max(north)


@lru_cache(maxsize=1_000)
def projected_bounds(matrix: TileMatrixSet, bounds: Bounds) -> Bounds:
    """Return bounds given in degrees in the CRS of a matrix set: those of the curved edges, not of the corners."""
    transformer = pyproj.Transformer.from_crs(CRS84.srid, matrix.srid, always_xy=True)
    west, south, east, north = transformer.transform_bounds(*bounds, densify_pts=21)
    return west, south, east, north


def zoom_like(matrix: TileMatrixSet, zoom: int) -> int:
    """Return the zoom of a matrix set where things are as large as at a zoom of Web Mercator."""
    if matrix is WEB_MERCATOR_QUAD:
        return zoom
    ground = WEB_MERCATOR_QUAD.cell_sizes[zoom] * math.cos(_LATITUDE)
    sizes = matrix.cell_sizes
    return min(range(len(sizes)), key=lambda index: abs(math.log2(sizes[index] / ground)))
