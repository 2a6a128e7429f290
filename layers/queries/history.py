"""The history of a feature: author, date, values before and after.

A name of an account is personal: readers do not see the history. Of each change only the fields that the visitor reads
are compared, and a change of hidden fields alone is left out. ``history`` serves the pages, field by field; the
administration lists the columns of the rows of a feature and of its records (``RowHistory``). Both compare rows by
``_changed``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.definitions import Field
from layers.models import events_of
from layers.sql.limits import time_limit

MAX_CHANGES = 100
_Column = TypeVar("_Column")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after."""

    field: Field
    before: Any
    after: Any

    @property
    def was(self) -> dict[str, Any]:
        """The value before, as a row of one field, as the functions of wording read it."""
        return {self.field.name: self.before}

    @property
    def became(self) -> dict[str, Any]:
        """The value after, as a row of one field."""
        return {self.field.name: self.after}


@dataclass(frozen=True, slots=True)
class Event:
    """One write: ``action`` is insert, update or delete; ``author`` is empty for a write by plain SQL.

    ``event`` is its id in the history of the table, None where that is of another version of a dataset; ``change`` is
    that of everything written together, None for plain SQL.
    """

    at: dt.datetime
    action: str
    author: str
    credential: str
    event: int | None
    change: UUID | None


@dataclass(frozen=True, slots=True)
class Change(Event):
    """A change of a feature by an event."""

    fields: tuple[FieldChange, ...]
    is_moved: bool


@dataclass(frozen=True, slots=True)
class History:
    """The latest changes, latest first; ``is_cut`` when there are older ones."""

    changes: tuple[Change, ...] = ()
    is_cut: bool = False


def last_author(scope: Scope, pk: int, *, since: dt.datetime) -> str:
    """Return who last changed a feature; empty when nobody did since, or when the visitor may not edit it."""
    kind = events_of(scope.definition.model)
    if kind is None or not access.editable(scope).filter(pk=pk).exists():
        return ""
    rows: Any = kind._default_manager
    last = rows.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("-pgh_id").first()
    if last is None or last.pgh_created_at < since or last.pgh_context is None:
        return ""
    return str(last.pgh_context.metadata.get("username", ""))


def history(scope: Scope, pk: int, *, record: Any = None) -> History:
    """Return the changes of a feature out of its last ``MAX_CHANGES``; none to a visitor who may not edit it.

    ``record`` is the feature where ``queries.feature`` read it: a surface is read again, as it is stored.
    """
    kind = events_of(scope.definition.model)
    if record is not None and scope.changes_every_row and not scope.definition.geometry.is_surface:
        row = record
    else:
        row = access.editable(scope).filter(pk=pk).first() if pk < 2**63 else None
    if kind is None or row is None:
        return History()
    rows: Any = kind._default_manager  # an event model is made by the library: its columns have no types
    events_of_row = rows.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("-pgh_id")
    events, changes, after = list(events_of_row[: MAX_CHANGES + 1]), [], row
    for event in events[:MAX_CHANGES]:
        change = _change(scope, event, after)
        if change.action != "update" or change.fields or change.is_moved:
            changes.append(change)
        after = event
    return History(tuple(changes), is_cut=len(events) > MAX_CHANGES)


def _change(scope: Scope, event: Any, after: Any) -> Change:
    """Compare a row before an update with the next event, or with the current row."""
    is_update = event.pgh_label == "update"
    located = scope.definition.geometry.is_located
    stored = {column.attname for column in event._meta.concrete_fields}
    sources = [(field, field.source) for field in scope.fields if field.source in stored]
    return Change(
        **_written(event),
        fields=tuple(FieldChange(*change) for change in _changed(sources, event, after)) if is_update else (),
        is_moved=is_update and located and not event.geom.equals_exact(after.geom),
    )


def _written(event: Any) -> dict[str, Any]:
    """Return when an event was, what it did, and who wrote: the arguments of an ``Event``."""
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    return {
        "at": event.pgh_created_at,
        "action": event.pgh_label,
        "author": metadata.get("username", "") or metadata.get("command", ""),
        "credential": metadata.get("credential", ""),
        "event": event.pgh_id,
        "change": event.pgh_context_id,
    }


def _changed(
    columns: Iterable[tuple[_Column, str]], before: Any, after: Any
) -> Iterator[tuple[_Column, Any, Any]]:
    """Yield the columns whose attribute differs between two rows, with both values; a row that is None has none."""
    for column, attribute in columns:
        was, became = (None if row is None else getattr(row, attribute) for row in (before, after))
        if was != became:
            yield column, was, became


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column before and after, in words; empty where there was nothing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange(Event):
    """A change of one row by an event."""

    table: str
    row: int
    columns: tuple[ColumnChange, ...]


@dataclass(frozen=True, slots=True)
class _EventTable:
    """The events of a table that are about a feature, without its ``hidden`` columns: ``rows`` are not read yet."""

    model: type[models.Model]
    rows: Any  # an event model is made by the library: its columns have no types
    hidden: frozenset[str] = frozenset()


