"""The plan of an aggregate: which rows it groups, by which keys, with which measures.

Names become fields against the scope alone: a hidden property or relation is refused like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Scope
from layers.definitions import COMMUNE_COLUMN, ID, Field, FieldType, GeometryType, Relation
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing.aggregates import MEAN, SERIES, SERIES_VALUE, AggregateMeasure, AggregateQuery, GroupKey
from layers.queries import Selection, related_rows
from layers.sql import grouping
from layers.sql.filters import compile_filter
from layers.sql.grouping import overlaps_period

LINES = frozenset({GeometryType.LINE, GeometryType.MULTI_LINE})
# Measured on the ground, by the parts of features in communes.
OF_GROUND = frozenset({"length", "area"})
# What is 0, and not without value, where there is no row.
ZERO_OF_NOTHING = frozenset({"count", "distinct", "length", "area"})


# Before the names of a feature's fields among those of its related records.
FEATURE = "feature."
# The commune of features, for layers that do not publish it.
_COMMUNE = Field("commune", FieldType.TEXT, gettext_lazy("commune"), path=COMMUNE_COLUMN)


@dataclass(frozen=True, slots=True)
class RowSource:
    """The rows to group: ``fields`` are those that keys, measures, filters and periods may name, by name.

    ``relation`` is that of the related records that are the rows, ``series`` the columns that each make a row out of
    every row.
    """

    scope: Scope
    fields: Mapping[str, Field]
    relation: Relation | None = None
    series: tuple[Field, ...] = ()

    def field(self, name: str, parameter: str) -> Field:
        """Return the field of this name.

        Raises:
            UnknownProperty: a property the visitor does not have.
        """
        field = self.fields.get(name)
        if field is None:
            raise UnknownProperty(name[:63], parameter=parameter)
        return field

    @property
    def series_key(self) -> Field:
        """The key of the series: its values are their names, in the order given."""
        choices = tuple((field.name, field.title) for field in self.series)
        return Field(SERIES, FieldType.TEXT, gettext_lazy("série"), choices=choices)

    @property
    def series_value(self) -> Field:
        """The number that each row has in a series; its unit is that of all the columns, when they have one."""
        is_integer = all(field.type is FieldType.INTEGER for field in self.series)
        units = {field.unit for field in self.series}
        kind = FieldType.INTEGER if is_integer else FieldType.NUMBER
        return Field(SERIES_VALUE, kind, gettext_lazy("valeur"), unit=units.pop() if len(units) == 1 else "")


class Grouping(Enum):
    """How the statement turns the value of a row into that of a group."""

    VALUE = "value"
    ELEMENTS = "elements"
    SERIES = "series"
    INTEGER_BINS = "whole bins"
    REAL_BINS = "real bins"

    @property
    def is_bins(self) -> bool:
        """Whether the groups are bins between the lowest and the highest value."""
        return self in {Grouping.INTEGER_BINS, Grouping.REAL_BINS}


@dataclass(frozen=True, slots=True)
class Key:
    """A resolved group key: ``expression`` is computed on each row, and ``grouping`` makes groups of it.

    The key of series has no expression. With ``holds_outside``, the group without a value is
    what lies outside all communes.
    """

    requested: GroupKey
    field: Field
    expression: Combinable | None
    grouping: Grouping = Grouping.VALUE
    holds_outside: bool = False

    @property
    def is_commune(self) -> bool:
        """Whether the groups are the communes that features are placed in."""
        return self.field.source.rpartition("__")[2] == COMMUNE_COLUMN

    @property
    def is_cut(self) -> bool:
        """Whether the groups are periods or bins, which come one after the other."""
        return bool(self.requested.period) or self.requested.width is not None or self.grouping.is_bins

    @property
    def is_ordered(self) -> bool:
        """Whether the groups are places on a line."""
        is_number = self.field.type in grouping.NUMBERS | grouping.DATES
        return self.is_cut or (is_number and self.grouping is Grouping.VALUE)


@dataclass(frozen=True, slots=True)
class ResolvedMeasure:
    """A resolved measure of rows: ``expression`` is computed on each row; None for counts and numbers of series.

    ``weight`` and its expression are those of a weighted mean.
    """

    requested: AggregateMeasure
    field: Field | None = None
    expression: Combinable | None = None
    weight: Field | None = None
    weight_expression: Combinable | None = None

    @property
    def is_of_series(self) -> bool:
        """Whether it measures the numbers that rows have in a series."""
        return self.field is not None and self.expression is None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of the answer: ``parts`` are the measures it is made of, one unless it is derived from two.

    ``parts`` are places in ``AggregatePlan.measures``; ``along`` is the place of the key that a running total or a
    difference follows, and -1 for other functions.
    """

    requested: AggregateMeasure
    parts: tuple[int, ...]
    along: int = -1


