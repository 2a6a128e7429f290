"""Statistics of rows that nobody may read: an attacker who asks every question learns the size of no small group.

The attacker is told what is published of every group of one criterion or two, and solves the system that these counts
make (linear programming over the rows by their criteria): what it can bound to one value, it knows.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog  # type: ignore[import-untyped]  # no stubs are installed
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # no stubs are installed

from layers.aggregates import disclosure
from layers.aggregates.suppression import is_unpublished
from layers.aggregates.swapping import Cell, RowGroup, cell_counts, cells_of, equivalent_tables
from tests.examples import is_thorough

Row = tuple[Any, ...]
SMALLEST = 4


def groups_of(rows: Sequence[Row]) -> list[RowGroup]:
    ids: dict[Row, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        ids[row].append(number)
    return [RowGroup(values, len(found), found[:4]) for values, found in sorted(ids.items())]


class PublishedTable:
    """Rows, the tables equivalent to them, and what is published of each group: None where nothing is."""

    def __init__(self, rows: Sequence[Row], seed: int, *, is_protected: bool = True) -> None:
        self.rows = rows
        changed = equivalent_tables(groups_of(rows), SMALLEST, seed) if is_protected else []
        tables = [rows, *([each.get(number, row) for number, row in enumerate(rows)] for each in changed)]
        counts = [cell_counts(groups_of(table)) for table in tables]
        self.sizes = counts[0]
        self.cells: dict[Cell, int | None] = {}
        for cell in set().union(*counts):
            sizes = [count.get(cell, 0) for count in counts]
            self.cells[cell] = None if is_unpublished(sizes, [()] * len(sizes), SMALLEST) else sizes[0]

    @property
    def small(self) -> list[Cell]:
        return [cell for cell, size in self.sizes.items() if size < SMALLEST]

    def answers(self) -> Iterator[tuple[Cell, int]]:
        """Yield every group that an answer tells; one that it leaves out may be hidden, or have no row."""
        values = [sorted({row[place] for row in self.rows}) for place in range(len(self.rows[0]))]
        yield ((), ()), len(self.rows)
        for order in (1, 2):
            for places in combinations(range(len(values)), order):
                for each in product(*(values[place] for place in places)):
                    size = self.cells.get((places, each))
                    if size:
                        yield (places, each), size


class Attacker:
    """What follows from the answers to every question."""

    def __init__(self, table: PublishedTable) -> None:
        values = [sorted({row[place] for row in table.rows}) for place in range(len(table.rows[0]))]
        self.points = np.array(list(product(*values)))
        known = list(table.answers())
        self._equal = csr_matrix(np.array([self._of(cell) for cell, _size in known], dtype=float))
        self._sizes = np.array([size for _cell, size in known], dtype=float)

    def _of(self, cell: Cell) -> np.ndarray:
        places, values = cell
        held: np.ndarray = np.logical_and.reduce(
            [self.points[:, place] == value for place, value in zip(places, values, strict=True)],
            axis=0,
            initial=True,
        ).astype(float) * np.ones(len(self.points))
        return held

    def bounds(self, cell: Cell) -> tuple[float, float]:
        """Return the least and the most rows that a group may have."""
        of = self._of(cell)
        found = [
            linprog(sign * of, A_eq=self._equal, b_eq=self._sizes, bounds=(0, None), method="highs")
            for sign in (1, -1)
        ]
        assert all(each.status == 0 for each in found)
        return found[0].fun, -found[1].fun


def random_rows(seed: int, *, most: int = 60) -> list[Row]:
    """Return rows of three or four criteria whose values are as uneven as those of people."""
    source = random.Random(seed)
    widths = [source.randint(2, 4) for _criterion in range(source.randint(3, 4))]
    weights = [[source.random() ** 2 + 0.05 for _value in range(width)] for width in widths]
    return [
        tuple(source.choices(range(len(each)), each)[0] for each in weights)
        for _row in range(source.randint(12, most))
    ]


@pytest.fixture(scope="module")
def tables() -> list[PublishedTable]:
    """Random tables; new ones at each thorough run."""
    first = random.randrange(10**9) if is_thorough() else 0
    return [
        PublishedTable(random_rows(seed), seed)
        for seed in range(first, first + (1_500 if is_thorough() else 8))
    ]


def learnt(table: PublishedTable) -> list[Cell]:
    """Return the small groups whose size an attacker knows."""
    attacker = Attacker(table)
    wanted = table.small if is_thorough() else table.small[:: len(table.small) // 6 + 1]
    bounds = {cell: attacker.bounds(cell) for cell in wanted}
    return [cell for cell, (least, most) in bounds.items() if most - least < 0.999]


def test_an_attacker_who_asks_everything_learns_the_size_of_no_small_group(
    tables: list[PublishedTable],
) -> None:
    assert [known for table in tables if (known := learnt(table))] == []


def test_an_attacker_learns_the_size_of_small_groups_that_are_hidden_alone() -> None:
    assert learnt(PublishedTable(random_rows(2), 2, is_protected=False)) != []


def test_no_small_group_is_published(tables: list[PublishedTable]) -> None:
    assert [cell for table in tables for cell in table.small if table.cells[cell] is not None] == []


def test_the_difference_of_a_group_and_its_published_parts_is_no_small_group(
    tables: list[PublishedTable],
) -> None:
    assert [whole for table in tables for whole, rest in remainders(table) if 0 < rest < SMALLEST] == []


def remainders(table: PublishedTable) -> Iterator[tuple[Cell, int]]:
    """Yield the published groups with what is left of them once their published parts are taken away."""
    published = dict(table.answers())
    lines: dict[tuple[Cell, int], list[Cell]] = defaultdict(list)
    for places, values in table.sizes:
        for index, place in enumerate(places):
            whole = (places[:index] + places[index + 1 :], values[:index] + values[index + 1 :])
            lines[whole, place].append((places, values))
    for (whole, _place), parts in lines.items():
        if whole in published:
            yield whole, published[whole] - sum(published.get(part, 0) for part in parts)


def test_published_counts_are_those_of_the_data(tables: list[PublishedTable]) -> None:
    assert [
        cell
        for table in tables
        for cell, size in table.cells.items()
        if size is not None and size != table.sizes.get(cell, 0)
    ] == []


def test_most_of_what_large_groups_count_is_published() -> None:
    published, large = 0, 0
    for seed in range(3):
        table = PublishedTable(random_rows(seed, most=400), seed)
        sizes = {cell: size for cell, size in table.sizes.items() if size >= SMALLEST}
        large += sum(sizes.values())
        published += sum(size for cell, size in sizes.items() if table.cells[cell] is not None)
    assert published > 0.75 * large


def test_the_same_rows_give_the_same_tables() -> None:
    groups = groups_of(random_rows(1))
    assert equivalent_tables(groups, SMALLEST, 7) == equivalent_tables(groups, SMALLEST, 7)


def test_too_few_rows_have_no_table() -> None:
    assert equivalent_tables(groups_of([(0, 1), (1, 1)]), SMALLEST, 1) == []


@pytest.mark.parametrize("rows", [[(0,)] * 9, [(0,)] * 9 + [(1,)], [(0, 0)] * 6 + [(1, 1)] * 3])
def test_a_value_that_few_rows_have_is_hidden_with_another(rows: list[Row]) -> None:
    table = PublishedTable(rows, 3)
    hidden = Counter(len(places) for (places, _values), size in table.cells.items() if size is None)
    assert hidden[1] == 0 or hidden[1] >= 2


def test_every_group_keeps_a_row_that_may_change_where_few_rows_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "MAX_CHANGING", 5)
    groups = disclosure._changing(groups_of(random_rows(3, most=400)), SMALLEST)
    changing = {cell for group in groups if group.ids for cell in cells_of(group)}
    assert {cell for group in groups for cell in cells_of(group)} - changing == set()
