"""The history of a feature: author, date, values before and after.

A name of an account is personal: readers do not see the history. Of each change only the fields that the visitor reads
are compared, and a change of hidden fields alone is left out. ``history`` serves the pages, field by field; the
administration lists the columns of the rows of a feature and of its records (``RowHistory``). Both compare rows by
``_changed``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from layers import access, registry
from layers.access import Scope
from layers.definitions import Field, LayerDefinition
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
    that of everything written together, None for plain SQL. ``address`` is the path that it was sent to, empty for a
    command. ``reason`` is what its author said of it, empty for most.
    """

    at: dt.datetime
    action: str
    author: str
    credential: str
    address: str
    event: int | None
    change: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class Change(Event):
    """A change of a feature by an event.

    ``is_return`` says that a deleted row came back. ``records`` counts, by the title of their relation, those that
    left or came with the row.
    """

    fields: tuple[FieldChange, ...]
    is_moved: bool
    is_return: bool = False
    records: tuple[tuple[str, int], ...] = ()


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


def origins(scope: Scope, pks: Collection[int]) -> dict[int, Event]:
    """Return the last write of each of some rows that were edited in place, for who may edit them, by id.

    Rows that are not there are as the file of the version online, or the import of the layer, had them.
    """
    kind = events_of(scope.definition.model)
    if kind is None:
        return {}
    editable = access.editable(scope).filter(pk__in=pks).order_by().values_list("pk", flat=True)
    rows: Any = kind._default_manager
    events = rows.filter(pgh_obj_id__in=list(editable)).select_related("pgh_context")
    latest = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return {event.pgh_obj_id: Event(**_written(event)) for event in latest}


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
    sources = _sources(scope, scope.definition)
    changes, is_cut = _changes_of_row(scope, kind, pk, row, sources)
    if not is_cut and scope.definition.revision:
        changes += _former_changes(scope, pk)
    return History(tuple(changes[:MAX_CHANGES]), is_cut=is_cut or len(changes) > MAX_CHANGES)


def _changes_of_row(
    scope: Scope, kind: Any, pk: int, row: Any, sources: list[tuple[Field, str]]
) -> tuple[list[Change], bool]:
    """Return the changes of a row by the events of its table, latest first, and whether there are older ones."""
    events_of_row = kind._default_manager.filter(pgh_obj_id=pk).select_related("pgh_context")
    events = list(events_of_row.order_by("-pgh_id")[: MAX_CHANGES + 1])
    changes, after = [], row
    for event in events[:MAX_CHANGES]:
        change = _change(scope, event, after, sources)
        if change.action != "update" or change.fields or change.is_moved:
            changes.append(change)
        after = event
    deletions = [index for index, change in enumerate(changes) if change.action == "delete"]
    counts = _record_counts(scope, pk, changes)
    changes = [
        replace(
            change,
            is_return=change.action == "insert" and any(earlier > index for earlier in deletions),
            records=tuple(counts.get((change.change, change.action), ())),
        )
        for index, change in enumerate(changes)
    ]
    return changes, len(events) > MAX_CHANGES


def _record_counts(
    scope: Scope, pk: int, changes: Iterable[Change]
) -> dict[tuple[UUID | None, str], list[tuple[str, int]]]:
    """Count the records that were written with each insertion and deletion of a row, by change and action."""
    ids = [each.change for each in changes if each.action != "update" and each.change is not None]
    counts: dict[tuple[UUID | None, str], list[tuple[str, int]]] = {}
    for relation in scope.relations if ids else ():
        kind: Any = events_of(relation.model)
        if kind is None:
            continue
        rows = kind._default_manager.filter(pgh_context__in=ids, **{relation.link: pk}).order_by()
        for change, action, count in rows.values_list("pgh_context", "pgh_label").annotate(
            models.Count("pk")
        ):
            counts.setdefault((change, action), []).append((str(relation.title), count))
    return counts


