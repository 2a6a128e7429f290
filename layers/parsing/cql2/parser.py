"""CQL2-JSON, from either encoding, becomes checked nodes: known operators, right arity, literals that mean something.

Strict on purpose: a key, an operator or a type that is not understood is refused by name, never skipped.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from layers.crs import Crs
from layers.errors import FilterTooComplex, InvalidDatetime, InvalidFilter
from layers.parsing.cql2.bounds import MAX_NESTING, check_characters, too_deep
from layers.parsing.cql2.nodes import (
    MAX_INTEGER,
    Array,
    GeometryLiteral,
    Instant,
    IntervalNode,
    Literal,
    Node,
    Operation,
    Property,
)
from layers.parsing.datetimes import OPEN, Interval, Moment, is_ordered, parse_moment
from layers.parsing.geometry import MAX_VERTICES, read_geometry
from layers.parsing.relative_periods import relative_day, relative_period

MAX_NODES = 2_000
# Numbers of CQL2 text come as doubles: over 2^53 they are no longer the number that was written.
MAX_DOUBLE = 2**53
_GEOMETRY_KEYS = {"type", "coordinates", "bbox", "geometries"}


# What bounds these is the number of terms of the whole filter, which says so by itself.
ANY_NUMBER = sys.maxsize
LOGIC = {"and": (2, ANY_NUMBER), "or": (2, ANY_NUMBER), "not": (1, 1)}
COMPARISON = dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), (2, 2)) | {
    "between": (3, 3),
    "in": (2, 2),
    "isnull": (1, 1),
    "like": (2, 2),
}


TEXT = dict.fromkeys(("casei", "accenti"), (1, 1))
ARITHMETIC = dict.fromkeys(("+", "-", "*", "/", "%", "^", "div"), (2, 2))
SPATIAL = dict.fromkeys(
    (
        "s_intersects",
        "s_within",
        "s_contains",
        "s_disjoint",
        "s_crosses",
        "s_overlaps",
        "s_touches",
        "s_equals",
    ),
    (2, 2),
) | {"s_dwithin": (3, 4), "s_area": (1, 1), "s_length": (1, 1)}


TEMPORAL = dict.fromkeys(
    (
        "t_after",
        "t_before",
        "t_contains",
        "t_disjoint",
        "t_during",
        "t_equals",
        "t_finishedby",
        "t_finishes",
        "t_intersects",
        "t_meets",
        "t_metby",
        "t_overlappedby",
        "t_overlaps",
        "t_startedby",
        "t_starts",
    ),
    (2, 2),
)


ARRAYS = dict.fromkeys(("a_contains", "a_containedby", "a_overlaps", "a_equals"), (2, 2))
# What other protocols ask and CQL2 has no word for: no text of a client names these, nodes do.
EXTENSIONS = dict.fromkeys(("anycase", "lower", "any_of", "all_of", "one_of"), (1, 1))
DURATION = {"days_between": (2, 2)}
SERVED: dict[str, tuple[int, int]] = {
    **DURATION,
    **LOGIC,
    **COMPARISON,
    **TEXT,
    **ARITHMETIC,
    **SPATIAL,
    **TEMPORAL,
    **ARRAYS,
}


_EXAMPLES = {"today": "TODAY('-14d')", "period": "PERIOD('last-14-days')"}
# Functions of ours, counted from the day of the request: a day, and an interval of days.
RELATIVE = {"today": (0, 1), "period": (1, 1)}


class Reader:
    """Reads one filter; counts what it has read. ``day`` is that of the request, where the filter depends on it."""

    def __init__(self, crs: Crs, parameter: str) -> None:
        self.crs = crs
        self.parameter = parameter
        self.nodes = 0
        self.vertices = 0
        self.day: dt.date | None = None

    def read(self, value: object, depth: int = 0) -> Node:
        """Return the checked node of a CQL2-JSON value.

        Raises:
            InvalidFilter: not CQL2, or not served.
            InvalidGeometry: a geometry literal that is not valid or out of range.
            FilterTooComplex: too many nodes, levels or vertices.
        """
        self._count(depth)
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, list):
            return Array(tuple(self.read(item, depth + 1) for item in value))
        return self._scalar(value)

    def fault(self, message: str) -> InvalidFilter:
        """Return the fault with ``message`` about this filter."""
        return InvalidFilter(message, parameter=self.parameter)

    def _count(self, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_NESTING:
            raise too_deep(self.parameter)
        if self.nodes > MAX_NODES:
            raise FilterTooComplex(
                _("Le filtre compte plus de %d termes.") % MAX_NODES, parameter=self.parameter
            )

    def _mapping(self, value: Mapping[str, Any], depth: int) -> Node:
        keys = set(value)
        for key, (allowed, read) in _READERS.items():
            if key in keys:
                if keys - allowed:
                    raise self.fault(_("Clé inattendue dans le filtre : « %s ».") % min(keys - allowed)[:40])
                return read(self, value, depth)
        raise self.fault(_("Un objet du filtre n’est ni une opération, ni une propriété, ni une valeur."))

    def _scalar(self, value: object) -> Literal:
        if isinstance(value, bool):
            return Literal(value)
        if isinstance(value, str):
            check_characters(value, parameter=self.parameter)
            return Literal(value)
        if isinstance(value, int | float):
            return Literal(self._number(value))
        raise self.fault(_("NULL ne se compare pas : écrivez IS NULL ou IS NOT NULL."))

    def _number(self, value: int | float) -> int | Decimal:
        limit = MAX_DOUBLE if isinstance(value, float) else MAX_INTEGER
        if not -limit < value < limit:  # false for NaN as well
            raise self.fault(_("Nombre trop grand pour être comparé exactement : %s.") % str(value)[:40])
        return int(value) if value == int(value) else Decimal(repr(value))

    def _operation(self, value: Mapping[str, Any], depth: int) -> Node:
        operator, arguments = value["op"], value.get("args")
        if not isinstance(operator, str) or not isinstance(arguments, list):
            raise self.fault(_("Une opération s’écrit avec « op » (un nom) et « args » (une liste)."))
        name = operator.lower()
        if name in RELATIVE:
            return self._relative(name, operator, arguments)
        if name not in SERVED:
            raise self.fault(_("La fonction « %s » n’est pas servie.") % operator[:40])
        fewest, most = SERVED[name]
        if not fewest <= len(arguments) <= most:
            raise self.fault(
                _("« %(operator)s » attend %(fewest)d arguments ; reçu %(count)d.")
                % {"operator": operator, "fewest": fewest, "count": len(arguments)}
            )
        return Operation(name, tuple(self.read(argument, depth + 1) for argument in arguments))

    def _relative(self, name: str, operator: str, arguments: list[Any]) -> Instant | IntervalNode:
        """Return a day or an interval counted from the day of the request."""
        fewest, most = RELATIVE[name]
        if not fewest <= len(arguments) <= most or not all(isinstance(each, str) for each in arguments):
            raise self.fault(
                _("« %(operator)s » attend un texte, comme %(example)s.")
                % {"operator": operator[:40], "example": _EXAMPLES[name]}
            )
        self.day = self.day or timezone.localdate()
        try:
            if name == "today":
                return Instant(relative_day(arguments[0] if arguments else "", today=self.day))
            days = relative_period(arguments[0], today=self.day)
        except InvalidDatetime as error:
            raise self.fault(error.detail) from None
        return IntervalNode(Instant(days.first), Instant(days.last))

    def _property(self, value: Mapping[str, Any], _depth: int) -> Property:
        name = value["property"]
        if not isinstance(name, str):
            raise self.fault(_("Un nom de propriété est un texte."))
        check_characters(name, parameter=self.parameter)
        return Property(name)

    def _date(self, value: Mapping[str, Any], _depth: int) -> Instant:
        moment = self._moment(value["date"])
        if isinstance(moment, dt.datetime):
            raise self.fault(_("DATE attend un jour sans heure : « %s ».") % str(value["date"])[:40])
        return Instant(moment)

    def _timestamp(self, value: Mapping[str, Any], _depth: int) -> Instant:
        moment = self._moment(value["timestamp"])
        if not isinstance(moment, dt.datetime):
            raise self.fault(
                _("TIMESTAMP attend un instant avec son fuseau : « %s ».") % str(value["timestamp"])[:40]
            )
        return Instant(moment)

    def _moment(self, text: object) -> Moment:
        if not isinstance(text, str):
            raise self.fault(_("DATE, TIMESTAMP et INTERVAL attendent des textes."))
        try:
            return parse_moment(text, parameter=self.parameter)
        except InvalidDatetime as error:
            raise self.fault(error.detail) from None

    def _span(self, value: Mapping[str, Any], depth: int) -> IntervalNode:
        bounds = value["interval"]
        if not isinstance(bounds, list) or len(bounds) != 2:
            raise self.fault(_("INTERVAL attend deux bornes."))
        start, end = (self._bound(bound, depth) for bound in bounds)
        if isinstance(start, Instant) and isinstance(end, Instant):
            self._check_order(Interval(start.value, end.value))
        return IntervalNode(start, end)

    def _check_order(self, interval: Interval) -> None:
        if not is_ordered(interval):
            raise self.fault(_("La fin de l’intervalle précède son début."))

    def _bound(self, value: object, depth: int) -> Instant | Property | None:
        if value == OPEN:
            return None
        if isinstance(value, str):
            return Instant(self._moment(value))
        node = self.read(value, depth + 1)
        if not isinstance(node, Instant | Property):
            raise self.fault(_("Une borne d’intervalle est une date, un instant, une propriété ou « .. »."))
        return node

    def _shape(self, value: Mapping[str, Any], _depth: int) -> GeometryLiteral:
        geometry = read_geometry(value, crs=self.crs, parameter=self.parameter, with_collections=True)
        self.vertices += geometry.num_coords
        if self.vertices > MAX_VERTICES:
            raise FilterTooComplex(
                _("Les géométries du filtre ont plus de %d sommets.") % MAX_VERTICES, parameter=self.parameter
            )
        return GeometryLiteral(geometry)


_READERS: dict[str, tuple[set[str], Callable[[Reader, Mapping[str, Any], int], Node]]] = {
    "op": ({"op", "args"}, Reader._operation),
    "property": ({"property"}, Reader._property),
    "date": ({"date"}, Reader._date),
    "timestamp": ({"timestamp"}, Reader._timestamp),
    "interval": ({"interval"}, Reader._span),
    "type": (_GEOMETRY_KEYS, Reader._shape),
    "bbox": ({"bbox"}, Reader._shape),
}
