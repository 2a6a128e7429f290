"""Tasks of the worker: pyramids of counts, renewed as layers grow and styles change; conversion of rasters."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from tiles.rasters.jobs import clean, convert, measure, renew
from tiles.services.pyramids import refresh_pyramids

__all__ = ["clean", "convert", "measure", "refresh", "renew"]


@app.periodic(cron="17 * * * *")
@app.task(name="tiles.refresh_pyramids", queueing_lock="tiles.refresh_pyramids")
def refresh(timestamp: int) -> None:
    """Begin, renew or end the pyramids of counts of point layers."""
    try:
        refresh_pyramids()
    finally:
        close_old_connections()
