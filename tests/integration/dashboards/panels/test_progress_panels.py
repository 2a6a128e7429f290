"""Progress from a reference to a target: what was measured against what was expected."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboards.panels.figure.queries import Point
from dashboards.panels.progress.trajectory import Milestone, Trajectory
from layers.errors import InvalidParameter
from tests import factories
from tests.panels import page_of, presented, read_panel
from tests.world import TREES

START = Milestone(dt.date(2012, 1, 1), 1284)
END = Milestone(dt.date(2030, 1, 1), 770)
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
    assert Trajectory(START, Milestone(START.day, 5), ()).at(START.day) == 5


def test_a_way_without_length_is_not_divided() -> None:
    assert Trajectory(START, Milestone(END.day, START.value), measured(3).points).done is None


@pytest.mark.django_db
def test_progress_is_told_in_words(catalogue: Any) -> None:
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
