"""History: every change of a feature is kept, whoever makes it, plain SQL included.

Each event keeps the row *as it was before* an update or a deletion, and as it was written by an insertion. What a row
became is then in the next event, or in the table itself: nothing is stored twice, and a row that was there before its
history began loses nothing. Triggers work by statement, so that a load of a thousand rows is one insertion of events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

import pghistory
import pgtrigger
from django.apps import apps
from django.db import models
from pghistory.models import Event

Tracked = TypeVar("Tracked", bound=models.Model)
# What the database computes from the rest is not kept, and a new date of modification is not a change.
_COMPUTED = ("geom_3857", "created_at", "updated_at")


def keep_history(*computed: str) -> Callable[[type[Tracked]], type[Tracked]]:
    """Keep the changes of a model's rows in an event model of its app; ``computed`` names its generated columns."""
    by_statement = pgtrigger.Statement

    def keep(model: type[Tracked]) -> type[Tracked]:
        track = pghistory.track(
            pghistory.InsertEvent(level=by_statement),
            pghistory.UpdateEvent(row=pghistory.Old, level=by_statement),
            pghistory.DeleteEvent(level=by_statement),
            exclude=[*_COMPUTED, *computed],
            obj_field=pghistory.ObjForeignKey(related_name="events"),
        )
        tracked: type[Tracked] = track(model)
        return tracked

    return keep


@cache
def events_of(model: type[models.Model]) -> type[Event] | None:
    """Return the model of the events of a table, or None when its history is not kept."""
    found: Iterable[type[models.Model]] = apps.get_models()
    return next(
        (
            event
            for event in found
            if issubclass(event, Event) and getattr(event, "pgh_tracked_model", None) is model
        ),
        None,
    )
