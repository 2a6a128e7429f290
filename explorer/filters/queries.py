"""The fields of a layer that the visitor filters by, with the values that answer the other filters; its extent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.contrib.gis.db.models import Extent

from explorer.map_state.parsing import COMBINING, MapQuery, Pair
from explorer.map_state.queries import LayerQuery, field_of, layer_query
from interface.conditions import EMPTY, RANGED, is_coded
from interface.territory import COMMUNE_FIELD, label_communes
from layers.access import Scope
from layers.aggregates import (
    Facet,
    GroupFilter,
    Histogram,
    ValueCount,
    calendar,
    containing,
    facet,
    histogram,
)
from layers.aggregates import suggestions as values_like
from layers.definitions import Field, FieldType
from layers.queries import Selection
from layers.queries.territory import Bounds
from layers.sql.limits import time_limit

MAX_VALUES = 100
MAX_SUGGESTIONS = 10
BINS = 24
OPEN_AT_FIRST = 3


class FilterKind(Enum):
    """The control of a field: the value is the name of its template."""

    CHOICES = "choices"
    SWITCH = "switch"
    RANGE = "range"
    DAYS = "days"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A field to filter by: ``values`` are the present ones.

    ``facet`` and ``histogram`` count the features under the other conditions; both are None for a text, and for a
    closed field: ``is_read`` distinguishes them. ``sought`` is the text that its values were searched by.
    """

    field: Field
    kind: FilterKind
    values: tuple[str, ...]
    is_open: bool
    is_read: bool
    facet: Facet | None = None
    histogram: Histogram | None = None
    sought: str = ""


@dataclass(frozen=True, slots=True)
class LayerFilters:
    """The filters of a layer; ``combined`` are the parameters of its relations."""

    scope: Scope
    query: MapQuery
    fields: tuple[FieldFilter, ...]
    combined: tuple[Pair, ...]


def kind_of(field: Field) -> FilterKind:
    """Return the control of a field."""
    if field.type is FieldType.BOOLEAN:
        return FilterKind.SWITCH
    if field.type is FieldType.TEXTS or is_coded(field):
        return FilterKind.CHOICES
    if field.type in RANGED:
        return FilterKind.DAYS if field.type in {FieldType.DATE, FieldType.DATETIME} else FilterKind.RANGE
    return FilterKind.TEXT


def askable(scope: Scope) -> tuple[Field, ...]:
    """Return the fields that the filters offer: the commune has its own place."""
    return label_communes(field for field in scope.fields if field.name != COMMUNE_FIELD)


def layer_filters(
    scope: Scope,
    query: MapQuery,
    scopes: Mapping[str, Scope],
    *,
    opened: Sequence[str] | None,
    sought: Mapping[str, str] | None = None,
) -> LayerFilters:
    """Return the filters of a layer; the values of ``opened`` fields are counted, of all when it is None.

    ``sought`` are search texts by field: only the values that contain them are listed, with the present ones.

    Raises:
        UnknownProperty: ``opened`` or ``sought`` names a field that the visitor does not have.
        UnknownLayer, InvalidParameter: as ``explorer.map_state.queries.layer_query``.
    """
    layer_query(scope, query, scopes)
    words = sought or {}
    for name in (*(opened or ()), *words):
        field_of(scope, name)
    values = query.own.get(scope.slug, {})
    fields = [
        _read(
            scope,
            query,
            scopes,
            _unread(field, values.get(field.name, ()), opened, words.get(field.name, "")),
        )
        for field in askable(scope)
    ]
    combined = tuple((name, text) for name in COMBINING for text in values.get(name, ()))
    return LayerFilters(scope, query, tuple(fields), combined)


def first_opened(scope: Scope, query: MapQuery) -> tuple[str, ...]:
    """Return the fields that are open at first: those with a condition, then those of listed values."""
    fields = askable(scope)
    values = query.own.get(scope.slug, {})
    likely = [field.name for field in fields if field.name == scope.style.field]
    likely += [field.name for field in fields if kind_of(field) is FilterKind.CHOICES]
    chosen = dict.fromkeys(likely[:OPEN_AT_FIRST])
    return tuple(field.name for field in fields if field.name in values or field.name in chosen)


def _unread(field: Field, values: tuple[str, ...], opened: Sequence[str] | None, sought: str) -> FieldFilter:
    """Return a field before its values are counted: whether they must be."""
    is_open = field.name in (opened or ()) or (opened is None and bool(values)) or bool(sought)
    is_read = opened is None or is_open or bool(values)
    return FieldFilter(field, kind_of(field), values, is_open, is_read, sought=sought)


def _read(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], field_filter: FieldFilter
) -> FieldFilter:
    if not field_filter.is_read or field_filter.kind is FilterKind.TEXT:
        return field_filter
    name = field_filter.field.name
    unfiltered = layer_query(scope, query.asking(scope.slug, {name: ()}), scopes).selection
    parameter = f"{scope.slug}.{name}"
    if field_filter.kind in {FilterKind.CHOICES, FilterKind.SWITCH}:
        return replace(field_filter, facet=_values(unfiltered, field_filter, parameter))
    if field_filter.kind is FilterKind.DAYS:
        return replace(field_filter, histogram=calendar(unfiltered, name, parameter=parameter))
    return replace(field_filter, histogram=histogram(unfiltered, name, BINS, parameter=parameter))


def _values(unfiltered: Selection, field_filter: FieldFilter, parameter: str) -> Facet:
    """Count the most frequent values, and the present ones however rare."""
    name, requested = field_filter.field.name, [value for value in field_filter.values if value != EMPTY]
    remaining = (
        containing(field_filter.field, field_filter.sought, also=requested, parameter=parameter)
        if field_filter.sought
        else None
    )
    values = facet(unfiltered, name, MAX_VALUES, value_filter=remaining, parameter=parameter)
    listed = {str(each.value) for each in values.values}
    rare = tuple(value for value in requested if value not in listed)
    if not values.more or not rare:
        return values
    beyond = facet(
        unfiltered, name, len(rare), value_filter=GroupFilter(None, rare), parameter=parameter
    ).values
    inputs = {each.value for each in values.values}
    added = tuple(each for each in beyond if each.value not in inputs)
    return replace(values, values=(*values.values, *added), more=values.more - len(added))


def choices(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], name: str, text: str
) -> FieldFilter | None:
    """Return a field whose values are chosen from a list, those that hold ``text``; None for any other field.

    Raises:
        UnknownProperty: the visitor has no such field.
    """
    field = field_of(scope, name)
    if kind_of(field) is not FilterKind.CHOICES:
        return None
    values = query.own.get(scope.slug, {}).get(name, ())
    return _read(scope, query, scopes, _unread(field, values, (name,), text))


def suggest(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], name: str, text: str
) -> tuple[ValueCount, ...]:
    """Return the values of a text field that contain ``text``, among the features that answer the other filters.

    Raises:
        UnknownProperty: the visitor has no such field.
        InvalidParameter: a field of another type.
    """
    field = field_of(scope, name)
    unfiltered = layer_query(scope, query.asking(scope.slug, {field.name: ()}), scopes).selection
    return values_like(unfiltered, field.name, text, MAX_SUGGESTIONS, parameter=f"{scope.slug}.{field.name}")


def extent(question: LayerQuery) -> Bounds | None:
    """Return west, south, east, north of the features that answer, in degrees; None when there is none."""
    with time_limit("aggregate"):
        bounds: Bounds | None = question.selection.queryset.aggregate(extent=Extent("geom"))["extent"]
    return bounds
