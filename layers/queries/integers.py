"""The largest integers of a layer, for clients of 32 bits."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from django.db.models import F, Max, Min

from layers.access import Scope
from layers.cache import BoundedCache
from layers.definitions import Field
from layers.sql.limits import time_limit

# The rows from which clients learn types: their first page.
FIRST_ROWS = 1_000
_MAX_SHORT = 2**31 - 1
_MAX_EXACT = 2**53


class Width(Enum):
    """The smallest width that holds the values a visitor reads of a column.

    ``SHORT`` is 32 bits; ``EXACT`` a double, where the first rows have no larger value; ``LONG`` anything else.
    """

    SHORT = auto()
    EXACT = auto()
    LONG = auto()


def integer_widths(scope: Scope, fields: Sequence[Field]) -> dict[str, Width]:
    """Return the width of the integers of these fields, by name, cached until the data change.

    Raises:
        TooSlow: the database did not answer in the time given to an aggregate.
    """
    if not fields:
        return {}
    names = tuple(field.name for field in fields)
    return _widths.recall((scope.key, scope.version, names), lambda: _computed(scope, fields))


def _computed(scope: Scope, fields: Sequence[Field]) -> dict[str, Width]:
    aggregates: dict[str, Min | Max] = {}
    for rank, field in enumerate(fields):
        aggregates |= {f"low{rank}": Min(F(field.source)), f"high{rank}": Max(F(field.source))}
    with time_limit("aggregate"):
        row = scope.queryset.order_by().aggregate(**aggregates)
        return {
            field.name: _width(scope, field, row[f"low{rank}"] or 0, row[f"high{rank}"] or 0)
            for rank, field in enumerate(fields)
        }


def _width(scope: Scope, field: Field, low: int, high: int) -> Width:
    largest = max(abs(low), abs(high))
    if largest <= _MAX_SHORT:
        return Width.SHORT
    return Width.EXACT if largest <= _MAX_EXACT and _is_empty_at_first(scope, field) else Width.LONG


def _is_empty_at_first(scope: Scope, field: Field) -> bool:
    first = scope.queryset.order_by("pk").values_list(field.source, flat=True)[:FIRST_ROWS]
    return all(value is None for value in first)


_widths: BoundedCache[dict[str, Width]] = BoundedCache(256)
