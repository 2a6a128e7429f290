"""Names become fields here, against the scope alone: a hidden property is refused like one that does not exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Scope
from layers.definitions import Field, FieldType, GeometryType
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing.aggregates import AggregateQuery, GroupKey
from layers.parsing.measures import Measure
from layers.sql import buckets

_COMMUNE_PATH = "commune_id"
LINES = frozenset({GeometryType.LINE, GeometryType.MULTI_LINE})
# Where features are, for layers that do not publish it.
_PLACE = Field("commune", FieldType.TEXT, gettext_lazy("commune"), path=_COMMUNE_PATH)


class Grouping(Enum):
    """How the statement turns the value of a row into that of a group."""

    VALUE = "value"
    ELEMENTS = "elements"
    WHOLE_BINS = "whole bins"
    REAL_BINS = "real bins"

    @property
    def is_bins(self) -> bool:
        """Whether the groups are bins between the lowest and the highest value."""
        return self in {Grouping.WHOLE_BINS, Grouping.REAL_BINS}


@dataclass(frozen=True, slots=True)
class Key:
    """A resolved group key: ``expression`` is computed on each row, and ``grouping`` makes groups of it."""

    asked: GroupKey
    field: Field
    expression: Combinable
    grouping: Grouping = Grouping.VALUE

    @property
    def is_commune(self) -> bool:
        """Whether the groups are the communes that features are placed in."""
        return self.field.source == _COMMUNE_PATH


@dataclass(frozen=True, slots=True)
class Computed:
    """A resolved measure: ``expression`` is computed on each row; None for a count of rows."""

    asked: Measure
    field: Field | None = None
    expression: Combinable | None = None


@dataclass(frozen=True, slots=True)
class AggregatePlan:
    """An aggregate whose names are resolved: keys and measures as expressions over the rows of a layer."""

    keys: tuple[Key, ...]
    measures: tuple[Computed, ...]


def resolve(scope: Scope, query: AggregateQuery, *, parameter: str = "") -> AggregatePlan:
    """Return the plan of a question; ``parameter`` names the culprit where it is not ``group_by`` or ``measures``.

    Raises:
        UnknownProperty: a property the visitor does not have.
        InvalidParameter: a period, a bin or a measure of a property of another type, or of a layer without that
            dimension.
    """
    return AggregatePlan(
        tuple(_key(scope, key, parameter or "group_by") for key in query.keys),
        tuple(_measure(scope, measure, parameter or "measures") for measure in query.measures),
    )


def askable(scope: Scope) -> dict[str, Field]:
    """Return the fields that rows are grouped by and measured on, by name: the readable ones, and where they are.

    The commune of a layer that does not publish it is among them; one that is published and hidden is not.
    """
    attributes = {column.attname for column in scope.definition.model._meta.concrete_fields}
    is_placed = _COMMUNE_PATH in attributes and _PLACE.name not in scope.definition.by_name
    return scope.filterable | ({_PLACE.name: _PLACE} if is_placed else {})


def resolve_field(scope: Scope, name: str, parameter: str) -> Field:
    """Return a readable field, or the commune that features are placed in when the layer does not publish it.

    Raises:
        UnknownProperty: a property the visitor does not have.
    """
    field = askable(scope).get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter=parameter)
    return field


def _key(scope: Scope, asked: GroupKey, parameter: str) -> Key:
    field = resolve_field(scope, asked.property, parameter)
    if asked.period:
        _check(field, buckets.DATES, asked.text, parameter, _DATED)
        return Key(asked, field, buckets.period_start(field, asked.period))
    if asked.width is not None:
        _check(field, buckets.NUMBERS, asked.text, parameter, _NUMERIC)
        return Key(asked, field, buckets.step_start(field, asked.width))
    if asked.bins:
        _check(field, buckets.NUMBERS | buckets.DATES, asked.text, parameter, _ORDERED)
        kind = Grouping.WHOLE_BINS if buckets.is_whole(field) else Grouping.REAL_BINS
        return Key(asked, field, buckets.position(field), kind)
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


def _measure(scope: Scope, asked: Measure, parameter: str) -> Computed:
    special = _ALONE.get(asked.function)
    if special is not None:
        return special(scope, asked, parameter)
    field = resolve_field(scope, asked.property, parameter)
    if asked.function == "distinct":
        return Computed(asked, field, buckets.measurable(field))
    kinds = buckets.NUMBERS | buckets.DATES if asked.function in {"min", "max"} else buckets.NUMBERS
    _check(field, kinds, asked.text, parameter, _ORDERED if buckets.DATES & kinds else _NUMERIC)
    return Computed(asked, field, buckets.measurable(field))


def _count(_scope: Scope, asked: Measure, _parameter: str) -> Computed:
    return Computed(asked)


def _length(scope: Scope, asked: Measure, parameter: str) -> Computed:
    if scope.definition.geometry not in LINES:
        raise InvalidParameter(_("« length » demande une couche de lignes."), parameter=parameter)
    return Computed(asked, expression=buckets.GroundLength("geom"))


def _area(scope: Scope, asked: Measure, parameter: str) -> Computed:
    if not scope.definition.geometry.is_surface:
        raise InvalidParameter(_("« area » demande une couche de surfaces."), parameter=parameter)
    return Computed(asked, expression=buckets.GroundArea("geom"))


_ALONE: dict[str, Callable[[Scope, Measure, str], Computed]] = {
    "count": _count,
    "length": _length,
    "area": _area,
}
