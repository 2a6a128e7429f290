"""Days and periods counted from the day of the request."""

from __future__ import annotations

import datetime as dt

import pytest

from layers.errors import InvalidDatetime
from layers.parsing.relative_periods import (
    OFFERED,
    is_relative_period,
    relative_day,
    relative_period,
    relative_period_words,
)

WEDNESDAY = dt.date(2024, 5, 15)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2024-05-15", "2024-05-15"),
        ("yesterday", "2024-05-14", "2024-05-14"),
        ("last-14-days", "2024-05-02", "2024-05-15"),
        ("last-1-day", "2024-05-15", "2024-05-15"),
        ("last-2-weeks", "2024-05-02", "2024-05-15"),
        ("last-12-months", "2023-05-16", "2024-05-15"),
        ("last-5-years", "2019-05-16", "2024-05-15"),
        ("next-30-days", "2024-05-16", "2024-06-14"),
        ("this-week", "2024-05-13", "2024-05-19"),
        ("previous-week", "2024-05-06", "2024-05-12"),
        ("this-month", "2024-05-01", "2024-05-31"),
        ("previous-month", "2024-04-01", "2024-04-30"),
        ("next-month", "2024-06-01", "2024-06-30"),
        ("this-quarter", "2024-04-01", "2024-06-30"),
        ("previous-quarter", "2024-01-01", "2024-03-31"),
        ("this-year", "2024-01-01", "2024-12-31"),
        ("previous-year", "2023-01-01", "2023-12-31"),
        ("year-to-date", "2024-01-01", "2024-05-15"),
        ("month-to-date", "2024-05-01", "2024-05-15"),
    ],
)
def test_a_period_is_counted_from_today(text: str, first: str, last: str) -> None:
    days = relative_period(text, today=WEDNESDAY)
    assert (str(days.first), str(days.last)) == (first, last)


def test_the_last_month_of_the_last_day_is_no_longer_than_its_month() -> None:
    days = relative_period("last-1-month", today=dt.date(2024, 3, 31))
    assert str(days.first) == "2024-03-01"


@pytest.mark.parametrize(
    "text",
    ["", "last-0-days", "last-9999-years", "last-x-days", "this-decade", "next-99999-days", "2024-05-01"],
)
def test_what_is_no_such_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidDatetime):
        relative_period(text, today=WEDNESDAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", "2024-05-15"),
        ("today", "2024-05-15"),
        ("-14d", "2024-05-01"),
        ("today+1m", "2024-06-15"),
        ("+2w", "2024-05-29"),
    ],
)
def test_a_day_is_counted_from_today(text: str, day: str) -> None:
    assert str(relative_day(text, today=WEDNESDAY)) == day


@pytest.mark.parametrize("text", ["-14", "14d", "+9999y", "tomorrow", "--1d"])
def test_what_is_no_such_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidDatetime):
        relative_day(text, today=WEDNESDAY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("last-14-days", "14 derniers jours"),
        ("last-12-months", "12 derniers mois"),
        ("this-month", "ce mois-ci"),
        ("this-year", "année en cours"),
        ("next-30-days", "30 prochains jours"),
    ],
)
def test_a_period_is_worded(text: str, words: str) -> None:
    assert relative_period_words(text) == words


def test_every_offered_period_is_one() -> None:
    assert all(is_relative_period(text) and relative_period_words(text) for text in OFFERED)
