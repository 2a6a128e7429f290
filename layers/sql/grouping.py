"""SQL of published values to group and measure: finite numbers, calendar periods, steps, ground measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, DecimalField, F, FloatField, Func, IntegerField, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Floor
from django.db.models.sql.compiler import SQLCompiler

from layers.definitions import Field, FieldType
from layers.parsing.datetimes import Interval, Moment, day_of, edge_of
from layers.sql.functions import Exact, Product, Quotient
from layers.sql.spatial import Geography

NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
# Years that Python and ISO 8601 write in four figures, whatever the time zone.
_FIRST, _LAST = dt.date(1, 1, 2), dt.date(9999, 12, 30)
EPOCH = dt.date(1970, 1, 1)


class Finite(Func):
    """The number, or no value for NaN and infinities; PostgreSQL places NaN above infinity.

    Two comparisons cost less than a difference, above all in exact decimals. A column of decimals with a precision
    holds NaN and no infinity (PostgreSQL 17, 8.1.2): one is enough.
    """

    template = (
        "(CASE WHEN %(expressions)s < 'Infinity' AND %(expressions)s > '-Infinity' THEN %(expressions)s END)"
    )
    output_field = FloatField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *arguments: Any, **extra: Any
    ) -> tuple[str, Any]:
        """Write the test that the column needs."""
        column = getattr(self.source_expressions[0], "target", None)
        if isinstance(column, DecimalField) and column.max_digits is not None:
            extra["template"] = "nullif(%(expressions)s, 'NaN')"
        return super().as_sql(compiler, connection, *arguments, **extra)


class InCalendar(Func):
    """The date or instant, or no value when a four-figure year cannot write it (PostgreSQL knows infinity)."""

    template = (
        f"(CASE WHEN %(expressions)s BETWEEN '{_FIRST.isoformat()}' AND '{_LAST.isoformat()}'"
        " THEN %(expressions)s END)"
    )
    output_field = TextField()


class LocalTime(Func):
    """An instant as clocks of a time zone show it."""

    arg_joiner = " AT TIME ZONE "
    template = "(%(expressions)s)"
    output_field = TextField()


class PeriodStart(Func):
    """The first day of the year, quarter, month or week (from Monday) that holds a local time, or its day."""

    template = "date_trunc(%(expressions)s::timestamp)::date"
    output_field = DateField()


class DaysBetween(Func):
    """How many days go from the second date to the first."""

    arg_joiner = " - "
    template = "(%(expressions)s)"
    output_field = IntegerField()


class PartsOfDays(Func):
    """How many times 24 hours go from the second instant to the first."""

    arg_joiner = " - "
    template = "(extract(epoch FROM (%(expressions)s)) / 86400)"
    output_field = DecimalField()


class GroundLength(Func):
    """The length in metres of a geometry in degrees, along the spheroid."""

    function = "ST_Length"
    output_field = FloatField()

    def __init__(self, column: str) -> None:
        super().__init__(Geography(F(column)))


class GroundArea(Func):
    """The area in square metres of a geometry in degrees, on the spheroid; NULL of one half as wide as the Earth.

    An edge that joins opposite points is no way there: PostGIS fails on it.
    """

    template = (
        "CASE WHEN ST_XMax(%(expressions)s) - ST_XMin(%(expressions)s) >= 180"
        " OR ST_YMax(%(expressions)s) - ST_YMin(%(expressions)s) >= 180"
        " THEN NULL ELSE ST_Area((%(expressions)s)::geography) END"
    )
    output_field = FloatField()

    def __init__(self, column: str) -> None:
        super().__init__(F(column))


class LargestCommune(Func):
    """The first of some communes that a feature goes into: ``communes`` begins with the largest share."""

    arg_joiner = ") WITH ORDINALITY AS u(code, place) WHERE u.code = ANY("
    template = "(SELECT u.code FROM unnest(%(expressions)s) ORDER BY u.place LIMIT 1)"
    output_field = TextField()

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(F("communes"), Value(list(codes)))


class CommunesAmong(Func):
    """Those of some communes that a feature goes into."""

    arg_joiner = ") AS u(code) WHERE u.code = ANY("
    template = "ARRAY(SELECT u.code FROM unnest(%(expressions)s))"
    output_field = TextField()

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(F("communes"), Value(list(codes)))


class CommuneShare(Func):
    """The metres or square metres of a feature that lie in a commune, 0 without any.

    The ORM would take a code for the index of an array.
    """

    arg_joiner = " ->> "
    template = "coalesce((%(expressions)s)::float8, 0)"
    output_field = FloatField()

    def __init__(self, code: str) -> None:
        super().__init__(F("commune_shares"), Cast(Value(code), TextField()))


def share_in(codes: Sequence[str]) -> Combinable:
    """Return the metres or square metres of a feature that lie in some communes."""
    shares: list[Combinable] = [CommuneShare(code) for code in codes]
    return reduce(add, shares)


def measurable(field: Field) -> Combinable:
    """Return the value of a field where it can be computed with and written; NULL otherwise."""
    value = F(field.source)
    if field.type is FieldType.NUMBER:
        return Finite(value)
    return InCalendar(value) if field.type in DATES else value


def period_start(field: Field, period: str) -> Combinable:
    """Return the first day of the period of a date or instant, in the portal's time zone."""
    value = measurable(field)
    local = LocalTime(value, Value(settings.TIME_ZONE)) if field.type is FieldType.DATETIME else value
    return PeriodStart(Value(period), local)