def _former_changes(scope: Scope, pk: int) -> list[Change]:
    """Return the changes of a row in the former versions of a dataset whose rows are stored, latest first.

    A field that a version protects is left out there.
    """
    changes: list[Change] = []
    for version in registry.versions(scope.slug):
        if version.is_online or not version.is_published or len(changes) > MAX_CHANGES:
            continue
        definition = registry.version(scope.slug, version.number)
        kind = events_of(definition.model)
        if kind is not None:
            row = definition.model._default_manager.filter(pk=pk).first()
            of_version = _changes_of_row(scope, kind, pk, row, _sources(scope, definition))[0]
            changes += [replace(change, event=None, change=None) for change in of_version]
    return changes


def _sources(scope: Scope, definition: LayerDefinition) -> list[tuple[Field, str]]:
    """Return the fields that the visitor reads with their attributes in a version of the layer."""
    own = definition.by_name
    is_former = definition is not scope.definition
    return [
        (field, own[field.name].source)
        for field in scope.fields
        if field.name in own and not (is_former and own[field.name].is_protected)
    ]


def _change(scope: Scope, event: Any, after: Any, sources: list[tuple[Field, str]]) -> Change:
    """Compare a row before an update with the next event, or with the current row."""
    is_update = event.pgh_label == "update" and after is not None
    stored = {column.attname for column in event._meta.concrete_fields}
    compared = [(field, source) for field, source in sources if source in stored]
    located = scope.definition.geometry.is_located and "geom" in stored
    return Change(
        **_written(event),
        fields=tuple(FieldChange(*change) for change in _changed(compared, event, after))
        if is_update
        else (),
        is_moved=is_update and located and not _is_same_geometry(event.geom, after.geom),
    )


def _is_same_geometry(before: Any, after: Any) -> bool:
    if before is None or after is None:
        return before is after
    return bool(before.equals_exact(after))


def _written(event: Any) -> dict[str, Any]:
    """Return when an event was, what it did, and who wrote: the arguments of an ``Event``."""
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    return {
        "at": event.pgh_created_at,
        "action": event.pgh_label,
        "author": metadata.get("username", "") or metadata.get("command", ""),
        "credential": metadata.get("credential", ""),
        "address": metadata.get("address", ""),
        "event": event.pgh_id,
        "change": event.pgh_context_id,
        "reason": metadata.get("reason", ""),
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
    """A column before and after, in words; empty where there was nothing.

    ``name`` is the published name of a field of the feature itself, empty for a column of a record.
    """

    title: str
    before: str
    after: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class RowChange(Event):
    """A change of one row by an event; ``is_own`` where it is of the feature itself, not of a record."""

    table: str
    row: int
    columns: tuple[ColumnChange, ...]
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class _EventTable:
    """The events of a table that are about a feature, without its ``hidden`` columns: ``rows`` are not read yet.

    ``names`` are the published names of the feature's own columns, by attribute; none for records.
    """

    model: type[models.Model]
    rows: Any  # an event model is made by the library: its columns have no types
    hidden: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)


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
        names = {field.source: field.name for field in scope.fields}
        tables: list[tuple[type[models.Model], dict[str, int], frozenset[str], dict[str, str]]] = [
            (model, {"pgh_obj_id": pk}, hidden, names)
        ]
        for relation in scope.relations:
            left_out = _unpublished(relation.model, relation.fields) if is_published else frozenset()
            tables.append((relation.model, {relation.link: pk}, left_out, {}))
        self._tables = [
            _readable(_EventTable(table, events._default_manager.filter(**condition), columns, own_names))
            for table, condition, columns, own_names in tables
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
        ColumnChange(
            str(column.verbose_name),
            _text(column, was),
            _text(column, is_now),
            table.names.get(column.attname, ""),
        )
        for column, was, is_now in _changed(columns, before, became)
    )
    return RowChange(
        **_written(event),
        table=str(table.model._meta.verbose_name),
        row=event.pgh_obj_id,
        columns=tuple(change for change in changes if change.before or change.after),
        is_own=bool(table.names),
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
