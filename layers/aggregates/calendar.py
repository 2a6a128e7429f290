"""How dates are spread over the calendar: by day, month, year or group of years, as long as the time they cover is.

Bins of one width would begin on any day: people read years and months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from layers.aggregates.execution import aggregate
from layers.aggregates.facets import Bin, Histogram, whole
from layers.aggregates.results import Plain
from layers.aggregates.rows import resolve_field
from layers.errors import InvalidParameter
from layers.parsing.aggregates import MAX_GROUPS, AggregateQuery, GroupKey
from layers.parsing.measures import COUNT, AggregateMeasure
from layers.queries import Selection
from layers.sql.buckets import DATES

# The most bins of each kind; beyond them, the next kind of period.
MOST_DAYS, MOST_MONTHS, MOST_YEARS = 31, 36, 40
_GROUPS_OF_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Step:
    """A period of the calendar (``day``, ``month`` or ``year``), ``years`` of them together for groups of years."""

    period: str
    years: int = 1

    def start(self, day: dt.date) -> dt.date:
        """Return the first day of the period that holds a day; groups of years begin at their multiples."""
        if self.period == "day":
            return day
        if self.period == "month":
            return day.replace(day=1)
        return dt.date(max(1, day.year - day.year % self.years), 1, 1)

    def next(self, start: dt.date) -> dt.date:
        """Return the first day of the period that follows; the calendar ends where Python's does."""
        try:
            if self.period == "day":
                return start + dt.timedelta(days=1)
            if self.period == "month":
                return dt.date(start.year + start.month // 12, start.month % 12 + 1, 1)
            return dt.date(start.year - start.year % self.years + self.years, 1, 1)
        except (OverflowError, ValueError):
            return dt.date.max


def step_between(first: dt.date, last: dt.date) -> Step:
    """Choose the finest period that cuts the time between two days in few enough bins."""
    if (last - first).days < MOST_DAYS:
        return Step("day")
    if (last.year - first.year) * 12 + last.month - first.month < MOST_MONTHS:
        return Step("month")
    fits = (years for years in _GROUPS_OF_YEARS if last.year // years - first.year // years < MOST_YEARS)
    return Step("year", next(fits))


def calendar(selection: Selection, field: str, *, parameter: str = "field") -> Histogram:
    """Return how the values of a date or an instant are spread under the current selection, empty periods included.

    Two statements: the first and the last value choose the period. Instants belong to the days of the portal's zone.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field of another type.
    """
    found = resolve_field(selection.scope, field, parameter)
    if found.type not in DATES:
        raise InvalidParameter(_("« %s » n’est pas une date.") % found.name, parameter=parameter)
    ends = AggregateQuery(
        measures=(AggregateMeasure.of("min", field), AggregateMeasure.of("max", field), COUNT)
    )
    low, high, matched = aggregate(selection, ends, parameter=parameter).rows[0]
    first, last = _day(low), _day(high)
    if first is None or last is None:
        return Histogram(None, None, (), whole(matched), has_closed_end=False)
    step = step_between(first, last)
    counts = _counts(selection, field, step, parameter)
    edges = [step.start(first), *takewhile(lambda edge: edge <= last, _following(first, step))]
    edges.append(step.next(edges[-1]))
    return Histogram(
        min=first,
        max=last,
        bins=tuple(Bin(start, end, counts.get(start, 0)) for start, end in pairwise(edges)),
        nulls=counts.get(None, 0),
        has_closed_end=False,
        step=step.period if step.years == 1 else "years",
    )


def _following(first: dt.date, step: Step) -> Iterator[dt.date]:
    edge = step.start(first)
    while edge < dt.date.max:
        edge = step.next(edge)
        yield edge


def _counts(selection: Selection, field: str, step: Step, parameter: str) -> dict[dt.date | None, int | None]:
    """Return how many features each period holds, by its first day; those that have no value are under None.

    A count that the layer suppresses is None, and so is that of a group of years which holds one.
    """
    key = GroupKey(field, f"{step.period}:{field}", period=step.period)
    rows = aggregate(selection, AggregateQuery((key,), limit=MAX_GROUPS), parameter=parameter).rows
    counts: dict[dt.date | None, int | None] = {}
    for start, count in rows:
        day = _day(start)
        place = None if day is None else step.start(day)
        before, found = counts.get(place, 0), whole(count)
        counts[place] = None if before is None or found is None else before + found
    return counts


def _day(value: Plain) -> dt.date | None:
    """Return the day of a date, or of an instant in the portal's time zone."""
    assert value is None or isinstance(value, dt.date)
    if not isinstance(value, dt.datetime):
        return value
    return value.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
