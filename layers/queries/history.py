"""What happened to a feature: who, when, before and after, for those who may change it.

A name of an account is personal: readers do not see the history. Of each change only the fields that the visitor reads
are told, and a change of hidden fields alone is not told at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from layers import access
from layers.access import Scope
from layers.definitions import Field
from layers.models import events_of

MAX_CHANGES = 100


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after."""

    field: Field
    before: Any
    after: Any

    @property
    def was(self) -> dict[str, Any]:
        """The value before, as a row of one field: what writes values for people reads rows."""
        return {self.field.name: self.before}

    @property
    def became(self) -> dict[str, Any]:
        """The value after, as a row of one field."""
        return {self.field.name: self.after}


@dataclass(frozen=True, slots=True)
class Change:
    """One event: ``action`` is insert, update or delete; ``author`` is empty for a write by plain SQL."""

    at: dt.datetime
    action: str
    author: str
    credential: str
    fields: tuple[FieldChange, ...]
    is_moved: bool


@dataclass(frozen=True, slots=True)
class History:
    """The latest changes, latest first; ``is_cut`` when there are older ones."""

    changes: tuple[Change, ...] = ()
    is_cut: bool = False


def last_author(scope: Scope, pk: int, *, since: dt.datetime) -> str:
    """Return who changed a feature last, empty when nobody did since then or when the visitor may not edit it."""
    kind = events_of(scope.definition.model)
    if kind is None or not access.editable(scope).filter(pk=pk).exists():
        return ""
    rows: Any = kind._default_manager
    kept = rows.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("-pgh_id").first()
    if kept is None or kept.pgh_created_at < since or kept.pgh_context is None:
        return ""
    return str(kept.pgh_context.metadata.get("username", ""))


def history(scope: Scope, pk: int) -> History:
    """Return the changes of a feature out of its last ``MAX_CHANGES``; none to a visitor who may not edit it."""
    kind = events_of(scope.definition.model)
    row = access.editable(scope).filter(pk=pk).first() if pk < 2**63 else None
    if kind is None or row is None:
        return History()
    rows: Any = kind._default_manager  # an event model is made by the library: its columns have no types
    kept = rows.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("-pgh_id")
    events, found, after = list(kept[: MAX_CHANGES + 1]), [], row
    for event in events[:MAX_CHANGES]:
        change = _change(scope, event, after)
        if change.action != "update" or change.fields or change.is_moved:
            found.append(change)
        after = event
    return History(tuple(found), is_cut=len(events) > MAX_CHANGES)


def _change(scope: Scope, event: Any, after: Any) -> Change:
    """Compare a row before an update with what it became: the next event, or the row as it is."""
    told = event.pgh_context.metadata if event.pgh_context else {}
    is_update = event.pgh_label == "update"
    located = scope.definition.geometry.is_located
    return Change(
        at=event.pgh_created_at,
        action=event.pgh_label,
        author=told.get("username", "") or told.get("command", ""),
        credential=told.get("credential", ""),
        fields=_compared(scope, event, after) if is_update else (),
        is_moved=is_update and located and not event.geom.equals_exact(after.geom),
    )


def _compared(scope: Scope, event: Any, after: Any) -> tuple[FieldChange, ...]:
    kept = {column.attname for column in event._meta.concrete_fields}
    pairs = (
        FieldChange(field, getattr(event, field.source), getattr(after, field.source))
        for field in scope.fields
        if field.source in kept
    )
    return tuple(pair for pair in pairs if pair.before != pair.after)
