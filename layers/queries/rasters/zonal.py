"""Which cells of a grid a surface covers, and the share of each: exact, by runs of cells of a row.

Inside of a surface every cell counts for one, so that only cells that an outline crosses are computed: a commune of ten
million cells has some ten thousand of them. An outline is cut where it meets the sides of cells. Each piece is in one
cell: it takes the surface on its right in this cell, and its whole height from all cells further right in the row.
Pieces that go down and up cancel out beyond the surface (the signed areas by which fonts are drawn).

``exactextract`` finds the same shares (tests compare both) in single precision, and visits every cell of the box.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

# Less than this share of a cell is the rest of a computation.
_NOTHING = 1e-9
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CellShares:
    """Runs of cells of a window, numbered row by row: first, end (excluded) and share (0 excluded to 1) of each."""

    firsts: Any
    ends: Any
    shares: Any

    def pick(self, cells: Any) -> tuple[Any, Any, Any]:
        """Return the values (1-D) of whole cells, those of cells covered in part, and the shares of the latter."""
        flat = cells.reshape(-1)
        is_full = self.shares == 1
        runs = zip(self.firsts[is_full].tolist(), self.ends[is_full].tolist(), strict=True)
        full_cells = [flat[first:end] for first, end in runs]
        firsts, lengths = self.firsts[~is_full], (self.ends - self.firsts)[~is_full]
        parts = flat[np.repeat(firsts, lengths) + _counted(lengths)]
        return np.concatenate(full_cells or [flat[:0]]), parts, np.repeat(self.shares[~is_full], lengths)


def cell_shares(shape: dict[str, Any], box: Box, size: tuple[int, int]) -> CellShares:
    """Return the cells of a window that a GeoJSON polygon or multipolygon covers, in the CRS of the grid.

    ``box`` is the window's west, south, east and north, ``size`` its rows and columns. What is outside is left out.
    """
    rows, columns = size
    x0, x1, y0, y1, signs = _edges(shape, box, size)
    y0, y1, x0, x1, signs = _cut(y0, y1, x0, x1, signs, rows)
    middles = (y0 + y1) / 2
    is_inside = (middles > 0) & (middles < rows)
    y0, y1, x0, x1, signs = (each[is_inside] for each in (y0, y1, x0, x1, signs))
    x0, x1, y0, y1, signs = _cut(x0, x1, y0, y1, signs, columns)
    across = np.clip((x0 + x1) / 2, 0, columns)
    row, column = ((y0 + y1) / 2).astype("int64"), across.astype("int64")
    heights = (y1 - y0) * signs
    here = heights * (column + 1 - across)
    return _runs(row, column, here, heights - here, columns)


def _edges(shape: dict[str, Any], box: Box, size: tuple[int, int]) -> tuple[Any, ...]:
    """Return x of both ends of each edge, y of both, in cells from the north-west corner, and the sign of its part."""
    west, south, east, north = box
    rows, columns = size
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    starts, ends, signs = [], [], []
    for rings in polygons:
        for number, ring in enumerate(rings):
            points = np.asarray(ring, dtype=float)[:, :2]
            points = (points - (west, north)) * (columns / (east - west), rows / (south - north))
            turn = _turn(points)
            starts.append(points[:-1])
            ends.append(points[1:])
            signs.append(np.full(len(points) - 1, turn if number else -turn))
    first, last = np.concatenate(starts), np.concatenate(ends)
    return first[:, 0], last[:, 0], first[:, 1], last[:, 1], np.concatenate(signs)


def _turn(points: Any) -> float:
    """Return on which side of its outline a ring lies, 1 or -1 (the shoelace formula)."""
    x, y = (points - points[0]).T
    return float(np.sign(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])))


def _cut(starts: Any, stops: Any, other_ends: Any, ends: Any, signs: Any, most: int) -> tuple[Any, ...]:
    """Cut edges where one coordinate, from ``starts`` to ``stops``, is a whole number from 0 to ``most``.

    The other one goes from ``other_ends`` to ``ends``. What is before 0 or beyond ``most`` stays in one piece.
    """
    lows = np.clip(np.floor(np.minimum(starts, stops)), -1, most)
    highs = np.clip(np.ceil(np.maximum(starts, stops)), 0, most + 1)
    counts = np.maximum(highs - lows, 1).astype("int64")
    edge = np.repeat(np.arange(len(counts)), counts)
    cells = lows[edge] + _counted(counts)
    before, after = np.where(cells < 0, -np.inf, cells), np.where(cells >= most, np.inf, cells + 1)
    lengths = (stops - starts)[edge]
    is_level = lengths == 0
    first, last = np.clip(starts[edge], before, after), np.clip(stops[edge], before, after)
    divisors = np.where(is_level, 1, lengths)
    begun = (first - starts[edge]) / divisors
    ended = np.where(is_level, 1, (last - starts[edge]) / divisors)
    slopes = (ends - other_ends)[edge]
    return first, last, other_ends[edge] + begun * slopes, other_ends[edge] + ended * slopes, signs[edge]


def _counted(counts: Any) -> Any:
    """Return 0, 1, 2… for each count, one after the other."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


