"""Arcs of circle as segments: what a portal draws, measures and indexes has no other lines."""

from __future__ import annotations

import math
from collections.abc import Sequence

Position = tuple[float, ...]

_STEP = math.radians(4)
"""The angle of one segment: 90 segments a circle, which stays within 6 cm of a circle of 100 m of radius."""


def stroked(positions: Sequence[Position]) -> list[Position]:
    """Return the line along a circular string (SQL/MM): arcs by start, middle and end, each begins where one ended.

    Heights go evenly from one position to the next one.
    """
    found = list(positions[:1])
    for place in range(0, len(positions) - 2, 2):
        found += _arc(*positions[place : place + 3])
    whole = 1 + 2 * ((len(positions) - 1) // 2)
    return found + list(positions[whole:])


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
    found: list[Position] = []
    for step in range(1, steps):
        share = step / steps
        angle = first + sweep * share
        rest = (before + (after - before) * share for before, after in zip(start[2:], end[2:], strict=True))
        found.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle), *rest))
    return [*found, end]
