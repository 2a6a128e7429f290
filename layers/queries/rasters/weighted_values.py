"""Statistics of values of which nearly all weigh one: those of the whole cells of a surface, and of its border.

The values that weigh one, millions of them, are never sorted: a selection finds the few around the median.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

# Values squared at once: what stays in the cache of a processor.
_BLOCK = 1 << 16


@dataclass(frozen=True)
class WeightedValues:
    """Values (1-D, numbers without NaN) that weigh one, and others with their weights, greater than 0."""

    whole: Any
    parts: Any
    weights: Any

    @classmethod
    def of(cls, whole: Any, parts: Any, weights: Any) -> WeightedValues:
        """Return the values without those that are NaN."""
        missing, part_missing = np.isnan(whole), np.isnan(parts)
        if missing.any():
            whole = whole[~missing]
        return cls(whole, parts[~part_missing].astype(float), weights[~part_missing])

    @cached_property
    def weight(self) -> float:
        """The weight of all of them."""
        return len(self.whole) + float(self.weights.sum())

    @cached_property
    def total(self) -> float:
        """The weighted sum."""
        return float(self.whole.sum(dtype=float) + np.dot(self.parts, self.weights))

    @property
    def mean(self) -> float:
        """The weighted mean; there must be a value, here and below."""
        return self.total / self.weight

    @property
    def extremes(self) -> tuple[float, float]:
        """The least and the greatest."""
        each = [values for values in (self.whole, self.parts) if len(values)]
        return min(float(values.min()) for values in each), max(float(values.max()) for values in each)

    @property
    def deviation(self) -> float:
        """The standard deviation of all of them (not of a sample)."""
        mean, squares = self.mean, 0.0
        for start in range(0, len(self.whole), _BLOCK):
            away = self.whole[start : start + _BLOCK] - np.float64(mean)
            squares += float(np.dot(away, away))
        squares += float(np.dot(self.weights, (self.parts - mean) ** 2))
        return math.sqrt(squares / self.weight)

    @property
    def median(self) -> float:
        """The weighted median, between the two values around it, as ``exactextract`` places it.

        Value k of n, in order, is at k w + (n - 1) W, of w its weight and W that of those before: at k (n - 1) where
        all weigh one. The median is at the middle of (n - 1) times the weight of all. Equal values are as many as they
        are; ``exactextract`` makes one of them first, and where values repeat finds a median that none of them has.
        """
        low, around = self._around_the_middle()
        values = np.concatenate([around, self.parts])
        weights = np.concatenate([np.ones(len(around)), self.weights])
        order = np.argsort(values, kind="stable")
        values, weights = values[order], weights[order]
        last = len(self.whole) + len(self.parts) - 1
        before = low + np.cumsum(weights) - weights
        places = (low + np.arange(len(values))) * weights + last * before
        wanted = last * self.weight / 2
        right = int(np.searchsorted(places, wanted, side="right"))
        if right == 0 or right == len(values):
            return float(values[min(right, len(values) - 1)])
        share = (wanted - places[right - 1]) / (places[right] - places[right - 1])
        return float(values[right - 1] + share * (values[right] - values[right - 1]))

    def _around_the_middle(self) -> tuple[int, Any]:
        """Return those that weigh one and may be next to the median, in order, and how many are before them."""
        if not len(self.whole):
            return 0, self.whole.astype(float)
        middle, others = self.weight / 2, float(self.weights.sum())
        most = len(self.whole) - 1
        low = min(max(math.floor(middle - others) - 2, 0), most)
        high = min(math.ceil(middle) + 2, most)
        around = np.partition(self.whole, (low, high))[low : high + 1]
        return low, np.sort(around).astype(float)
