"""Values of years to come are told apart from what was measured, also before any measure counts."""

from __future__ import annotations

from dashboards.panels.states import NONE, PanelState
from dashboards.panels.trajectories import TrajectoryRow, YearValue

POINTS = [YearValue(2019, 100.0), YearValue(2024, 80.0), YearValue(2028, 70.0)]


def years(**said: int) -> tuple[list[int], list[int]]:
    """Return the years that were measured, and those to come."""
    row = TrajectoryRow(1, "Émissions", said, {}, PanelState("", "", NONE), is_up=False, measures=POINTS)
    return [point.year for point in row.own], [point.year for point in row.beyond]


def test_what_follows_the_measure_that_counts_is_to_come() -> None:
    assert years(measure_year=2024, reference_year=2020) == ([2019, 2024], [2028])


def test_without_a_measure_that_counts_what_follows_the_reference_is_to_come() -> None:
    assert years(reference_year=2024) == ([2019, 2024], [2028])