@dataclass(frozen=True, slots=True)
class CommuneParts:
    """Features are measured by their parts in ``codes``, in all communes without any (ADR 0056).

    With ``key``, the index of the key of communes, each part is in the group of its own commune, else -1.
    """

    codes: tuple[str, ...]
    key: int = -1


@dataclass(frozen=True, slots=True)
class AggregatePlan:
    """An aggregate with resolved names: keys and measures as expressions over its rows, then derived measures.

    ``filled`` is the index of the key of periods whose empty periods are groups too, -1 without. ``parts`` says how
    lengths and areas are divided between communes; None where features are measured whole, or not at all.
    """

    rows: RowSource
    keys: tuple[Key, ...]
    measures: tuple[ResolvedMeasure, ...]
    outputs: tuple[OutputColumn, ...]
    filled: int = -1
    parts: CommuneParts | None = None


def rows_of(scope: Scope, query: AggregateQuery) -> RowSource:
    """Return the rows that an aggregate groups: features, or related records.

    Raises:
        UnknownProperty: a relation that the visitor does not read, or a column of series they do not have.
        InvalidParameter: a column of series that is not a number.
    """
    relation = _relation(scope, query.relation) if query.relation else None
    rows = RowSource(
        scope, groupable_record_fields(scope, relation) if relation else groupable_fields(scope), relation
    )
    return replace(rows, series=tuple(_series_column(rows, name) for name in query.series))


def _relation(scope: Scope, name: str) -> Relation:
    readable = next((relation for relation in scope.relations if relation.name == name), None)
    if readable is None:
        raise UnknownProperty(name[:63], parameter="relation")
    return readable


def _series_column(rows: RowSource, name: str) -> Field:
    field = rows.field(name, "series")
    if field.type not in grouping.NUMBERS:
        raise InvalidParameter(_("« %s » n’est pas un nombre.") % field.name, parameter="series")
    return field


def groupable_fields(scope: Scope) -> dict[str, Field]:
    """Return the fields that rows are grouped by and measured on, by name: the readable ones, and where they are.

    The commune of a layer that does not publish it is among them; one that is published and hidden is not.
    """
    attributes = {column.attname for column in scope.definition.model._meta.concrete_fields}
    is_placed = COMMUNE_COLUMN in attributes and _COMMUNE.name not in scope.definition.by_name
    return scope.filterable | ({_COMMUNE.name: _COMMUNE} if is_placed else {})


def groupable_record_fields(scope: Scope, relation: Relation) -> dict[str, Field]:
    """Return the fields that related records are grouped by and measured on, by name.

    These are their own, those of their feature under ``feature.``, and ``commune``, unless they have their own.
    """
    of_feature = {
        name: replace(field, path=f"{relation.link}__{field.source}")
        for name, field in groupable_fields(scope).items()
        if field.computed is None  # it is in no column that a record leads to
    }
    fields = {FEATURE + name: replace(field, name=FEATURE + name) for name, field in of_feature.items()}
    commune = of_feature.get(_COMMUNE.name)
    fields |= {_COMMUNE.name: commune} if commune else {}
    return fields | {ID.name: ID} | {field.name: field for field in relation.fields}


def resolve_field(scope: Scope, name: str, parameter: str) -> Field:
    """Return a readable field, or the commune that features are placed in when the layer does not publish it.

    Raises:
        UnknownProperty: a property the visitor does not have.
    """
    return RowSource(scope, groupable_fields(scope)).field(name, parameter)


def grouped_rows(
    selection: Selection, rows: RowSource, query: AggregateQuery, *, has_parts: bool = False
) -> QuerySet[Any]:
    """Return the rows that are grouped, neither ordered nor computed; those of which a part is measured ``has_parts``.

    Raises:
        UnknownProperty: the filter of records or a period names a property the visitor does not have.
        InvalidFilter: the filter does not fit the records.
        InvalidParameter: a period of a field that is not a date.
    """
    records = selection.measured_rows if has_parts else selection.queryset
    if rows.relation is not None:
        records = related_rows(rows.scope, rows.relation, records)
    if query.record_filter is not None:
        records = records.filter(compile_filter(query.record_filter, rows.fields, geometry=""))
    for period in query.periods:
        field = rows.field(period.property, "period")
        if field.type not in grouping.DATES:
            raise InvalidParameter(_("« %s » n’est pas une date.") % field.name, parameter="period")
        records = records.filter(overlaps_period(field, period.interval))
    return records


