"""What may be asked of a layer: each field it has for this visitor, with the values that answer the other filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from explorer.parsing import MapQuery
from explorer.parsing.maps import TOUCHING
from explorer.queries.asking import RANGED, ask, field_of, is_coded
from explorer.queries.lists import COMMUNE_FIELD, named
from layers.access import Scope
from layers.aggregates import Facet, Histogram, ValueCount, facet, histogram
from layers.aggregates import suggestions as values_like
from layers.definitions import Field, FieldType

MOST_VALUES = 100
MOST_SUGGESTIONS = 10
BINS = 24
OPEN_AT_FIRST = 3


class FilterKind(Enum):
    """How a field is asked: the value is the name of its template."""

    CHOICES = "choices"
    SWITCH = "switch"
    RANGE = "range"
    DAYS = "days"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A field that may be asked: ``values`` are those asked now.

    ``facet`` and ``histogram`` count the features that answer everything else that is asked; both are None for a text,
    and for a field that nobody opened: ``is_read`` tells the difference.
    """

    field: Field
    kind: FilterKind
    values: tuple[str, ...]
    is_open: bool
    is_read: bool
    facet: Facet | None = None
    histogram: Histogram | None = None


@dataclass(frozen=True, slots=True)
class LayerFilters:
    """Everything that may be asked of a layer; ``touching`` is what is asked of its surroundings."""

    scope: Scope
    query: MapQuery
    fields: tuple[FieldFilter, ...]
    touching: tuple[str, ...]


def kind_of(field: Field) -> FilterKind:
    """Choose how a field is asked."""
    if field.type is FieldType.BOOLEAN:
        return FilterKind.SWITCH
    if field.type is FieldType.TEXTS or is_coded(field):
        return FilterKind.CHOICES
    if field.type in RANGED:
        return FilterKind.DAYS if field.type in {FieldType.DATE, FieldType.DATETIME} else FilterKind.RANGE
    return FilterKind.TEXT


def askable(scope: Scope) -> tuple[Field, ...]:
    """Return the fields that the filters offer: the commune has its own place."""
    return named(field for field in scope.fields if field.name != COMMUNE_FIELD)


def layer_filters(
    scope: Scope, query: MapQuery, beside: Mapping[str, Scope], *, opened: Sequence[str] | None
) -> LayerFilters:
    """Return what may be asked of a layer; the values of ``opened`` fields are counted, of all when it is None.

    Raises:
        UnknownProperty: ``opened`` names a field that the visitor does not have.
        UnknownLayer, InvalidParameter: what is asked of the layer cannot be, see ``explorer.queries.asking.ask``.
    """
    ask(scope, query, beside)
    for name in opened or ():
        field_of(scope, name)
    asked = query.own.get(scope.slug, {})
    fields = [
        _read(scope, query, beside, field, asked.get(field.name, ()), opened) for field in askable(scope)
    ]
    return LayerFilters(scope, query, tuple(fields), asked.get(TOUCHING, ()))


def first_opened(scope: Scope, query: MapQuery) -> tuple[str, ...]:
    """Choose the fields that are open at first: those asked, then those people choose values of."""
    fields = askable(scope)
    asked = query.own.get(scope.slug, {})
    likely = [field.name for field in fields if field.name == scope.style.field]
    likely += [field.name for field in fields if kind_of(field) is FilterKind.CHOICES]
    chosen = dict.fromkeys(likely[:OPEN_AT_FIRST])
    return tuple(field.name for field in fields if field.name in asked or field.name in chosen)


def _read(
    scope: Scope,
    query: MapQuery,
    beside: Mapping[str, Scope],
    field: Field,
    values: tuple[str, ...],
    opened: Sequence[str] | None,
) -> FieldFilter:
    kind, is_open = kind_of(field), field.name in (opened or ()) or (opened is None and bool(values))
    is_read = opened is None or is_open or bool(values)
    if not is_read or kind is FilterKind.TEXT:
        return FieldFilter(field, kind, values, is_open, is_read)
    others = ask(scope, query.asking(scope.slug, {field.name: ()}), beside).selection
    parameter = f"{scope.slug}.{field.name}"
    if kind in {FilterKind.CHOICES, FilterKind.SWITCH}:
        found = facet(others, field.name, MOST_VALUES, parameter=parameter)
        return FieldFilter(field, kind, values, is_open, is_read, facet=found)
    spread = histogram(others, field.name, BINS, parameter=parameter)
    return FieldFilter(field, kind, values, is_open, is_read, histogram=spread)


def suggest(
    scope: Scope, query: MapQuery, beside: Mapping[str, Scope], name: str, text: str
) -> tuple[ValueCount, ...]:
    """Return the values of a text field that contain ``text``, among the features that answer the other filters.

    Raises:
        UnknownProperty: the visitor has no such field.
        InvalidParameter: a field of another type.
    """
    field = field_of(scope, name)
    others = ask(scope, query.asking(scope.slug, {field.name: ()}), beside).selection
    return values_like(others, field.name, text, MOST_SUGGESTIONS, parameter=f"{scope.slug}.{field.name}")
