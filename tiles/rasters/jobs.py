"""Tasks of the worker: rasters that somebody gave are converted, and what dead imports left is removed."""

from __future__ import annotations

from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tiles.models import RasterUpload
from tiles.rasters.services.uploads import clean_files, convert_upload

_AGAIN = RetryStrategy(max_attempts=10, wait=2, retry_exceptions=(OperationalError, InterfaceError))


@app.task(name="rasters.convert", retry=_AGAIN)
def convert(key: str) -> None:
    """Convert a file that was given."""
    try:
        convert_upload(key=UUID(key))
    finally:
        close_old_connections()


def enqueue(upload: RasterUpload) -> None:
    """Give an upload to the workers, with the transaction that made it; one raster has one conversion at a time."""
    convert.configure(lock=f"rasters {upload.raster_id}").defer(key=str(upload.pk))


@app.periodic(cron="37 * * * *")
@app.task(name="rasters.clean", queueing_lock="rasters.clean")
def clean(timestamp: int) -> None:
    """Remove the files that no row names any more."""
    try:
        clean_files()
    finally:
        close_old_connections()
