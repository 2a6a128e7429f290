"""Tasks of the worker: states follow the calendar, which no write tells."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from plans.services import refresh_states


@app.periodic(cron="3 1 * * *")
@app.task(name="plans.refresh_states", queueing_lock="plans.refresh_states")
def refresh(timestamp: int) -> None:
    """Apply the rule of plans again: a new year makes measures old, and indicators due."""
    try:
        refresh_states()
    finally:
        close_old_connections()
