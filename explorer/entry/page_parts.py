"""What waits to be entered, on the home page of who edits it."""

from __future__ import annotations

from django.utils import timezone

from explorer.entry.queries import waiting
from interface.page_parts import PagePart
from layers.visitor import Visitor


def waiting_entries(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the features whose last record is old, of the layers that a visitor edits; None when none waits."""
    if visitor.is_anonymous:
        return None
    found = waiting(visitor, today=timezone.localdate(visitor.instant))
    return PagePart("explorer/entry/waiting.html", {"waiting": found}) if found else None
