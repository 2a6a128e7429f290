"""Values of a field, to make classes: values with their counts, numbers, their distribution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from interface.wording import is_year
from layers.access import Scope
from layers.aggregates import NumberSample, facet, number_sample
from layers.definitions import Field, FieldType
from layers.parsing import FeatureQuery
from layers.queries import Selection, select
from layers.styles.definitions import Style, StyleKind
from layers.styles.documents import MAX_TEXT, is_text
from styles.classification import with_limits

MAX_VALUES, BARS = 60, 48


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value of a field: as a style names it, in words, and how many features have it."""

    value: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class ClassStatistics:
    """Statistics of the classes of a style: a count each, features in none, how well numbers fit, their histogram.

    ``bars`` are counts of equal parts between the ends of the classes. ``is_sampled``: counts are about right.
    """

    counts: tuple[int, ...] = ()
    unclassed: int = 0
    missing: tuple[FieldValue, ...] = ()
    fit: float | None = None
    bars: tuple[int, ...] = ()
    is_sampled: bool = False
    rows: int = field(default=0)


def all_features(scope: Scope) -> Selection:
    """Return every feature that the visitor of a scope sees."""
    return select(scope, FeatureQuery())


def values_of(scope: Scope, name: str) -> tuple[tuple[FieldValue, ...], int]:
    """Return the values of a field, those of a code list in its order, others by frequency; and how many more features.

    Features without any value are among the latter, and those whose value is no text of a style.

    Raises:
        UnknownProperty: a field that the visitor does not have.
    """
    counts = facet(all_features(scope), name, MAX_VALUES)
    coded_values = [
        FieldValue(value_text(each.value), str(each.label)[:MAX_TEXT], each.count or 0)
        for each in counts.values
        if each.value is not None and each.value != "" and is_text(value_text(each.value))
    ]
    requested = scope.filterable[name]
    order = {str(code): index for index, (code, _title) in enumerate(requested.choices)}
    if order:
        coded_values.sort(key=lambda each: order.get(each.value, len(order)))
    return tuple(coded_values), (counts.matched or 0) - sum(each.count for each in coded_values)


def value_text(value: object) -> str:
    """Return a value as the categories of a style write it: that of a tile, as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def study(scope: Scope, style: Style) -> ClassStatistics:
    """Return the statistics of the classes of a style, as the visitor of a scope reads them."""
    if not style.field or style.field not in scope.filterable:
        return ClassStatistics()
    if style.kind is StyleKind.CATEGORIES:
        return _of_categories(scope, style)
    if style.kind is StyleKind.GRADUATED:
        return _of_intervals(scope, style)
    if style.kind is StyleKind.PROPORTIONAL:
        sample = numbers(scope, style.field)
        return ClassStatistics(
            unclassed=sample.rows - sample.count, rows=sample.rows, is_sampled=sample.is_sampled
        )
    return ClassStatistics()


def numbers(scope: Scope, name: str) -> NumberSample:
    """Return the numbers of a field.

    Raises:
        UnknownProperty, InvalidParameter: it has none.
    """
    return number_sample(all_features(scope), name)


def _of_categories(scope: Scope, style: Style) -> ClassStatistics:
    values, beyond = values_of(scope, style.field)
    counts = {each.value: each.count for each in values}
    named = [category.value for category in style.categories]
    missing = tuple(each for each in values if each.value not in named)
    return ClassStatistics(
        counts=tuple(counts.get(name, 0) for name in named),
        unclassed=sum(each.count for each in missing) + beyond,
        missing=missing,
        rows=sum(counts.values()) + beyond,
    )


def _of_intervals(scope: Scope, style: Style) -> ClassStatistics:
    sample = numbers(scope, style.field)
    limits = limits_of(style)
    classes = with_limits(sample.values, limits)
    counts = tuple(round(count * sample.weight) for count in classes.counts)
    bars, _edges = np.histogram(sample.values, bins=BARS, range=_range(limits))
    return ClassStatistics(
        counts=counts,
        unclassed=sample.rows - sum(counts) if not sample.is_sampled else sample.rows - sample.count,
        fit=classes.fit,
        bars=tuple(int(count) for count in bars),
        is_sampled=sample.is_sampled,
        rows=sample.rows,
    )


def limits_of(style: Style) -> tuple[float, ...]:
    """Return the limits of the intervals of a style, one more than intervals; those between classes are lower ends."""
    return (*(each.low for each in style.intervals), style.intervals[-1].high)


def _range(limits: Sequence[float]) -> tuple[float, float]:
    return (limits[0], limits[-1]) if limits[0] < limits[-1] else (limits[0] - 0.5, limits[0] + 0.5)


def is_measured(column: Field) -> bool:
    """Whether the values of a field are amounts: no code, no number of a row."""
    return column.type in {FieldType.INTEGER, FieldType.NUMBER} and not column.choices and column.name != "id"


def is_listed(column: Field) -> bool:
    """Whether the values of a field may be categories."""
    return column.type in {FieldType.TEXT, FieldType.BOOLEAN, FieldType.INTEGER} and column.name != "id"


def suitability(kind: StyleKind) -> Callable[[Field], tuple[bool, bool]]:
    """Return a sort key of fields by how they suit a kind: code lists and facets first, amounts before years."""
    if kind is StyleKind.CATEGORIES:
        return lambda result: (not result.choices, not result.is_facet)
    return lambda result: (is_year(result), False)
