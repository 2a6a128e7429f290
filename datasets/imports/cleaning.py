"""Imports that stopped without a word: ordered again when no worker has them, and cancelled ones leave nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from datasets.imports.cancellation import clear_cancelled
from datasets.imports.uploads import change_work
from datasets.models import Upload
from datasets.vocabulary import BUSY_UPLOADS, UploadState


def clean_imports(*, order: Callable[[Upload], None]) -> int:
    """Give to ``order`` the works that nothing was heard of for long; return how many."""
    silent = [upload for upload in Upload.objects.filter(state__in=BUSY_UPLOADS) if upload.is_stale]
    for upload in silent:
        if change_work(upload=upload, heard_at=timezone.now()):
            order(upload)
    for key in Upload.objects.filter(state=UploadState.CANCELLED).values_list("pk", flat=True):
        clear_cancelled(key=key)
    return len(silent)
