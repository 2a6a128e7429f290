"""The style of a layer for visitors who read part of its rows: classes reveal nothing of the others (ADR 0044).

Classes are made from every row, so their values and limits may be those of hidden ones. The narrowed style is a
function of the visible rows: each row stays in its class, and no other value is shown. Codes of a vocabulary stay,
since the schema publishes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import dateparse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from layers.cache import BoundedCache
from layers.definitions import Field, FieldType
from layers.sql.costs import reading
from layers.sql.grouping import NUMBERS, measurable
from layers.sql.limits import time_limit
from layers.styles.definitions import Category, NumberInterval, Overlay, Proportion, Style

# The lowest and the highest number of the rows that are read, None where there is none.
Ends = tuple[float, float] | None
# Numbers below are written without a space between thousands, as years are.
_GROUPED_FROM = 10_000
_VALUES: BoundedCache[frozenset[str]] = BoundedCache(200)
_ENDS: BoundedCache[tuple[Ends, ...]] = BoundedCache(200)


@dataclass(frozen=True, slots=True)
class ReadRows:
    """The rows that a visitor reads, and their cache key, which changes with rights and data."""

    queryset: QuerySet[Any]
    key: tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Span:
    """Numbers from ``low`` to ``high``: those of a class, or of a gap between two. The ends are in it, or not."""

    low: float
    high: float
    interval: NumberInterval | None
    has_low: bool = True
    has_high: bool = False

    def condition(self, source: str) -> Q:
        """Return the rows whose number is in the span."""
        lower, upper = "gte" if self.has_low else "gt", "lte" if self.has_high else "lt"
        return Q(**{f"{source}__{lower}": self.low, f"{source}__{upper}": self.high})


def of_read_rows(style: Style, fields: Mapping[str, Field], rows: ReadRows) -> Style:
    """Return a style without the values that only other rows hold; ``fields`` are those that are read, by name.

    Categories without a row are gone, but codes of the schema. Limits of numbers are between values that are read, or
    one of them. Sizes go from 0, or the lowest number that is read, to the highest. Text has neither limits nor sizes.

    Raises:
        TooSlow, TooCostly, Busy: the rows cannot be examined now.
    """
    overlays = tuple(_overlays(style.overlays, fields, rows))
    field = fields.get(style.field)
    if field is None or not (style.categories or style.intervals or style.proportion):
        return replace(style, overlays=overlays)
    return replace(
        style,
        overlays=overlays,
        categories=_categories(style.categories, field, rows),
        intervals=_intervals(style.intervals, field, rows),
        proportion=_proportion(style.proportion, field, rows) if style.proportion else None,
    )


def _categories(categories: tuple[Category, ...], field: Field, rows: ReadRows) -> tuple[Category, ...]:
    existing = _existing_values([str(one.value) for one in categories], field, rows)
    return tuple(one for one in categories if str(one.value) in existing)


def _overlays(
    overlays: tuple[Overlay, ...], fields: Mapping[str, Field], rows: ReadRows
) -> Iterator[Overlay]:
    """Yield the overlays with the values that are read; a title that names other values is made anew."""
    for one in overlays:
        existing = _existing_values(one.values, fields[one.field], rows)
        left = tuple(value for value in one.values if value in existing)
        if left == one.values:
            yield one
        elif left:
            yield replace(one, values=left, title=", ".join(left))


def _existing_values(values: Sequence[str], field: Field, rows: ReadRows) -> Set[str]:
    """Return the values of the schema, and those of ``values`` that some row has."""
    existing = {str(code) for code, _title in field.choices}
    if field.type is FieldType.BOOLEAN:
        existing |= {"true", "false"}
    texts = tuple(dict.fromkeys(value for value in values if value not in existing))
    if texts:
        key = (*rows.key, field.source, texts)
        existing |= _VALUES.recall(key, partial(_values_of_rows, texts, field, rows.queryset))
    return existing


def _values_of_rows(texts: Sequence[str], field: Field, queryset: QuerySet[Any]) -> frozenset[str]:
    """Return which values some row has."""
    conditions = {index: _equals(field, value) for index, value in enumerate(texts)}
    counts = {
        f"n{at}": Count("pk", filter=matching) for at, matching in conditions.items() if matching is not None
    }
    flags = _aggregated(queryset, counts)
    return frozenset(texts[int(name[1:])] for name, count in flags.items() if count)


def _equals(field: Field, text: str) -> Q | None:
    """Return the condition of the rows that have a value, written as in categories; None for an invalid value."""
    if field.type is FieldType.TEXTS:
        return Q(**{f"{field.source}__contains": [text]})
    try:
        value = _READ[field.type](text) if field.type in _READ else text
    except ValueError:
        return None
    return None if value is None else Q(**{field.source: value})


_READ: Mapping[FieldType, Callable[[str], Any]] = {
    FieldType.INTEGER: int,
    FieldType.NUMBER: float,
    FieldType.DATE: dateparse.parse_date,
    FieldType.DATETIME: dateparse.parse_datetime,
}


def _intervals(
    intervals: tuple[NumberInterval, ...], field: Field, rows: ReadRows
) -> tuple[NumberInterval, ...]:
    spans = tuple(_spans(intervals))
    if not spans or field.type not in NUMBERS:
        return ()
    bounds = tuple((span.low, span.high, span.has_low, span.has_high) for span in spans)
    key = (*rows.key, field.source, bounds)
    ends = _ENDS.recall(key, partial(_ends, spans, field, rows.queryset))
    return tuple(_limited(field, [(span, pair) for span, pair in zip(spans, ends, strict=True) if pair]))


def _spans(intervals: Sequence[NumberInterval]) -> Iterator[_Span]:
    """Yield the classes and the gaps between them, going up: what the map draws as the rest is between two limits."""
    before: NumberInterval | None = None
    for index, one in enumerate(intervals):
        is_point = one.high <= one.low
        follows_point = before is not None and before.high <= before.low == one.low
        if before is not None and before.high < one.low:
            yield _Span(before.high, one.low, None, has_low=before.high > before.low)
        has_high = is_point or index == len(intervals) - 1
        yield _Span(one.low, one.high, one, has_low=not follows_point, has_high=has_high)
        before = one


def _ends(spans: Sequence[_Span], field: Field, queryset: QuerySet[Any]) -> tuple[Ends, ...]:
    """Return the lowest and the highest number of the rows in each span."""
    aggregates: dict[str, Min | Max] = {}
    for index, span in enumerate(spans):
        condition = span.condition("measured")
        aggregates[f"low{index}"] = Min("measured", filter=condition)
        aggregates[f"high{index}"] = Max("measured", filter=condition)
    extremes = _aggregated(queryset.annotate(measured=measurable(field)), aggregates)
    pairs = [(extremes[f"low{index}"], extremes[f"high{index}"]) for index in range(len(spans))]
    return tuple(None if low is None else (float(low), float(high)) for low, high in pairs)


def _limited(
    field: Field, spans_and_limits: Sequence[tuple[_Span, tuple[float, float]]]
) -> Iterator[NumberInterval]:
    """Yield the classes that some row is in, with limits between values that are read."""
    limits = [pair[0] for _span, pair in spans_and_limits[:1]]
    limits += [round_between(one[1], other[0]) for (_one, one), (_other, other) in pairwise(spans_and_limits)]
    last = max((index for index, (span, _pair) in enumerate(spans_and_limits) if span.interval), default=-1)
    for index, (span, pair) in enumerate(spans_and_limits):
        if span.interval is None:
            continue
        low, high = limits[index], pair[1] if index == last else limits[index + 1]
        title = span.interval.title
        if any(character.isdigit() for character in str(title)):
            title = _title(field, low, high, is_last=index == last)
        yield replace(span.interval, low=low, high=high, title=title)


def round_between(below: float, above: float) -> float:
    """Return the number with the fewest decimals that is above the one and at most the other."""
    if above <= below:
        return above
    digits = -math.floor(math.log10(above - below)) - 1
    for more in range(3):
        scale = 10.0 ** (digits + more)
        short = round(math.floor(above * scale) / scale, max(digits + more, 0))
        if below < short <= above:
            return short + 0.0  # no negative zero
    return above


def _title(field: Field, low: float, high: float, *, is_last: bool) -> str:
    """Return the ends of a class in words; whole numbers end at the one before the next class."""
    if field.type is FieldType.INTEGER and not is_last:
        high = max(math.ceil(high) - 1, math.ceil(low))
    written = [_number(end) for end in (low, high)]
    if written[0] == written[1]:
        return written[0]
    return _("%(low)s à %(high)s") % {"low": written[0], "high": written[1]}


def _number(value: float) -> str:
    short = float(f"{value:.6g}")
    number = int(short) if short.is_integer() else short
    return str(number_format(number, use_l10n=True, force_grouping=abs(short) >= _GROUPED_FROM))


def _proportion(proportion: Proportion, field: Field, rows: ReadRows) -> Proportion:
    pair: Ends = None
    if field.type in NUMBERS:
        key = (*rows.key, field.source, "every number")
        span = _Span(-math.inf, math.inf, None, has_low=False)
        (pair,) = _ENDS.recall(key, partial(_ends, (span,), field, rows.queryset))
    low, high = pair or (0.0, 1.0)
    low = min(low, 0.0)
    return replace(proportion, low=low, high=high if high > low else low + 1)


def _aggregated(queryset: QuerySet[Any], aggregates: dict[str, Any]) -> dict[str, Any]:
    if not aggregates:
        return {}
    with time_limit("aggregate"), reading("aggregate"):
        return queryset.order_by().aggregate(**aggregates)
