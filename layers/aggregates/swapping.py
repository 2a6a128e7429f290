"""Equivalent tables: other rows that give the same published counts, and another count to each small group.

Data swapping (Dalenius and Reiss, Data-swapping: a technique for disclosure control, J. Statistical Planning and
Inference 6, 1982): two tables are equivalent when they have the same published statistics. What both publish alike
cannot reveal which of them is true, whatever the number of queries. Here a table is searched in which each group of
one or two attributes that counts fewer rows than ``smallest`` has another size, and as many of the larger groups as
possible the same size: values are exchanged between two rows, or copied, where that changes the fewest large groups.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

# What a change costs: a large group of one attribute or of two that is lost, the more the larger, for people read the
# largest first; a group that did not exist. A small group whose size changes is gained.
_LOST_ALONE, _LOST_CROSSED, _NEW, _GAINED = 80.0, 4.0, 0.02, -20.0
_TEMPERATURES = (0.3, 0.02)
_CANDIDATES = 8
_MOST_STEPS = 20_000
# Searches of whole tables; small groups that are left get a table each.
_SEARCHES = 3
Values = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of the same ``values``, one an attribute: how many (``count``), and the ids of some that may change."""

    values: Values
    count: int
    ids: Sequence[int]


# Values of the rows that differ from the data, by id.
ChangedRows = Mapping[int, Values]
# Places of the attributes of a group, and its values.
Cell = tuple[tuple[int, ...], Values]


def cell_counts(groups: Sequence[RowGroup]) -> dict[Cell, int]:
    """Return the size of each group of rows with the same values of one attribute, or of two."""
    sizes: dict[Cell, int] = defaultdict(int)
    for group in groups:
        for cell in cells_of(group):
            sizes[cell] += group.count
    return dict(sizes)


def cells_of(group: RowGroup) -> Iterator[Cell]:
    """Yield the groups of one attribute, or of two, that rows are in."""
    for indexes in _crossings(len(group.values)):
        yield indexes, tuple(group.values[index] for index in indexes)


def equivalent_tables(groups: Sequence[RowGroup], smallest: int, seed: int) -> list[ChangedRows]:
    """Return the rows that change in each equivalent table; together they change the size of every small group.

    A group of one attribute, or of two, is small when it counts fewer rows than ``smallest``; it is published when it
    is not, and has the same size in every table. Among the groups of one attribute, over all rows or within a group
    of another attribute, those that are not published count ``smallest`` rows together, or none.

    ``groups`` are all rows, in an order that depends on their values alone: the same rows and the same ``seed`` give
    the same tables. With fewer rows than ``smallest`` there is nothing to publish, and no table.
    """
    if sum(group.count for group in groups) < smallest:
        return []
    search = _Search(groups, smallest, seed)
    tables: list[ChangedRows] = []
    while search.remaining_targets():
        is_whole = len(tables) < _SEARCHES
        tables.append(search.table() if is_whole else search.single_change())
        search.hide_remainders()
    return tables


def _crossings(attributes: int) -> Iterator[tuple[int, ...]]:
    for order in (1, 2):
        yield from combinations(range(attributes), order)


@dataclass(slots=True)
class _Change:
    """New values of some rows, the growth of each group, and the cost of the change."""

    rows: dict[int, list[int]]
    growth: dict[int, int]
    cost: float


class _Cells:
    """Every group of one attribute or of two, by number, with its size in the data (``sizes``)."""

    def __init__(self, widths: Sequence[int]) -> None:
        self.widths = widths
        attributes = range(len(widths))
        starts = [0]
        for axes in _crossings(len(widths)):
            starts.append(starts[-1] + math.prod(widths[axis] for axis in axes))
        numbered = dict(zip(_crossings(len(widths)), starts, strict=False))
        self.sizes = [0] * starts[-1]
        self.axes = [axes for axes, start in numbered.items() for _cell in range(self._width(axes))]
        self._alone = [numbered[axis,] for axis in attributes]
        # For each attribute and another one: its axis, the first group, the steps of the first and of the second.
        self._crossed = [
            [
                (other, numbered[axis, other], widths[other], 1)
                if axis < other
                else (other, numbered[other, axis], 1, widths[axis])
                for other in attributes
                if other != axis
            ]
            for axis in attributes
        ]

    def _width(self, axes: Sequence[int]) -> int:
        return math.prod(self.widths[axis] for axis in axes)

    def alone(self, axis: int) -> list[int]:
        """Return the groups of an attribute, in the order of its values."""
        return list(range(self._alone[axis], self._alone[axis] + self.widths[axis]))

    def lines(self, axis: int) -> Iterator[tuple[int, list[int]]]:
        """Yield each group of an attribute with those that another attribute makes of it."""
        for other, start, step, step_of_other in self._crossed[axis]:
            for code, cell in enumerate(self.alone(axis)):
                first = start + step * code
                yield cell, [first + step_of_other * each for each in range(self.widths[other])]

    def of(self, row: Sequence[int], axes: Sequence[int]) -> list[int]:
        """Return the groups of a row by one of these attributes, or two."""
        cells = []
        for axis in axes:
            value = row[axis]
            cells.append(self._alone[axis] + value)
            cells += [
                start + step * value + step_of_other * row[other]
                for other, start, step, step_of_other in self._crossed[axis]
                if other > axis or other not in axes
            ]
        return cells


