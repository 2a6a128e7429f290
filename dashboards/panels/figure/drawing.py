"""The small drawings of a key figure, written in the page itself: they need no script and print as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 96, 36, 4


@dataclass(frozen=True, slots=True)
class SparkLine:
    """A line of ``WIDTH`` by ``HEIGHT``: ``points`` as SVG reads them, and where the last one is."""

    points: str
    x: float
    y: float


def spark_line(values: Sequence[float]) -> SparkLine | None:
    """Return the line of values at equal distances; None for less than two."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span, step = (high - low) or 1, (WIDTH - 2 * MARGIN) / (len(values) - 1)
    places = [
        (
            round(MARGIN + step * index, 1),
            round(HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN), 1),
        )
        for index, value in enumerate(values)
    ]
    return SparkLine(" ".join(f"{x},{y}" for x, y in places), *places[-1])


def percent(value: float | None, whole: float | None) -> int | None:
    """Return how much of a whole a value is, in whole percents from 0 to 100; None when nothing can be said."""
    if value is None or not whole:
        return None
    return round(min(max(value / whole, 0), 1) * 100)
