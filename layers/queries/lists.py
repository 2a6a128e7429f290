"""Short lists of a selection in one statement: its first rows with their count, or the related records of its features.

The relation and its fields are those that the visitor reads: a hidden one is refused like one that does not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    Func,
    JSONField,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.expressions import Combinable

from layers.access import Scope
from layers.cache import BoundedCache
from layers.definitions import ID, Field, Relation
from layers.errors import UnknownProperty
from layers.parsing.cql2 import Expression
from layers.parsing.query import SortKey
from layers.queries.features import latest_related_rows, related_rows
from layers.queries.selection import Selection
from layers.sql.filters import compile_filter
from layers.sql.grouping import measurable
from layers.sql.limits import time_limit

_TOTALS = "listing_told"
# Short lists of dashboards: some hundreds of kilobytes a process.
MAX_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows as plain values by field name, with ``id``; ``matched`` is how many the selection holds.

    ``ends`` are the lowest and the highest value of a field in the whole selection, if requested and present.
    """

    rows: tuple[dict[str, Any], ...]
    matched: int
    ends: tuple[Any, Any] | None = None


_listings: BoundedCache[Listing] = BoundedCache(200)


def listing(selection: Selection, *, ends_of: Field | None = None) -> Listing:
    """Return the first rows of a selection, up to the limit of its query, in its order.

    ``ends_of`` is the field whose lowest and highest value are read too. Cached until the data change when rows are
    few.
    """
    query, names = selection.query, tuple(field.name for field in selection.fields)
    if query.limit > MAX_REMEMBERED:
        return _read_listing(selection, ends_of)
    measured = ends_of.name if ends_of else ""
    key = (selection.scope.key, selection.version, query.identity, names, query.sort, query.limit, measured)
    return _listings.recall(key, lambda: _read_listing(selection, ends_of))


def _read_listing(selection: Selection, ends_of: Field | None) -> Listing:
    sources = {ID.name: ID.source} | {field.name: field.source for field in selection.fields}
    annotated = selection.rows.annotate(**{_TOTALS: _totals(selection, ends_of)})
    ordered = annotated.order_by(*selection.order.expressions())[: selection.query.limit]
    try:
        listed = list(ordered.values(*sources.values(), _TOTALS))
    except EmptyResultSet:
        listed = []
    rows = tuple({name: row[source] for name, source in sources.items()} for row in listed)
    matched, *ends = listed[0][_TOTALS] if listed else [0]
    return Listing(rows, matched, (ends[0], ends[1]) if ends and ends[0] is not None else None)


def _totals(selection: Selection, ends_of: Field | None) -> Combinable:
    """Return the count and extremes that each row carries: a subquery reads the fewest columns, and in parallel.

    Rows that are costly to select are stored instead, with all their columns, and counted.
    """
    over = " OVER ()" if selection.query.is_dear else ""
    parts = [_of_all("count", F("pk"), over)]
    if ends_of is not None:
        parts += [_of_all(function, measurable(ends_of), over) for function in ("min", "max")]
    totals = Func(*parts, function="jsonb_build_array", output_field=JSONField())
    if selection.query.is_dear:
        return totals
    return Subquery(selection.queryset.order_by().annotate(**{_TOTALS: totals}).values(_TOTALS))


def _of_all(function: str, value: Combinable, over: str) -> Func:
    template = f"%(function)s(%(expressions)s){over}"
    return Func(value, function=function, template=template, output_field=FloatField())


