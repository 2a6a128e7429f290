"""How many things wait for the team: the number beside « Gestion » in the header of every page."""

from __future__ import annotations

import time

from django.db import DatabaseError, connection

from gisportal.accounts.access import managed_groups
from gisportal.health import health
from gisportal.journal.queries import last_deed
from interface.page_parts import PagePart
from layers.cache import BoundedCache
from layers.visitor import Visitor
from management.lists.layers import layer_rows
from management.overview.waiting import waiting_rows

# A number serves for so long, unless its reader did something since: then it is counted again. With its instant.
COUNT_S = 60
_counts: BoundedCache[tuple[int, float]] = BoundedCache(500, is_counted=False)


def waiting_count_part(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the number of what waits for a visitor who manages; None without any.

    A page that says that the database is away, or that time is over, does without.
    """
    try:
        count = waiting_count(visitor)
    except DatabaseError:
        if connection.in_atomic_block:
            raise
        return None
    return PagePart("management/overview/count.html", {"count": count}) if count else None


def waiting_count(visitor: Visitor) -> int:
    """Return how many rows wait for a visitor of the same rights, counted a minute ago at most, after their last deed.

    Where it is counted already: one statement for the last entry of the visitor in the journal, another for the groups
    of who manages some.
    """
    managed = (
        ()
        if visitor.is_administrator
        else managed_groups(visitor).order_by("pk").values_list("pk", flat=True)
    )
    key = (
        tuple(managed),
        tuple(sorted(visitor.groups)),
        visitor.user_id,
        visitor.portal,
        visitor.is_administrator,
        visitor.is_observed,
        last_deed(visitor.user_id),
    )
    cached = _counts.get(key)
    if cached is not None and time.monotonic() - cached[1] < COUNT_S:
        return cached[0]
    count = _counted(visitor)
    _counts.store(key, (count, time.monotonic()))
    return count


def _counted(visitor: Visitor) -> int:
    state = health() if visitor.is_administrator else None
    return len(waiting_rows(visitor, layer_rows(visitor), state))
