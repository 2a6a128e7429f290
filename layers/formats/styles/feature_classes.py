"""Which class a feature is in, in Python: as ``class_expressions`` says it to MapLibre, for pictures made here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from layers.formats.styles.class_expressions import REST, Classes
from layers.styles.definitions import Category, NumberInterval, Proportion


def class_of(classes: Classes, values: Mapping[str, object]) -> int | None:
    """Return the place of the class of a feature, ``REST`` for what is in none; None for what is not drawn."""
    value = values.get(classes.field)
    members: Sequence[Category | NumberInterval] = classes.found
    for place, found in enumerate(members):
        is_last = place == len(members) - 1
        if _holds(found, value, is_last=is_last):
            return place
    return REST if classes.has_rest else None


def value_text(value: object) -> str:
    """Return a value as tiles and categories write it: ``true``, ``3`` for 3.0, an empty text for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal) and value % 1 == 0:
        return str(int(value))
    return str(value)


def number_of(value: object) -> float | None:
    """Return a value as a number, None where it is none."""
    try:
        number = float(str(value)) if not isinstance(value, bool) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def size_of(value: object, proportion: Proportion, *, is_width: bool) -> float:
    """Return the pixels across a symbol whose area follows a value, or the width of a line that does."""
    low, high = proportion.low, proportion.high
    if high <= low:
        return proportion.largest
    number = number_of(value)
    share = 0.0 if number is None else min(max((number - low) / (high - low), 0.0), 1.0)
    small, large = proportion.smallest, proportion.largest
    if is_width:
        return small + (large - small) * share
    return math.sqrt(small**2 + (large**2 - small**2) * share)


def _holds(found: Category | NumberInterval, value: object, *, is_last: bool) -> bool:
    """Whether a value is in a class: the last one of numbers, and one of a single number, hold their high end."""
    if isinstance(found, Category):
        return str(found.value) == value_text(value)
    number = number_of(value)
    if number is None or number < found.low:
        return False
    return number <= found.high if is_last or found.high <= found.low else number < found.high
