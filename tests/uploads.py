"""Files that wait for a worker: what it would do, done in the process of the test."""

from __future__ import annotations

from unittest.mock import patch

from datasets.imports import worker
from datasets.models import Upload
from datasets.vocabulary import BUSY_UPLOADS, UploadState

# The watcher looks from a connection of its own, which sees nothing of a test that is rolled back.
_NEVER_S = 3_600.0


def work() -> None:
    """Read and load everything that was ordered."""
    for upload in Upload.objects.filter(state__in=BUSY_UPLOADS).order_by("started_at"):
        with patch.object(worker, "WATCH_S", _NEVER_S):
            if upload.state == UploadState.LOADING:
                worker.load(key=upload.pk)
            else:
                worker.read(key=upload.pk)