class _Search:
    """The search of equivalent tables: rows are lists of the codes of their values, groups have numbers."""

    def __init__(self, groups: Sequence[RowGroup], smallest: int, seed: int) -> None:
        self._smallest = smallest
        self._random = random.Random(seed)  # noqa: S311  (no secret: who knows the seed may still not tell the data)
        columns = list(zip(*(group.values for group in groups), strict=True))
        self._values = [list(dict.fromkeys(column)) for column in columns]
        codes = [{value: code for code, value in enumerate(values)} for values in self._values]
        self._attributes = tuple(range(len(columns)))
        self._cells = _Cells([len(values) for values in self._values])
        self._ids: list[int] = []
        self._rows: list[list[int]] = []
        for group in groups:
            row = [codes[axis][value] for axis, value in enumerate(group.values)]
            for cell in self._cells.of(row, self._attributes):
                self._cells.sizes[cell] += group.count
            for number in group.ids:
                self._ids.append(number)
                self._rows.append(row)
        self._costs = [self._cost(cell) for cell in range(len(self._cells.sizes))]
        self._targets = [cell for cell, cost in enumerate(self._costs) if cost == _GAINED]
        self._differing: set[int] = set()
        self._linked_attributes = [self._linked(axis) for axis in self._attributes]
        self._now: list[list[int]] = []
        self._sizes: list[int] = []
        self._members: dict[int, set[int]] = {}

    def _cost(self, cell: int) -> float:
        size = self._cells.sizes[cell]
        if not size:
            return _NEW
        if size < self._smallest:
            return _GAINED
        lost = _LOST_ALONE if len(self._cells.axes[cell]) == 1 else _LOST_CROSSED
        return lost * (1 + math.log2(size / self._smallest))

    def _linked(self, axis: int) -> list[tuple[int, ...]]:
        """Return what may change with an attribute: it alone, and with those that determine it or follow from it."""
        linked = [axis]
        for other in self._attributes:
            pairs = {(row[axis], row[other]) for row in self._rows}
            if other != axis and len(pairs) == max(len(self._values[axis]), len(self._values[other])):
                linked.append(other)
        return [(axis,), tuple(linked)] if len(linked) > 1 else [(axis,)]

    def remaining_targets(self) -> list[int]:
        """Return the groups that have the same size in all tables so far, and must not."""
        return [cell for cell in self._targets if cell not in self._differing]

    def table(self) -> ChangedRows:
        """Return the rows that change in a table where most of the groups wanted have another size."""
        targets = self._begin()
        steps = min(_MOST_STEPS, 300 + 30 * len(targets))
        hot, cold = _TEMPERATURES
        for number in range(steps):
            temperature = hot + (cold - hot) * number / steps
            cell = self._random.choice(targets) if number % 2 else -1
            is_due = cell >= 0 and self._sizes[cell] == self._cells.sizes[cell]
            change = self._cheapest(self._changes_at(cell) if is_due else self._any_changes())
            if change is not None and self._is_accepted(change, temperature):
                self._apply(change)
        return self._end()

    def single_change(self) -> ChangedRows:
        """Return a table where one group that is wanted, at least, has another size."""
        for cell in self._begin():
            if self._sizes[cell] != self._cells.sizes[cell]:
                continue
            row, axes = min(self._members[cell]), self._cells.axes[cell]
            candidates = self._random.sample(range(len(self._now)), min(len(self._now), 500))
            copies = (self._copied(row, other, (axis,)) for other in candidates for axis in axes)
            change = self._cheapest(each for each in copies if cell in each.growth)
            if change is not None:
                self._apply(change)
        return self._end()

    def hide_remainders(self) -> None:
        """Target one more group of each line whose unpublished groups count too few rows together."""
        for axis in self._attributes:
            self._hide_remainder(self._cells.alone(axis))
            for cell, line in self._cells.lines(axis):
                if self._is_published(cell):
                    self._hide_remainder(line)

    def _hide_remainder(self, line: Sequence[int]) -> None:
        sizes, targets = self._cells.sizes, set(self._targets)
        hidden = [cell for cell in line if cell in targets or not self._is_published(cell)]
        free = [cell for cell in line if cell not in hidden]
        if free and 0 < sum(sizes[cell] for cell in hidden) < self._smallest:
            chosen = min(free, key=lambda cell: (sizes[cell], cell))
            self._targets.append(chosen)
            self._costs[chosen] = _GAINED

    def _is_published(self, cell: int) -> bool:
        return self._cells.sizes[cell] >= self._smallest and cell not in self._differing

    def _begin(self) -> list[int]:
        """Return the groups that the next table should change."""
        targets = self.remaining_targets()
        self._now, self._sizes = list(self._rows), list(self._cells.sizes)
        self._members = {cell: set() for cell in targets}
        for number, row in enumerate(self._now):
            for cell in self._cells.of(row, self._attributes):
                if cell in self._members:
                    self._members[cell].add(number)
        return targets

    def _end(self) -> ChangedRows:
        """Close a table: groups whose size has changed are no longer targets, and cost nothing in the next tables."""
        for cell, size in enumerate(self._cells.sizes):
            if size != self._sizes[cell]:
                self._differing.add(cell)
                self._costs[cell] = 0.0
        return {
            self._ids[number]: tuple(self._values[axis][code] for axis, code in enumerate(row))
            for number, row in enumerate(self._now)
            if row != self._rows[number]
        }

    @staticmethod
    def _cheapest(changes: Iterator[_Change]) -> _Change | None:
        return min(changes, key=lambda change: change.cost, default=None)

    def _is_accepted(self, change: _Change, temperature: float) -> bool:
        return change.cost < 0 or self._random.random() < math.exp(-change.cost / temperature)

    def _changes_at(self, cell: int) -> Iterator[_Change]:
        """Yield changes of a row of a group, or of any row towards it."""
        inside, axes = sorted(self._members[cell]), self._cells.axes[cell]
        for _candidate in range(_CANDIDATES):
            other = self._random.randrange(len(self._now))
            row = self._random.choice(inside) if inside else self._random.randrange(len(self._now))
            changed = self._random.choice(self._linked_attributes[self._random.choice(axes)])
            if len(axes) == 1 or not self._random.randrange(8):
                change = self._copied(row, other, changed)
            else:
                change = self._swapped(row, other, changed)
            if cell in change.growth:
                yield change

    def _any_changes(self) -> Iterator[_Change]:
        for _candidate in range(_CANDIDATES):
            row, other = self._random.randrange(len(self._now)), self._random.randrange(len(self._now))
            change = self._swapped(
                row, other, self._random.choice(self._random.choice(self._linked_attributes))
            )
            if change.growth:
                yield change

    def _swapped(self, row: int, other: int, axes: tuple[int, ...]) -> _Change:
        """Return the change where two rows exchange values."""
        first, second = list(self._now[row]), list(self._now[other])
        for axis in axes:
            first[axis], second[axis] = second[axis], first[axis]
        return self._change({row: first, other: second}, axes)

    def _copied(self, row: int, other: int, axes: tuple[int, ...]) -> _Change:
        """Return the change where a row takes values of another."""
        values = list(self._now[row])
        for axis in axes:
            values[axis] = self._now[other][axis]
        return self._change({row: values}, axes)

    def _change(self, rows: dict[int, list[int]], axes: tuple[int, ...]) -> _Change:
        growth: dict[int, int] = {}
        for row, values in rows.items():
            for cell in self._cells.of(self._now[row], axes):
                growth[cell] = growth.get(cell, 0) - 1
            for cell in self._cells.of(values, axes):
                growth[cell] = growth.get(cell, 0) + 1
        growth = {cell: size for cell, size in growth.items() if size}
        cost = 0.0
        for cell, size in growth.items():
            difference = self._sizes[cell] - self._cells.sizes[cell]
            if difference == 0:
                cost += self._costs[cell]
            elif difference + size == 0:
                cost -= self._costs[cell]
        return _Change(rows, growth, cost)

    def _apply(self, change: _Change) -> None:
        for row, values in change.rows.items():
            before = self._cells.of(self._now[row], self._attributes)
            for cell in self._members.keys() & set(before):
                self._members[cell].discard(row)
            self._now[row] = values
            for cell in self._members.keys() & set(self._cells.of(values, self._attributes)):
                self._members[cell].add(row)
        for cell, size in change.growth.items():
            self._sizes[cell] += size
