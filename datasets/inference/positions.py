"""Positions in the rows of a file: shapes written as text, and the first positions as GeoJSON for a map.

Texts are WKT, EWKT, hexadecimal WKB and EWKB, or GeoJSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from shapely.errors import ShapelyError

from datasets.definitions import GeometryRecipe
from datasets.inference.angles import pair_of, position_of
from datasets.inference.values import accepts, canonical
from datasets.readers.source import RawRow
from datasets.readers.wkb import UnreadableWkb, plain, read_header
from datasets.vocabulary import ColumnType
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import pyproj
    import pyproj.exceptions
else:
    pyproj = lazy_module("pyproj", "exceptions")

_LINEAR = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
_CURVED = (
    "CircularString",
    "CompoundCurve",
    "CurvePolygon",
    "MultiCurve",
    "MultiSurface",
    "PolyhedralSurface",
    "TIN",
    "Triangle",
)
_NAMES = {name.upper(): name for name in (*_LINEAR, *_CURVED)}
_KIND = "|".join(sorted(_NAMES, key=len, reverse=True))
_WKT = re.compile(
    rf"(?:SRID=([0-9]+);)?\s*({_KIND})\s*(ZM|Z|M)?\s*(?:\((.*)\)|EMPTY)", re.IGNORECASE | re.DOTALL
)
_GEOJSON = re.compile(rf'\{{.*"type"\s*:\s*"({"|".join(_LINEAR)})".*\}}', re.IGNORECASE | re.DOTALL)
_HEXADECIMAL = re.compile(r"(?:0x|\\x)?(0[01](?:[0-9a-f]{2}){8,})", re.IGNORECASE)
_POSITION = re.compile(r"(-?[0-9.]+(?:e[+-]?[0-9]+)?)\s+(-?[0-9.]+(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
_TOLERANCE_DEGREES = 0.00005
_GRID_DEGREES = 0.000001

Shape = Any  # a shapely geometry: the library has no types


@dataclass(frozen=True, slots=True)
class TextShape:
    """The shape read from a text: OGC name, SRID (0: none), heights, and the middle of its box."""

    name: str
    srid: int
    has_z: bool
    x: float
    y: float


def read_shapes(values: Sequence[str]) -> tuple[str, list[TextShape]]:
    """Return the kind of recipe (``wkt``, ``geojson``) and what the texts hold; no shape unless all are of one kind.

    Empty shapes and those that cannot be placed are left out.
    """
    tests = (
        ("wkt", _WKT, _of_wkt),
        ("wkt", _HEXADECIMAL, _of_hexadecimal),
        ("geojson", _GEOJSON, _of_geojson),
    )
    for kind, pattern, read in tests:
        matches = [match for match in map(pattern.fullmatch, values) if match]
        if matches and len(matches) == len(values):
            return kind, [shape for shape in map(read, matches) if shape]
    return "", []


def shape_of(text: str) -> Shape | None:
    """Return the shape of a text in WKT, EWKT or hexadecimal; None when it is none."""
    match = _HEXADECIMAL.fullmatch(text)
    if match:
        return _loaded(match[1])
    return read_safely(shapely.from_wkt, text.rpartition(";")[2])


def middles(shapes: Iterable[Shape | None]) -> tuple[list[float], list[float]]:
    """Return x and y of the middles of shapes; what is nowhere is left out."""
    xs, ys = [], []
    for shape in shapes:
        middle = None if shape is None else _middle(shape)
        if middle:
            xs.append(middle[0])
            ys.append(middle[1])
    return xs, ys


def read_safely(read: Callable[..., Shape | None], source: object) -> Shape | None:
    """Return what ``read`` makes of ``source``, None when it cannot."""
    try:
        return read(source, on_invalid="ignore")
    except (ShapelyError, NotImplementedError, ValueError, TypeError):
        return None


def _of_wkt(match: re.Match[str]) -> TextShape | None:
    shape = read_safely(shapely.from_wkt, match[0].rpartition(";")[2].strip())
    middle = _middle(shape) if shape is not None else _first_position(match[4] or "")
    if middle is None:
        return None
    has_z = (match[3] or "").upper() in {"Z", "ZM"} or (shape is not None and bool(shape.has_z))
    return TextShape(_NAMES[match[2].upper()], int(match[1] or 0), has_z, *middle)


def _of_hexadecimal(match: re.Match[str]) -> TextShape | None:
    content = bytes.fromhex(match[1])
    shape = _loaded(match[1])
    middle = None if shape is None else _middle(shape)
    if middle is None:
        return None
    head = read_header(content)
    order = "little" if head.order == "<" else "big"
    srid = int.from_bytes(content[5:9], order) if head.size == 9 else 0  # type: ignore[arg-type]  # one of the two
    return TextShape(head.name, srid, head.has_z, *middle)


def _of_geojson(match: re.Match[str]) -> TextShape | None:
    shape = read_safely(shapely.from_geojson, match[0])
    middle = None if shape is None else _middle(shape)
    if shape is None or middle is None:
        return None
    return TextShape(_NAMES[match[1].upper()], 0, bool(shape.has_z), *middle)


def _loaded(hexadecimal: str) -> Shape | None:
    try:
        return read_safely(shapely.from_wkb, plain(bytes.fromhex(hexadecimal)).wkb)
    except UnreadableWkb:
        return None


def _middle(shape: Shape) -> tuple[float, float] | None:
    west, south, east, north = shapely.bounds(shape)
    return ((west + east) / 2, (south + north) / 2) if west == west else None


def _first_position(text: str) -> tuple[float, float] | None:
    """Return the first position of a curve, which is not read as a shape."""
    match = _POSITION.search(text)
    return (float(match[1]), float(match[2])) if match else None


def positions(rows: Iterable[RawRow], recipe: GeometryRecipe) -> list[dict[str, Any]]:
    """Return the geometries of ``rows`` in EPSG:4326, longitude first (RFC 7946), without unreadable ones."""
    read = _READERS.get(recipe.kind)
    if read is None:
        return []
    shapes = (read(row, recipe.columns) for row in rows)
    present = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if recipe.swaps_xy:
        present = [shapely.transform(shape, lambda x, y: (y, x), interleaved=False) for shape in present]
    return [json.loads(shapely.to_geojson(shape)) for shape in _placed(present, recipe.srid)]


def _placed(shapes: list[Shape], srid: int) -> list[Shape]:
    """Bring shapes to degrees, drop what is nowhere, and lighten what is long."""
    flat = [shapely.force_2d(shape) for shape in shapes]
    if srid != 4326:
        try:
            transformer = pyproj.Transformer.from_crs(srid, 4326, always_xy=True)
        except pyproj.exceptions.ProjError:
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


_READERS: dict[str, Callable[[RawRow, Sequence[int]], Shape | None]] = {
    "wkb": lambda row, _columns: read_safely(shapely.from_wkb, row[2]),
    "wkt": lambda row, columns: shape_of(_text(row, columns)),
    "geojson": lambda row, columns: read_safely(shapely.from_geojson, _text(row, columns)),
    "lonlat": lambda row, columns: _point(_number(row[1][columns[0]]), _number(row[1][columns[1]])),
    "latlon": _of_swapped_pair,
    "dms": _of_angles,
    "lonlat_text": _of_pair,
}
