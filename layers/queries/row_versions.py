"""What happened to a row since a page read it: its last event then, and its state before the first later one.

Events of one row follow each other under its lock, so that their ids say their order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from layers import access
from layers.access import Scope
from layers.models import events_of
from layers.queries.features import version_text
from layers.sql.limits import time_limit
from layers.sql.rows import RowVersion


@dataclass(frozen=True, slots=True)
class VersionedRow:
    """A row as it is, with its version; ``event`` is the id of its last event, 0 without one.

    ``is_editable`` says whether the visitor may change and delete it.
    """

    row: Any
    version: str
    event: int
    is_editable: bool


@dataclass(frozen=True, slots=True)
class LaterWrite:
    """The last write to a row since an event, and ``base``, the row as it was before the first one."""

    at: dt.datetime
    author: str
    base: Any


def versioned_rows(scope: Scope, pks: Collection[int]) -> dict[int, VersionedRow]:
    """Read rows of the visitor by id, in four statements whatever their number; those hidden from them are left out."""
    kind: Any = events_of(scope.definition.model)
    with time_limit("page"):
        rows = scope.queryset.filter(pk__in=pks).annotate(row_version=RowVersion()).in_bulk()
        editable = set(access.editable(scope).filter(pk__in=pks).order_by().values_list("pk", flat=True))
        events: dict[int, int] = {}
        if kind is not None:
            latest = kind._default_manager.filter(pgh_obj_id__in=list(rows)).order_by("pgh_obj_id", "-pgh_id")
            events = dict(latest.distinct("pgh_obj_id").values_list("pgh_obj_id", "pgh_id"))
    return {
        pk: VersionedRow(row, version_text(row.row_version), events.get(pk, 0), pk in editable)
        for pk, row in rows.items()
    }


def later_write(scope: Scope, pk: int, event: int) -> LaterWrite | None:
    """Return what was written to a row after an event; None when nothing was, or the visitor may not edit the row."""
    kind: Any = events_of(scope.definition.model)
    if kind is None or not access.editable(scope).filter(pk=pk).exists():
        return None
    later = kind._default_manager.filter(pgh_obj_id=pk, pgh_id__gt=event).select_related("pgh_context")
    first, last = later.order_by("pgh_id").first(), later.order_by("-pgh_id").first()
    if first is None or last is None:
        return None
    metadata = last.pgh_context.metadata if last.pgh_context else {}
    return LaterWrite(last.pgh_created_at, str(metadata.get("username", "")), first)


def written_rows(scope: Scope, change: UUID, most: int) -> dict[str, list[int]]:
    """Return the ids of the rows that a change wrote, by ``insert``, ``update`` and ``delete``; of ``most`` events."""
    kind: Any = events_of(scope.definition.model)
    rows: dict[str, list[int]] = {"insert": [], "update": [], "delete": []}
    for label, pk in kind._default_manager.filter(pgh_context=change).values_list("pgh_label", "pgh_obj_id")[
        :most
    ]:
        rows[label].append(pk)
    return rows
