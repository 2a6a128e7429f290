"""Names become fields here, against the scope alone: a hidden property is refused like one that does not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Scope
from layers.aggregates.rows import RowSource, rows_of
from layers.definitions import COMMUNE_COLUMN, Field, FieldType, GeometryType
from layers.errors import InvalidParameter
from layers.parsing.aggregates import SERIES, SERIES_VALUE, AggregateQuery, GroupKey
from layers.parsing.measures import AggregateMeasure
from layers.sql import buckets

LINES = frozenset({GeometryType.LINE, GeometryType.MULTI_LINE})
# What is 0, and not without value, where there is no row.
ZERO_OF_NOTHING = frozenset({"count", "distinct", "length", "area"})


class Grouping(Enum):
    """How the statement turns the value of a row into that of a group."""

    VALUE = "value"
    ELEMENTS = "elements"
    SERIES = "series"
    WHOLE_BINS = "whole bins"
    REAL_BINS = "real bins"

    @property
    def is_bins(self) -> bool:
        """Whether the groups are bins between the lowest and the highest value."""
        return self in {Grouping.WHOLE_BINS, Grouping.REAL_BINS}


@dataclass(frozen=True, slots=True)
class Key:
    """A resolved group key: ``expression`` is computed on each row, and ``grouping`` makes groups of it.

    The key of series has no expression.
    """

    asked: GroupKey
    field: Field
    expression: Combinable | None
    grouping: Grouping = Grouping.VALUE

    @property
    def is_commune(self) -> bool:
        """Whether the groups are the communes that features are placed in."""
        return self.field.source.rpartition("__")[2] == COMMUNE_COLUMN

    @property
    def is_cut(self) -> bool:
        """Whether the groups are periods or bins, which come one after the other."""
        return bool(self.asked.period) or self.asked.width is not None or self.grouping.is_bins

    @property
    def is_ordered(self) -> bool:
        """Whether the groups are places on a line."""
        is_number = self.field.type in buckets.NUMBERS | buckets.DATES
        return self.is_cut or (is_number and self.grouping is Grouping.VALUE)


@dataclass(frozen=True, slots=True)
class Computed:
    """A resolved measure of rows: ``expression`` is computed on each row; None for counts and numbers of series."""

    asked: AggregateMeasure
    field: Field | None = None
    expression: Combinable | None = None

    @property
    def is_of_series(self) -> bool:
        """Whether it measures the numbers that rows have in a series."""
        return self.field is not None and self.expression is None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of the answer: ``parts`` are the measures it is made of, one unless it is derived from two.

    ``parts`` are places in ``AggregatePlan.measures``; ``along`` is the place of the key that a running total or a
    difference follows, and -1 for other functions.
    """

    asked: AggregateMeasure
    parts: tuple[int, ...]
    along: int = -1


@dataclass(frozen=True, slots=True)
class AggregatePlan:
    """An aggregate whose names are resolved: keys and measures as expressions over its rows, then what is made of them.

    ``filled`` is the place of the key of periods whose empty ones are groups too, -1 without.
    """

    rows: RowSource
    keys: tuple[Key, ...]
    measures: tuple[Computed, ...]
    outputs: tuple[Output, ...]
    filled: int = -1


def resolve(scope: Scope, query: AggregateQuery, *, parameter: str = "") -> AggregatePlan:
    """Return the plan of a question; ``parameter`` names the culprit where it is not ``group_by`` or ``measures``.

    Raises:
        UnknownProperty: a property or a relation the visitor does not have.
        InvalidParameter: a period, a bin or a measure of a property of another type, of a layer without that
            dimension, or that follows a key which is not there.
    """
    rows = rows_of(scope, query)
    keys = tuple(_key(rows, key, parameter or "group_by") for key in query.keys)
    asked = dict.fromkeys(part for measure in query.measures for part in measure.parts or (measure,))
    places = {measure: place for place, measure in enumerate(asked)}
    measures = tuple(_measure(rows, measure, parameter or "measures") for measure in asked)
    for measure in query.measures:
        for part in measure.parts:
            _check_number(measures[places[part]], measure, parameter or "measures")
    return AggregatePlan(
        rows=rows,
        keys=keys,
        measures=measures,
        outputs=tuple(_output(measure, places, keys, parameter or "measures") for measure in query.measures),
        filled=_filled(keys) if query.fills_periods else -1,
    )


_FOLLOWING = frozenset({"cumulated", "change"})


def _output(
    asked: AggregateMeasure, places: Mapping[AggregateMeasure, int], keys: Sequence[Key], parameter: str
) -> Output:
    parts = tuple(places[part] for part in asked.parts or (asked,))
    if asked.function not in _FOLLOWING:
        return Output(asked, parts)
    cut = [place for place, key in enumerate(keys) if key.is_cut]
    ordered = cut or [place for place, key in enumerate(keys) if key.is_ordered]
    if not ordered:
        raise InvalidParameter(
            _("« %s » demande de regrouper par une date ou par un nombre.") % asked.text[:80],
            parameter=parameter,
        )
    return Output(asked, parts, along=ordered[-1])