def resolve(
    scope: Scope, query: AggregateQuery, *, communes: tuple[str, ...] = (), parameter: str = ""
) -> AggregatePlan:
    """Return the plan of a question about some ``communes``, or the whole territory.

    ``parameter`` names the culprit where it is not ``group_by`` or ``measures``.

    Raises:
        UnknownProperty: a property or a relation the visitor does not have.
        InvalidParameter: a period, a bin or a measure of a property of another type, of a layer without that
            dimension, or that follows a key which is not there.
    """
    rows = rows_of(scope, query)
    keys = tuple(_key(rows, key, communes, parameter or "group_by") for key in query.keys)
    requested = dict.fromkeys(part for measure in query.measures for part in measure.parts or (measure,))
    indexes = {measure: index for index, measure in enumerate(requested)}
    measures = tuple(_measure(rows, measure, parameter or "measures") for measure in requested)
    for measure in query.measures:
        for part in measure.parts:
            _check_number(measures[indexes[part]], measure, parameter or "measures")
    return AggregatePlan(
        rows=rows,
        keys=keys,
        measures=measures,
        outputs=tuple(_output(measure, indexes, keys, parameter or "measures") for measure in query.measures),
        filled=_filled(keys) if query.fills_periods else -1,
        parts=_parts(rows, keys, measures, communes),
    )


def _parts(
    rows: RowSource, keys: Sequence[Key], measures: Sequence[ResolvedMeasure], communes: tuple[str, ...]
) -> CommuneParts | None:
    """Return how lengths and areas are divided between communes.

    A layer that suppresses small counts has no group without rows that measures something: a feature is then in the
    group of its largest share, whole but for what lies outside ``communes``.
    """
    is_measured = any(measure.requested.function in OF_GROUND for measure in measures)
    if not is_measured or not rows.scope.definition.has_commune_shares:
        return None
    index = next((index for index, key in enumerate(keys) if key.is_commune), -1)
    if rows.scope.layer.smallest_count:
        index = -1
    return CommuneParts(communes, index) if communes or index >= 0 else None


_FOLLOWING = frozenset({"cumulated", "change"})


def _output(
    requested: AggregateMeasure, indexes: Mapping[AggregateMeasure, int], keys: Sequence[Key], parameter: str
) -> OutputColumn:
    parts = tuple(indexes[part] for part in requested.parts or (requested,))
    if requested.function not in _FOLLOWING:
        return OutputColumn(requested, parts)
    cut = [index for index, key in enumerate(keys) if key.is_cut]
    ordered = cut or [index for index, key in enumerate(keys) if key.is_ordered]
    if not ordered:
        raise InvalidParameter(
            _("« %s » demande de regrouper par une date ou par un nombre.") % requested.text[:80],
            parameter=parameter,
        )
    return OutputColumn(requested, parts, along=ordered[-1])


def _check_number(part: ResolvedMeasure, requested: AggregateMeasure, parameter: str) -> None:
    """Refuse to compute with days."""
    if part.field is not None and part.requested.function != "distinct":
        _check(part.field, grouping.NUMBERS, requested.text, parameter, _NUMERIC)


def _filled(keys: Sequence[Key]) -> int:
    periods = [index for index, key in enumerate(keys) if key.requested.period]
    if len(periods) != 1:
        raise InvalidParameter(
            _("empty demande de regrouper par une période (year:, month:…), et par une seule."),
            parameter="empty",
        )
    return periods[0]


def _key(rows: RowSource, requested: GroupKey, communes: tuple[str, ...], parameter: str) -> Key:
    if rows.series and requested.text == SERIES:
        return Key(requested, rows.series_key, None, Grouping.SERIES)
    field = rows.field(requested.property, parameter)
    if requested.period:
        _check(field, grouping.DATES, requested.text, parameter, _DATED)
        return Key(requested, field, grouping.period_start(field, requested.period))
    if requested.width is not None:
        _check(field, grouping.NUMBERS, requested.text, parameter, _NUMERIC)
        return Key(requested, field, grouping.step_start(field, requested.width))
    if requested.bins:
        _check(field, grouping.NUMBERS | grouping.DATES, requested.text, parameter, _ORDERED)
        kind = Grouping.INTEGER_BINS if grouping.is_discrete(field) else Grouping.REAL_BINS
        return Key(requested, field, grouping.measurable(field), kind)
    if field.type is FieldType.TEXTS:
        return Key(requested, field, F(field.source), Grouping.ELEMENTS)
    if field.source == COMMUNE_COLUMN:
        return _commune_key(rows, requested, field, communes)
    return Key(requested, field, grouping.measurable(field))


