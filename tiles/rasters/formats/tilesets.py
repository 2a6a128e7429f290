"""Map tilesets of a raster (OGC API Tiles 1.0, 20-057, 8; 2D Tile Matrix Set 2.0, 17-083r4, 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasterio.crs import CRS
from rasterio.warp import transform_bounds

from layers.access import RasterScope
from layers.crs import CRS84, SERVED
from layers.sql.tile_matrices import TileMatrixSet
from tiles.rasters.formats.pictures import MEDIA_TYPES

Reverse = Callable[..., str]
_TILE = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"


def tileset_list(scope: RasterScope, sets: tuple[TileMatrixSet, ...], reverse: Reverse) -> dict[str, Any]:
    """Return the list of tilesets."""
    return {
        "links": [
            {"rel": "self", "type": "application/json", "href": reverse("rasters:tilesets", scope.slug)}
        ],
        "tilesets": [_summary(scope, each, reverse) for each in sets],
    }


def _summary(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> dict[str, Any]:
    own = reverse("rasters:tileset", scope.slug, matrix_set.id)
    document = {
        "title": scope.layer.title,
        "dataType": "map",
        "crs": next(crs.uri for crs in SERVED if crs.srid == matrix_set.srid),
        "links": [{"rel": "self", "type": "application/json", "href": own}],
    }
    return document | ({"tileMatrixSetURI": matrix_set.uri} if matrix_set.uri else {})


def tileset(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> dict[str, Any]:
    """Return one tileset: its limits by zoom and the addresses of its tiles in each form."""
    document = _summary(scope, matrix_set, reverse)
    first = reverse("rasters:map-tile", scope.slug, matrix_set.id, 0, 0, 0).removesuffix("0/0/0")
    template = first + "{tileMatrix}/{tileRow}/{tileCol}"
    document["links"] += [
        {"rel": "item", "type": media_type, "href": f"{template}?f={form}", "templated": True}
        for form, media_type in MEDIA_TYPES.items()
    ]
    west, south, east, north = scope.online.bounds
    document["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri}
    document["tileMatrixSetLimits"] = _limits(scope, matrix_set)
    return document


def _limits(scope: RasterScope, matrix_set: TileMatrixSet) -> list[dict[str, Any]]:
    target = CRS.from_epsg(matrix_set.srid)
    bounds = transform_bounds(CRS.from_epsg(scope.online.srid), target, *scope.online.extent, densify_pts=21)
    ranges = (matrix_set.covering(bounds, zoom) for zoom in range(matrix_set.max_zoom + 1))
    return [
        {
            "tileMatrix": str(each.zoom),
            "minTileRow": each.min_row,
            "maxTileRow": each.max_row,
            "minTileCol": each.min_column,
            "maxTileCol": each.max_column,
        }
        for each in ranges
    ]
