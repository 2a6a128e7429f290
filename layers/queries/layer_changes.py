"""The last changes of a whole layer, and its rows beside what they were: what restoring a moment is chosen and read by.

Names of accounts are personal: they are for who may edit every row of the layer.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.access import Scope
from layers.models import events_of
from layers.queries.history import FieldChange
from layers.sql.limits import time_limit

# Of the last changes of a layer, the events that are read.
MAX_EVENTS = 2_000


@dataclass(frozen=True, slots=True)
class LayerChange:
    """Rows of a layer written together: how many were added, changed and deleted, when, by whom and why."""

    at: dt.datetime
    author: str
    reason: str
    added: int
    changed: int
    deleted: int

    @property
    def before(self) -> dt.datetime:
        """The last instant before the change."""
        return self.at - dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PastRow:
    """A row beside an event of it: what it is (``before``), and would be again (``after``), field by field."""

    row: Any
    fields: tuple[FieldChange, ...] = ()
    is_moved: bool = False


def latest_changes(scope: Scope, *, most: int) -> list[LayerChange]:
    """Return the last changes of a layer, latest first, for who may edit all of its rows.

    Those of plain SQL, which have no author, are one by instant. Changes older than the last ``MAX_EVENTS`` events are
    left out, and the oldest that is read counts these alone.
    """
    kind: Any = events_of(
        scope.definition.model
    )  # an event model is made by the library: its columns have no types
    if kind is None or not scope.changes_every_row:
        return []
    fields = ("pgh_id", "pgh_label", "pgh_created_at", "pgh_context__metadata")
    rows = kind._default_manager.select_related("pgh_context").order_by("-pgh_id").only(*fields)
    groups: dict[Any, list[Any]] = {}
    with time_limit("page"):
        for event in rows[:MAX_EVENTS]:
            groups.setdefault(event.pgh_context_id or event.pgh_created_at, []).append(event)
    return [_layer_change(events) for events in list(groups.values())[:most]]


def _layer_change(events: list[Any]) -> LayerChange:
    first, counts = events[-1], Counter(event.pgh_label for event in events)
    metadata = first.pgh_context.metadata if first.pgh_context else {}
    return LayerChange(
        at=first.pgh_created_at,
        author=metadata.get("username", "") or metadata.get("command", ""),
        reason=metadata.get("reason", ""),
        added=counts["insert"],
        changed=counts["update"],
        deleted=counts["delete"],
    )


def past_rows(scope: Scope, events: Mapping[int, int]) -> list[PastRow]:
    """Compare rows with events of them, by id of row, in the fields that the visitor reads; for who reads every row.

    A row that was deleted is the event itself, with nothing to compare.
    """
    if not scope.has_every_row:
        return []
    kind: Any = events_of(scope.definition.model)
    with time_limit("page"):
        former = kind._default_manager.in_bulk(list(events.values()))
        current = scope.queryset.in_bulk(list(events))
    return [_past_row(scope, pk, current.get(pk), former[number]) for pk, number in events.items()]


def _past_row(scope: Scope, pk: int, row: Any, event: Any) -> PastRow:
    if row is None:
        event.pk = pk  # the title of a row may be its id
        return PastRow(event)
    stored = {column.attname for column in event._meta.concrete_fields}
    pairs = [
        FieldChange(field, getattr(row, field.source), getattr(event, field.source))
        for field in scope.fields
        if field.source in stored
    ]
    is_located = scope.definition.geometry.is_located
    return PastRow(
        row,
        tuple(pair for pair in pairs if pair.before != pair.after),
        is_located and not _is_same_place(row.geom, event.geom),
    )


def _is_same_place(now: Any, before: Any) -> bool:
    return now is before if now is None or before is None else bool(now.equals_exact(before))
