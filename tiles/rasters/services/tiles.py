"""A tile of a raster as a picture."""

from __future__ import annotations

from layers.access import RasterScope
from layers.parsing.raster_styles import RasterStyle
from layers.sql.tile_matrices import TileAddress
from tiles.rasters.formats.pictures import empty_picture, picture
from tiles.rasters.queries import tile_cells


def rendered_tile(scope: RasterScope, style: RasterStyle, tile: TileAddress, form: str) -> bytes:
    """Return a tile in a form (png, webp).

    Raises:
        UnreachableSource: the file cannot be read.
    """
    cells = tile_cells(scope, style, tile)
    return empty_picture(form) if cells is None else picture(cells, style, form)
