"""A small trajectory written in the page: what was measured, what is expected dashed, the target at its end.

Rows of a table share their first year, and the last one of most of them; each has its own scale of values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboards.panels.trajectories.reading import FollowedRow, YearValue

WIDTH, HEIGHT, MARGIN = 136, 32, 5


@dataclass(frozen=True, slots=True)
class SmallTrajectory:
    """Points of two lines as SVG reads them, and the places of the last measure and of the target."""

    measured: str
    expected: str
    last: tuple[str, str] | None
    target: tuple[str, str] | None


def years_of(rows: Iterable[FollowedRow]) -> tuple[int, int]:
    """Return the first year of all rows, and the year that most of them end with."""
    held = [[point.year for point in (*row.own, *row.steps)] for row in rows]
    firsts = [min(years) for years in held if years]
    ends = Counter(max(years) for years in held if years)
    return (min(firsts), ends.most_common(1)[0][0]) if firsts else (0, 0)


def small_trajectory(row: FollowedRow, years: tuple[int, int]) -> SmallTrajectory | None:
    """Return the drawing of a row; None for one without two points."""
    points = [*row.own, *row.steps]
    first, end = years[0], max([years[1], *(point.year for point in points)])
    if len(points) < 2 or first == end:
        return None
    low, high = min(point.value for point in points), max(point.value for point in points)
    span = (high - low) or 1

    def place(point: YearValue) -> tuple[str, str]:
        x = MARGIN + (point.year - first) / (end - first) * (WIDTH - 2 * MARGIN)
        y = HEIGHT - MARGIN - (point.value - low) / span * (HEIGHT - 2 * MARGIN)
        return f"{x:.1f}", f"{y:.1f}"

    def line(found: Sequence[YearValue]) -> str:
        return " ".join(",".join(place(point)) for point in found)

    return SmallTrajectory(
        line(row.own),
        line(row.steps),
        place(row.own[-1]) if row.own else None,
        place(row.steps[-1]) if row.steps else None,
    )
