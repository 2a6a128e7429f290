"""Tasks of the worker: convert rasters, store their statistics, remove the files of interrupted imports."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from layers.jobs import cleaning_task, run_task
from layers.models import RasterVersion
from tiles.rasters.services.commune_statistics import keep_statistics, outdated_versions
from tiles.rasters.services.uploads import RASTER_UPLOADS

_AGAIN = RetryStrategy(max_attempts=10, wait=2, retry_exceptions=RASTER_UPLOADS.transient)


convert = run_task(RASTER_UPLOADS)
clean = cleaning_task("rasters.clean", RASTER_UPLOADS.clean)


@app.task(name="rasters.measure", retry=_AGAIN)
def measure(version: int) -> None:
    """Keep the statistics by commune of a version again."""
    try:
        stored = RasterVersion.objects.select_related("raster__layer").filter(pk=version).first()
        if stored is not None:
            keep_statistics(stored)
    finally:
        close_old_connections()


def enqueue_statistics(version: RasterVersion) -> None:
    """Have the statistics of a version renewed: its classes have changed, or it comes back online."""
    measure.configure(lock=f"rasters measure {version.pk}").defer(version=version.pk)


@app.periodic(cron="47 * * * *")
@app.task(name="rasters.renew", queueing_lock="rasters.renew")
def renew(timestamp: int) -> None:
    """Renew the statistics of rasters online that communes or the administration made outdated."""
    try:
        for version in outdated_versions():
            keep_statistics(version)
    finally:
        close_old_connections()
