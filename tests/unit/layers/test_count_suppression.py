"""Which groups a layer that suppresses small counts keeps to itself: no total of the table gives a small one away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.aggregates.suppression import suppressed_groups
from tests.examples import examples

TABLES = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 30), min_size=1, max_size=25
)


def suppressed(counts: Sequence[int], smallest: int = 5) -> list[int]:
    """Return the sizes suppressed of groups of one key."""
    taken = suppressed_groups(counts, [(place,) for place in range(len(counts))], smallest)
    return sorted(counts[place] for place in taken)


def lines(keys: Sequence[tuple[Hashable, ...]]) -> list[list[int]]:
    """Return the places of the groups of each line of a table."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, values in enumerate(keys):
        for dimension in range(len(values)):
            found[dimension, (*values[:dimension], *values[dimension + 1 :])].append(place)
    return list(found.values())


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], []),
        ([9, 5, 7], []),
        ([9, 5, 0, 7], []),
        ([9, 4, 7], [4, 7]),
        ([9, 4, 3, 7], [3, 4]),
        ([9, 1, 1, 7], [1, 1, 7]),
        ([9, 1, 0, 7], [1, 7]),
        ([3], [3]),
        ([1, 2], [1, 2]),
    ],
)
def test_a_small_group_goes_with_as_many_as_hide_it(counts: list[int], expected: list[int]) -> None:
    assert suppressed(counts) == expected


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(2, 12))
@examples(300)
def test_the_total_of_a_line_leaves_no_small_group_alone(counts: list[int], smallest: int) -> None:
    hidden = suppressed(counts, smallest)
    is_everything = len(hidden) == sum(1 for count in counts if count)
    assert not hidden or is_everything or (len(hidden) > 1 and sum(hidden) >= smallest)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.integers(2, 8))
@examples(200)
def test_other_sizes_explain_what_is_said(counts: list[int], smallest: int) -> None:
    """Every small size that is suppressed could be another, by what an answer says: what is left and the total."""
    taken = suppressed_groups(counts, [(place,) for place in range(len(counts))], smallest)
    hidden = [counts[place] for place in sorted(taken)]
    if sum(counts) < smallest or len(hidden) < 2:  # the total is not said; or nothing is hidden
        return
    total = sum(hidden)
    others = [sizes for sizes in product(range(1, total), repeat=len(hidden) - 1) if sum(sizes) < total]
    possible = [(*sizes, total - sum(sizes)) for sizes in others]
    for index, size in enumerate(hidden):
        if 1 < size < smallest or (size == 1 and total > len(hidden)):
            assert len({sizes[index] for sizes in possible}) > 1


@given(TABLES, st.integers(2, 9))
@examples(300)
def test_every_line_of_a_table_hides_its_small_groups(
    table: dict[tuple[int, int], int], smallest: int
) -> None:
    keys, counts = list(table), list(table.values())
    taken = suppressed_groups(counts, keys, smallest)
    exposed = []
    for members in lines(keys):
        hidden = [counts[place] for place in members if place in taken]
        is_everything = len(hidden) == sum(1 for place in members if counts[place])
        if hidden and not is_everything and (len(hidden) < 2 or sum(hidden) < smallest):
            exposed.append(members)
    assert exposed == []


@given(TABLES, st.integers(1, 9))
@examples(200)
def test_every_small_group_is_suppressed_and_no_empty_one(
    table: dict[tuple[int, int], int], smallest: int
) -> None:
    counts = list(table.values())
    taken = suppressed_groups(counts, list(table), smallest)
    assert {place for place, count in enumerate(counts) if 0 < count < smallest} <= taken
    assert all(counts[place] for place in taken)


def test_the_group_that_protects_a_line_is_one_that_closes_a_square() -> None:
    """Two small groups on a diagonal: two others on the opposite corners hide both, and the smallest is left."""
    keys = list(product("abc", "xyz"))
    counts = dict.fromkeys(keys, 20) | {("a", "x"): 2, ("b", "y"): 2, ("a", "z"): 6}
    taken = suppressed_groups(list(counts.values()), keys, 5)
    assert {keys[place] for place in taken} == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def joined(cells: set[tuple[int, int]], without: tuple[int, int]) -> bool:
    """Whether other cells lead from the row of a cell to its column: it is on a cycle of them."""
    rows, columns = {without[0]}, set[int]()
    for _step in cells:
        columns |= {column for row, column in cells - {without} if row in rows}
        rows |= {row for row, column in cells - {without} if column in columns}
    return without[1] in columns


@given(TABLES, st.integers(2, 9))
@examples(300)
def test_no_small_group_is_what_is_left_of_rows_and_columns(
    table: dict[tuple[int, int], int], smallest: int
) -> None:
    keys = list(table)
    taken = {keys[place] for place in suppressed_groups(list(table.values()), keys, smallest)}
    there = {key for key, count in table.items() if count}
    small = [key for key in taken if table[key] < smallest and joined(there, key)]
    assert [key for key in small if not joined(taken, key)] == []


def test_a_table_of_countless_exposed_groups_is_suppressed_whole() -> None:
    """Squares that share no row nor column, each with a cell between it and the next: no search may go on for ever."""
    keys = [(n + row, n + column) for n in range(0, 2_000, 2) for row in (0, 1) for column in (0, 1)]
    keys += [(n, n + 2) for n in range(0, 1_998, 2)]
    counts = [50 if row // 2 == column // 2 else 2 for row, column in keys]
    assert len(suppressed_groups(counts, keys, 5)) == len(keys)


def test_many_groups_are_examined_quickly() -> None:
    keys = list(product(range(100), range(100)))
    counts = [(row * 7 + column * 13) % 40 + 1 for row, column in keys]
    assert len(suppressed_groups(counts, keys, 5)) >= sum(count < 5 for count in counts)
