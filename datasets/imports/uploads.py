"""Files that wait in the wizard: kept under a random name, claimed by one submission at a time, and taken away.

The folder is ``MEDIA_ROOT/imports`` (0700, files 0600): no address serves it. A file leaves with its row: when its
delivery is online or refused for good, when its owner abandons it, or when it grew too old.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from datasets.models import Dataset, Delivery, Upload
from datasets.models.upload import STALE_AFTER, UPLOAD_FOLDER

_MAX_NAME = 255


class Chunks(Protocol):
    """A file received: its name at the sender's and its bytes, in order."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield the bytes."""


def store_upload(*, file: Chunks, owner_id: int, dataset: Dataset | None) -> Upload:
    """Write a received file to the private folder and return its row. Files grown too old go away first.

    Raises:
        OSError: the disk is full or the folder cannot be written; nothing is left behind.
    """
    expire_uploads(now=timezone.now())
    name = PurePosixPath((file.name or "").replace("\\", "/")).name[-_MAX_NAME:] or "fichier"
    suffix = "".join(PurePosixPath(name).suffixes[-2:])[:20]
    is_plain = all(part.isascii() and part.isalnum() for part in suffix.split(".") if part)
    target = _folder() / (secrets.token_hex(20) + (suffix.lower() if is_plain else ""))
    try:
        sha256, size = _write(target, file.chunks())
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return Upload.objects.create(
        owner_id=owner_id, dataset=dataset, path=target.name, original_name=name, sha256=sha256, size=size
    )


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / UPLOAD_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(target: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write ``chunks`` to a new file that nobody else reads; return its SHA-256 and its length."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
        for chunk in chunks:
            output.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def remember(*, upload: Upload, options: Mapping[str, Any]) -> None:
    """Keep what the owner said of the file."""
    upload.options = {**upload.options, **options}
    upload.save(update_fields=["options"])


def claim_upload(*, upload: Upload, after: int | None, now: dt.datetime) -> bool:
    """Take the file for one loading; False when another submission has it, or has loaded it meanwhile.

    ``after`` is the delivery that the person saw come out of the file when they sent the form, None for none yet: the
    same form sent twice is one loading. A claim whose process died is free again after ``STALE_AFTER``.
    """
    free = Q(started_at__isnull=True) | Q(started_at__lt=now - STALE_AFTER)
    seen = Q(delivery__isnull=True) if after is None else Q(delivery_id=after)
    taken = Upload.objects.filter(free, seen, pk=upload.pk).update(started_at=now)
    return taken == 1


def release_upload(*, upload: Upload) -> None:
    """Give the file back after a loading, with what came out of it: its dataset and its delivery."""
    upload.started_at = None
    upload.save(update_fields=["started_at", "dataset", "delivery"])


def abandon_upload(*, upload: Upload) -> None:
    """Take the file and its row away."""
    upload.location.unlink(missing_ok=True)
    upload.delete()


def forget_delivered(*, delivery: Delivery) -> None:
    """Take away the files of a delivery that is online."""
    for upload in Upload.objects.filter(delivery=delivery):
        abandon_upload(upload=upload)


def expire_uploads(*, now: dt.datetime) -> int:
    """Take away the files older than the setting ``DATASET_UPLOAD_MAX_AGE_HOURS``, and those without a row."""
    limit = now - dt.timedelta(hours=settings.DATASET_UPLOAD_MAX_AGE_HOURS)
    old = list(Upload.objects.filter(created_at__lt=limit))
    for upload in old:
        abandon_upload(upload=upload)
    known = set(Upload.objects.values_list("path", flat=True))
    for file in _folder().iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process took it away first
            if file.name not in known and file.stat().st_mtime < limit.timestamp():
                file.unlink()
    return len(old)
