"""The cells of a tile: read from the overview that is just finer than the tile, then brought to its CRS.

A warped read of the whole grid, as GDAL offers it, costs three times as much here and is not bounded at low zooms: the
part that a tile takes is read first, at most some 600 cells a side, and that part alone is warped.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.access import RasterScope
from layers.lazy import lazy_module
from layers.models import RasterVersion
from layers.parsing.raster_styles import RasterStyle
from layers.queries.rasters import communes_areas, opened
from layers.queries.rasters.areas import in_crs
from layers.queries.rasters.cells import GridFile
from layers.sql.tile_matrix_sets import TILE_SIZE, TileAddress

if TYPE_CHECKING:
    import rasterio.crs
    import rasterio.errors
    import rasterio.features
    import rasterio.transform
    import rasterio.warp
    import rasterio.windows
else:
    rasterio = lazy_module("rasterio", "crs", "errors", "features", "transform", "warp", "windows")

# Cells around the part that a tile takes: what interpolation looks at.
_MARGIN = 3
_DENSIFIED = 11


def tile_cells(scope: RasterScope, style: RasterStyle, tile: TileAddress) -> Any:
    """Return the bands that a style draws in a tile, a masked array of (bands, 256, 256); None when it has no cell.

    Masked cells have no value, or are outside of the commune of the portal.

    Raises:
        UnreachableSource: the file cannot be read.
    """
    bounds = tile.envelope()
    source, target = (
        rasterio.crs.CRS.from_epsg(scope.online.srid),
        rasterio.crs.CRS.from_epsg(tile.matrix.srid),
    )
    bounds_in_file = rasterio.warp.transform_bounds(target, source, *bounds, densify_pts=_DENSIFIED)
    if not all(map(math.isfinite, bounds_in_file)) or not _meet(bounds_in_file, scope.online.extent):
        return None
    with opened(scope.online, overview=_overview(scope.online, bounds_in_file)) as dataset:
        window = _window(dataset, bounds_in_file)
        if window is None:
            return None
        cells = dataset.read(list(style.bands), window=window, masked=True)
        transform = dataset.window_transform(window)
        nodata = dataset.nodata
    grid = rasterio.transform.from_bounds(*bounds, TILE_SIZE, TILE_SIZE)
    warped = _warped(cells, nodata, transform, source, grid, target, style.resampling)
    if scope.portal:
        warped.mask = np.ma.getmaskarray(warped) | _outside_portal(scope, tile.matrix.srid, grid)
    return None if np.ma.getmaskarray(warped).all() else warped


def _meet(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _overview(version: RasterVersion, bounds: tuple[float, ...]) -> int:
    """Return the coarsest overview that is still finer than the tile; -1 for the grid itself."""
    width, height = version.resolution
    cells = min((bounds[2] - bounds[0]) / width, (bounds[3] - bounds[1]) / height) / TILE_SIZE
    return min(math.floor(math.log2(max(cells, 1.0))), version.overviews) - 1


def _window(dataset: GridFile, bounds: tuple[float, ...]) -> rasterio.windows.Window | None:
    """Return the cells of a box and some around, None when the grid has none there."""
    around = rasterio.windows.from_bounds(*bounds, dataset.transform)
    left, top = math.floor(around.col_off) - _MARGIN, math.floor(around.row_off) - _MARGIN
    right = math.ceil(around.col_off + around.width) + _MARGIN
    bottom = math.ceil(around.row_off + around.height) + _MARGIN
    try:
        return rasterio.windows.Window(left, top, right - left, bottom - top).intersection(
            rasterio.windows.Window(0, 0, dataset.width, dataset.height)
        )
    except rasterio.errors.WindowError:
        return None


def _warped(
    cells: Any,
    nodata: float | None,
    transform: rasterio.Affine,
    source: rasterio.crs.CRS,
    grid: rasterio.Affine,
    target: rasterio.crs.CRS,
    resampling: str,
) -> Any:
    """Bring cells to the grid of a tile, with the cells that hide."""
    grids = {
        "src_transform": transform,
        "src_crs": source,
        "dst_transform": grid,
        "dst_crs": target,
        "num_threads": 1,
    }
    shape = (cells.shape[0], TILE_SIZE, TILE_SIZE)
    method = rasterio.warp.Resampling[resampling]
    if nodata is not None:
        values = np.full(shape, nodata, dtype=cells.dtype)
        rasterio.warp.reproject(
            cells.filled(nodata), values, src_nodata=nodata, dst_nodata=nodata, resampling=method, **grids,
        )  # fmt: skip
        hidden = np.isnan(values) if math.isnan(nodata) else values == nodata
        return np.ma.masked_array(values, hidden)
    values = np.zeros(shape, dtype=cells.dtype)
    rasterio.warp.reproject(cells.data, values, resampling=method, **grids)
    mask = np.zeros((TILE_SIZE, TILE_SIZE), dtype="uint8")
    valid = np.where(np.ma.getmaskarray(cells).any(axis=0), 0, 1).astype("uint8")
    rasterio.warp.reproject(valid, mask, resampling=rasterio.warp.Resampling.nearest, **grids)
    return np.ma.masked_array(values, np.broadcast_to(mask == 0, shape).copy())


def _outside_portal(scope: RasterScope, srid: int, grid: rasterio.Affine) -> Any:
    """Return the cells of a tile whose centre is outside of the commune of the portal."""
    shapes = [area.geometry for _commune, area in communes_areas(scope)]
    placed = [in_crs(shape, srid) for shape in shapes]
    if not placed:
        return np.ones((TILE_SIZE, TILE_SIZE), dtype=bool)
    return rasterio.features.geometry_mask(placed, (TILE_SIZE, TILE_SIZE), grid)
