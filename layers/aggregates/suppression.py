"""Groups that count too few rows are suppressed, and with them those whose sizes would give theirs away.

Primary suppression takes the groups under the smallest count of the layer. Complementary suppression looks at every
line of the table: all the values of one key for the same values of the others. What is suppressed in a line can be
deduced from its total when it is one group, or few rows together: the smallest of the other groups goes too, until
nothing changes (Hundepool et al., Handbook on Statistical Disclosure Control, 4.2). A table of two keys is also hidden
from its rows and columns taken together. Differences between answers to several filters are out of its reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence

from layers.aggregates.crossed_totals import hiding_cells

Keys = Sequence[Hashable]
# The number of keys of a table whose rows and columns have totals.
TABLE = 2


def suppressed_groups(counts: Sequence[int], keys: Sequence[Keys], smallest: int) -> set[int]:
    """Return the places of the groups to suppress: ``counts`` are their sizes, ``keys`` their values, a line each.

    Groups without rows are never suppressed: that nothing is there says nothing of anybody.
    """
    taken = {place for place, count in enumerate(counts) if 0 < count < smallest}
    lines = _lines(keys)
    waiting = list(_crossing(lines, taken))
    while waiting:
        dimension, line = waiting.pop()
        members = lines[dimension][line]
        chosen = _complement(members, counts, keys, lines, taken, smallest)
        if chosen is not None:
            taken.add(chosen)
            waiting.extend(_crossing_one(lines, keys[chosen]))
    return taken | (hiding_cells(counts, keys, taken, smallest) if len(lines) == TABLE else set())


Lines = Sequence[Mapping[Keys, Sequence[int]]]


def _lines(keys: Sequence[Keys]) -> Lines:
    """Return, for each key, the places of the groups that differ by it alone, by the values of the other keys."""
    found: list[dict[Keys, list[int]]] = [defaultdict(list) for _key in (keys[0] if keys else ())]
    for place, values in enumerate(keys):
        for dimension, lines in enumerate(found):
            lines[_others(values, dimension)].append(place)
    return found


def _others(values: Keys, dimension: int) -> Keys:
    return (*values[:dimension], *values[dimension + 1 :])


def _crossing(lines: Lines, taken: set[int]) -> Iterator[tuple[int, Keys]]:
    for dimension, by_others in enumerate(lines):
        for others, members in by_others.items():
            if not taken.isdisjoint(members):
                yield dimension, others


def _crossing_one(lines: Lines, values: Keys) -> Iterator[tuple[int, Keys]]:
    return ((dimension, _others(values, dimension)) for dimension in range(len(lines)))


def _complement(
    members: Sequence[int],
    counts: Sequence[int],
    keys: Sequence[Keys],
    lines: Lines,
    taken: set[int],
    smallest: int,
) -> int | None:
    """Return the group of a line that must be suppressed beside those that are; None when nothing can be deduced.

    Of those that are left, one whose other lines have something suppressed is chosen first: it protects them too. Then
    the smallest.
    """
    hidden = [place for place in members if place in taken]
    if not hidden or (len(hidden) > 1 and sum(counts[place] for place in hidden) >= smallest):
        return None
    free = [place for place in members if place not in taken and counts[place]]

    def cost(place: int) -> tuple[int, int, int]:
        others = (lines[dimension][line] for dimension, line in _crossing_one(lines, keys[place]))
        exposed = sum(taken.isdisjoint(line) for line in others)
        return exposed, counts[place], place

    return min(free, key=cost, default=None)
