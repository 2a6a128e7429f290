"""Summaries of a selection for pages: values with their counts, histograms, calendars, intervals, suggestions, totals.

A calendar cuts dates by day, month, year or group of years, as long as the time they cover is: bins of one width would
begin on any day, and people read years and months.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from layers.aggregates.execution import aggregate
from layers.aggregates.plan import LINES, resolve_field
from layers.aggregates.results import Scalar
from layers.aggregates.statement import GroupFilter
from layers.aggregates.suppression import suppressed_groups
from layers.cache import BoundedCache
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing.aggregates import COUNT, MAX_GROUPS, AggregateMeasure, AggregateQuery, GroupKey
from layers.parsing.query import MAX_TEXT, SortKey
from layers.queries import Selection
from layers.sql.costs import reading
from layers.sql.grouping import DATES
from layers.sql.limits import time_limit

_MAX_FREQUENT = (SortKey("count", is_descending=True),)


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value, in words, and how many features of the selection have it; None when the layer suppresses the count."""

    value: Scalar
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a field, the most frequent first; None stands for features without any. ``more`` are not given.

    ``counts_once`` is false when a feature may have several values. ``matched`` is None when it is suppressed.
    """

    values: tuple[ValueCount, ...]
    more: int
    matched: int | None
    counts_once: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """How many features have a value from ``start`` to ``end``, which only the last bin of real numbers holds.

    ``count`` is None when the layer suppresses it.
    """

    start: Scalar
    end: Scalar
    count: int | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bins from the lowest to the highest value, empty ones included; none when no feature has a value.

    They have one width, or are periods of the calendar: ``step`` is then ``day``, ``month``, ``year`` or ``years``.
    ``nulls`` is how many features have no value, None when the layer suppresses it.
    """

    min: Scalar
    max: Scalar
    bins: tuple[Bin, ...]
    nulls: int | None
    has_closed_end: bool
    step: str = ""


@dataclass(frozen=True, slots=True)
class FieldTotals:
    """Totals of a numeric field over the features that have a value; None when none has."""

    sum: Scalar
    avg: Scalar
    min: Scalar
    max: Scalar


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a selection; ``length_m`` and ``area_m2`` are measured on the spheroid, None for another geometry.

    All are None when the layer suppresses them, for there are too few features.
    """

    count: int | None
    fields: dict[str, FieldTotals]
    length_m: float | None
    area_m2: float | None


def facet(
    selection: Selection,
    field: str,
    limit: int = 30,
    *,
    value_filter: GroupFilter | None = None,
    parameter: str = "field",
) -> Facet:
    """Return the values of a field, or of ``commune``, under the current selection.

    A line or a surface is counted in each commune that it goes into, as the filter ``commune`` selects it.

    ``value_filter`` leaves out the values that it does not hold: ``more`` and ``matched`` then count those it does.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
    """
    query = AggregateQuery((GroupKey(field, field, is_each=True),), (COUNT,), _MAX_FREQUENT, limit)
    result = aggregate(selection, query, parameter=parameter, value_filter=value_filter)
    column = result.columns[0]
    values = tuple(ValueCount(value, column.label(value), to_count(count)) for value, count in result.rows)
    return Facet(values, result.beyond, result.matched, column.counts_once)


def histogram(selection: Selection, field: str, bins: int = 24, *, parameter: str = "field") -> Histogram:
    """Return how the values of a number, a date or an instant are spread under the current selection.

    Whole numbers and dates have bins of a whole width, so there may be fewer than ``bins``.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field of another type.
    """
    key = GroupKey(field, f"bins{bins}:{field}", bins=bins)
    measures = (COUNT, AggregateMeasure.of("min", field), AggregateMeasure.of("max", field))
    result = aggregate(selection, AggregateQuery((key,), measures, (), bins + 1), parameter=parameter)
    counts = {start: to_count(count) for start, count, _low, _high in result.rows}
    valued = [row for row in result.rows if row[0] is not None]
    cut = result.columns[0].bins
    assert cut is not None
    edges = cut.edges if result.suppressed else ()
    return Histogram(
        min=edges[0] if edges else valued[0][2] if valued else None,
        max=edges[-1] if edges else valued[-1][3] if valued else None,
        bins=tuple(Bin(start, end, counts.get(start, 0)) for start, end in pairwise(cut.edges)),
        nulls=counts.get(None, 0),
        has_closed_end=cut.has_closed_end,
    )


def suggestions(
    selection: Selection, field: str, text: str, limit: int = 10, *, parameter: str = "field"
) -> tuple[ValueCount, ...]:
    """Return the values of a text field that contain ``text``, whatever the case and the accents, frequent first.

    Coded values are found by their label or their code. Without text, the most frequent values.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field of another type, or a text that is too long.
    """
    text_field = resolve_field(selection.scope, field, parameter)
    if text_field.type not in {FieldType.TEXT, FieldType.TEXTS}:
        raise InvalidParameter(_("« %s » n’est pas un texte.") % text_field.name, parameter=parameter)
    value_filter = containing(text_field, text, parameter=parameter)
    return facet(selection, field, limit, value_filter=value_filter, parameter=parameter).values


def containing(field: Field, text: str, *, also: Iterable[str] = (), parameter: str = "field") -> GroupFilter:
    """Return the values that match a search: those that contain ``text``, in words or as a code, and ``also``.

    Raises:
        InvalidParameter: a text that is too long, or holds a null character.
    """
    if len(text) > MAX_TEXT or "\x00" in text:
        raise InvalidParameter(_("Le texte cherché est incorrect ou trop long."), parameter=parameter)
    word = text.strip()
    codes = (str(code) for code, label in field.choices if _folded(word) in _folded(str(label)))
    return GroupFilter(word, tuple(dict.fromkeys([*codes, *also])))


_TOTALS = ("sum", "avg", "min", "max")


def totals(selection: Selection, fields: Iterable[str], *, parameter: str = "fields") -> Totals:
    """Return sum, average, lowest and highest value of several numeric fields, and the total length or area.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field that is not a number.
    """
    names = tuple(dict.fromkeys(fields))
    kind = selection.scope.definition.geometry
    ground = [AggregateMeasure.of("length")] * (kind in LINES) + [
        AggregateMeasure.of("area")
    ] * kind.is_surface
    measures = [AggregateMeasure.of(function, name) for name in names for function in _TOTALS]
    query = AggregateQuery((), (COUNT, *ground, *measures))
    result = aggregate(selection, query, parameter=parameter)
    values = dict(zip((column.name for column in result.columns), result.rows[0], strict=True))
    return Totals(
        count=to_count(values["count"]),
        fields={name: FieldTotals(*(values[f"{function}:{name}"] for function in _TOTALS)) for name in names},
        length_m=_real(values.get("length")),
        area_m2=_real(values.get("area")),
    )


def to_count(value: Scalar) -> int | None:
    """Return a count; None when it is suppressed."""
    assert value is None or isinstance(value, int)
    return value


def _real(value: Scalar) -> float | None:
    assert value is None or isinstance(value, float)
    return value


def _folded(text: str) -> str:
    """Return a label without case or accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


