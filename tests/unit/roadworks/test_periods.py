"""Phases of a site as rules and as intervals: nights, days of the week, public holidays, changes of hour."""

from __future__ import annotations

import datetime as dt

import pytest

from roadworks.periods import PARIS, Interval, Rule, instant, merged, public_holidays

NIGHTS = Rule(
    dt.date(2027, 3, 22),
    dt.date(2027, 4, 2),
    dt.time(21),
    dt.time(6),
    frozenset({1, 2, 3, 4, 5, 7}),
)
HOUR = dt.timedelta(hours=1)


def paris(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    nights = list(NIGHTS.intervals())
    assert [night.start.astimezone(PARIS).isoweekday() for night in nights] == [
        1,
        2,
        3,
        4,
        5,
        7,
        1,
        2,
        3,
        4,
        5,
    ]
    assert nights[-1] == Interval(paris("2027-04-02 21:00"), paris("2027-04-03 06:00"))


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2027, 3, 27), 8), (dt.date(2027, 3, 28), 9), (dt.date(2027, 10, 30), 10)]
)
def test_a_night_across_a_change_of_hour_is_shorter_or_longer(day: dt.date, hours: int) -> None:
    night = Rule(day, day, dt.time(21), dt.time(6)).hull
    assert night is not None
    assert night.end - night.start == hours * HOUR


def test_an_hour_that_clocks_skip_is_the_next_one() -> None:
    skipped = dt.date(2027, 3, 28)
    assert instant(skipped, dt.time(2, 30)) == instant(skipped, dt.time(3, 30))
    assert instant(skipped, dt.time(2, 30), is_second=True) == instant(skipped, dt.time(3, 30))


def test_an_hour_that_clocks_repeat_begins_at_the_first_and_ends_at_the_second() -> None:
    repeated = dt.date(2027, 10, 31)
    rule = Rule(repeated, repeated, dt.time(2, 15), dt.time(2, 45))
    assert [each.end - each.start for each in rule.intervals()] == [1.5 * HOUR]


def test_whole_days_that_follow_each_other_are_one_interval() -> None:
    rule = Rule(dt.date(2027, 5, 3), dt.date(2027, 5, 7))
    assert list(rule.intervals()) == [Interval(paris("2027-05-03 00:00"), paris("2027-05-08 00:00"))]
    assert rule.is_continuous


def test_public_holidays_are_those_of_the_law() -> None:
    assert sorted(public_holidays(2027)) == [
        dt.date(2027, *day)
        for day in (
            (1, 1),
            (3, 29),
            (5, 1),
            (5, 6),
            (5, 8),
            (5, 17),
            (7, 14),
            (8, 15),
            (11, 1),
            (11, 11),
            (12, 25),
        )
    ]
    assert dt.date(2026, 4, 6) in public_holidays(2026)
    assert dt.date(2038, 4, 26) in public_holidays(2038)


def test_parts_without_holidays_say_the_same_nights() -> None:
    rule = Rule(dt.date(2027, 3, 22), dt.date(2027, 5, 21), dt.time(21), dt.time(6), NIGHTS.days, True)
    assert rule.holidays == (dt.date(2027, 3, 29), dt.date(2027, 5, 6), dt.date(2027, 5, 17))
    parts = rule.without_holidays()
    assert [night for part in parts for night in part.intervals()] == list(rule.intervals())


def test_a_site_that_ends_early_stops_at_that_instant() -> None:
    end = paris("2027-03-24 23:10")
    rule = Rule(NIGHTS.first, NIGHTS.last, NIGHTS.opens, NIGHTS.closes, stops_at=end)
    assert list(rule.intervals())[-1] == Interval(paris("2027-03-24 21:00"), end)
    assert rule.hull is not None and rule.hull.end == end
    assert Rule(NIGHTS.first, NIGHTS.last, stops_at=paris("2027-03-22 00:00")).hull is None


def test_nobody_works_on_days_that_a_phase_does_not_have() -> None:
    rule = Rule(dt.date(2027, 3, 22), dt.date(2027, 3, 24), days=frozenset({6}))
    assert (list(rule.intervals()), rule.hull) == ([], None)


def test_a_night_is_two_parts_of_two_days() -> None:
    evening, morning = NIGHTS.within_days()
    assert (evening.days, evening.opens, evening.closes) == (NIGHTS.days, dt.time(21), dt.time())
    assert (morning.days, morning.opens, morning.closes) == (
        frozenset({1, 2, 3, 4, 5, 6}),
        dt.time(),
        dt.time(6),
    )


def test_intervals_that_meet_are_merged() -> None:
    first = Interval(paris("2027-01-01 08:00"), paris("2027-01-01 12:00"))
    second = Interval(paris("2027-01-01 12:00"), paris("2027-01-01 17:00"))
    assert merged([second, first]) == [Interval(first.start, second.end)]
