"""Patterns as pictures that repeat without a seam, whatever the angle.

A tile is a torus: what leaves it on one side comes back on the other. A family of parallel lines closes on it when it
crosses its sides a whole number of times, so the tile is chosen among those of whole pixels where this bends angle and
spacing the least; a line is followed around the torus until it comes back, so that dashes and markers close too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from layers.styles.symbols import LinePattern, PointPattern
from styles.pictures import SvgPicture, marker_svg

# A tile is no larger than this, unless one period is.
_LARGEST = 96
_GOOD = 0.01
_FLAT = math.radians(0.5)
_MAX_COPIES = 400


def pattern_picture(pattern: LinePattern | PointPattern, icon: str) -> SvgPicture:
    """Return the tile of a pattern; ``icon`` is the pictogram that ``symbols.LAYER_ICON`` stands for."""
    return _points(pattern, icon) if isinstance(pattern, PointPattern) else _lines(pattern, icon)


def _points(pattern: PointPattern, icon: str) -> SvgPicture:
    """Return markers from the corner of the tile on: a coarse pattern lies on places of a fine one, as in QGIS."""
    rows = 2 if pattern.is_staggered else 1
    across, columns = _integer_length(pattern.across)
    down, groups = _integer_length(pattern.down * rows)
    dx, dy = across / columns, down / (groups * rows)
    points = [
        ((column + (0.5 if row % 2 and pattern.is_staggered else 0)) * dx, row * dy)
        for row in range(groups * rows)
        for column in range(columns)
    ]
    margin = pattern.marker.size + pattern.marker.stroke_width
    shapes = "".join(
        marker_svg(pattern.marker, icon, x, y)
        for point in points
        for x, y in _wrapped(*point, across, down, margin)
    )
    return SvgPicture(across, down, shapes)


def _integer_length(period: float) -> tuple[int, int]:
    """Return a whole length, and how many periods it holds: the shortest that is one to a hundredth."""
    most = max(1, int(_LARGEST / 2 // period))
    errors = [
        (abs(round(n * period) / (n * period) - 1), n) for n in range(1, most + 1) if round(n * period) > 0
    ]
    good = [(error, n) for error, n in errors if error <= _GOOD] or [min(errors, default=(0.0, 1))]
    count = min(n for _error, n in good)
    return max(1, round(count * period)), count


def _wrapped(x: float, y: float, width: float, height: float, margin: float) -> Iterator[tuple[float, float]]:
    """Yield a place on the torus, again beyond the sides that something ``margin`` around it would cross."""
    x, y = x % width, y % height
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            left, top = x + i * width, y + j * height
            if -margin <= left <= width + margin and -margin <= top <= height + margin:
                yield left, top


@dataclass(frozen=True, slots=True)
class _Weave:
    """Lines on a torus: ``across`` of them cross its top, ``down`` its left side; to the right they rise or fall."""

    width: float
    height: float
    across: int
    down: int
    rises: bool

    @property
    def loops(self) -> int:
        """How many lines there are, each followed until it closes."""
        return math.gcd(self.across, self.down) or max(self.across, self.down)

    @property
    def run(self) -> tuple[float, float]:
        """How far right and down a line goes until it closes."""
        if not self.across:
            return self.width, 0.0
        if not self.down:
            return 0.0, self.height
        right, fall = self.down // self.loops * self.width, self.across // self.loops * self.height
        return right, -fall if self.rises else fall

    def starts(self, shift: float) -> Iterator[tuple[float, float]]:
        """Yield where each loop begins; the first is moved by ``shift`` pixels across the lines."""
        right, fall = self.run
        length = math.hypot(right, fall)
        x, y = -fall / length * shift, right / length * shift
        for loop in range(self.loops):
            if self.across:
                yield x + (loop + 0.5) * self.width / self.across, y
            else:
                yield x, y + (loop + 0.5) * self.height / self.down


def _lines(pattern: LinePattern, icon: str) -> SvgPicture:
    weave = _weave(pattern.spacing, pattern.angle, _period(pattern))
    right, fall = weave.run
    length = math.hypot(right, fall)
    parts = []
    for x, y in weave.starts(pattern.shift):
        if pattern.marker:
            parts += _markers(pattern, icon, weave, (x, y))
        else:
            parts += [_stroke(pattern, weave, (x, y), length)]
    veil = f' opacity="{pattern.opacity:g}"' if pattern.opacity < 1 else ""
    return SvgPicture(weave.width, weave.height, f"<g{veil}>{''.join(parts)}</g>")


def _period(pattern: LinePattern) -> float:
    """Return the length that repeats along a line, 0 for a plain one."""
    if pattern.marker:
        return pattern.interval or 2 * pattern.marker.size
    return sum(pattern.dash) * (2 if len(pattern.dash) % 2 else 1)


def _weave(spacing: float, angle: float, period: float) -> _Weave:
    turned = math.radians(angle % 180)
    if min(turned, math.pi - turned) < _FLAT:
        height, down = _integer_length(spacing)
        return _Weave(_integer_length(period)[0] if period else 8, height, 0, down, rises=True)
    if abs(turned - math.pi / 2) < _FLAT:
        width, across = _integer_length(spacing)
        return _Weave(width, _integer_length(period)[0] if period else 8, across, 0, rises=True)
    wide, high = spacing / abs(math.sin(turned)), spacing / abs(math.cos(turned))
    across, down = min(_counts(wide, high), key=lambda pair: _bend(wide, high, *pair))
    width, height = max(1, round(across * wide)), max(1, round(down * high))
    return _Weave(width, height, across, down, rises=turned < math.pi / 2)


def _counts(wide: float, high: float) -> list[tuple[int, int]]:
    most_across, most_down = (max(1, int(_LARGEST // side)) for side in (wide, high))
    return [(m, n) for m in range(1, most_across + 1) for n in range(1, most_down + 1)]


def _bend(wide: float, high: float, across: int, down: int) -> float:
    """Return how far a tile bends its lines; small tiles are preferred where that is not seen."""
    error = max(abs(round(n * side) / (n * side) - 1) for n, side in ((across, wide), (down, high)))
    return max(error, _GOOD) * (1 + across * down * wide * high / 10_000)


def _stroke(pattern: LinePattern, weave: _Weave, start: tuple[float, float], length: float) -> str:
    """Return a line once around the torus, in the pieces that are seen."""
    right, fall = weave.run
    period = _period(pattern)
    dash = ""
    if period:
        fit = length / max(1, round(length / period)) / period
        dash = f' stroke-dasharray="{" ".join(f"{part * fit:.4g}" for part in pattern.dash)}"'
    margin = pattern.width
    paths = "".join(
        f"M{x:.5g} {y:.5g}l{right:.5g} {fall:.5g}" for x, y in _copies(start, (right, fall), weave, margin)
    )
    look = f'fill="none" stroke="@{pattern.colour}" stroke-width="{pattern.width:g}"'
    return f'<path d="{paths}" {look}{dash}/>'


def _copies(
    start: tuple[float, float], run: tuple[float, float], weave: _Weave, margin: float
) -> Iterator[tuple[float, float]]:
    """Yield where a loop begins in each copy of the torus that the tile sees."""
    (x, y), (right, fall) = start, run
    columns = math.ceil((abs(right) + abs(x) + margin) / weave.width) + 1
    rows = math.ceil((abs(fall) + abs(y) + margin) / weave.height) + 1
    for i in range(-columns, columns + 1):
        for j in range(-rows, rows + 1):
            left, top = x + i * weave.width, y + j * weave.height
            if _crosses_tile(left, top, right, fall, weave, margin):
                yield left, top


def _crosses_tile(left: float, top: float, right: float, fall: float, weave: _Weave, margin: float) -> bool:
    """Whether a segment may cross the tile: its box does, and the corners of the tile are not all on one side of it."""
    if max(left, left + right) < -margin or min(left, left + right) > weave.width + margin:
        return False
    if max(top, top + fall) < -margin or min(top, top + fall) > weave.height + margin:
        return False
    length = math.hypot(right, fall)
    sides = [
        ((x - left) * fall - (y - top) * right) / length for x in (0, weave.width) for y in (0, weave.height)
    ]
    return min(sides) <= margin and max(sides) >= -margin


def _markers(pattern: LinePattern, icon: str, weave: _Weave, start: tuple[float, float]) -> list[str]:
    assert pattern.marker is not None
    right, fall = weave.run
    count = min(max(1, round(math.hypot(right, fall) / _period(pattern))), _MAX_COPIES)
    margin = pattern.marker.size + pattern.marker.stroke_width
    return [
        marker_svg(pattern.marker, icon, x, y)
        for index in range(count)
        for x, y in _wrapped(
            start[0] + right * index / count,
            start[1] + fall * index / count,
            weave.width,
            weave.height,
            margin,
        )
    ]
