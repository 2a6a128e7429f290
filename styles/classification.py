"""Numbers put into classes: limits by quantiles, equal steps or natural breaks, rounded to readable numbers.

``mapclassify`` finds the limits. It is imported when the first one is asked: it brings pandas, SciPy and scikit-learn,
near two seconds and a hundred megabytes that no other request needs.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.styles.definitions import ClassMethod

MIN_INTERVALS, MAX_INTERVALS = 2, 9
# Natural breaks compare every pair of values: beyond this many they are those of as many quantiles.
MAX_COMPARED = 400
# A limit may be rounded as long as it moves no more than this share of the values to another class, and itself no more
# than this share of the way from the lowest value to the highest.
_MOVED, _SHIFTED = 0.01, 0.01

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NumberClasses:
    """Limits, one more than classes, going up: a class goes from its limit up to the next excluded, the last included.

    ``counts`` are how many of the values are in each; ``fit`` from 0 to 1 is the goodness of variance fit (G. F. Jenks,
    1977): what share of the variance the classes explain.
    """

    limits: tuple[float, ...]
    counts: tuple[int, ...]
    fit: float


def classify(values: Sequence[float] | Numbers, count: int, method: ClassMethod) -> NumberClasses:
    """Return at most ``count`` classes of the finite values; fewer where there are fewer distinct ones (equal
    steps may leave classes empty), none of none.

    Raises:
        ValueError: ``count`` is not from 2 to 9, or the method is by hand.
    """
    if not MIN_INTERVALS <= count <= MAX_INTERVALS:
        raise ValueError(f"from {MIN_INTERVALS} to {MAX_INTERVALS} classes, not {count}")
    numbers = finite(values)
    if not numbers.size:
        return NumberClasses((), (), 0.0)
    distinct = np.unique(numbers)
    if distinct.size == 1:
        return NumberClasses((float(distinct[0]), float(distinct[0])), (int(numbers.size),), 1.0)
    if method is ClassMethod.EQUAL:
        return with_limits(numbers, _equal(float(distinct[0]), float(distinct[-1]), count))
    most = min(count, int(distinct.size))
    return with_limits(numbers, _rounded(numbers, _inner_limits(numbers, distinct, most, method)))


def with_limits(values: Sequence[float] | Numbers, limits: Sequence[float]) -> NumberClasses:
    """Return the classes between some limits, which go up; values outside are in none."""
    numbers = np.sort(finite(values))
    limits = tuple(limits)
    # As ``NumberInterval``: the lower limit is in, the higher one is out but for the last class.
    positions = [int(np.searchsorted(numbers, limit, "left")) for limit in limits[:-1]]
    positions.append(int(np.searchsorted(numbers, limits[-1], "right")))
    groups = [numbers[first:after] for first, after in pairwise(positions)]
    return NumberClasses(limits, tuple(int(group.size) for group in groups), _fit(numbers, groups))


def finite(values: Sequence[float] | Numbers) -> Numbers:
    """Return the values that are numbers: neither missing nor infinite."""
    numbers = np.asarray(values, dtype=np.float64)
    finite_numbers: Numbers = numbers[np.isfinite(numbers)]
    return finite_numbers


def _inner_limits(numbers: Numbers, distinct: Numbers, count: int, method: ClassMethod) -> list[float]:
    """Return the limits between classes, ends left out, strictly inside and going up."""
    ends = _highest_of_classes(numbers, count, method)
    # The library says the highest value of each class; a limit lies between it and the next value.
    limits = []
    for end in ends[:-1]:
        after = int(np.searchsorted(distinct, end, "right"))
        if 0 < after < distinct.size:
            limits.append((float(distinct[after - 1]) + float(distinct[after])) / 2)
    return sorted(set(limits))


def _highest_of_classes(numbers: Numbers, count: int, method: ClassMethod) -> list[float]:
    library: Any = import_module("mapclassify")

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it warns of numba, which is not there, and of fewer classes than asked
        if method is ClassMethod.QUANTILES:
            result: Any = library.Quantiles(numbers, k=count)
        elif method is ClassMethod.JENKS:
            result = library.FisherJenks(_gathered(numbers), k=count)
        else:
            raise ValueError(f"{method.value}: no limits to find")
    return [float(end) for end in result.bins]


def _gathered(numbers: Numbers) -> Numbers:
    """Return few enough values to compare: all of them, or as many quantiles, the ends among them."""
    if numbers.size <= MAX_COMPARED:
        return numbers
    return np.quantile(numbers, np.linspace(0, 1, MAX_COMPARED), method="nearest").astype(np.float64)


def _equal(low: float, high: float, count: int) -> list[float]:
    """Return limits at one step of two significant digits, the first at or below the lowest value."""
    digits = 1 - math.floor(math.log10((high - low) / count))
    scale = 10.0**digits
    start = _down(low, scale, digits)
    step = math.ceil(round((high - start) / count * scale, 6)) / scale
    return [round(start + step * part, max(digits, 0)) + 0.0 for part in range(count + 1)]


def _rounded(numbers: Numbers, inner: Sequence[float]) -> list[float]:
    """Return the limits with their ends, each with as few digits as keep nearly every value in its class."""
    ordered = np.sort(numbers)
    low, high = float(ordered[0]), float(ordered[-1])
    first = -math.floor(math.log10(high - low))
    limits: list[float] = []
    most = first
    for limit in inner:
        digits = next((d for d in range(first, first + 8) if _holds(ordered, limit, d, limits)), first + 8)
        limits.append(round(limit, digits) + 0.0)  # no negative zero
        most = max(most, digits)
    step = 10.0**most
    return [_down(low, step, most), *limits, -_down(-high, step, most)]


def _holds(ordered: Numbers, limit: float, digits: int, before: Sequence[float]) -> bool:
    """Whether a limit may be written with so many digits."""
    short, low, high = round(limit, digits), float(ordered[0]), float(ordered[-1])
    if not low < short < high or (before and short <= before[-1]):
        return False
    return abs(short - limit) <= _SHIFTED * (high - low) and (
        _moved(ordered, limit, short) <= _MOVED * ordered.size
    )


def _down(value: float, step: float, digits: int) -> float:
    """Return a value rounded down: an end of the classes that still holds it."""
    return round(math.floor(round(value * step, 6)) / step, max(digits, 0)) + 0.0


def _moved(ordered: Numbers, one: float, other: float) -> int:
    return abs(int(np.searchsorted(ordered, one, "left")) - int(np.searchsorted(ordered, other, "left")))


def _fit(numbers: Numbers, groups: Sequence[Numbers]) -> float:
    classed = np.concatenate(groups) if groups else numbers
    total = float(((classed - classed.mean()) ** 2).sum()) if classed.size else 0.0
    if total <= 0:
        return 1.0 if classed.size else 0.0
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups if group.size)
    return max(0.0, 1 - within / total)
