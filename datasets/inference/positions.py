"""The positions that rows hold, as GeoJSON in degrees: for the map of a file that waits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import shapely
from pyproj import Transformer
from pyproj.exceptions import ProjError

from datasets.definitions import GeometryRecipe
from datasets.inference.angles import pair_of, position_of
from datasets.inference.shapes import read_safely, shape_of
from datasets.inference.values import accepts, canonical
from datasets.readers.source import RawRow
from datasets.vocabulary import ColumnType

_TOLERANCE_DEGREES = 0.00005
_GRID_DEGREES = 0.000001

Shape = Any  # a shapely geometry: the library has no types


def positions(rows: Iterable[RawRow], recipe: GeometryRecipe) -> list[dict[str, Any]]:
    """Return the geometries of ``rows`` in EPSG:4326, longitude first (RFC 7946), without unreadable ones."""
    read = _READERS.get(recipe.kind)
    if read is None:
        return []
    shapes = (read(row, recipe.columns) for row in rows)
    found = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if recipe.swaps_xy:
        found = [shapely.transform(shape, lambda x, y: (y, x), interleaved=False) for shape in found]
    return [json.loads(shapely.to_geojson(shape)) for shape in _placed(found, recipe.srid)]


def _placed(shapes: list[Shape], srid: int) -> list[Shape]:
    """Bring shapes to degrees, drop what is nowhere, and lighten what is long."""
    flat = [shapely.force_2d(shape) for shape in shapes]
    if srid != 4326:
        try:
            transformer = Transformer.from_crs(srid, 4326, always_xy=True)
        except ProjError:
            return []
        flat = [shapely.transform(shape, transformer.transform, interleaved=False) for shape in flat]
    placed = [shape for shape in flat if all(map(math.isfinite, shape.bounds)) and _is_on_earth(shape)]
    return [
        shapely.set_precision(shape.simplify(_TOLERANCE_DEGREES), _GRID_DEGREES, mode="pointwise")
        for shape in placed
    ]


def _is_on_earth(shape: Shape) -> bool:
    west, south, east, north = shape.bounds
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)


def _number(text: str | None) -> float | None:
    if not text or not accepts(ColumnType.NUMBER, text):
        return None
    return float(canonical(ColumnType.NUMBER, text))


def _point(x: float | None, y: float | None) -> Shape | None:
    return None if x is None or y is None else shapely.Point(x, y)


def _text(row: RawRow, columns: Sequence[int]) -> str:
    return (row[1][columns[0]] or "").strip()


def _of_pair(row: RawRow, columns: Sequence[int]) -> Shape | None:
    x, y = pair_of(_text(row, columns)) or (None, None)
    return _point(x, y)


def _of_angles(row: RawRow, columns: Sequence[int]) -> Shape | None:
    x, y = position_of(" ".join((row[1][column] or "").strip() for column in reversed(columns))) or (
        None,
        None,
    )
    return _point(x, y)


def _of_swapped_pair(row: RawRow, columns: Sequence[int]) -> Shape | None:
    y, x = pair_of(_text(row, columns)) or (None, None)
    return _point(x, y)


def _of_geojson(row: RawRow, columns: Sequence[int]) -> Shape | None:
    return read_safely(shapely.from_geojson, _text(row, columns))


def _of_wkt(row: RawRow, columns: Sequence[int]) -> Shape | None:
    return shape_of(_text(row, columns))


def _of_wkb(row: RawRow, columns: Sequence[int]) -> Shape | None:
    return read_safely(shapely.from_wkb, row[2])


_READERS: dict[str, Callable[[RawRow, Sequence[int]], Shape | None]] = {
    "wkb": _of_wkb,
    "wkt": _of_wkt,
    "geojson": _of_geojson,
    "lonlat": lambda row, columns: _point(_number(row[1][columns[0]]), _number(row[1][columns[1]])),
    "latlon": _of_swapped_pair,
    "dms": _of_angles,
    "lonlat_text": _of_pair,
}