# The most bins of each kind; beyond them, the next kind of period.
MAX_DAYS, MAX_MONTHS, MAX_YEARS = 31, 36, 40
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
    if (last - first).days < MAX_DAYS:
        return Step("day")
    if (last.year - first.year) * 12 + last.month - first.month < MAX_MONTHS:
        return Step("month")
    fits = (years for years in _GROUPS_OF_YEARS if last.year // years - first.year // years < MAX_YEARS)
    return Step("year", next(fits))


def calendar(selection: Selection, field: str, *, parameter: str = "field") -> Histogram:
    """Return how the values of a date or an instant are spread under the current selection, empty periods included.

    Two statements: the first and the last value choose the period. Instants belong to the days of the portal's zone.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field of another type.
    """
    date_field = resolve_field(selection.scope, field, parameter)
    if date_field.type not in DATES:
        raise InvalidParameter(_("« %s » n’est pas une date.") % date_field.name, parameter=parameter)
    ends = AggregateQuery(
        measures=(AggregateMeasure.of("min", field), AggregateMeasure.of("max", field), COUNT)
    )
    low, high, matched = aggregate(selection, ends, parameter=parameter).rows[0]
    first, last = _day(low), _day(high)
    if first is None or last is None:
        return Histogram(None, None, (), to_count(matched), has_closed_end=False)
    step = step_between(first, last)
    counts = _period_counts(selection, field, step, parameter)
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


def _period_counts(
    selection: Selection, field: str, step: Step, parameter: str
) -> dict[dt.date | None, int | None]:
    """Return how many features each period holds, by its first day; those that have no value are under None.

    A count that the layer suppresses is None, and so is that of a group of years which holds one.
    """
    key = GroupKey(field, f"{step.period}:{field}", period=step.period)
    rows = aggregate(selection, AggregateQuery((key,), limit=MAX_GROUPS), parameter=parameter).rows
    counts: dict[dt.date | None, int | None] = {}
    for start, count in rows:
        day = _day(start)
        period = None if day is None else step.start(day)
        before, number = counts.get(period, 0), to_count(count)
        counts[period] = None if before is None or number is None else before + number
    return counts


def _day(value: Scalar) -> dt.date | None:
    """Return the day of a date, or of an instant in the portal's time zone."""
    assert value is None or isinstance(value, dt.date)
    if not isinstance(value, dt.datetime):
        return value
    return value.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


_intervals: BoundedCache[tuple[int | None, ...]] = BoundedCache(100)


def interval_counts(
    selection: Selection, field: str, limits: Sequence[tuple[float, float]], *, parameter: str = "field"
) -> tuple[int | None, ...]:
    """Return how many rows are in each interval, from its lower limit up to the other, which the last one holds too.

    None is a count that the layer suppresses. The answer is cached until the data change.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        TooSlow: the statement took longer than an aggregate may.
    """
    selection.check_rows()
    source = resolve_field(selection.scope, field, parameter).source
    intervals = tuple(limits)
    key = (selection.scope.key, selection.version, selection.query.identity, field, intervals)
    return _intervals.recall(key, lambda: _read_intervals(selection, source, intervals))


def _read_intervals(
    selection: Selection, source: str, limits: Sequence[tuple[float, float]]
) -> tuple[int | None, ...]:
    counts_by_interval = {}
    for index, (low, high) in enumerate(limits):
        upper = "lte" if index == len(limits) - 1 else "lt"
        condition = Q(**{f"{source}__gte": low, f"{source}__{upper}": high})
        counts_by_interval[f"interval_{index}"] = Count("pk", filter=condition)
    if not counts_by_interval:
        return ()
    with time_limit("aggregate"), reading("aggregate"):
        row = selection.queryset.aggregate(**counts_by_interval)
    counts = [int(row[name]) for name in counts_by_interval]
    smallest = selection.scope.layer.smallest_count
    suppressed = (
        suppressed_groups(counts, [(index,) for index in range(len(counts))], smallest) if smallest else set()
    )
    return tuple(None if index in suppressed else count for index, count in enumerate(counts))