def _runs(row: Any, column: Any, here: Any, further: Any, columns: int) -> CellShares:
    """Add up, row by row, what pieces give to their cell (``here``) and to each one from the next on (``further``)."""
    stride = columns + 2
    positions = row * stride + column
    keys, indices = np.unique(np.concatenate([positions, positions + 1]), return_inverse=True)
    changes = np.bincount(indices, np.concatenate([here, further]), minlength=len(keys)).astype(float)
    keys, changes = keys[changes != 0], changes[changes != 0]
    rows, cells = np.divmod(keys, stride)
    totals = np.cumsum(changes)
    opening = np.flatnonzero(np.diff(rows, prepend=-1))
    # A row ends where it began, at nothing: rests of computations do not add up from row to row.
    totals -= np.repeat(np.concatenate([[0.0], totals])[opening], np.diff(opening, append=len(keys)))
    is_last = np.diff(rows, append=-1) != 0
    ends = np.where(is_last, columns, np.minimum(np.append(cells[1:], 0)[: len(cells)], columns))
    shares = np.where(totals > 1 - _NOTHING, 1.0, totals)
    is_run = (shares > _NOTHING) & (cells < ends)
    firsts = rows * columns + cells
    return CellShares(firsts[is_run], (rows * columns + ends)[is_run], shares[is_run])


# Values squared at once: what stays in the cache of a processor.
_BLOCK = 1 << 16


@dataclass(frozen=True)
class WeightedValues:
    """Values (1-D, numbers without NaN) that weigh one, and others with their weights, greater than 0."""

    full_cells: Any
    parts: Any
    weights: Any

    @classmethod
    def of(cls, full_cells: Any, parts: Any, weights: Any) -> WeightedValues:
        """Return the values without those that are NaN."""
        missing, part_missing = np.isnan(full_cells), np.isnan(parts)
        if missing.any():
            full_cells = full_cells[~missing]
        return cls(full_cells, parts[~part_missing].astype(float), weights[~part_missing])

    @cached_property
    def weight(self) -> float:
        """The weight of all of them."""
        return len(self.full_cells) + float(self.weights.sum())

    @cached_property
    def total(self) -> float:
        """The weighted sum."""
        return float(self.full_cells.sum(dtype=float) + np.dot(self.parts, self.weights))

    @property
    def mean(self) -> float:
        """The weighted mean; there must be a value, here and below."""
        return self.total / self.weight

    @property
    def extremes(self) -> tuple[float, float]:
        """The least and the greatest."""
        each = [values for values in (self.full_cells, self.parts) if len(values)]
        return min(float(values.min()) for values in each), max(float(values.max()) for values in each)

    @property
    def deviation(self) -> float:
        """The standard deviation of all of them (not of a sample)."""
        mean, squares = self.mean, 0.0
        for start in range(0, len(self.full_cells), _BLOCK):
            away = self.full_cells[start : start + _BLOCK] - np.float64(mean)
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
        last = len(self.full_cells) + len(self.parts) - 1
        before = low + np.cumsum(weights) - weights
        positions = (low + np.arange(len(values))) * weights + last * before
        middle = last * self.weight / 2
        right = int(np.searchsorted(positions, middle, side="right"))
        if right == 0 or right == len(values):
            return float(values[min(right, len(values) - 1)])
        share = (middle - positions[right - 1]) / (positions[right] - positions[right - 1])
        return float(values[right - 1] + share * (values[right] - values[right - 1]))

    def _around_the_middle(self) -> tuple[int, Any]:
        """Return those that weigh one and may be next to the median, in order, and how many are before them."""
        if not len(self.full_cells):
            return 0, self.full_cells.astype(float)
        middle, rest = self.weight / 2, float(self.weights.sum())
        most = len(self.full_cells) - 1
        low = min(max(math.floor(middle - rest) - 2, 0), most)
        high = min(math.ceil(middle) + 2, most)
        around = np.partition(self.full_cells, (low, high))[low : high + 1]
        return low, np.sort(around).astype(float)
