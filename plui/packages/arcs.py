"""Arcs of WKT as lines: shapely has none, and tables of texts are not read by GDAL, which makes lines of the others.

Types are those of ISO 19125-1 and SQL/MM: CIRCULARSTRING, COMPOUNDCURVE, CURVEPOLYGON, MULTICURVE, MULTISURFACE. An arc
is drawn by chords of at most 4 degrees, as GDAL draws it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, TypeVar

import shapely

_WORDS = re.compile(r"[A-Za-z]+|[(),]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ARCS = re.compile(r"CURVE|CIRCULARSTRING|MULTISURFACE", re.IGNORECASE)
_DIMENSIONS = {"Z", "M", "ZM"}
_STEP = math.radians(4)
_STRAIGHT = 1e-9

Point = tuple[float, float]
Part = TypeVar("Part")


def has_arcs(text: str) -> bool:
    """Whether a WKT is of a type that may have arcs."""
    return bool(_ARCS.search(text))


def linear_shape(text: str) -> Any:
    """Return the shape of a WKT that may have arcs, in two dimensions; None when it cannot be read."""
    words = _WORDS.findall(text)
    if not words or "".join(words) != re.sub(r"\s+", "", text):
        return None
    try:
        reader = _Reader(words)
        shape = reader.shape()
    except (IndexError, ValueError, RecursionError, shapely.errors.GEOSException):
        return None
    return shape if reader.place == len(words) else None


class _Reader:
    """The words of a WKT, read from the left."""

    def __init__(self, words: list[str]) -> None:
        self.words, self.place = words, 0

    def shape(self) -> Any:
        """Read a geometry."""
        name = self._name()
        if name == "MULTISURFACE":
            return shapely.MultiPolygon(self._listed(self._surface))
        if name == "MULTICURVE":
            return shapely.MultiLineString(self._listed(self._curve))
        self.place = 0
        return self._surface() if name == "CURVEPOLYGON" else shapely.LineString(self._curve())

    def _surface(self) -> Any:
        if self.words[self.place] != "(" and self._name() not in {"POLYGON", "CURVEPOLYGON"}:
            raise ValueError(self.words[self.place])
        rings = self._listed(self._curve)
        return shapely.Polygon(rings[0], rings[1:])

    def _curve(self) -> list[Point]:
        """Read a curve: points between brackets, a line, arcs, or several of them end to end."""
        name = "LINESTRING" if self.words[self.place] == "(" else self._name()
        if name == "COMPOUNDCURVE":
            parts = self._listed(self._curve)
            return [*parts[0], *(point for part in parts[1:] for point in part[1:])]
        points = self._listed(self._point)
        if name == "LINESTRING":
            return points
        if name != "CIRCULARSTRING" or len(points) < 3 or len(points) % 2 == 0:
            raise ValueError(name)
        line = points[:1]
        for first in range(0, len(points) - 2, 2):
            line += _chords(*points[first : first + 3])
        return line

    def _point(self) -> Point:
        numbers = []
        while self.words[self.place] not in ",)":
            numbers.append(float(self._next()))
        return numbers[0], numbers[1]

    def _listed(self, part: Callable[[], Part]) -> list[Part]:
        """Read what is between brackets, separated by commas."""
        parts: list[Part] = []
        mark = self._next()
        if mark != "(":
            raise ValueError(mark)
        while mark != ")":
            parts.append(part())
            mark = self._next()
            if mark not in {",", ")"}:
                raise ValueError(mark)
        return parts

    def _name(self) -> str:
        name = self._next().upper()
        if self.words[self.place].upper() in _DIMENSIONS:
            self.place += 1
        return name

    def _next(self) -> str:
        word = self.words[self.place]
        self.place += 1
        return word


def _chords(start: Point, middle: Point, end: Point) -> list[Point]:
    """Return the points of an arc by three points, its start left out; a whole circle when both ends are one."""
    if start == end:
        x, y = (start[0] + middle[0]) / 2, (start[1] + middle[1]) / 2
        turn = 2 * math.pi
    else:
        (ax, ay), (bx, by) = (
            (middle[0] - start[0], middle[1] - start[1]),
            (end[0] - start[0], end[1] - start[1]),
        )
        cross = ax * by - ay * bx
        if abs(cross) <= _STRAIGHT * math.hypot(ax, ay) * math.hypot(bx, by):
            return [middle, end]
        first, second = (ax * ax + ay * ay) / (2 * cross), (bx * bx + by * by) / (2 * cross)
        x, y = start[0] + by * first - ay * second, start[1] + ax * second - bx * first
        turn = (_angle(end, x, y) - _angle(start, x, y)) % (2 * math.pi)
        if cross < 0:  # clockwise
            turn -= 2 * math.pi
    radius, angle = math.hypot(start[0] - x, start[1] - y), _angle(start, x, y)
    count = max(1, math.ceil(abs(turn) / _STEP))
    angles = [angle + turn * step / count for step in range(1, count)]
    return [*((x + radius * math.cos(each), y + radius * math.sin(each)) for each in angles), end]


def _angle(point: Point, x: float, y: float) -> float:
    return math.atan2(point[1] - y, point[0] - x)
