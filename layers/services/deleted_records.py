"""Records that were deleted with their feature: counted in the history, and inserted again when it comes back.

Photos do not come back: their files leave with them (``layers.services.photos``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models

from layers.models import FeaturePhoto, events_of


@dataclass(frozen=True, slots=True)
class _RecordTable:
    """A table whose rows are deleted with those of ``parent``, by its foreign key ``link``."""

    model: type[models.Model]
    parent: type[models.Model]
    link: str


def recorded_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns of a table that its history records, but for the key."""
    kind = events_of(model)
    recorded = {column.attname for column in kind._meta.concrete_fields} if kind else set()
    return [
        column
        for column in model._meta.concrete_fields
        if column.attname in recorded and not column.primary_key and not column.generated
    ]


def insert_events(model: type[models.Model], events: Collection[int]) -> None:
    """Insert rows under their former ids, as some events of their table hold them.

    Computed columns, which events do not hold, begin with the defaults of the model: their triggers write them.
    """
    quote, kind = connection.ops.quote_name, events_of(model)
    assert kind is not None and model._meta.pk is not None  # the events come from its history
    recorded = [quote(str(column.column)) for column in recorded_columns(model)]
    computed = _computed_columns(model)
    targets = [quote(str(model._meta.pk.column)), *recorded, *(quote(str(c.column)) for c in computed)]
    sources = ["pgh_obj_id", *recorded, *("%s" for _column in computed)]
    defaults = [column.get_db_prep_save(column.get_default(), connection) for column in computed]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(targets)})"  # noqa: S608 (quoted)
            f" SELECT {', '.join(sources)} FROM {quote(kind._meta.db_table)} WHERE pgh_id = ANY(%s)",
            [*defaults, list(events)],
        )


def _computed_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns that no event holds and that a row cannot be inserted without."""
    recorded = {column.attname for column in recorded_columns(model)}
    return [
        column
        for column in model._meta.concrete_fields
        if column.attname not in recorded
        and not (column.primary_key or column.generated or column.null or column.has_db_default())
    ]


def restore_records(model: type[models.Model], pks: Collection[int]) -> int:
    """Insert again the records that the last deletion of each of some features deleted; return how many.

    ``pks`` are features that have just come back. Those that plain SQL deleted, of which the history has no change,
    come back without records.
    """
    restored: dict[type[models.Model], set[int]] = {model: set(pks)}
    changes = _last_deletions(model, pks)
    count = 0
    for table in _record_tables(model):
        parents = restored.get(table.parent)
        if not parents or not changes:
            continue
        rows = _deleted(table, changes, parents)
        existing = table.model._base_manager.filter(pk__in=list(rows)).values_list("pk", flat=True)
        rows = {pk: event for pk, event in rows.items() if pk not in set(existing)}
        if rows:
            insert_events(table.model, rows.values())
        restored.setdefault(table.model, set()).update(rows)
        count += len(rows)
    return count


def _last_deletions(model: type[models.Model], pks: Collection[int]) -> list[UUID]:
    """Return the changes that last deleted each of some features."""
    rows = _events(model).filter(pgh_obj_id__in=list(pks), pgh_label="delete", pgh_context__isnull=False)
    last = rows.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return list({change for _pk, change in last.values_list("pgh_obj_id", "pgh_context_id")})


def _deleted(table: _RecordTable, changes: Collection[UUID], parents: Collection[int]) -> dict[int, int]:
    """Return the events of the records of some parents that some changes deleted, by the id of the record."""
    rows = _events(table.model).filter(
        pgh_label="delete", pgh_context__in=list(changes), **{f"{table.link}__in": list(parents)}
    )
    return dict(rows.order_by("pgh_id").values_list("pgh_obj_id", "pgh_id"))


def _events(model: type[models.Model]) -> Any:
    kind: Any = events_of(model)  # an event model is made by the library: its columns have no types
    return kind._default_manager.order_by()


def _record_tables(model: type[models.Model]) -> list[_RecordTable]:
    """Return the tables whose rows a deletion takes with it and whose history is recorded, parents first."""
    tables, reached, ahead = list[_RecordTable](), {model}, [model]
    while ahead:
        parent = ahead.pop(0)
        for table in _children(parent):
            tables.append(table)
            if table.model not in reached:
                reached.add(table.model)
                ahead.append(table.model)
    return tables


def _children(parent: type[models.Model]) -> Iterator[_RecordTable]:
    for link in parent._meta.related_objects:
        child = link.related_model
        is_deleted = link.one_to_many and link.on_delete is models.CASCADE
        if (
            is_deleted
            and isinstance(child, type)
            and not issubclass(child, FeaturePhoto)
            and events_of(child)
        ):
            yield _RecordTable(child, parent, link.field.attname)
