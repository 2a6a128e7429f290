"""Which period of the calendar a histogram of dates is cut by, and where each one starts."""

from __future__ import annotations

import datetime as dt

import pytest

from layers.aggregates.facets import MAX_DAYS, MAX_MONTHS, MAX_YEARS, Step, step_between

START = dt.date(2020, 1, 1)


@pytest.mark.parametrize(
    ("last", "step"),
    [
        (START, Step("day")),
        (dt.date(2020, 1, 31), Step("day")),
        (dt.date(2020, 2, 1), Step("month")),
        (dt.date(2022, 12, 31), Step("month")),
        (dt.date(2023, 1, 1), Step("year")),
        (dt.date(2059, 12, 31), Step("year")),
        (dt.date(2060, 1, 1), Step("year", 2)),
        (dt.date(2400, 1, 1), Step("year", 10)),
        (dt.date(9999, 12, 30), Step("year", 200)),
    ],
)
def test_the_time_that_dates_cover_chooses_the_period(last: dt.date, step: Step) -> None:
    assert step_between(START, last) == step


@pytest.mark.parametrize("years", [0, 1, 3, 39, 40, 200, 2_000, 7_900])
def test_there_are_never_too_many_periods(years: int) -> None:
    last = dt.date(2020 + years, 6, 30)
    step, edge, count = step_between(START, last), START, 0
    while edge <= last:
        edge, count = step.next(edge), count + 1
    assert count <= max(MAX_DAYS, MAX_MONTHS, MAX_YEARS) + 1


@pytest.mark.parametrize(
    ("step", "start", "following"),
    [
        (Step("day"), dt.date(2024, 2, 29), dt.date(2024, 3, 1)),
        (Step("month"), dt.date(2024, 2, 1), dt.date(2024, 3, 1)),
        (Step("year"), dt.date(2024, 1, 1), dt.date(2025, 1, 1)),
        (Step("year", 10), dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    ],
)
def test_a_period_goes_from_its_first_day_to_the_next_one(
    step: Step, start: dt.date, following: dt.date
) -> None:
    assert step.start(dt.date(2024, 2, 29)) == start
    assert step.next(start) == following


@pytest.mark.parametrize("step", [Step("day"), Step("month"), Step("year"), Step("year", 500)])
def test_the_calendar_ends_where_pythons_does(step: Step) -> None:
    assert step.next(step.start(dt.date.max)) == dt.date.max


def test_december_is_followed_by_january() -> None:
    assert Step("month").next(dt.date(2023, 12, 1)) == dt.date(2024, 1, 1)


def test_the_first_group_of_years_begins_with_the_calendar() -> None:
    assert Step("year", 500).start(dt.date(37, 5, 4)) == dt.date(1, 1, 1)