_COUNT, _FEATURE, _TITLE = "listing_count", "listing_feature", "listing_title"


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records of ``relation`` to read, and how many.

    ``sort`` names their fields. With ``is_latest``, only the latest record of each kind of a feature counts, by the
    due dates of the relation; ``until`` selects those due by that day. ``filter_text`` identifies ``filter``.
    """

    relation: str
    limit: int
    sort: tuple[SortKey, ...] = ()
    is_latest: bool = False
    until: dt.date | None = None
    filter: Expression | None = None
    filter_text: str = ""

    @property
    def identity(self) -> tuple[object, ...]:
        """The key of the query in caches."""
        text = self.filter.identify(self.filter_text) if self.filter else self.filter_text
        return (self.relation, self.limit, self.sort, self.is_latest, self.until, text)


@dataclass(frozen=True, slots=True)
class RelatedRecord:
    """A record: ``values`` by field name; ``feature`` is the id of the one it belongs to, ``title`` its title field."""

    pk: int
    feature: int
    title: Any
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordList:
    """Records in their order; ``matched`` is how many there are in all."""

    relation: Relation
    records: tuple[RelatedRecord, ...]
    matched: int


_lists: BoundedCache[RecordList] = BoundedCache(100)


def readable_relation(scope: Scope, name: str) -> Relation:
    """Return a relation that the visitor reads.

    Raises:
        UnknownProperty: the layer has no such relation, for this visitor.
    """
    match = next((relation for relation in scope.relations if relation.name == name), None)
    if match is None:
        raise UnknownProperty(name[:63], parameter="relation")
    return match


def record_field(relation: Relation, name: str) -> Field:
    """Return a field of the records of a relation.

    Raises:
        UnknownProperty: there is none of this name.
    """
    match = next((field for field in relation.fields if field.name == name), None)
    if match is None:
        raise UnknownProperty(name[:63], parameter="fields")
    return match


def sort_keys(names: Sequence[str]) -> tuple[SortKey, ...]:
    """Return an order from names of fields, descending after a minus sign."""
    return tuple(SortKey(name.lstrip("+-"), name.startswith("-")) for name in names)


def record_list(selection: Selection, query: RecordQuery) -> RecordList:
    """Return the records of the features of a selection, cached until the data change.

    Raises:
        UnknownProperty: a relation, or a field of its records, that the visitor does not have.
        InvalidFilter: the filter does not fit the records.
    """
    relation = readable_relation(selection.scope, query.relation)
    key = (selection.scope.key, selection.version, selection.query.identity, query.identity)
    return _lists.recall(key, lambda: _read_records(selection, relation, query))


def _read_records(selection: Selection, relation: Relation, query: RecordQuery) -> RecordList:
    names = {field.name: field.source for field in relation.fields}
    order = [_ordered(relation, key) for key in query.sort] or relation.order_by
    rows = _rows(selection, relation, query).annotate(
        **{_COUNT: Window(Count("pk")), _FEATURE: F(relation.link)}, **_title(selection.scope, relation)
    )
    columns = ["pk", _COUNT, _FEATURE, *names.values()]
    columns += [_TITLE] if _title(selection.scope, relation) else []
    try:
        listed = list(rows.order_by(*order, "pk").values(*columns)[: query.limit])
    except EmptyResultSet:
        listed = []
    records = tuple(
        RelatedRecord(
            row["pk"], row[_FEATURE], row.get(_TITLE), {name: row[path] for name, path in names.items()}
        )
        for row in listed
    )
    return RecordList(relation, records, listed[0][_COUNT] if listed else 0)


def _rows(selection: Selection, relation: Relation, query: RecordQuery) -> QuerySet[Any]:
    select = latest_related_rows if query.is_latest and relation.due is not None else related_rows
    rows = select(selection.scope, relation, selection.queryset)
    if query.until is not None and relation.due is not None:
        rows = rows.filter(**{f"{_source(relation, relation.due.field)}__lte": query.until})
    if query.filter is not None:
        rows = rows.filter(compile_filter(query.filter, {field.name: field for field in relation.fields}))
    return rows


def _title(scope: Scope, relation: Relation) -> dict[str, Any]:
    title = scope.filterable.get(scope.definition.title_field)
    return {_TITLE: F(f"{relation.link}__{title.source}")} if title else {}


def _ordered(relation: Relation, key: SortKey) -> OrderBy:
    value = F(_source(relation, key.name))
    return value.desc(nulls_last=True) if key.is_descending else value.asc(nulls_last=True)


def _source(relation: Relation, name: str) -> str:
    return record_field(relation, name).source


def entered_records(selection: Selection, relation: Relation, period: object) -> tuple[int, int] | None:
    """Count the selected features that have a record of a period, and those that somebody has to enter one of.

    None where records are not entered again each period, or more seldom for some features than for others.
    """
    periodic = relation.periodic
    if periodic is None or periodic.cadence:
        return None
    rows = selection.queryset.filter(periodic.required or Q()).order_by()
    records = related_rows(selection.scope, relation, OuterRef("pk")).filter(**{periodic.field: period})
    with time_limit("aggregate"):
        counts = rows.aggregate(entered=Count("pk", filter=Exists(records)), required=Count("pk"))
    return counts["entered"], counts["required"]
