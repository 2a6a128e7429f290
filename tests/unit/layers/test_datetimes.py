"""Dates, instants and intervals of RFC 3339, as OGC API Features writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from layers.errors import InvalidDatetime
from layers.parsing.datetimes import Interval, edge_of, parse_interval

DAY = dt.date(2018, 2, 12)
INSTANT = dt.datetime(2018, 2, 12, 23, 20, 50, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-02-12", Interval(DAY, DAY)),
        ("2018-02-12T23:20:50Z", Interval(INSTANT, INSTANT)),
        ("2018-02-12t23:20:50z", Interval(INSTANT, INSTANT)),
        ("2018-02-13T00:20:50+01:00", Interval(INSTANT, INSTANT)),
        ("2018-02-12T23:20:50.000000000Z", Interval(INSTANT, INSTANT)),
        ("2018-02-12/2018-03-18", Interval(DAY, dt.date(2018, 3, 18))),
        ("2018-02-12T23:20:50Z/..", Interval(INSTANT, None)),
        ("../2018-02-12T23:20:50Z", Interval(None, INSTANT)),
        ("2018-02-12/", Interval(DAY, None)),
        ("/2018-02-12", Interval(None, DAY)),
        ("2018-02-12/2018-02-12", Interval(DAY, DAY)),
        ("2018-02-12/2018-02-12T23:20:50Z", Interval(DAY, INSTANT)),
        (
            "2018-02-12/9999-12-31T23:59:59Z",
            Interval(DAY, dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)),
        ),
    ],
)
def test_intervals_are_read(text: str, expected: Interval) -> None:
    assert parse_interval(text, parameter="datetime") == expected


def test_fractions_of_a_second_are_kept_to_the_microsecond() -> None:
    start = parse_interval("2018-02-12T23:20:50.123456789Z", parameter="datetime").start
    assert isinstance(start, dt.datetime)
    assert start.microsecond == 123456


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "../..",
        "/",
        "hier",
        "2018",
        "2018-02",
        "2018-02-30",
        "2018-13-01",
        "0000-01-01",
        "20180212",
        "2018-W07-1",
        "2018-02-12T23:20:50",
        "2018-02-12T23:20Z",
        "2018-02-12T25:20:50Z",
        "2018-02-12T23:20:50+0100",
        "2018-02-12T23:20:50+99:00",
        " 2018-02-12",
        "2018-02-12/2018-02-11",
        "2018-02-12T23:20:50Z/2018-02-12T23:20:49Z",
        "2018-02-12/2018-02-13/2018-02-14",
        "2018-02-12'; DROP TABLE layers_commune; --",
        "٢٠١٨-٠٢-١٢",
    ],
)
def test_what_is_not_rfc_3339_is_refused(text: str) -> None:
    with pytest.raises(InvalidDatetime) as refused:
        parse_interval(text, parameter="datetime")
    assert refused.value.parameter == "datetime"


@pytest.mark.parametrize(
    ("moment", "is_end", "expected"),
    [
        (INSTANT, False, INSTANT),
        (INSTANT, True, INSTANT),
        (DAY, False, dt.datetime(2018, 2, 11, 23, 0, tzinfo=dt.UTC)),
        (DAY, True, dt.datetime(2018, 2, 12, 22, 59, 59, 999999, tzinfo=dt.UTC)),
    ],
)
def test_day_begins_and_ends_in_the_time_zone_of_the_portal(
    moment: dt.date, is_end: bool, expected: dt.datetime
) -> None:
    assert edge_of(moment, is_end=is_end) == expected
