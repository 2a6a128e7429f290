"""What happened to the rows of a feature, column by column, for the administration: its own row and its records'.

An administrator sees every column: nothing here passes through the door, and nothing but the administration asks it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from layers.models import events_of
from layers.registry import definitions

MAX_EVENTS = 200


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column before and after, in words; empty where there was nothing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One event of one row: ``action`` is insert, update or delete; ``author`` is empty for a write by plain SQL."""

    at: dt.datetime
    action: str
    author: str
    credential: str
    table: str
    row: int
    columns: tuple[ColumnChange, ...]


def row_history(model: type[models.Model], pk: int) -> list[RowChange]:
    """Return the changes of a feature and of its related records, latest first, ``MAX_EVENTS`` at most of each kind."""
    found = [*_changes(model, {"pgh_obj_id": pk})]
    for relation in _relations(model):
        found += _changes(relation.model, {relation.link: pk})
    return sorted(found, key=lambda change: change.at, reverse=True)


def _relations(model: type[models.Model]) -> Iterator[Any]:
    definition = next((each for each in definitions() if each.model is model), None)
    yield from definition.relations if definition else ()


def _changes(model: type[models.Model], of: dict[str, int]) -> Iterator[RowChange]:
    """Yield the changes of some rows of a table, latest first: each event is compared with what came after it."""
    events = events_of(model)
    if events is None:
        return
    rows: Any = events._default_manager  # an event model is made by the library: its columns have no types
    kept = list(rows.filter(**of).select_related("pgh_context").order_by("-pgh_id")[:MAX_EVENTS])
    now = model._default_manager.in_bulk({event.pgh_obj_id for event in kept})
    after: dict[int, Any] = dict(now)
    for event in kept:
        yield _change(model, event, after.get(event.pgh_obj_id))
        after[event.pgh_obj_id] = event


def _change(model: type[models.Model], event: Any, after: Any) -> RowChange:
    told = event.pgh_context.metadata if event.pgh_context else {}
    before, became = {"insert": (None, event), "delete": (event, None)}.get(event.pgh_label, (event, after))
    return RowChange(
        at=event.pgh_created_at,
        action=event.pgh_label,
        author=told.get("username", "") or told.get("command", ""),
        credential=told.get("credential", ""),
        table=str(model._meta.verbose_name),
        row=event.pgh_obj_id,
        columns=tuple(_compared(event, before, became)),
    )


def _compared(event: Any, before: Any, after: Any) -> Iterator[ColumnChange]:
    for column in event._meta.concrete_fields:
        if column.name.startswith("pgh_") or column.name == "id":
            continue
        was, became = (None if row is None else getattr(row, column.attname) for row in (before, after))
        texts = _text(column, was), _text(column, became)
        if was != became and any(texts):
            yield ColumnChange(str(column.verbose_name), *texts)


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
    return str(dict(column.flatchoices).get(value, value))
