"""Related records of a selection's features as rows, in one statement: inspections due, photos, charge points.

The relation and its fields are those that the visitor reads: a hidden one is refused like one that does not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, F, OrderBy, QuerySet, Window

from layers.access import Scope
from layers.definitions import Field, Relation
from layers.errors import UnknownProperty
from layers.parsing.cql2 import Expression
from layers.parsing.query import SortKey
from layers.queries.records import latest_related_rows, related_rows
from layers.queries.selection import Selection
from layers.sql.bounded_cache import BoundedCache
from layers.sql.filters import compile_filter

_COUNT, _FEATURE, _TITLE = "listing_count", "listing_feature", "listing_title"


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records of ``relation`` are asked, and how many of them.

    ``sort`` names their fields. With ``is_latest``, only the latest record of each kind of a feature counts, as the
    relation says what falls due; ``until`` keeps those that are due by that day. ``filter_text`` identifies ``filter``.
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
        """What tells two queries apart."""
        return (self.relation, self.limit, self.sort, self.is_latest, self.until, self.filter_text)


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


def readable_relation(scope: Scope, name: str) -> Relation:
    """Return a relation that the visitor reads.

    Raises:
        UnknownProperty: the layer has no such relation, for this visitor.
    """
    found = next((relation for relation in scope.relations if relation.name == name), None)
    if found is None:
        raise UnknownProperty(name[:63], parameter="relation")
    return found


def record_list(selection: Selection, query: RecordQuery) -> RecordList:
    """Return the records of the features of a selection; remembered for as long as the data does not change.

    Raises:
        UnknownProperty: a relation, or a field of its records, that the visitor does not have.
        InvalidFilter: the filter does not fit the records.
    """
    relation = readable_relation(selection.scope, query.relation)
    key = (selection.scope.key, selection.version, selection.query.identity, query.identity)
    return _lists.recall(key, lambda: _read(selection, relation, query))


def _read(selection: Selection, relation: Relation, query: RecordQuery) -> RecordList:
    names = {field.name: field.source for field in relation.fields}
    order = [_ordered(relation, key) for key in query.sort] or relation.order_by
    rows = _rows(selection, relation, query).annotate(
        **{_COUNT: Window(Count("pk")), _FEATURE: F(relation.link)}, **_title(selection.scope, relation)
    )
    wanted = ["pk", _COUNT, _FEATURE, *names.values()]
    wanted += [_TITLE] if _title(selection.scope, relation) else []
    try:
        found = list(rows.order_by(*order, "pk").values(*wanted)[: query.limit])
    except EmptyResultSet:
        found = []
    records = tuple(
        RelatedRecord(
            row["pk"], row[_FEATURE], row.get(_TITLE), {name: row[path] for name, path in names.items()}
        )
        for row in found
    )
    return RecordList(relation, records, found[0][_COUNT] if found else 0)


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


def record_field(relation: Relation, name: str) -> Field:
    """Return a field of the records of a relation.

    Raises:
        UnknownProperty: there is none of this name.
    """
    found = next((field for field in relation.fields if field.name == name), None)
    if found is None:
        raise UnknownProperty(name[:63], parameter="fields")
    return found


def sort_keys(names: Sequence[str]) -> tuple[SortKey, ...]:
    """Return an order from names of fields, descending after a minus sign."""
    return tuple(SortKey(name.lstrip("+-"), name.startswith("-")) for name in names)


_lists: BoundedCache[RecordList] = BoundedCache(100)
