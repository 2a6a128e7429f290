"""Task of the worker: what was published or written at length since the last minute is indexed."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from layers.services.search_index import refresh_search


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
