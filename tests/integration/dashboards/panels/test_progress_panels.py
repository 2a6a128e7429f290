"""Progress from a reference to a target: what was measured against what was expected."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboards.panels.periods import Point
from dashboards.panels.progress.kind import DatedValue, Trajectory
from layers.errors import InvalidParameter
from tests import factories
from tests.examples import examples
from tests.panels import page_of, presented, read_panel
from tests.world import TREES

START = DatedValue(dt.date(2012, 1, 1), 1284)
END = DatedValue(dt.date(2030, 1, 1), 770)
WAY = {"reference": {"date": 2020, "value": 0}, "target": {"date": 2030, "value": 20}}


def measured(value: float, day: str = "2024-01-01") -> Trajectory:
    return Trajectory(START, END, (Point(dt.date.fromisoformat(day), "2024", value),))


def test_what_is_expected_lies_on_the_line() -> None:
    assert measured(1012).at(dt.date(2021, 1, 1)) == pytest.approx(1027, abs=0.5)


@pytest.mark.parametrize(
    ("value", "state"), [(941, "on-track"), (955, "on-track"), (1012, "late"), (700, "on-track")]
)
def test_a_measure_that_misses_the_line_is_late(value: float, state: str) -> None:
    assert measured(value).state == state


def test_a_target_above_is_missed_from_below() -> None:
    line = Trajectory(END, START, (Point(dt.date(2012, 1, 1), "2012", 700),))
    assert line.state == "late"


def test_without_a_measure_nothing_can_be_told() -> None:
    assert Trajectory(START, END, ()).state == "unknown"


def test_a_line_of_one_day_expects_its_target() -> None:
    assert Trajectory(START, DatedValue(START.day, 5), ()).at(START.day) == 5


def test_a_way_without_length_is_not_divided() -> None:
    assert Trajectory(START, DatedValue(END.day, START.value), measured(3).points).done is None


def years(*values: float, first: int = 2020) -> tuple[Point, ...]:
    """Return a measure a year."""
    return tuple(
        Point(dt.date(first + place, 1, 1), str(first + place), value) for place, value in enumerate(values)
    )


@pytest.mark.parametrize("points", [(), years(941)])
def test_fewer_than_two_measures_have_no_pace(points: tuple[Point, ...]) -> None:
    assert Trajectory(START, END, points).projected is None


def test_nothing_is_projected_past_the_day_of_the_target() -> None:
    assert Trajectory(START, END, years(900, 800, first=2029)).projected is None


def test_a_steady_pace_goes_on() -> None:
    line = Trajectory(START, END, years(1000.5, 990.5, 980.5, first=2022))
    assert line.projected == DatedValue(END.day, pytest.approx(920.5, abs=0.1))


def test_an_older_pace_is_forgotten() -> None:
    # Steep until 2019, flat since: six measures are within five years of the last one.
    line = Trajectory(START, END, years(1284, 1200, 1100, *[1000] * 6, first=2016))
    assert line.projected == DatedValue(END.day, 1000)


def test_two_measures_far_apart_make_a_pace() -> None:
    points = (Point(dt.date(2012, 1, 1), "2012", 1200), Point(dt.date(2024, 1, 1), "2024", 1080))
    assert Trajectory(START, END, points).projected == DatedValue(END.day, 1020)


def test_what_is_counted_is_not_projected_below_nothing() -> None:
    line = Trajectory(DatedValue(dt.date(2020, 1, 1), 90), DatedValue(END.day, 0), years(90, 60, 30))
    assert line.projected == DatedValue(END.day, 0)


@given(
    measures=st.dictionaries(st.integers(0, 1800), st.floats(-1e6, 1e6), min_size=2, max_size=12),
    away=st.integers(1, 4000),
)
@examples(100)
def test_a_projection_is_the_best_line_carried_on_from_the_last_measure(
    measures: dict[int, float], away: int
) -> None:
    first = dt.date(2015, 1, 1)
    days = sorted(measures)
    points = [Point(first + dt.timedelta(day), "", measures[day]) for day in days]
    target = DatedValue(points[-1].start + dt.timedelta(away), -1.5)
    count, total, value_total = len(days), sum(days), sum(measures.values())
    products = sum(day * measures[day] for day in days)
    slope = (count * products - total * value_total) / (count * sum(day * day for day in days) - total**2)
    assume(abs(slope) < 1e6)
    found = Trajectory(DatedValue(first, 0.5), target, points).projected
    assert found is not None
    assert found.value == pytest.approx(measures[days[-1]] + slope * away, rel=1e-6, abs=1e-3)


@pytest.mark.django_db
def test_a_projection_is_said_beside_the_target(catalogue: Any) -> None:
    with factories.in_bulk():
        for year in (2021, 2022, 2022, 2023, 2023, 2023):
            factories.tree(date_releve=dt.date(year, 3, 1))
    panel = presented("progress", TREES, by=("year:date_releve",), options=WAY)
    assert "Au rythme actuel : 10 en 2030, objectif 20" in page_of(panel)


@pytest.mark.django_db
def test_how_much_of_the_way_is_done_is_told(catalogue: Any) -> None:
    with factories.in_bulk():
        for _tree in range(5):
            factories.tree(date_releve=dt.date(2023, 3, 1))
    panel = presented("progress", TREES, by=("year:date_releve",), options=WAY)
    assert "<dd>25\u00a0%</dd>" in page_of(panel)


@pytest.mark.django_db
def test_a_projection_is_drawn_to_the_day_of_the_target(catalogue: Any) -> None:
    with factories.in_bulk():
        for year in (2021, 2022, 2022, 2023, 2023, 2023):
            factories.tree(date_releve=dt.date(year, 3, 1))
    spec = read_panel("progress", TREES, by=("year:date_releve",), options=WAY).spec
    assert spec is not None
    lines = [
        spec["datasets"][layer["data"]["name"]] for layer in spec["layer"] if layer["mark"]["type"] == "line"
    ]
    assert [(row["k0"], row["v0"]) for row in lines[-1]] == [("2023-01-01", 3), ("2030-01-01", 10)]


@pytest.mark.django_db
def test_progress_is_told_in_words(catalogue: Any) -> None:
    with factories.in_bulk():
        for year in (2021, 2022, 2022, 2023):
            factories.tree(date_releve=dt.date(year, 3, 1))
    panel = presented("progress", TREES, by=("year:date_releve",), options=WAY)
    assert "En retard" in page_of(panel)


@pytest.mark.django_db
def test_progress_without_data_says_so(catalogue: Any) -> None:
    panel = presented("progress", TREES, by=("year:date_releve",), options=WAY)
    assert "Sans donnée" in page_of(panel)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options", [{}, {"reference": {"date": "x", "value": 1}}, {"reference": {"date": 2020}}]
)
def test_a_way_without_its_ends_is_refused(catalogue: Any, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("progress", TREES, by=("year:date_releve",), options=options)
