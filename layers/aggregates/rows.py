"""Which rows an aggregate groups, and the names that these have: features, related records, columns as series.

A name is resolved against the scope alone: a hidden property or relation is refused like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Scope
from layers.definitions import COMMUNE_COLUMN, ID, Field, FieldType, Relation
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing.aggregates import SERIES, SERIES_VALUE, AggregateQuery
from layers.queries import Selection, related_rows
from layers.sql.buckets import DATES, NUMBERS
from layers.sql.filters import compile_filter
from layers.sql.periods import overlaps_period

# Before the names of a feature's fields among those of its related records.
FEATURE = "feature."
# Where features are, for layers that do not publish it.
_PLACE = Field("commune", FieldType.TEXT, gettext_lazy("commune"), path=COMMUNE_COLUMN)


@dataclass(frozen=True, slots=True)
class RowSource:
    """What is grouped: ``fields`` are those that keys, measures, filters and periods may name, by name.

    ``relation`` is that of the related records that are the rows, ``series`` the columns that each make a row of a row.
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
        """The key that tells the series apart: its values are their names, in the order asked."""
        choices = tuple((field.name, field.title) for field in self.series)
        return Field(SERIES, FieldType.TEXT, gettext_lazy("série"), choices=choices)

    @property
    def series_value(self) -> Field:
        """The number that each row has in a series; its unit is that of all the columns, when they have one."""
        is_whole = all(field.type is FieldType.INTEGER for field in self.series)
        units = {field.unit for field in self.series}
        kind = FieldType.INTEGER if is_whole else FieldType.NUMBER
        return Field(SERIES_VALUE, kind, gettext_lazy("valeur"), unit=units.pop() if len(units) == 1 else "")


def askable(scope: Scope) -> dict[str, Field]:
    """Return the fields that rows are grouped by and measured on, by name: the readable ones, and where they are.

    The commune of a layer that does not publish it is among them; one that is published and hidden is not.
    """
    attributes = {column.attname for column in scope.definition.model._meta.concrete_fields}
    is_placed = COMMUNE_COLUMN in attributes and _PLACE.name not in scope.definition.by_name
    return scope.filterable | ({_PLACE.name: _PLACE} if is_placed else {})


def askable_of(scope: Scope, relation: Relation) -> dict[str, Field]:
    """Return the fields that related records are grouped by and measured on, by name.

    These are their own, those of their feature under ``feature.``, and ``commune``, unless they have their own.
    """
    of_feature = {
        name: replace(field, path=f"{relation.link}__{field.source}")
        for name, field in askable(scope).items()
        if field.computed is None  # it is in no column that a record leads to
    }
    fields = {FEATURE + name: replace(field, name=FEATURE + name) for name, field in of_feature.items()}
    place = of_feature.get(_PLACE.name)
    fields |= {_PLACE.name: place} if place else {}
    return fields | {ID.name: ID} | {field.name: field for field in relation.fields}


def resolve_field(scope: Scope, name: str, parameter: str) -> Field:
    """Return a readable field, or the commune that features are placed in when the layer does not publish it.

    Raises:
        UnknownProperty: a property the visitor does not have.
    """
    return RowSource(scope, askable(scope)).field(name, parameter)


def rows_of(scope: Scope, query: AggregateQuery) -> RowSource:
    """Return what a question groups.

    Raises:
        UnknownProperty: a relation that the visitor does not read, or a column of series they do not have.
        InvalidParameter: a column of series that is not a number.
    """
    relation = _relation(scope, query.relation) if query.relation else None
    rows = RowSource(scope, askable_of(scope, relation) if relation else askable(scope), relation)
    return replace(rows, series=tuple(_number(rows, name) for name in query.series))


def grouped_rows(selection: Selection, rows: RowSource, query: AggregateQuery) -> QuerySet[Any]:
    """Return the rows that are grouped, neither ordered nor computed.

    Raises:
        UnknownProperty: the filter of records or a period names a property the visitor does not have.
        InvalidFilter: the filter does not fit the records.
        InvalidParameter: a period of a field that is not a date.
    """
    found = selection.queryset
    if rows.relation is not None:
        found = related_rows(rows.scope, rows.relation, found)
    if query.record_filter is not None:
        found = found.filter(compile_filter(query.record_filter, rows.fields, geometry=""))
    for period in query.periods:
        field = rows.field(period.property, "period")
        if field.type not in DATES:
            raise InvalidParameter(_("« %s » n’est pas une date.") % field.name, parameter="period")
        found = found.filter(overlaps_period(field, period.interval))
    return found


def _relation(scope: Scope, name: str) -> Relation:
    found = next((relation for relation in scope.relations if relation.name == name), None)
    if found is None:
        raise UnknownProperty(name[:63], parameter="relation")
    return found


def _number(rows: RowSource, name: str) -> Field:
    field = rows.field(name, "series")
    if field.type not in NUMBERS:
        raise InvalidParameter(_("« %s » n’est pas un nombre.") % field.name, parameter="series")
    return field
