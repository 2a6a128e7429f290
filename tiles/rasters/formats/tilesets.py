"""Map tilesets of a raster (OGC API Tiles 1.0, 20-057, 8; 2D Tile Matrix Set 2.0, 17-083r4, 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasterio.crs import CRS
from rasterio.warp import transform_bounds

from interface.http.links import Link, link
from interface.http.media_types import JSON
from layers.access import RasterScope
from layers.crs import CRS84, SERVED
from layers.sql.tile_matrix_sets import TileMatrixSet
from tiles.formats.tilesets import TILE, TILING_SCHEME, matrix_set_limits, zoom_like
from tiles.rasters.formats.pictures import MEDIA_TYPES

Reverse = Callable[..., str]


def tileset_list(scope: RasterScope, sets: tuple[TileMatrixSet, ...], reverse: Reverse) -> dict[str, Any]:
    """Return the list of tilesets."""
    return {
        "links": [link("self", reverse("rasters:tilesets", scope.slug), JSON)],
        "tilesets": [_summary(scope, each, reverse) for each in sets],
    }


def _summary(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> dict[str, Any]:
    own = reverse("rasters:tileset", scope.slug, matrix_set.id)
    document = {
        "title": f"{scope.layer.title} ({matrix_set.id})",
        "dataType": "map",
        "crs": next(crs.uri for crs in SERVED if crs.srid == matrix_set.srid),
        "links": [
            link("self", own, JSON, scope.layer.title),
            link(TILING_SCHEME, reverse("tilesets:matrix-set", matrix_set.id), JSON, matrix_set.title),
        ],
    }
    return document | ({"tileMatrixSetURI": matrix_set.uri} if matrix_set.uri else {})


def tileset(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> dict[str, Any]:
    """Return one tileset: its limits by zoom and the addresses of its tiles in each form.

    The limits end at the zoom of the grid's own cells, as those of TileJSON do; deeper tiles are drawn on demand.
    """
    document = _summary(scope, matrix_set, reverse)
    document["links"] += _tiles(scope, matrix_set, reverse)
    west, south, east, north = scope.online.bounds
    document["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri}
    target = CRS.from_epsg(matrix_set.srid)
    bounds = transform_bounds(CRS.from_epsg(scope.online.srid), target, *scope.online.extent, densify_pts=21)
    last = min(zoom_like(matrix_set, scope.online.max_zoom), matrix_set.max_zoom)
    document["tileMatrixSetLimits"] = matrix_set_limits(matrix_set, bounds, last=last)
    return document


def _tiles(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> list[Link]:
    """Return the templates of the tiles: their variables are in braces."""
    first = reverse("rasters:map-tile", scope.slug, matrix_set.id, 0, 0, 0).removesuffix("0/0/0")
    return [
        link("item", f"{first}{TILE}?f={form}", media_type) | {"templated": True}
        for form, media_type in MEDIA_TYPES.items()
    ]
