"""Tasks of the worker: prepared exports, what a dead worker left in the middle, cleaning.

A task takes ids and nothing else: what it reads passes through the door when it runs.
"""

from __future__ import annotations

from uuid import UUID

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from ogc.models import Prepared
from ogc.services import prepared_cleaning, preparing

# A worker says that it lives every ten seconds.
_SILENT_S = 30


@app.task(name="ogc.prepare_export")
def prepare_export(pk: str) -> None:
    """Prepare an export."""
    try:
        preparing.prepare(pk=UUID(pk))
    finally:
        close_old_connections()


def enqueue(prepared: Prepared) -> None:
    """Give an order to the workers, with the transaction that made it."""
    prepare_export.defer(pk=str(prepared.pk))


@app.periodic(cron="* * * * *")
@app.task(name="portal.retry_stalled_jobs", queueing_lock="portal.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Put back in the queue what a worker that was killed had begun: every task of the portal can be run again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_S):
        await app.job_manager.retry_job(job, retry_at=timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(name="ogc.clean_prepared", queueing_lock="ogc.clean_prepared")
def clean_prepared(timestamp: int) -> None:
    """Remove the prepared files that are too old or take too much room."""
    try:
        prepared_cleaning.clean_prepared()
    finally:
        close_old_connections()


@app.periodic(cron="47 3 * * *")
@app.task(name="portal.forget_jobs", queueing_lock="portal.forget_jobs")
async def forget_jobs(timestamp: int) -> None:
    """Remove the finished jobs of the week before from the queue."""
    await app.job_manager.delete_old_jobs(
        nb_hours=24 * 7, include_failed=True, include_cancelled=True, include_aborted=True
    )