class RowHistory:
    """The changes of a feature and of its related records, latest first: counted and sliced by a paginator.

    A slice reads its own events and, of each row, the next one, which holds the result of the change. Columns without
    a published name are left out where ``is_published``, as on the pages for people.
    """

    def __init__(self, scope: Scope, pk: int, *, is_published: bool = False) -> None:
        model = scope.definition.model
        read = {field.source for field in scope.fields}
        hidden = frozenset(field.source for field in scope.definition.fields) - read
        if is_published:
            hidden |= _unpublished(model, scope.fields)
        tables: list[tuple[type[models.Model], dict[str, int], frozenset[str]]] = [
            (model, {"pgh_obj_id": pk}, hidden)
        ]
        for relation in scope.relations:
            left_out = _unpublished(relation.model, relation.fields) if is_published else frozenset()
            tables.append((relation.model, {relation.link: pk}, left_out))
        self._tables = [
            _readable(_EventTable(table, events._default_manager.filter(**condition), columns))
            for table, condition, columns in tables
            if (events := events_of(table))
        ]

    def count(self) -> int:
        """Return how many changes are stored."""
        with time_limit("page"):
            return sum(table.rows.count() for table in self._tables)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[RowChange]:
        """Return a part of the changes."""
        with time_limit("page"):
            keys = self._keys(part)
            changes: dict[tuple[int, int], RowChange] = {}
            for index, table in enumerate(self._tables):
                ids = [event for number, event in keys if number == index]
                changes |= {(index, event): change for event, change in _changes(table, ids)}
        return [changes[key] for key in keys]

    def _keys(self, part: slice) -> list[tuple[int, int]]:
        """Return the table and the id of each event of a part; those of one instant in the order of their writing."""
        tables = [
            table.rows.order_by()
            .annotate(table=Value(index))
            .values_list("table", "pgh_id", "pgh_created_at")
            for index, table in enumerate(self._tables)
        ]
        if not tables:
            return []
        ordered = tables[0].union(*tables[1:], all=True).order_by("-pgh_created_at", "table", "-pgh_id")
        return [(table, event) for table, event, _at in ordered[part]]


def _unpublished(model: type[models.Model], fields: Iterable[Field]) -> frozenset[str]:
    published = {field.source for field in fields}
    return frozenset(column.attname for column in model._meta.concrete_fields) - published


def _readable(table: _EventTable) -> _EventTable:
    """Leave out the updates of hidden columns alone: each event is compared with the next, or with the row as it is."""
    if not table.hidden:
        return table
    columns = [column.attname for column in _columns(table.rows.model, table.hidden)]
    with time_limit("page"):
        events = list(
            table.rows.order_by("pgh_obj_id", "-pgh_id").values("pgh_id", "pgh_obj_id", "pgh_label", *columns)
        )
        rows = table.model._default_manager.filter(pk__in={event["pgh_obj_id"] for event in events})
        after = {row.pop("pk"): row for row in rows.values("pk", *columns)}
    readable_ids = []
    for event in events:
        became, row = after.get(event["pgh_obj_id"]), {name: event[name] for name in columns}
        if event["pgh_label"] != "update" or row != became:
            readable_ids.append(event["pgh_id"])
        after[event["pgh_obj_id"]] = row
    return replace(table, rows=table.rows.filter(pgh_id__in=readable_ids))


def _changes(table: _EventTable, ids: list[int]) -> Iterator[tuple[int, RowChange]]:
    """Yield events of a table by id, each compared with the next event, or with the current row."""
    following = table.rows.model._default_manager.filter(
        pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id")
    )
    events = list(
        table.rows.filter(pgh_id__in=ids)
        .select_related("pgh_context")
        .annotate(next_id=Subquery(following.order_by("pgh_id").values("pgh_id")[:1]))
    )
    after = table.rows.model._default_manager.in_bulk({event.next_id for event in events} - {None})
    now = table.model._default_manager.in_bulk({event.pgh_obj_id for event in events if not event.next_id})
    for event in events:
        became = after[event.next_id] if event.next_id else now.get(event.pgh_obj_id)
        yield event.pgh_id, _row_change(table, event, became)


def _row_change(table: _EventTable, event: Any, after: Any) -> RowChange:
    before, became = {"insert": (None, event), "delete": (event, None)}.get(event.pgh_label, (event, after))
    columns = [(column, column.attname) for column in _columns(type(event), table.hidden)]
    changes = (
        ColumnChange(str(column.verbose_name), _text(column, was), _text(column, is_now))
        for column, was, is_now in _changed(columns, before, became)
    )
    return RowChange(
        **_written(event),
        table=str(table.model._meta.verbose_name),
        row=event.pgh_obj_id,
        columns=tuple(change for change in changes if change.before or change.after),
    )


def _columns(event: type[models.Model], hidden: frozenset[str]) -> list[models.Field[Any, Any]]:
    """Return the columns of a table that an event records and that are not hidden."""
    return [
        column
        for column in event._meta.concrete_fields
        if not column.name.startswith("pgh_") and column.name != "id" and column.attname not in hidden
    ]


def _text(column: models.Field[Any, Any], value: Any) -> str:
    """Write a value as people read it: a code in its words, a day in their order, a position by its coordinates."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, GEOSGeometry):
        return value.wkt if value.geom_type == "Point" else f"{value.geom_type} ({value.num_coords})"
    if isinstance(value, list):
        return ", ".join(_text(getattr(column, "base_field", column), item) for item in value)
    if isinstance(value, float):
        return number_format(int(value) if value.is_integer() else value)
    return str(dict(column.flatchoices).get(value, value))
