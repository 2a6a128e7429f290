"""Which class a feature is in, as expressions of MapLibre and, for pictures made here, in Python: both give the same.

A class has one value, the rest another one. Values in a tile may be numbers or text: categories compare text, intervals
numbers. No value, and text that is no number, are in no interval. ``Classes.choose`` gives the value of a class to
MapLibre in one expression; ``Classes.condition`` says whether a feature is in some classes by the few operators that
QGIS reads too.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from layers.styles.definitions import Category, NumberInterval, Proportion, Style

Expression = Any
# Below every interval: what is no number.
_NO_NUMBER = -1e300
# Steps of a proportion, and the pixels between two of them.
_MAX_STEPS = 24
_STEP = 2.0
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

    def condition(self, members: Collection[int]) -> Expression:
        """Return whether a feature is in one of some classes, as MapLibre and QGIS read it.

        It is True where every feature is, False where none is.
        QGIS 3.40 translates ``in``, ``has``, their negation and comparisons with constants; of ``match`` over a text
        made of a value it makes a filter without a field.
        """
        if set(self.members) <= set(members) and self.has_rest:
            return True
        if isinstance(self.style_classes[0], Category):
            return self._listed(members)
        pieces = self._pieces()
        ends = [*(low for low, _member in pieces[1:]), math.inf]
        ranges = list[tuple[float, float]]()
        for (low, member), high in zip(pieces, ends, strict=True):
            if member not in members:
                continue
            begin = ranges.pop()[0] if ranges and ranges[-1][1] == low else low
            ranges.append((begin, high))
        return joined("any", [between(self.field, low, high) for low, high in ranges]) if ranges else False

    def _listed(self, members: Collection[int]) -> Expression:
        """Return the condition of categories: of two with one value the first counts."""
        member_of: dict[str, int] = {}
        for index, category in enumerate(self.style_classes):
            assert isinstance(category, Category)
            member_of.setdefault(str(category.value), index)
        has_rest = REST in members
        values = [value for value, member in member_of.items() if (member in members) is not has_rest]
        if not values:
            return has_rest
        listed: Expression = ["in", ["to-string", ["get", self.field]], ["literal", values]]
        # A feature without a value is in the category of the empty text; QGIS has a null there, which is in no list.
        if has_rest:
            return ["all", ["has", self.field], ["!", listed]] if "" in values else ["!", listed]
        return ["any", ["!", ["has", self.field]], listed] if "" in values else listed

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
        values = {**dict(enumerate(member_values)), REST: last}
        pieces = [(low, values[member]) for low, member in self._pieces()]
        before = [last, *(value for _low, value in pieces)]
        steps = [step for step, value in zip(pieces, before, strict=False) if step[1] != value]
        return ["step", number(self.field), last, *(part for step in steps for part in step)]

    def _pieces(self) -> list[tuple[float, int]]:
        """Return where each piece of the line of numbers begins and its class, the rest below the first one."""
        pieces: list[tuple[float, int]] = []
        for index, interval in enumerate(self.style_classes):
            assert isinstance(interval, NumberInterval)
            low, high = interval.low, interval.high
            # The last class holds its high end; a class of one value holds it too.
            if index == len(self.style_classes) - 1 or high <= low:
                high = math.nextafter(max(low, high), math.inf)
            if pieces:
                low = max(low, pieces[-1][0])
            if pieces and pieces[-1][0] == low:
                pieces.pop()
            pieces += [(low, index), (high, REST)] if high > low else [(low, REST)]
        return [(-math.inf, REST), *pieces]


def classes_of(style: Style) -> Classes:
    """Return the classes that a style is drawn by: none where its field, or heat, leaves none."""
    if style.heat or not style.field:
        return Classes("", (), has_rest=True)
    classes = style.intervals or (() if style.proportion else style.categories)
    return Classes(style.field, classes, has_rest=not (style.hides_others and classes))


def number(field: str) -> Expression:
    """Return a property as a number, under every other one where it is none."""
    return ["to-number", ["coalesce", ["get", field], "-"], _NO_NUMBER]


def between(field: str, low: float, high: float) -> Expression:
    """Return whether a property is from ``low`` on and below ``high``, as MapLibre and QGIS read it.

    What is no number is below every one. QGIS reads no further than the first argument of ``to-number``.
    """
    read: Expression = ["to-number", ["get", field], _NO_NUMBER]
    above = [] if low == -math.inf else [["has", field], [">=", read, low]]
    below = [] if high == math.inf else [["<", read, high]]
    # MapLibre takes a missing value for 0.
    if not above:
        return ["any", ["!", ["has", field]], *below] if below else True
    return ["all", *above, *below]


def joined(operator: str, parts: Sequence[Expression]) -> Expression:
    """Return conditions under ``all`` or ``any``; the only one as it is."""
    return parts[0] if len(parts) == 1 else [operator, *parts]


def size_steps(proportion: Proportion) -> list[tuple[float, float, float]]:
    """Return sizes ``_STEP`` pixels apart at most, for readers without square roots: low and high value, pixels across.

    What is beyond the two values of the proportion is drawn as large as they are.
    """
    small, large = proportion.smallest, proportion.largest
    count = min(max(1, math.ceil(abs(large - small) / _STEP)), _MAX_STEPS)
    sizes = [small + (large - small) * index / count for index in range(count + 1)]
    limits = [value_of(size, proportion) for size in sizes]
    return [
        (limits[index], limits[index + 1], (sizes[index] + sizes[index + 1]) / 2) for index in range(count)
    ]


def value_of(size: float, proportion: Proportion) -> float:
    """Return the value that is drawn at a size: the area grows with the value."""
    small, large = proportion.smallest**2, proportion.largest**2
    share = (size**2 - small) / (large - small) if large != small else 0
    return proportion.low + (proportion.high - proportion.low) * share


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
