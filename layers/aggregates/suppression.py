"""Suppression of small counts: groups that count too few rows, and those that would reveal them.

Primary suppression takes the groups under the smallest count of the layer. Complementary suppression looks at every
line of the table: all the values of one key for the same values of the others. What is suppressed in a line can be
deduced from its total when it is one group, or few rows together: the smallest of the other groups goes too, until
nothing changes (Hundepool et al., Handbook on Statistical Disclosure Control, 4.2).

A table of two keys is also hidden from its rows and columns taken together. Suppressed cells are edges between a row
and a column: those on a cycle may all have another value, one on no cycle is what the totals leave. The cheapest
cycle of cells that have rows is suppressed for each small one that has none (4.2.2). Where there is no cycle, the
totals alone give the cell. Differences between answers to several filters are out of reach.

What may be published of a group depends on all the others: every group is read, then masked, sorted and cut.
Suppressed groups come last wherever a measure sorts, so that the order does not reveal them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from layers.aggregates.plan import AggregatePlan, OutputColumn
from layers.aggregates.results import Raw, StatementGroups, value_of_nothing
from layers.errors import InvalidParameter
from layers.parsing.aggregates import AggregateQuery

Keys = Sequence[Hashable]


Lines = Sequence[Mapping[Keys, Sequence[int]]]


# The number of keys of a table whose rows and columns have totals.
TABLE = 2


def suppressed_groups(counts: Sequence[int], keys: Sequence[Keys], smallest: int) -> set[int]:
    """Return the indexes of the groups to suppress: ``counts`` are their sizes, ``keys`` their values, a line each.

    Groups without rows are never suppressed: that nothing is there says nothing of anybody.
    """
    suppressed = {index for index, count in enumerate(counts) if 0 < count < smallest}
    lines = _lines(keys)
    waiting = list(_crossing(lines, suppressed))
    while waiting:
        dimension, line = waiting.pop()
        members = lines[dimension][line]
        chosen = _complement(members, counts, keys, lines, suppressed, smallest)
        if chosen is not None:
            suppressed.add(chosen)
            waiting.extend(_crossing_one(lines, keys[chosen]))
    return suppressed | (hiding_cells(counts, keys, suppressed, smallest) if len(lines) == TABLE else set())


def _lines(keys: Sequence[Keys]) -> Lines:
    """Return, for each key, the indexes of the groups that differ by it alone, by the values of the other keys."""
    lines_by_key: list[dict[Keys, list[int]]] = [defaultdict(list) for _key in (keys[0] if keys else ())]
    for index, values in enumerate(keys):
        for dimension, lines in enumerate(lines_by_key):
            lines[_without(values, dimension)].append(index)
    return lines_by_key


def _without(values: Keys, dimension: int) -> Keys:
    return (*values[:dimension], *values[dimension + 1 :])


def _crossing(lines: Lines, suppressed: set[int]) -> Iterator[tuple[int, Keys]]:
    for dimension, by_values in enumerate(lines):
        for values, members in by_values.items():
            if not suppressed.isdisjoint(members):
                yield dimension, values


def _crossing_one(lines: Lines, values: Keys) -> Iterator[tuple[int, Keys]]:
    return ((dimension, _without(values, dimension)) for dimension in range(len(lines)))


def _complement(
    members: Sequence[int],
    counts: Sequence[int],
    keys: Sequence[Keys],
    lines: Lines,
    suppressed: set[int],
    smallest: int,
) -> int | None:
    """Return another group of a line to suppress; None when nothing can be deduced.

    A group whose other lines have something suppressed comes first, since it protects them too; then the smallest.
    """
    hidden = [index for index in members if index in suppressed]
    if not hidden or (len(hidden) > 1 and sum(counts[index] for index in hidden) >= smallest):
        return None
    free = [index for index in members if index not in suppressed and counts[index]]

    def cost(index: int) -> tuple[int, int, int]:
        crossing = (lines[dimension][line] for dimension, line in _crossing_one(lines, keys[index]))
        exposed = sum(suppressed.isdisjoint(line) for line in crossing)
        return exposed, counts[index], index

    return min(free, key=cost, default=None)


Node = tuple[int, Hashable]
# Cells of the table by what they join: (index, node at the other end).
Graph = Mapping[Node, Sequence[tuple[int, Node]]]
# Searches of a cycle in one table; where more are needed, every cell of it is suppressed.
MAX_SEARCHES = 400


def hiding_cells(
    counts: Sequence[int], keys: Sequence[Sequence[Hashable]], suppressed: set[int], smallest: int
) -> set[int]:
    """Return more cells to suppress, so that each small one is on a cycle where possible."""
    graph = _graph(keys, [index for index, count in enumerate(counts) if count])
    added: set[int] = set()
    exposed = [index for index in _bridges(_graph(keys, sorted(suppressed))) if counts[index] < smallest]
    safe: set[int] = set()
    for searches, index in enumerate(sorted(exposed)):
        if searches >= MAX_SEARCHES:
            return {index for index, count in enumerate(counts) if count} - suppressed
        if index not in safe:
            cycle = _cheapest(graph, counts, suppressed | added, keys[index], index)
            safe |= {index, *cycle}
            added |= set(cycle) - suppressed
    return added


def _ends(values: Sequence[Hashable]) -> tuple[Node, Node]:
    return (0, values[0]), (1, values[1])


def _graph(keys: Sequence[Sequence[Hashable]], indexes: Sequence[int]) -> Graph:
    graph: dict[Node, list[tuple[int, Node]]] = defaultdict(list)
    for index in indexes:
        row, column = _ends(keys[index])
        graph[row].append((index, column))
        graph[column].append((index, row))
    return graph


def _bridges(graph: Graph) -> Iterator[int]:
    """Yield the cells that are on no cycle, by depth first search (Tarjan, 1974)."""
    order: dict[Node, int] = {}
    for root in graph:
        if root not in order:
            yield from _bridges_from(graph, root, order)


def _bridges_from(graph: Graph, root: Node, order: dict[Node, int]) -> Iterator[int]:
    """Yield those of the part of a graph that holds ``root``; ``order`` is in which nodes were reached."""
    order[root] = len(order)
    low = {root: order[root]}
    path = [(root, -1, iter(graph[root]))]
    while path:
        node, by, edges = path[-1]
        index, other = next(((index, other) for index, other in edges if index != by), (-1, root))
        if index < 0:
            path.pop()
            parent = path[-1][0] if path else node
            low[parent] = min(low[parent], low[node])
            if low[node] > order[parent]:
                yield by
        elif other in order:
            low[node] = min(low[node], order[other])
        else:
            order[other] = low[other] = len(order)
            path.append((other, index, iter(graph[other])))


def _cheapest(
    graph: Graph, counts: Sequence[int], suppressed: set[int], values: Sequence[Hashable], avoided: int
) -> list[int]:
    """Return the other cells of the cycle through a cell that suppresses the fewest rows more; none without a cycle."""
    start, goal = _ends(values)
    reached: dict[Node, tuple[Node, int]] = {}
    waiting: list[tuple[int, int, Node, Node, int]] = [(0, 0, start, start, avoided)]
    pushed = 0
    while waiting:
        cost, _order, node, before, by = heappop(waiting)
        if node in reached:
            continue
        reached[node] = (before, by)
        if node == goal:
            return _path(reached, start, goal)
        for index, other in graph[node]:
            if index != avoided and other not in reached:
                pushed += 1
                heappush(
                    waiting,
                    (cost + (0 if index in suppressed else counts[index]), pushed, other, node, index),
                )
    return []


def _path(reached: Mapping[Node, tuple[Node, int]], start: Node, goal: Node) -> list[int]:
    cells = []
    while goal != start:
        goal, index = reached[goal]
        cells.append(index)
    return cells


# More groups than that are refused: every one of them is read.
MAX_GROUPS = 20_000
Row = list[Any]


def mask_groups(
    plan: AggregatePlan, query: AggregateQuery, raw: Raw, smallest: int, parameter: str
) -> StatementGroups:
    """Return the groups that a statement ``with_ranks`` gave, with what counts too few rows suppressed.

    Raises:
        InvalidParameter: there are more groups than ``MAX_GROUPS``.
    """
    _check_number(raw, parameter)
    rows = [list(row) for row in raw]
    counts = [_count(plan, row) for row in rows]
    suppressed = suppressed_groups(counts, [_ranks(plan, row) for row in rows], smallest)
    matched = _matched(plan, rows)
    return _arranged(plan, query, rows, suppressed, None if 0 < matched < smallest else matched, smallest)


def publish_groups(
    plan: AggregatePlan,
    query: AggregateQuery,
    groups: Raw,
    tables: Sequence[Raw],
    smallest: int,
    parameter: str,
) -> StatementGroups:
    """Return the groups of unreadable rows that are the same in the data and in its equivalent tables.

    A group that is not published reads like one without rows: it is left out, and its number is None without keys.

    ``groups`` are those of all tables together, ``tables`` those of each, the data first, all ``with_ranks``.

    Raises:
        InvalidParameter: there are more groups than ``MAX_GROUPS``.
    """
    _check_number(groups, parameter)
    width, keys = len(plan.keys) + len(plan.outputs), len(plan.keys)
    by_key = [{tuple(row[:keys]): row for row in table} for table in tables]
    rows, suppressed = [], set[int]()
    for group in groups:
        row = list(group)
        group_rows = [table.get(tuple(row[:keys])) for table in by_key]
        measures = [_measures(plan, each) for each in group_rows]
        counts = [_count(plan, each) if each else 0 for each in group_rows]
        row[keys:width] = measures[0]
        row[width] = counts[0]
        is_hidden = not counts[0] or is_unpublished(counts, measures, smallest)
        if not keys or not is_hidden:
            rows.append(row)
        if not keys and is_hidden:
            suppressed.add(0)
    totals = [_matched(plan, table) for table in tables]
    is_total_published = totals[0] > 0 and not is_unpublished(totals, [()] * len(totals), smallest)
    answer = _arranged(plan, query, rows, suppressed, totals[0] if is_total_published else None, smallest)
    return replace(answer, hides_groups=True)


def _measures(plan: AggregatePlan, row: Sequence[Any] | None) -> list[Any]:
    """Return the measures of a group, those of no row when it is not there."""
    if row is None:
        return [value_of_nothing(output.requested) for output in plan.outputs]
    return list(row[len(plan.keys) : len(plan.keys) + len(plan.outputs)])


def is_unpublished(counts: Sequence[int], measures: Sequence[Sequence[Any]], smallest: int) -> bool:
    """Whether a group is not published; ``counts`` and ``measures`` are those of the data, then of each table."""
    size = counts[0]
    if any(count != size for count in counts) or 0 < size < smallest:
        return True
    return not all(
        _same(value, other) for row in measures[1:] for value, other in zip(measures[0], row, strict=True)
    )


def _same(value: Any, other: Any) -> bool:
    """Whether two measures are equal; sums of reals within the error that the order of their terms makes."""
    if isinstance(value, float) and isinstance(other, float):
        return math.isclose(value, other, rel_tol=1e-12)
    return bool(value == other)


def _count(plan: AggregatePlan, row: Sequence[Any]) -> int:
    return int(row[len(plan.keys) + len(plan.outputs)])


def _ranks(plan: AggregatePlan, row: Sequence[Any]) -> tuple[int, ...]:
    return tuple(row[len(row) - 1 - len(plan.keys) : -1])


def _matched(plan: AggregatePlan, rows: Raw) -> int:
    return int(rows[0][len(plan.keys) + len(plan.outputs) + 2] or 0) if rows else 0


def _check_number(raw: Raw, parameter: str) -> None:
    if len(raw) > MAX_GROUPS:
        raise InvalidParameter(
            _("Cette couche masque les petits effectifs : elle se regroupe en %d groupes au plus.")
            % MAX_GROUPS,
            parameter=parameter,
        )


def _arranged(
    plan: AggregatePlan,
    query: AggregateQuery,
    rows: list[Row],
    suppressed: set[int],
    matched: int | None,
    smallest: int,
) -> StatementGroups:
    """Return groups sorted and cut, without the measures of those that are ``suppressed``."""
    width = len(plan.keys) + len(plan.outputs)
    counts = [_count(plan, row) for row in rows]
    ranks = [_ranks(plan, row) for row in rows]
    _mask(plan, rows, ranks, suppressed)
    listed = [index for index, row in enumerate(rows) if row[-1]]
    indexes = _sorted(plan, query, rows, ranks, listed)
    page = indexes[: query.limit]
    is_hidden = matched is None
    if len(listed) < len(rows):
        matched = sum(counts[index] for index in listed)
        is_hidden = any(index in suppressed for index in listed)
    for index in page[:1]:
        rows[index][width + 1 : width + 3] = [len(listed), 0 if is_hidden else matched]
    return StatementGroups(
        raw=[rows[index] for index in page],
        smallest_count=smallest,
        suppressed=frozenset(position for position, index in enumerate(page) if index in suppressed),
        is_hidden=is_hidden,
    )


def _mask(
    plan: AggregatePlan, rows: Sequence[Row], ranks: Sequence[tuple[int, ...]], suppressed: set[int]
) -> None:
    """Empty the measures of the groups that are suppressed, and those that are computed from them."""
    for column, output in enumerate(plan.outputs, start=len(plan.keys)):
        for index in suppressed | _dependent(output, ranks, suppressed):
            rows[index][column] = None


def _dependent(output: OutputColumn, ranks: Sequence[tuple[int, ...]], suppressed: set[int]) -> set[int]:
    """Return the groups whose running total or difference would reveal a suppressed group."""
    if output.along < 0:
        return set()
    lines: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index in sorted(range(len(ranks)), key=lambda index: ranks[index][output.along]):
        values = ranks[index]
        lines[(*values[: output.along], *values[output.along + 1 :])].append(index)
    dependent: set[int] = set()
    for line in lines.values():
        if output.requested.function == "change":
            dependent |= {after for before, after in pairwise(line) if before in suppressed}
            continue
        hidden = [position for position, index in enumerate(line) if index in suppressed]
        dependent |= set(line[hidden[0] : hidden[-1] + 1]) if hidden else set()
    return dependent


def _sorted(
    plan: AggregatePlan,
    query: AggregateQuery,
    rows: Sequence[Row],
    ranks: Sequence[tuple[int, ...]],
    indexes: list[int],
) -> list[int]:
    """Return indexes in the order requested, then that of the keys; groups without a value come last, either way."""
    order = sorted(indexes, key=lambda index: ranks[index])
    keys = {str(key.requested): index for index, key in enumerate(plan.keys)}
    outputs = {str(output.requested): index + len(keys) for index, output in enumerate(plan.outputs)}
    for sort in reversed(query.sort):
        key = keys.get(sort.name, -1)
        column = outputs.get(sort.name, key)
        empty = [index for index in order if rows[index][column] is None]
        valued = [index for index in order if rows[index][column] is not None]
        valued.sort(
            key=lambda index: ranks[index][key] if key >= 0 else rows[index][column],
            reverse=sort.is_descending,
        )
        order = valued + empty
    return order
