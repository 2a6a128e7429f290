"""States of plans follow the calendar, which no write tells: a task of the worker applies their rule each night."""

from __future__ import annotations

from django.db import close_old_connections, connection
from procrastinate.contrib.django import app


def refresh_states(*, year: int | None = None) -> int:
    """Apply the rule to every indicator as of a year, this one by default; return how many changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT plans_refresh(NULL, %s)", [year])
        changed: int = cursor.fetchone()[0]
    return changed


@app.periodic(cron="3 1 * * *")
@app.task(name="plans.refresh_states", queueing_lock="plans.refresh_states")
def refresh(timestamp: int) -> None:
    """Apply the rule of plans again: a new year makes measures old, and indicators due."""
    try:
        refresh_states()
    finally:
        close_old_connections()
