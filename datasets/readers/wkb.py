"""WKB: the kind of a geometry by its first bytes, and its conversion to the forms that are stored.

Stored geometries have straight segments and no measure: arcs become segments, the faces of solids become surfaces, a
collection of one type is a multiple geometry. ISO (SQL/MM) and extended codes, both byte orders. All of it runs in
the reading child.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

Position = tuple[float, ...]

_STEP = math.radians(4)
"""The angle of one segment: 90 segments a circle, which stays within 6 cm of a circle of 100 m of radius."""


def stroked(positions: Sequence[Position]) -> list[Position]:
    """Return the line along a circular string (SQL/MM): arcs by start, middle and end, each begins where one ended.

    Heights go evenly from one position to the next one.
    """
    line = list(positions[:1])
    for index in range(0, len(positions) - 2, 2):
        line += _arc(*positions[index : index + 3])
    used = 1 + 2 * ((len(positions) - 1) // 2)
    return line + list(positions[used:])


def _arc(start: Position, middle: Position, end: Position) -> list[Position]:
    """Return the positions after ``start`` along one arc, ``end`` as it is."""
    if start[:2] == end[:2]:  # a whole circle: the middle is opposite to the start
        half_way = ((start[0] + middle[0]) / 2, (start[1] + middle[1]) / 2)
        return _along(start, middle, half_way, math.pi) + _along(middle, end, half_way, math.pi)
    centre = _centre(start, middle, end)
    if centre is None:
        return [middle, end]
    first, second, last = (_angle(centre, position) for position in (start, middle, end))
    sweep = (last - first) % math.tau
    if (second - first) % math.tau > sweep:
        sweep -= math.tau  # clockwise: the middle is on the other side
    half = _turn(first, second, sweep)
    return _along(start, middle, centre, half) + _along(middle, end, centre, sweep - half)


def _turn(first: float, second: float, sweep: float) -> float:
    """Return the angle from the start to the middle, in the direction of the arc."""
    turn = (second - first) % math.tau
    return turn if sweep > 0 else turn - math.tau


def _centre(start: Position, middle: Position, end: Position) -> tuple[float, float] | None:
    """Return the centre of the circle through three positions, None when they are on a line."""
    (ax, ay), (bx, by) = ((position[0] - start[0], position[1] - start[1]) for position in (middle, end))
    area = 2 * (ax * by - ay * bx)
    if area == 0 or not math.isfinite(area):
        return None
    a, b = ax * ax + ay * ay, bx * bx + by * by
    x, y = (by * a - ay * b) / area, (ax * b - bx * a) / area
    return (start[0] + x, start[1] + y) if math.isfinite(x) and math.isfinite(y) else None


def _angle(centre: tuple[float, float], position: Position) -> float:
    return math.atan2(position[1] - centre[1], position[0] - centre[0])


def _along(start: Position, end: Position, centre: tuple[float, float], sweep: float) -> list[Position]:
    """Return the positions after ``start`` along the circle by the angle ``sweep``, the last one is ``end``."""
    first = _angle(centre, start)
    radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
    steps = max(1, math.ceil(abs(sweep) / _STEP))
    line: list[Position] = []
    for step in range(1, steps):
        share = step / steps
        angle = first + sweep * share
        rest = (before + (after - before) * share for before, after in zip(start[2:], end[2:], strict=True))
        line.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle), *rest))
    return [*line, end]


_NAMES = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
    8: "CircularString",
    9: "CompoundCurve",
    10: "CurvePolygon",
    11: "MultiCurve",
    12: "MultiSurface",
    15: "PolyhedralSurface",
    16: "TIN",
    17: "Triangle",
}
CURVES = frozenset({"CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface"})
SOLIDS = frozenset({"PolyhedralSurface", "TIN", "Triangle"})
_CODES = {name: code for code, name in _NAMES.items()}
_LINEAR = {
    "CircularString": "LineString",
    "CompoundCurve": "LineString",
    "CurvePolygon": "Polygon",
    "MultiCurve": "MultiLineString",
    "MultiSurface": "MultiPolygon",
    "PolyhedralSurface": "MultiPolygon",
    "TIN": "MultiPolygon",
    "Triangle": "Polygon",
}
_MULTIPLE = frozenset({"MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"})
_LINES = frozenset({"LineString", "CircularString", "CompoundCurve"})
_DEEPEST = 32
"""Geometries within geometries; honest ones have four."""


class UnreadableWkb(ValueError):
    """The bytes are no geometry."""


@dataclass(frozen=True, slots=True)
class WkbHeader:
    """What the first bytes of a geometry say. ``width`` is the numbers of a position, ``size`` the bytes read."""

    name: str
    order: str
    has_z: bool
    has_m: bool
    size: int

    @property
    def width(self) -> int:
        """The numbers of a position."""
        return 2 + self.has_z + self.has_m


@dataclass(slots=True)
class PlainGeometry:
    """A geometry as it is stored, and the names of all parts and the measures of the one in the file."""

    wkb: bytes = b""
    names: set[str] = field(default_factory=set)
    has_measure: bool = False

    @property
    def has_curve(self) -> bool:
        """Whether arcs became segments, or might have."""
        return bool(self.names & CURVES)

    @property
    def has_face(self) -> bool:
        """Whether there are faces of a solid."""
        return bool(self.names & SOLIDS)


def header(geometry: bytes) -> tuple[str, bool]:
    """Return the OGC name and whether the geometry has Z, from ISO (SQL/MM, 1000 and above) or extended codes."""
    head = read_header(geometry)
    return head.name, head.has_z


def read_header(geometry: bytes, offset: int = 0) -> WkbHeader:
    """Return what the bytes from ``offset`` say of a geometry.

    Raises:
        UnreadableWkb: they are too few.
    """
    try:
        order = "<" if geometry[offset] == 1 else ">"
        code = struct.unpack_from(f"{order}I", geometry, offset + 1)[0]
    except (struct.error, IndexError) as error:
        raise UnreadableWkb("not a geometry") from error
    base = code & 0x0FFFFFFF
    return WkbHeader(
        name=_NAMES.get(base % 1000, "Geometry"),
        order=order,
        has_z=bool(code & 0x80000000) or base // 1000 in {1, 3},
        has_m=bool(code & 0x40000000) or base // 1000 in {2, 3},
        size=9 if code & 0x20000000 else 5,
    )


def is_empty(geometry: bytes) -> bool:
    """Say whether there is no position at all: no part, parts without any, or points of NaN."""
    try:
        return _end_of_empty(geometry) is not None
    except struct.error as error:
        raise UnreadableWkb("not a geometry") from error


def _end_of_empty(geometry: bytes, offset: int = 0, depth: int = 0) -> int | None:
    """Return where the geometry that begins at ``offset`` ends when it holds no position, None when it holds some."""
    if depth > _DEEPEST:
        raise UnreadableWkb("too deep")
    head = read_header(geometry, offset)
    start = offset + head.size
    if head.name == "Point":
        is_nowhere = math.isnan(struct.unpack_from(f"{head.order}d", geometry, start)[0])
        return start + 8 * head.width if is_nowhere else None
    (count,) = struct.unpack_from(f"{head.order}I", geometry, start)
    end: int | None = start + 4
    if head.name == "Polygon" and count:  # rings without any position are a count of zero each
        rings = geometry[start + 4 : start + 4 + 4 * count]
        return None if any(rings) or len(rings) < 4 * count else start + 4 + 4 * count
    if head.name not in _MULTIPLE:
        return None if count else end
    for _part in range(count):
        end = None if end is None else _end_of_empty(geometry, end, depth + 1)
        if end is None:
            return None
    return end


def plain(geometry: bytes) -> PlainGeometry:
    """Return the geometry in ISO WKB with straight segments and without measures; Z stays.

    Raises:
        UnreadableWkb: it is no geometry, or none of a known type.
    """
    reader = _Rewriter(geometry)
    try:
        reader.result.wkb = reader.geometry()[1]
    except (struct.error, IndexError, KeyError) as error:
        raise UnreadableWkb("not a geometry") from error
    return reader.result


class _Rewriter:
    """Reads one geometry from its first byte and writes it again, little-endian."""

    def __init__(self, geometry: bytes) -> None:
        self.result = PlainGeometry()
        self._bytes = geometry
        self._offset = 0
        self._depth = 0

    def geometry(self) -> tuple[str, bytes]:
        """Read one geometry; return its linear name and its WKB."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableWkb("too deep")
        head = self._start()
        name = _LINEAR.get(head.name, head.name)
        if head.name == "Point":
            content = _packed(self._positions(head, 1), head.has_z, counted=False)
        elif head.name in _LINES:
            content = _packed(self._line(head), head.has_z)
        elif name == "Polygon":
            count = self._count(head)
            is_curve = head.name == "CurvePolygon"
            rings = [self._curve() if is_curve else self._positions(head) for _ring in range(count)]
            content = struct.pack("<I", count) + b"".join(_packed(ring, head.has_z) for ring in rings)
        else:
            name, content = self._parts(head, name)
        self._depth -= 1
        return name, struct.pack("<BI", 1, _CODES[name] + (1000 if head.has_z else 0)) + content

    def _start(self) -> WkbHeader:
        head = read_header(self._bytes, self._offset)
        self._offset += head.size
        self.result.names.add(head.name)
        self.result.has_measure |= head.has_m
        return head

    def _count(self, head: WkbHeader) -> int:
        count = int(struct.unpack_from(f"{head.order}I", self._bytes, self._offset)[0])
        self._offset += 4
        if count > len(self._bytes):
            raise UnreadableWkb("a count beyond the bytes")
        return count

    def _positions(self, head: WkbHeader, count: int | None = None) -> list[Position]:
        count = self._count(head) if count is None else count
        numbers = struct.unpack_from(f"{head.order}{count * head.width}d", self._bytes, self._offset)
        self._offset += 8 * len(numbers)
        return [numbers[start : start + head.width] for start in range(0, len(numbers), head.width)]

    def _line(self, head: WkbHeader) -> list[Position]:
        """Read the positions along a line or a curve."""
        if head.name == "LineString":
            return self._positions(head)
        if head.name == "CircularString":
            return stroked(self._positions(head))
        line: list[Position] = []
        for _part in range(self._count(head)):
            part = self._curve()
            line += part[1:] if line and part and line[-1][:2] == part[0][:2] else part
        return line

    def _curve(self) -> list[Position]:
        """Read a curve that is a ring or a part of one."""
        head = self._start()
        if head.name not in _LINES:
            raise UnreadableWkb("not a curve")
        return self._line(head)

    def _parts(self, head: WkbHeader, name: str) -> tuple[str, bytes]:
        """Read the parts of a multiple geometry; a collection of one single type is one too."""
        parts = [self.geometry() for _part in range(self._count(head))]
        kinds = {kind for kind, _wkb in parts}
        if name == "GeometryCollection" and kinds in ({"Point"}, {"LineString"}, {"Polygon"}):
            name = f"Multi{kinds.pop()}"
        return name, struct.pack("<I", len(parts)) + b"".join(wkb for _kind, wkb in parts)


def _packed(positions: list[Position], has_z: bool, *, counted: bool = True) -> bytes:
    width = 3 if has_z else 2
    numbers = [number for position in positions for number in position[:width]]
    count = struct.pack("<I", len(positions)) if counted else b""
    return count + struct.pack(f"<{len(numbers)}d", *numbers)
