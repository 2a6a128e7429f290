"""Conditions on records: what the operators of both filter languages become.

A property with several values, as subjects, satisfies a comparison when one of them does; a property without value
satisfies none but ``IS NULL``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from harvesting.csw.queryables import Entry, Kind, Queryable, Value
from harvesting.csw.requests import Condition
from interface.text import fold
from layers.crs import STORAGE, Crs
from layers.errors import InvalidFilter, InvalidParameter
from layers.parsing.cql2.nodes import read_number
from layers.parsing.cql2.patterns import pattern_matcher
from layers.parsing.datetimes import parse_local_moment
from layers.parsing.geometry import parse_bbox

_ORDERS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Return the condition that all of some are satisfied."""
    return lambda entry: all(condition(entry) for condition in conditions)


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Return the condition that one of some is satisfied."""
    return lambda entry: any(condition(entry) for condition in conditions)


def negation(condition: Condition) -> Condition:
    """Return the condition that another one is not satisfied."""
    return lambda entry: not condition(entry)


def comparison(
    prop: Queryable, operator: str, literal: str, *, parameter: str, matches_case: bool = True
) -> Condition:
    """Return the comparison of a property with a literal by ``=``, ``<>``, ``<``, ``>``, ``<=`` or ``>=``.

    Raises:
        InvalidFilter: a box, or a literal that is no number where the property is one.
        InvalidDatetime: a literal that is no date where the property is one.
    """
    compare = _comparator(prop, literal, parameter=parameter, matches_case=matches_case)
    if operator == "<>":
        return lambda entry: bool(orders := list(map(compare, prop.values(entry)))) and 0 not in orders
    is_satisfied = _ORDERS[operator]
    return lambda entry: any(is_satisfied(compare(value)) for value in prop.values(entry))


def between(prop: Queryable, low: str, high: str, *, parameter: str) -> Condition:
    """Return the condition that a property is between two literals, both included.

    Raises:
        InvalidFilter, InvalidDatetime: as ``comparison``.
    """
    after, before = (_comparator(prop, literal, parameter=parameter) for literal in (low, high))
    return lambda entry: any(after(value) >= 0 >= before(value) for value in prop.values(entry))


def like(prop: Queryable, pattern: str, *, parameter: str, matches_case: bool = True) -> Condition:
    """Return the condition that a text is like a pattern of CQL2.

    Raises:
        InvalidFilter: a property that is no text.
    """
    if prop.kind not in {Kind.TEXT, Kind.FULL_TEXT}:
        raise _not_compared(prop, "LIKE", parameter)
    is_folded = prop.kind is Kind.FULL_TEXT or not matches_case
    matches = pattern_matcher(fold(pattern) if is_folded else pattern)
    return lambda entry: any(
        matches(fold(str(value)) if is_folded else str(value)) for value in prop.values(entry)
    )


def is_null(prop: Queryable) -> Condition:
    """Return the condition that a property has no value."""
    if prop.kind is Kind.BOX:
        return lambda entry: entry.record.bounds is None
    return lambda entry: not list(prop.values(entry))


def in_box(prop: Queryable, numbers: Sequence[str], crs: Crs, *, parameter: str) -> Condition:
    """Return the condition that the extent of a record and a box have a point in common.

    ``numbers`` are the lower, then the upper corner, in the unit and the axis order of ``crs``.

    Raises:
        InvalidFilter: another property than the extent.
        InvalidBbox: not a box of ``crs``.
    """
    if prop.kind is not Kind.BOX:
        raise _not_compared(prop, "BBOX", parameter)
    box = parse_bbox(",".join(numbers), crs=crs, parameter=parameter)
    if crs.srid != STORAGE.srid:
        box.transform(STORAGE.srid)
    west, south, east, north = box.extent

    def intersects(entry: Entry) -> bool:
        bounds = entry.record.bounds
        return bounds is not None and (
            bounds[0] <= east and west <= bounds[2] and bounds[1] <= north and south <= bounds[3]
        )

    return intersects


def _comparator(
    prop: Queryable, literal: str, *, parameter: str, matches_case: bool = True
) -> Callable[[Value], int]:
    """Return what compares a value with the literal: negative before, 0 equal, positive after."""
    if prop.kind is Kind.BOX:
        raise _not_compared(prop, "=", parameter)
    if prop.kind is Kind.NUMBER:
        number = _number(literal, prop, parameter)
        return lambda value: _order(Decimal(str(value)), number)
    if prop.kind is Kind.DATE:
        moment = parse_local_moment(literal, parameter=parameter)
        if isinstance(moment, dt.datetime):
            return lambda value: _order(_instant(value), moment)
        return lambda value: _order(_day(value), moment)
    if prop.kind is Kind.FULL_TEXT or not matches_case:
        folded = fold(literal)
        return lambda value: _order(fold(str(value)), folded)
    return lambda value: _order(str(value), literal)


def _order(value: object, other: object) -> int:
    return int(value > other) - int(value < other)  # type: ignore[operator]  # both of the kind of the property


def _instant(value: Value) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    assert isinstance(value, dt.date)
    return timezone.make_aware(dt.datetime.combine(value, dt.time()))


def _day(value: Value) -> dt.date:
    if isinstance(value, dt.datetime):
        return timezone.localdate(value)
    assert isinstance(value, dt.date)
    return value


def _number(text: str, prop: Queryable, parameter: str) -> Decimal:
    try:
        return Decimal(read_number(text.strip()))
    except ValueError:
        raise InvalidParameter(
            _("« %(name)s » se compare à un nombre ; reçu « %(value)s ».")
            % {"name": prop.name, "value": text[:40]},
            parameter=parameter,
        ) from None


def _not_compared(prop: Queryable, operator: str, parameter: str) -> InvalidFilter:
    return InvalidFilter(
        _("« %(name)s » ne se compare pas par %(operator)s.") % {"name": prop.name, "operator": operator},
        parameter=parameter,
    )