def step_start(field: Field, width: Decimal) -> Combinable:
    """Return the multiple of ``width`` at or under a number, in exact decimals: 0.3 is the third step of 0.1."""
    return Product(Floor(Quotient(Exact(measurable(field)), Value(width))), Value(width))


def days_between(start: Field, end: Field) -> Combinable:
    """Return how many days go from a date to another: negative when that comes before, NULL without one of them.

    Two dates are whole days apart, and so is a date from an instant, which counts as its day in the portal's time zone;
    two instants are apart by parts of 24 hours.
    """
    if start.type is end.type is FieldType.DATETIME:
        return PartsOfDays(measurable(end), measurable(start))
    return DaysBetween(period_start(end, "day"), period_start(start, "day"))


# A number, a date or an instant as a number on a line: exact for whole numbers and days, else in double precision.
_POSITIONS = {
    FieldType.INTEGER: "({})::numeric",
    FieldType.NUMBER: "({})::float8",
    FieldType.DATE: f"(({{}}) - date '{EPOCH.isoformat()}')::numeric",
    FieldType.DATETIME: "extract(epoch FROM {})::float8",
}


def position(field: Field) -> Combinable:
    """Return a number, date or instant as a number on a line; ``is_discrete`` fields give exact whole numbers."""
    return Func(measurable(field), template=placed(field, "%(expressions)s"), output_field=FloatField())


def placed(field: Field, value: str) -> str:
    """Return the SQL of the position of ``value``, SQL of a measurable value of the field: it keeps their order."""
    return _POSITIONS[field.type].format(value)


def is_discrete(field: Field) -> bool:
    """Whether the values of a field are whole numbers or days."""
    return field.type in {FieldType.INTEGER, FieldType.DATE}


def overlaps_period(field: Field, interval: Interval) -> Q:
    """Match rows whose value lies in the period, ends included; a row without a value is in no period."""
    condition = Q()
    if interval.start is not None:
        condition &= Q(**{f"{field.source}__gte": _edge(field, interval.start, is_end=False)})
    if interval.end is not None:
        condition &= Q(**{f"{field.source}__lte": _edge(field, interval.end, is_end=True)})
    return condition


def _edge(field: Field, moment: Moment, *, is_end: bool) -> Moment:
    """Return the edge of a period in the type of the field: days in the portal's time zone."""
    return day_of(moment) if field.type is FieldType.DATE else edge_of(moment, is_end=is_end)
