"""Measures of sample indicators: near their trajectory, as far from it in the last year as the file says."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PERIODS = {"annuelle": 1, "biennale": 2, "triennale": 3}
# How much a year may differ from the way to the last one, in parts of the expected value.
_WOBBLE = 0.006


@dataclass(slots=True)
class Series:
    """An indicator of the files: its trajectory, and its measures of the whole territory by year."""

    row: Mapping[str, Any]
    trajectory: dict[int, float]
    measures: dict[int, float] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Return the code of the indicator."""
        return str(self.row["code"])

    @property
    def decimals(self) -> int:
        """Return how many decimals its values have."""
        return int(self.row.get("decimales", 0))


def series_of(rows: Sequence[Mapping[str, Any]], *, last: int, rolls: random.Random) -> list[Series]:
    """Return the indicators with their measures; ``last`` is the last year measured. A sum follows its parts."""
    found = [Series(row, _trajectory(row, last)) for row in rows]
    for series in found:
        if not series.row.get("somme") and series.row.get("mesures", True):
            series.measures = _measures(series, last, rolls)
    for series in found:
        if series.row.get("somme"):
            parts = [part for part in found if part.row.get("parent") == series.code]
            series.measures = _sum(series, parts, last)
    return found


def expected(trajectory: Mapping[int, float], year: int) -> float:
    """Return the value that a trajectory expects in a year; level before its first point and after its last."""
    years = sorted(trajectory)
    before = max((each for each in years if each <= year), default=years[0])
    after = min((each for each in years if each >= year), default=years[-1])
    if before == after:
        return trajectory[before]
    share = (year - before) / (after - before)
    return trajectory[before] + share * (trajectory[after] - trajectory[before])


def _trajectory(row: Mapping[str, Any], last: int) -> dict[int, float]:
    # The year 0 of the files is the last one measured: an indicator that has only begun.
    return {year or last: float(value) for year, value in row["trajectoire"].items()}


def _years(series: Series, last: int) -> list[int]:
    end = min(last, series.row.get("derniere", last))
    period = PERIODS[series.row.get("frequence", "annuelle")]
    return sorted(range(end, min(series.trajectory), -period))


def _measures(series: Series, last: int, rolls: random.Random) -> dict[int, float]:
    years, start = _years(series, last), min(series.trajectory)
    gap, dips = series.row.get("ecart", 0) / 100, series.row.get("creux", {})
    found = {start: series.trajectory[start]}
    for year in years:
        way = (year - start) / (years[-1] - start)
        wobble = 0.0 if year == years[-1] else rolls.gauss(0, _WOBBLE)
        factor = 1 + gap * way + wobble + dips.get(year, 0) / 100
        found[year] = round(expected(series.trajectory, year) * factor, series.decimals)
    return found


def _sum(series: Series, parts: Sequence[Series], last: int) -> dict[int, float]:
    """Return the sums of the parts; one that is no longer measured counts as in its last year."""
    return {
        year: round(sum(part.measures[max(y for y in part.measures if y <= year)] for part in parts), 1)
        for year in range(min(series.trajectory), last + 1)
    }
