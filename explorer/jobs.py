"""Where the worker finds the tasks of the explorer."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from explorer.reports.jobs import forget_old_addresses, send_answer
from layers.services.search_index import refresh_search

__all__ = ["forget_old_addresses", "refresh_index", "send_answer"]


@app.periodic(cron="* * * * *")
@app.task(
    name="explorer.refresh_search", queueing_lock="explorer.refresh_search", lock="explorer.refresh_search"
)
def refresh_index(timestamp: int) -> None:
    """Build the index of the search where it is not up to date."""
    try:
        refresh_search()
    finally:
        close_old_connections()
