"""The raw groups of a layer that suppresses small counts, as they may be said: masked, sorted and cut.

Everything the database computed is read first, for what may be said of a group depends on all the others; the order
must not tell what is hidden, so groups that are suppressed come last wherever a measure sorts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from layers.aggregates.columns import Raw, StatementGroups, value_of_nothing
from layers.aggregates.plan import AggregatePlan, Output
from layers.aggregates.suppression import suppressed_groups
from layers.errors import InvalidParameter
from layers.parsing.aggregates import AggregateQuery

# More groups than that are refused: every one of them is read.
MOST_GROUPS = 20_000
Row = list[Any]


def masked(
    plan: AggregatePlan, query: AggregateQuery, raw: Raw, smallest: int, parameter: str
) -> StatementGroups:
    """Return the groups that a statement ``with_ranks`` gave, with what counts too few rows suppressed.

    Raises:
        InvalidParameter: there are more groups than ``MOST_GROUPS``.
    """
    if len(raw) > MOST_GROUPS:
        raise InvalidParameter(
            _("Cette couche masque les petits effectifs : elle se regroupe en %d groupes au plus.")
            % MOST_GROUPS,
            parameter=parameter,
        )
    rows = [list(row) for row in raw]
    counts = [_count(plan, row) for row in rows]
    taken = suppressed_groups(counts, [_ranks(plan, row) for row in rows], smallest)
    matched = _matched(plan, rows)
    return _arranged(plan, query, rows, taken, None if 0 < matched < smallest else matched, smallest)


def published(
    plan: AggregatePlan,
    query: AggregateQuery,
    groups: Raw,
    tables: Sequence[Raw],
    smallest: int,
    parameter: str,
) -> StatementGroups:
    """Return the groups of rows that nobody may read: what is the same in the data and in the tables equivalent to it.

    A group that is not published reads like one without rows: it is left out, and its number is None without keys.

    ``groups`` are those of all tables together, ``tables`` those of each, the data first, all ``with_ranks``.

    Raises:
        InvalidParameter: there are more groups than ``MOST_GROUPS``.
    """
    _check_number(groups, parameter)
    width, keys = len(plan.keys) + len(plan.outputs), len(plan.keys)
    by_key = [{tuple(row[:keys]): row for row in table} for table in tables]
    rows, taken = [], set[int]()
    for group in groups:
        row = list(group)
        found = [table.get(tuple(row[:keys])) for table in by_key]
        measures = [_measures(plan, each) for each in found]
        counts = [_count(plan, each) if each else 0 for each in found]
        row[keys:width] = measures[0]
        row[width] = counts[0]
        is_hidden = not counts[0] or is_unpublished(counts, measures, smallest)
        if not keys or not is_hidden:
            rows.append(row)
        if not keys and is_hidden:
            taken.add(0)
    totals = [_matched(plan, table) for table in tables]
    is_whole = totals[0] > 0 and not is_unpublished(totals, [()] * len(totals), smallest)
    answer = _arranged(plan, query, rows, taken, totals[0] if is_whole else None, smallest)
    return replace(answer, hides_groups=True)


def _measures(plan: AggregatePlan, row: Sequence[Any] | None) -> list[Any]:
    """Return the measures of a group, those of no row when it is not there."""
    if row is None:
        return [value_of_nothing(output.asked) for output in plan.outputs]
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
    """Whether two measures are equal; sums of reals are, up to what the order of their terms changes."""
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
    if len(raw) > MOST_GROUPS:
        raise InvalidParameter(
            _("Cette couche masque les petits effectifs : elle se regroupe en %d groupes au plus.")
            % MOST_GROUPS,
            parameter=parameter,
        )


def _arranged(
    plan: AggregatePlan,
    query: AggregateQuery,
    rows: list[Row],
    taken: set[int],
    matched: int | None,
    smallest: int,
) -> StatementGroups:
    """Return groups sorted and cut, without the measures of those that are ``taken``."""
    width = len(plan.keys) + len(plan.outputs)
    counts = [_count(plan, row) for row in rows]
    ranks = [_ranks(plan, row) for row in rows]
    _mask(plan, rows, ranks, taken)
    kept = [place for place, row in enumerate(rows) if row[-1]]
    places = _sorted(plan, query, rows, ranks, kept)
    given = places[: query.limit]
    is_hidden = matched is None
    if len(kept) < len(rows):
        matched = sum(counts[place] for place in kept)
        is_hidden = any(place in taken for place in kept)
    for place in given[:1]:
        rows[place][width + 1 : width + 3] = [len(kept), 0 if is_hidden else matched]
    return StatementGroups(
        raw=[rows[place] for place in given],
        smallest_count=smallest,
        suppressed=frozenset(index for index, place in enumerate(given) if place in taken),
        is_hidden=is_hidden,
    )


def _mask(
    plan: AggregatePlan, rows: Sequence[Row], ranks: Sequence[tuple[int, ...]], taken: set[int]
) -> None:
    """Empty the measures of the groups that are suppressed, and those that are computed from them."""
    first = len(plan.keys)
    for index, output in enumerate(plan.outputs):
        for place in taken | _dependent(output, ranks, taken):
            rows[place][first + index] = None


def _dependent(output: Output, ranks: Sequence[tuple[int, ...]], taken: set[int]) -> set[int]:
    """Return the groups whose running total or difference would give away a group that is suppressed."""
    if output.along < 0:
        return set()
    lines: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place in sorted(range(len(ranks)), key=lambda place: ranks[place][output.along]):
        values = ranks[place]
        lines[(*values[: output.along], *values[output.along + 1 :])].append(place)
    found: set[int] = set()
    for line in lines.values():
        if output.asked.function == "change":
            found |= {after for before, after in pairwise(line) if before in taken}
            continue
        hidden = [index for index, place in enumerate(line) if place in taken]
        found |= set(line[hidden[0] : hidden[-1] + 1]) if hidden else set()
    return found


def _sorted(
    plan: AggregatePlan,
    query: AggregateQuery,
    rows: Sequence[Row],
    ranks: Sequence[tuple[int, ...]],
    places: list[int],
) -> list[int]:
    """Return places in the order asked, then that of the keys; what has no value comes last, either way."""
    order = sorted(places, key=lambda place: ranks[place])
    keys = {str(key.asked): index for index, key in enumerate(plan.keys)}
    outputs = {str(output.asked): index + len(keys) for index, output in enumerate(plan.outputs)}
    for sort in reversed(query.sort):
        index = keys.get(sort.name, -1)
        column = outputs.get(sort.name, index)
        empty = [place for place in order if rows[place][column] is None]
        valued = [place for place in order if rows[place][column] is not None]
        valued.sort(
            key=lambda place: ranks[place][index] if index >= 0 else rows[place][column],
            reverse=sort.is_descending,
        )
        order = valued + empty
    return order