def _check_number(part: Computed, asked: AggregateMeasure, parameter: str) -> None:
    """Refuse to compute with days."""
    if part.field is not None and part.asked.function != "distinct":
        _check(part.field, buckets.NUMBERS, asked.text, parameter, _NUMERIC)


def _filled(keys: Sequence[Key]) -> int:
    periods = [place for place, key in enumerate(keys) if key.asked.period]
    if len(periods) != 1:
        raise InvalidParameter(
            _("empty demande de regrouper par une période (year:, month:…), et par une seule."),
            parameter="empty",
        )
    return periods[0]


def _key(rows: RowSource, asked: GroupKey, parameter: str) -> Key:
    if rows.series and asked.text == SERIES:
        return Key(asked, rows.series_key, None, Grouping.SERIES)
    field = rows.field(asked.property, parameter)
    if asked.period:
        _check(field, buckets.DATES, asked.text, parameter, _DATED)
        return Key(asked, field, buckets.period_start(field, asked.period))
    if asked.width is not None:
        _check(field, buckets.NUMBERS, asked.text, parameter, _NUMERIC)
        return Key(asked, field, buckets.step_start(field, asked.width))
    if asked.bins:
        _check(field, buckets.NUMBERS | buckets.DATES, asked.text, parameter, _ORDERED)
        kind = Grouping.WHOLE_BINS if buckets.is_whole(field) else Grouping.REAL_BINS
        return Key(asked, field, buckets.measurable(field), kind)
    if field.type is FieldType.TEXTS:
        return Key(asked, field, F(field.source), Grouping.ELEMENTS)
    return Key(asked, field, buckets.measurable(field))


_NUMERIC = gettext_lazy("un nombre")
_DATED = gettext_lazy("une date")
_ORDERED = gettext_lazy("un nombre ou une date")


def _check(field: Field, kinds: frozenset[FieldType], asked: str, parameter: str, expected: object) -> None:
    if field.type not in kinds:
        raise InvalidParameter(
            _("« %(asked)s » demande %(expected)s, et « %(name)s » n’en est pas.")
            % {"asked": asked[:80], "expected": expected, "name": field.name},
            parameter=parameter,
        )


def _measure(rows: RowSource, asked: AggregateMeasure, parameter: str) -> Computed:
    special = _ALONE.get(asked.function)
    if special is not None:
        return special(rows, asked, parameter)
    if rows.series and asked.property == SERIES_VALUE:
        return Computed(asked, rows.series_value)
    if asked.ends():
        return _days(rows, asked, parameter)
    field = rows.field(asked.property, parameter)
    if asked.function == "distinct":
        return Computed(asked, field, buckets.measurable(field))
    kinds = buckets.NUMBERS | buckets.DATES if asked.function in {"min", "max"} else buckets.NUMBERS
    _check(field, kinds, asked.text, parameter, _ORDERED if buckets.DATES & kinds else _NUMERIC)
    return Computed(asked, field, buckets.measurable(field))


def _days(rows: RowSource, asked: AggregateMeasure, parameter: str) -> Computed:
    """Return a measure of the days between two dates, as if they were a field of their own."""
    start, end = (rows.field(name, parameter) for name in asked.ends() or ())
    for field in (start, end):
        _check(field, buckets.DATES, asked.text, parameter, _DATED)
    is_whole = not start.type is end.type is FieldType.DATETIME
    made = Field(
        asked.property,
        FieldType.INTEGER if is_whole else FieldType.NUMBER,
        _("durée, %(start)s → %(end)s") % {"start": start.title, "end": end.title},
        unit="j",
    )
    return Computed(asked, made, buckets.days_between(start, end))


def _count(_rows: RowSource, asked: AggregateMeasure, _parameter: str) -> Computed:
    return Computed(asked)


def _length(rows: RowSource, asked: AggregateMeasure, parameter: str) -> Computed:
    if rows.relation or rows.scope.definition.geometry not in LINES:
        raise InvalidParameter(_("« length » demande une couche de lignes."), parameter=parameter)
    return Computed(asked, expression=buckets.GroundLength("geom"))


def _area(rows: RowSource, asked: AggregateMeasure, parameter: str) -> Computed:
    if rows.relation or not rows.scope.definition.geometry.is_surface:
        raise InvalidParameter(_("« area » demande une couche de surfaces."), parameter=parameter)
    return Computed(asked, expression=buckets.GroundArea("geom"))


_ALONE: dict[str, Callable[[RowSource, AggregateMeasure, str], Computed]] = {
    "count": _count,
    "length": _length,
    "area": _area,
}
