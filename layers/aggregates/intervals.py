"""How many rows of a selection are in each interval of a number that somebody chose, in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q

from layers.aggregates.rows import resolve_field
from layers.aggregates.suppression import suppressed_groups
from layers.queries import Selection
from layers.sql.bounded_cache import BoundedCache
from layers.sql.costs import reading
from layers.sql.limits import time_limit

_counts: BoundedCache[tuple[int | None, ...]] = BoundedCache(100)


def interval_counts(
    selection: Selection, field: str, limits: Sequence[tuple[float, float]], *, parameter: str = "field"
) -> tuple[int | None, ...]:
    """Return how many rows are in each interval, from its lower limit up to the other, which the last one holds too.

    None is a count that the layer suppresses. The answer is remembered for as long as the data does not change.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        TooSlow: the statement took longer than an aggregate may.
    """
    selection.check_rows()
    source = resolve_field(selection.scope, field, parameter).source
    asked = tuple(limits)
    key = (selection.scope.key, selection.version, selection.query.identity, field, asked)
    return _counts.recall(key, lambda: _read(selection, source, asked))


def _read(selection: Selection, source: str, limits: Sequence[tuple[float, float]]) -> tuple[int | None, ...]:
    wanted = {}
    for place, (low, high) in enumerate(limits):
        upper = "lte" if place == len(limits) - 1 else "lt"
        held = Q(**{f"{source}__gte": low, f"{source}__{upper}": high})
        wanted[f"interval_{place}"] = Count("pk", filter=held)
    if not wanted:
        return ()
    with time_limit("aggregate"), reading("aggregate"):
        found = selection.queryset.aggregate(**wanted)
    counts = [int(found[name]) for name in wanted]
    smallest = selection.scope.layer.smallest_count
    taken = (
        suppressed_groups(counts, [(place,) for place in range(len(counts))], smallest) if smallest else set()
    )
    return tuple(None if place in taken else count for place, count in enumerate(counts))
