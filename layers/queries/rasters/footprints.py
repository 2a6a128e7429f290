"""Which cells of a grid a shape may touch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rasterio.errors import WindowError
from rasterio.windows import Window, from_bounds

from layers.queries.rasters.files import GridFile

# A millionth of a cell is the rest of a computation.
_DECIMALS = 6


def window_in(dataset: GridFile, shape: dict[str, Any]) -> Window | None:
    """Return the whole cells of the box of a GeoJSON polygon in the CRS of the grid, None when the grid has none."""
    points = [point for ring in rings_of(shape) for point in ring]
    if not points or not is_placed(shape):
        return None
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    around = from_bounds(min(xs), min(ys), max(xs), max(ys), dataset.transform)
    left, top = math.floor(_known(around.col_off)), math.floor(_known(around.row_off))
    right = math.ceil(_known(around.col_off + around.width))
    bottom = math.ceil(_known(around.row_off + around.height))
    try:
        # A surface within the edge of a cell still touches it.
        found = Window(left, top, max(right - left, 1), max(bottom - top, 1)).intersection(
            Window(0, 0, dataset.width, dataset.height)
        )
    except WindowError:
        return None
    return found if found.width and found.height else None


def is_placed(shape: dict[str, Any]) -> bool:
    """Whether every corner of a GeoJSON polygon is somewhere in its CRS."""
    return all(math.isfinite(number) for ring in rings_of(shape) for point in ring for number in point[:2])


def _known(place: float) -> float:
    """Return a place in cells as far as it is known: an edge that falls on one of the grid touches no further cell."""
    return round(place, _DECIMALS)


def rings_of(shape: dict[str, Any]) -> Sequence[Any]:
    """Return the rings of a GeoJSON polygon or multipolygon."""
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]
