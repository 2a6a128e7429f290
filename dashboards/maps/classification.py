"""Values put into a few classes, for maps that colour by class: quantiles and natural breaks.

A class is labelled by its lowest and highest actual value, so that a legend never names a value that is not on the
map; equal values are always of one class.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

MOST_CLASSES = 7
# Natural breaks compare every pair of values: beyond this many, they are first gathered into as many quantiles.
MOST_COMPARED = 200


@dataclass(frozen=True, slots=True)
class ValueClass:
    """A class: the lowest and the highest of its values, both in it, and how many values it holds."""

    low: float
    high: float
    count: int


def classify(values: Sequence[float], count: int, *, method: str = "quantiles") -> tuple[ValueClass, ...]:
    """Return at most ``count`` classes of ``values``, the lowest first; fewer where there are fewer distinct values.

    Raises:
        KeyError: ``method`` is not one of ``METHODS``.
        ValueError: ``count`` is not from 1 to ``MOST_CLASSES``.
    """
    if not 1 <= count <= MOST_CLASSES:
        raise ValueError(f"from 1 to {MOST_CLASSES} classes, not {count}")
    ordered = sorted(values)
    return _between(ordered, METHODS[method](ordered, count)) if ordered else ()


def class_of(classes: Sequence[ValueClass], value: float) -> int:
    """Return the index of the class of a value that was classified."""
    return bisect_left([value_class.high for value_class in classes], value)


def _quantiles(ordered: Sequence[float], count: int) -> list[float]:
    """Return the highest value of each class, as many values in each as ties allow (inverse of the distribution)."""
    size = len(ordered)
    return sorted({ordered[-(-size * part // count) - 1] for part in range(1, count + 1)})


def _natural_breaks(ordered: Sequence[float], count: int) -> list[float]:
    """Return the highest value of each class, the sum of squared deviations within classes being the least.

    W. D. Fisher, "On grouping for maximum homogeneity" (1958), by dynamic programming over the distinct values.
    """
    weights = Counter(_gathered(ordered))
    values = sorted(weights)
    cost = _deviations(values, weights)
    size, count = len(values), min(count, len(values))
    best = [cost(0, last) for last in range(size)]
    cuts: list[list[int]] = []
    for _class in range(1, count):
        breaks = [
            min((best[first - 1] + cost(first, last), first) for first in range(_class, last + 1))
            if last >= _class
            else (best[last], 0)
            for last in range(size)
        ]
        best, starts = [total for total, _start in breaks], [start for _total, start in breaks]
        cuts.append(starts)
    return _followed(values, cuts)


def _followed(values: Sequence[float], cuts: Sequence[Sequence[int]]) -> list[float]:
    """Return the ends of the classes, from the last class back to the first."""
    last, ends = len(values) - 1, [values[-1]]
    for starts in reversed(cuts):
        last = starts[last] - 1
        ends.append(values[last])
    return sorted(ends)


def _gathered(ordered: Sequence[float]) -> Sequence[float]:
    """Put each value at the end of its quantile when there are too many to compare."""
    if len(set(ordered)) <= MOST_COMPARED:
        return ordered
    ends = _quantiles(ordered, MOST_COMPARED)
    return [ends[bisect_left(ends, value)] for value in ordered]


def _deviations(values: Sequence[float], weights: Mapping[float, int]) -> Callable[[int, int], float]:
    """Return what gives the sum of squared deviations of the values from one index to another, both included."""
    middle = sum(values) / len(values)
    counts = [0.0, *accumulate(float(weights[value]) for value in values)]
    sums = [0.0, *accumulate(weights[value] * (value - middle) for value in values)]
    squares = [0.0, *accumulate(weights[value] * (value - middle) ** 2 for value in values)]

    def cost(first: int, last: int) -> float:
        weight, total = counts[last + 1] - counts[first], sums[last + 1] - sums[first]
        return max(0.0, squares[last + 1] - squares[first] - total * total / weight)

    return cost


def _between(ordered: Sequence[float], ends: Sequence[float]) -> tuple[ValueClass, ...]:
    """Return the classes that end at ``ends``, the last of which is the highest value."""
    starts = [0]
    for end in ends:
        starts.append(starts[-1] + sum(1 for value in ordered[starts[-1] :] if value <= end))
    return tuple(
        ValueClass(ordered[first], ordered[after - 1], after - first) for first, after in pairwise(starts)
    )


METHODS: Mapping[str, Callable[[Sequence[float], int], list[float]]] = {
    "quantiles": _quantiles,
    "natural": _natural_breaks,
}
