"""A tile of a raster as a picture: from the cache, else rendered."""

from __future__ import annotations

import hashlib

from layers.access import RasterScope
from layers.parsing.raster_styles import RasterStyle
from layers.queries.rasters.areas import portal_area
from layers.sql.tile_matrix_sets import TileAddress
from tiles.rasters.formats.pictures import empty_picture, picture
from tiles.rasters.queries import tile_cells
from tiles.services.tile_cache import TILE_CACHE

RENDERER_VERSION = 1
"""Part of the key of every cached tile: raise it when the same cells are rendered otherwise."""


def rendered_tile(scope: RasterScope, style: RasterStyle, tile: TileAddress, form: str) -> bytes:
    """Return a tile in a form (png, webp), rendered unless it is cached.

    Raises:
        UnreachableSource: the file cannot be read.
    """
    return TILE_CACHE.recall(_key(scope, style, tile, form), lambda: tile_picture(scope, style, tile, form))


def tile_picture(scope: RasterScope, style: RasterStyle, tile: TileAddress, form: str) -> bytes:
    """Draw a tile.

    Raises:
        UnreachableSource: the file cannot be read.
    """
    cells = tile_cells(scope, style, tile)
    return empty_picture(form) if cells is None else picture(cells, style, form)


def _key(scope: RasterScope, style: RasterStyle, tile: TileAddress, form: str) -> str:
    """Return the cache key of a tile: the file, the style, the place, and the area visible to the visitor."""
    area = portal_area(scope)
    address = (tile.matrix.id, tile.zoom, tile.column, tile.row, form)
    parts = (RENDERER_VERSION, scope.key, scope.version, area.key if area else "", style, address)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
