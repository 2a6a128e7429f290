"""Tasks of the worker about the queue itself, what a dead worker left, the counters of use, and the demonstration."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from gisportal.demo.ageing import age_road_works
from gisportal.remains import clean_remains
from gisportal.usage.writing import review
from gisportal.worker import CLEANING, retry_stalled


@app.periodic(cron="* * * * *")
@app.task(name="portal.retry_stalled_jobs", queueing_lock="portal.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Put back in the queue what dead workers had begun; for workers that procrastinate runs without ``run_worker``."""
    await retry_stalled(app)


@app.periodic(cron="7 * * * *")
@app.task(name=CLEANING, queueing_lock=CLEANING)
def clean(timestamp: int) -> None:
    """Remove from the disk what killed processes left, and what is too old."""
    clean_remains()


@app.periodic(cron="47 3 * * *")
@app.task(name="portal.forget_jobs", queueing_lock="portal.forget_jobs")
async def forget_jobs(timestamp: int) -> None:
    """Remove the finished jobs of the week before from the queue."""
    await app.job_manager.delete_old_jobs(
        nb_hours=24 * 7, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="12 3 * * *")
@app.task(name="portal.review_usage", queueing_lock="portal.review_usage")
def review_usage(timestamp: int) -> None:
    """Sum up old days of the counters, and write what nobody opens."""
    review()


@app.periodic(cron="17 0 * * *")
@app.task(name="portal.age_demo", queueing_lock="portal.age_demo")
def age_demo(timestamp: int) -> None:
    """Let the sample road works begin and end on their days, where a demonstration is shown."""
    if settings.PORTAL_DEMO:
        age_road_works(today=timezone.localdate())