def _commune_key(rows: RowSource, requested: GroupKey, field: Field, communes: tuple[str, ...]) -> Key:
    """Return the key of the commune of features: of ``communes``, the one that holds the largest share, or each."""
    if not rows.scope.definition.has_commune_shares:
        return Key(requested, field, F(COMMUNE_COLUMN))
    if requested.is_each and len(communes) != 1:
        each = grouping.CommunesAmong(communes) if communes else F("communes")
        return Key(requested, field, each, Grouping.ELEMENTS, holds_outside=True)
    largest = grouping.LargestCommune(communes) if communes else F(COMMUNE_COLUMN)
    return Key(requested, field, largest, holds_outside=True)


_NUMERIC = gettext_lazy("un nombre")
_DATED = gettext_lazy("une date")
_ORDERED = gettext_lazy("un nombre ou une date")


def _check(
    field: Field, kinds: frozenset[FieldType], requested: str, parameter: str, expected: object
) -> None:
    if field.type not in kinds:
        raise InvalidParameter(
            _("« %(requested)s » demande %(expected)s, et « %(name)s » n’en est pas.")
            % {"requested": requested[:80], "expected": expected, "name": field.name},
            parameter=parameter,
        )


def _measure(rows: RowSource, requested: AggregateMeasure, parameter: str) -> ResolvedMeasure:
    special = _ALONE.get(requested.function)
    if special is not None:
        return special(rows, requested, parameter)
    if rows.series and requested.property == SERIES_VALUE:
        return ResolvedMeasure(requested, rows.series_value)
    if requested.ends():
        return _days(rows, requested, parameter)
    field = rows.field(requested.property, parameter)
    if requested.function == "distinct":
        return ResolvedMeasure(requested, field, grouping.measurable(field))
    kinds = grouping.NUMBERS | grouping.DATES if requested.function in {"min", "max"} else grouping.NUMBERS
    _check(field, kinds, requested.text, parameter, _ORDERED if grouping.DATES & kinds else _NUMERIC)
    if weight_name := requested.weight or _declared_weight(rows, requested, field):
        weight = rows.field(weight_name, parameter)
        _check(weight, grouping.NUMBERS, requested.text, parameter, _NUMERIC)
        return ResolvedMeasure(
            requested, field, grouping.measurable(field), weight, grouping.measurable(weight)
        )
    return ResolvedMeasure(requested, field, grouping.measurable(field))


def _declared_weight(rows: RowSource, requested: AggregateMeasure, field: Field) -> str:
    """Return the weight that a field declares for its means; none where the visitor does not have it."""
    prefix, dot, _name = requested.property.rpartition(".")
    weight = f"{prefix}{dot}{field.weight}" if field.weight else ""
    declared = rows.fields.get(weight)
    is_mean = requested.function == MEAN and declared is not None and declared.type in grouping.NUMBERS
    return weight if is_mean else ""


def _days(rows: RowSource, requested: AggregateMeasure, parameter: str) -> ResolvedMeasure:
    """Return a measure of the days between two dates, as if they were a field of their own."""
    start, end = (rows.field(name, parameter) for name in requested.ends() or ())
    for field in (start, end):
        _check(field, grouping.DATES, requested.text, parameter, _DATED)
    is_in_days = not start.type is end.type is FieldType.DATETIME
    made = Field(
        requested.property,
        FieldType.INTEGER if is_in_days else FieldType.NUMBER,
        _("durée, %(start)s → %(end)s") % {"start": start.title, "end": end.title},
        unit="j",
    )
    return ResolvedMeasure(requested, made, grouping.days_between(start, end))


def _count(_rows: RowSource, requested: AggregateMeasure, _parameter: str) -> ResolvedMeasure:
    return ResolvedMeasure(requested)


def _length(rows: RowSource, requested: AggregateMeasure, parameter: str) -> ResolvedMeasure:
    if rows.relation or rows.scope.definition.geometry not in LINES:
        raise InvalidParameter(_("« length » demande une couche de lignes."), parameter=parameter)
    return ResolvedMeasure(requested, expression=grouping.GroundLength("geom"))


def _area(rows: RowSource, requested: AggregateMeasure, parameter: str) -> ResolvedMeasure:
    if rows.relation or not rows.scope.definition.geometry.is_surface:
        raise InvalidParameter(_("« area » demande une couche de surfaces."), parameter=parameter)
    return ResolvedMeasure(requested, expression=grouping.GroundArea("geom"))


_ALONE: dict[str, Callable[[RowSource, AggregateMeasure, str], ResolvedMeasure]] = {
    "count": _count,
    "length": _length,
    "area": _area,
}
