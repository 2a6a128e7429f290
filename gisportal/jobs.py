"""Tasks of the worker about the queue itself: what a dead worker left in the middle, jobs that are over."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

# A worker says that it lives every ten seconds.
_SILENT_S = 30


@app.periodic(cron="* * * * *")
@app.task(name="portal.retry_stalled_jobs", queueing_lock="portal.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Put back in the queue what a worker that was killed had begun: every task of the portal can be run again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_S):
        await app.job_manager.retry_job(job, retry_at=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(name="portal.forget_jobs", queueing_lock="portal.forget_jobs")
async def forget_jobs(timestamp: int) -> None:
    """Remove the finished jobs of the week before from the queue."""
    await app.job_manager.delete_old_jobs(
        nb_hours=24 * 7, include_failed=True, include_cancelled=True, include_aborted=True
    )
