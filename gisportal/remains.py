"""What killed processes left on the disk: removed by the clock and when a worker starts, never what is in use."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import gettempdir

from django.conf import settings
from django.utils import timezone

from dashboards.paper.worker import clean_papers
from datasets.imports.uploads import expire_uploads
from explorer.entry.imports import expire_imports
from export_formats.services import clean_exports
from exports.services.cleaning import clean_files
from layers.services.work_folders import private_folder, remove_abandoned

# Folders of the temporary one that readers of files work in, by the beginning of their names.
_WORK_FOLDERS = ("dataset-", "gisportal-sandbox-")
# Longer than any request or reading lasts.
_UNUSED_S = 6 * 3_600
# A tile is written in an instant.
_TILE_S = 3_600


def clean_remains() -> None:
    """Remove what is too old, too large, or left by a dead process; close folders that others could enter."""
    for folder in (
        settings.MEDIA_ROOT,
        settings.EXPORT_FOLDER,
        settings.PREPARED_FOLDER,
        settings.DASHBOARD_FOLDER,
        settings.BASEMAP_CACHE,
    ):
        if Path(folder).is_dir():
            private_folder(Path(folder))
    clean_files()
    clean_papers()
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
    """Remove the files of this user that nobody wrote to for ``age_s``."""
    for path in paths:
        try:
            found = path.lstat()
            if path.is_file() and found.st_uid == os.geteuid() and found.st_mtime < time.time() - age_s:
                path.unlink()
        except FileNotFoundError:  # another process removed it first
            continue
