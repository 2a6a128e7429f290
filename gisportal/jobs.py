"""Periodic tasks of the site: the queue itself, stale files, the counters of use."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import gettempdir

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from dashboards.paper.services import PAPERS
from datasets.imports.uploads import expire_uploads
from explorer.editing.imports import expire_imports
from export_formats.services import clean_exports
from exports.services import EXPORTS
from gisportal.usage_counters import review
from gisportal.worker import CLEANING, retry_stalled
from layers.services.work_folders import private_folder, remove_abandoned
from planning.bulk.services import SHEET_LISTS
from planning.inquiries.paper import REGISTER_FILES
from planning.inventory.paper import INVENTORY_FILES
from roadworks.paper import CALENDARS

# Folders of the temporary one that readers of files work in, by the beginning of their names.
_WORK_FOLDERS = ("dataset-", "gisportal-sandbox-")
# Longer than any request or reading lasts.
_UNUSED_S = 6 * 3_600
# A tile is written in an instant.
_TILE_S = 3_600


@app.periodic(cron="* * * * *")
@app.task(name="portal.retry_stalled_jobs", queueing_lock="portal.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Put back in the queue what dead workers had begun; for workers that procrastinate runs without ``run_worker``."""
    await retry_stalled(app)


@app.periodic(cron="7 * * * *")
@app.task(name=CLEANING, queueing_lock=CLEANING)
def clean(timestamp: int) -> None:
    """Remove from the disk what killed processes left, and what is too old."""
    remove_stale_files()


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
    """Sum up old days of the counters, and record what nobody opens."""
    review()


def remove_stale_files() -> None:
    """Remove what is too old, too large, or left by a dead process; close folders that others could enter."""
    for folder in (
        settings.MEDIA_ROOT,
        settings.EXPORT_FOLDER,
        settings.PREPARED_FOLDER,
        settings.DASHBOARD_FOLDER,
        settings.ROAD_WORKS_FOLDER,
        settings.SHEETS_FOLDER,
        settings.INVENTORY_FOLDER,
        settings.REGISTER_FOLDER,
        settings.BASEMAP_CACHE,
    ):
        if Path(folder).is_dir():
            private_folder(Path(folder))
    EXPORTS.clean()
    PAPERS.clean()
    CALENDARS.clean()
    SHEET_LISTS.clean()
    INVENTORY_FILES.clean()
    REGISTER_FILES.clean()
    expire_uploads(now=timezone.now())
    expire_imports(now=timezone.now())
    exports, temporary = Path(settings.EXPORT_FOLDER), Path(gettempdir())
    if exports.is_dir():
        clean_exports(
            folder=exports, max_age_s=settings.EXPORT_MAX_AGE_S, max_bytes=settings.EXPORT_MAX_BYTES
        )
        remove_abandoned(exports)
    for prefix in _WORK_FOLDERS:
        remove_abandoned(temporary, prefix, age_s=_UNUSED_S)
    _remove_old(temporary.glob("*.upload*"), _UNUSED_S)
    _remove_old(Path(settings.BASEMAP_CACHE).rglob(".*"), _TILE_S)


def _remove_old(paths: Iterable[Path], age_s: float) -> None:
    """Remove the files of this user unchanged for ``age_s``."""
    for path in paths:
        try:
            status = path.lstat()
            if path.is_file() and status.st_uid == os.geteuid() and status.st_mtime < time.time() - age_s:
                path.unlink()
        except FileNotFoundError:  # another process removed it first
            continue
