"""A key figure is compared with the period before it, and with nothing where that one is suppressed."""

from __future__ import annotations

import datetime as dt

from dashboards.panels.periods import figure_value
from layers.aggregates import AggregateResult, ResultColumn
from layers.definitions import FieldType

COLUMNS = (
    ResultColumn("year:jour", "Année", FieldType.DATE, is_key=True, period="year"),
    ResultColumn("count", "Nombre", FieldType.INTEGER),
)


def years(*counts: int | None) -> AggregateResult:
    """Return the counts of years from 2020 on; None is suppressed."""
    rows = tuple((dt.date(2020 + place, 1, 1), count) for place, count in enumerate(counts))
    hidden = frozenset(place for place, count in enumerate(counts) if count is None)
    return AggregateResult(COLUMNS, rows, 40, len(rows), 1_000, smallest_count=5, suppressed=hidden)


def test_the_period_before_is_compared() -> None:
    assert figure_value(years(9, 7, 8)).change == 1


def test_a_suppressed_period_is_compared_with_nothing() -> None:
    assert figure_value(years(9, None, 8)).previous is None


def test_a_period_that_was_suppressed_earlier_takes_nothing_away() -> None:
    assert figure_value(years(None, 9, 8)).change == -1


def test_the_same_period_a_year_before_is_compared_as_it_was() -> None:
    assert figure_value(years(9, 7, 8), against="year").change == 1
