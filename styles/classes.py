"""Which class a feature is in, as expressions of MapLibre and, for pictures made here, in Python: both give the same.

A class has one value, the rest another one. Values in a tile may be numbers or text: categories compare text, intervals
numbers. No value, and text that is no number, are in no interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from layers.styles.definitions import Category, NumberInterval, Proportion, Style

Expression = Any
# Below every interval: what is no number.
_NO_NUMBER = -1e300
# The classes of a style by their place; what is in none of them.
REST = -1


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes that the drawing of a style has; ``has_rest``: features without a class are drawn."""

    field: str
    style_classes: tuple[Category, ...] | tuple[NumberInterval, ...]
    has_rest: bool

    @property
    def members(self) -> tuple[int, ...]:
        """The places of the classes that are drawn, the rest last."""
        return (*range(len(self.style_classes)), *((REST,) if self.has_rest else ()))

    def choose(self, values: dict[int, Any], rest: Any) -> Expression:
        """Return the value of the class of a feature; ``rest`` where ``values`` has none for it."""
        member_values = [values.get(index, rest) for index in range(len(self.style_classes))]
        last = values.get(REST, rest)
        if all(value == last for value in member_values):
            return last
        if isinstance(self.style_classes[0], Category):
            return self._matched(member_values, last)
        return self._stepped(member_values, last)

    def _matched(self, member_values: Sequence[Any], last: Any) -> Expression:
        cases: list[tuple[list[str], Any]] = []
        used_values: set[str] = set()
        for category, value in zip(self.style_classes, member_values, strict=True):
            assert isinstance(category, Category)
            if str(category.value) in used_values or value == last:
                continue
            used_values.add(str(category.value))
            alike = next((names for names, other in cases if other == value), None)
            if alike is None:
                cases.append(([str(category.value)], value))
            else:
                alike.append(str(category.value))
        flat = [part for names, value in cases for part in (names if len(names) > 1 else names[0], value)]
        return ["match", ["to-string", ["get", self.field]], *flat, last]

    def _stepped(self, member_values: Sequence[Any], last: Any) -> Expression:
        steps: list[tuple[float, Any]] = []
        for index, (interval, value) in enumerate(zip(self.style_classes, member_values, strict=True)):
            assert isinstance(interval, NumberInterval)
            low, high = interval.low, interval.high
            # The last class holds its high end; a class of one value holds it too.
            if index == len(self.style_classes) - 1 or high <= low:
                high = math.nextafter(max(low, high), math.inf)
            if steps:
                low = max(low, steps[-1][0])
            if steps and steps[-1][0] == low:
                steps.pop()
            steps += [(low, value), (high, last)] if high > low else [(low, last)]
        before = [last, *(value for _limit, value in steps)]
        steps = [step for step, value in zip(steps, before, strict=False) if step[1] != value]
        return ["step", number(self.field), last, *(part for step in steps for part in step)]


def classes_of(style: Style) -> Classes:
    """Return the classes that a style is drawn by: none where its field, or heat, leaves none."""
    if style.heat or not style.field:
        return Classes("", (), has_rest=True)
    classes = style.intervals or (() if style.proportion else style.categories)
    return Classes(style.field, classes, has_rest=not (style.hides_others and classes))


def number(field: str) -> Expression:
    """Return a property as a number, under every other one where it is none."""
    return ["to-number", ["coalesce", ["get", field], "-"], _NO_NUMBER]


def is_number(field: str) -> Expression:
    """Return whether a property is a number."""
    return [">", number(field), _NO_NUMBER]


def class_of(classes: Classes, values: Mapping[str, object]) -> int | None:
    """Return the index of the class of a feature, ``REST`` without a class; None for a feature that is not drawn."""
    value = values.get(classes.field)
    members: Sequence[Category | NumberInterval] = classes.style_classes
    for index, member in enumerate(members):
        is_last = index == len(members) - 1
        if _holds(member, value, is_last=is_last):
            return index
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


def _holds(member: Category | NumberInterval, value: object, *, is_last: bool) -> bool:
    """Whether a value is in a class: the last one of numbers, and one of a single number, hold their high end."""
    if isinstance(member, Category):
        return str(member.value) == value_text(value)
    number = number_of(value)
    if number is None or number < member.low:
        return False
    return number <= member.high if is_last or member.high <= member.low else number < member.high
