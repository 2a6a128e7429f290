"""The first rows of a selection with how many there are, in one statement: what a short list shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Window

from layers.definitions import ID
from layers.queries.cache import BoundedCache
from layers.queries.selection import Selection

_COUNT = "listing_count"
# Short lists of dashboards: some hundreds of kilobytes a process.
MOST_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows as plain values by field name, with ``id``; ``matched`` is how many the selection holds."""

    rows: tuple[dict[str, Any], ...]
    matched: int


def listing(selection: Selection) -> Listing:
    """Return the first rows of a selection, as many as its question asks, in its order.

    Remembered for as long as the data does not change when they are few.
    """
    query, names = selection.query, tuple(field.name for field in selection.fields)
    if query.limit > MOST_REMEMBERED:
        return _read(selection)
    key = (selection.scope.key, selection.version, query.identity, names, query.sort, query.limit)
    return _listings.recall(key, lambda: _read(selection))


def _read(selection: Selection) -> Listing:
    sources = {ID.name: ID.source} | {field.name: field.source for field in selection.fields}
    counted = selection.queryset.annotate(**{_COUNT: Window(Count("pk"))})
    ordered = counted.order_by(*selection.order.expressions())[: selection.query.limit]
    try:
        found = list(ordered.values(*sources.values(), _COUNT))
    except EmptyResultSet:
        found = []
    rows = tuple({name: row[source] for name, source in sources.items()} for row in found)
    return Listing(rows, found[0][_COUNT] if found else 0)


_listings: BoundedCache[Listing] = BoundedCache(200)
