"""The raw groups of a layer that suppresses small counts, as they may be said: masked, sorted and cut.

Everything the database computed is read first, for what may be said of a group depends on all the others; the order
must not tell what is hidden, so groups that are suppressed come last wherever a measure sorts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from layers.aggregates.columns import Raw, StatementGroups
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
    width = len(plan.keys) + len(plan.outputs)
    counts = [int(row[width]) for row in rows]
    ranks = [tuple(row[len(row) - 1 - len(plan.keys) : -1]) for row in rows]
    taken = suppressed_groups(counts, ranks, smallest)
    matched = int(rows[0][width + 2] or 0) if rows else 0
    _mask(plan, rows, ranks, taken)
    kept = [place for place, row in enumerate(rows) if row[-1]]
    places = _sorted(plan, query, rows, ranks, kept)
    given = places[: query.limit]
    if len(kept) < len(rows):
        matched = sum(counts[place] for place in kept)
        is_hidden = any(place in taken for place in kept)
    else:
        is_hidden = 0 < matched < smallest
    for place in given[:1]:
        rows[place][width + 1 : width + 3] = [len(kept), matched]
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
