"""The first rows of a selection with how many there are, in one statement: what a short list shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, FloatField, Func, JSONField, Subquery
from django.db.models.expressions import Combinable

from layers.definitions import ID, Field
from layers.queries.selection import Selection
from layers.sql.bounded_cache import BoundedCache
from layers.sql.buckets import measurable

_TOLD = "listing_told"
# Short lists of dashboards: some hundreds of kilobytes a process.
MOST_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows as plain values by field name, with ``id``; ``matched`` is how many the selection holds.

    ``ends`` are the lowest and the highest value of a field in all of it, where one was asked and has any.
    """

    rows: tuple[dict[str, Any], ...]
    matched: int
    ends: tuple[Any, Any] | None = None


def listing(selection: Selection, *, ends_of: Field | None = None) -> Listing:
    """Return the first rows of a selection, as many as its question asks, in its order.

    ``ends_of`` is the field whose lowest and highest value are read too. Remembered for as long as the data does not
    change when rows are few.
    """
    query, names = selection.query, tuple(field.name for field in selection.fields)
    if query.limit > MOST_REMEMBERED:
        return _read(selection, ends_of)
    measured = ends_of.name if ends_of else ""
    key = (selection.scope.key, selection.version, query.identity, names, query.sort, query.limit, measured)
    return _listings.recall(key, lambda: _read(selection, ends_of))


def _read(selection: Selection, ends_of: Field | None) -> Listing:
    sources = {ID.name: ID.source} | {field.name: field.source for field in selection.fields}
    told = selection.rows.annotate(**{_TOLD: _told(selection, ends_of)})
    ordered = told.order_by(*selection.order.expressions())[: selection.query.limit]
    try:
        found = list(ordered.values(*sources.values(), _TOLD))
    except EmptyResultSet:
        found = []
    rows = tuple({name: row[source] for name, source in sources.items()} for row in found)
    matched, *ends = found[0][_TOLD] if found else [0]
    return Listing(rows, matched, (ends[0], ends[1]) if ends and ends[0] is not None else None)


def _told(selection: Selection, ends_of: Field | None) -> Combinable:
    """Return what each row tells of all of them: a subquery reads the fewest columns, and in parallel.

    Rows that are dear to find are kept instead, with all their columns, and counted.
    """
    over = " OVER ()" if selection.query.is_dear else ""
    parts = [_of_all("count", F("pk"), over)]
    if ends_of is not None:
        parts += [_of_all(function, measurable(ends_of), over) for function in ("min", "max")]
    told = Func(*parts, function="jsonb_build_array", output_field=JSONField())
    if selection.query.is_dear:
        return told
    return Subquery(selection.queryset.order_by().annotate(**{_TOLD: told}).values(_TOLD))


def _of_all(function: str, value: Combinable, over: str) -> Func:
    template = f"%(function)s(%(expressions)s){over}"
    return Func(value, function=function, template=template, output_field=FloatField())


_listings: BoundedCache[Listing] = BoundedCache(200)
