"""Shapes written as text in a column: WKT, EWKT, hexadecimal WKB and EWKB, GeoJSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import ShapelyError

from datasets.readers.wkb import UnreadableWkb, plain, read_header

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

Shape = Any  # a shapely geometry: the library has no types


@dataclass(frozen=True, slots=True)
class TextShape:
    """What a text says of its shape: OGC name, SRID (0: none), heights, and the middle of its box."""

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
    found = _HEXADECIMAL.fullmatch(text)
    if found:
        return _loaded(found[1])
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
    found = _POSITION.search(text)
    return (float(found[1]), float(found[2])) if found else None
