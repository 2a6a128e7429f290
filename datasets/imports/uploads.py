"""Reads of the files that wait in the wizard: an upload is its owner's alone, for everyone else it does not exist."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import secrets
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from django.conf import settings
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from datasets.models import UPLOAD_FOLDER, Dataset, Delivery, Upload
from datasets.vocabulary import BUSY_UPLOADS, WAS_ACCEPTED, UploadState
from layers.errors import StorageFull, UnknownFeature
from layers.services.storage import storing
from layers.visitor import Visitor


def upload_of(visitor: Visitor, key: uuid.UUID) -> Upload:
    """Return the visitor's own upload.

    Raises:
        UnknownFeature: there is none of this key, or it is somebody else's.
    """
    upload = (
        Upload.objects.select_related("dataset__layer", "delivery__dataset__layer")
        .filter(pk=key, owner_id=visitor.user_id)
        .first()
        if visitor.user_id
        else None
    )
    if upload is None:
        raise UnknownFeature(_("Ce dépôt n’existe pas, ou n’existe plus."), parameter="depot")
    return upload


def waiting_uploads(visitor: Visitor) -> list[Upload]:
    """Return the visitor's uploads that nothing to publish has come out of yet, newest first."""
    if not visitor.user_id:
        return []
    uploads = Upload.objects.select_related("dataset__layer").filter(owner_id=visitor.user_id)
    return list(uploads.exclude(delivery__state__in=WAS_ACCEPTED))


def upload_of_delivery(visitor: Visitor, delivery: Delivery) -> Upload | None:
    """Return the visitor's own file that a delivery came out of, while it is stored."""
    return Upload.objects.filter(delivery=delivery, owner_id=visitor.user_id).first()


_MAX_NAME = 255


class Chunks(Protocol):
    """A file received: its name at the sender's, its size in bytes when it is known, and its bytes, in order."""

    name: str | None

    @property
    def size(self) -> int | None:
        """The number of bytes, None when it is not known."""

    def chunks(self) -> Iterable[bytes]:
        """Yield the bytes."""


def store_upload(*, file: Chunks, owner_id: int, dataset: Dataset | None) -> Upload:
    """Write a received file to the private folder and return its row, *received*. Files grown too old go away first.

    Raises:
        StorageFull: the disk has no room; nothing is left behind.
        OSError: the folder cannot be written; nothing is left behind.
    """
    expire_uploads(now=timezone.now())
    name = PurePosixPath((file.name or "").replace("\\", "/")).name[-_MAX_NAME:] or "fichier"
    target = free_path(name)
    try:
        with storing(target.parent, file.size or 0):
            sha256, size = _write(target, file.chunks())
    except (OSError, StorageFull):
        target.unlink(missing_ok=True)
        raise
    return Upload.objects.create(
        owner_id=owner_id,
        dataset=dataset,
        path=target.name,
        original_name=name,
        sha256=sha256,
        size=size,
        language=get_language() or settings.LANGUAGE_CODE,
    )


def free_path(name: str) -> Path:
    """Return a random path in the private folder, with the suffix of a file's name when it is a plain one."""
    suffix = "".join(PurePosixPath(name).suffixes[-2:])[:20]
    is_plain = all(part.isascii() and part.isalnum() for part in suffix.split(".") if part)
    return _folder() / (secrets.token_hex(20) + (suffix.lower() if is_plain else ""))


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / UPLOAD_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(target: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write ``chunks`` to a new private file; return its SHA-256 and its length."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
        for chunk in chunks:
            output.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def begin_work(*, key: uuid.UUID, states: Sequence[str], now: dt.datetime) -> Upload | None:
    """Take an upload for one worker, once more; None when it does not wait for this work (any more).

    Reading and loading are states of their own: what was received is being read from here on.
    """
    count = Upload.objects.filter(pk=key, state__in=states).update(
        state=Case(When(state=UploadState.RECEIVED, then=Value(UploadState.READING)), default=F("state")),
        attempts=F("attempts") + 1,
        heard_at=now,
        fault="",
    )
    return Upload.objects.select_related("dataset__layer", "delivery").get(pk=key) if count else None


def work_of(upload: Upload) -> QuerySet[Upload]:
    """Select the upload as long as the work that a worker began is its own."""
    conditions = {"state": upload.state, "orders": upload.orders, "attempts": upload.attempts}
    return Upload.objects.filter(pk=upload.pk, **conditions)


def change_work(*, upload: Upload, **changes: Any) -> bool:
    """Write a worker's state of an upload; False when it is no longer this worker's: cancelled, or taken over.

    The upload that is given has what was written.
    """
    if not work_of(upload).update(**changes):
        return False
    for name, value in changes.items():
        setattr(upload, name, value)
    return True


def abandon_upload(*, upload: Upload) -> None:
    """Take the file and its row away."""
    upload.location.unlink(missing_ok=True)
    upload.delete()


def forget_delivered(*, delivery: Delivery) -> None:
    """Delete the files of a delivery that is online; one with other parts stays until it is too old.

    So does one that is being loaded again meanwhile.
    """
    for upload in Upload.objects.filter(delivery=delivery).exclude(state__in=BUSY_UPLOADS):
        if len(upload.options.get("guess", {}).get("parts", ())) < 2:  # nothing else can be taken from it
            abandon_upload(upload=upload)


def expire_uploads(*, now: dt.datetime) -> int:
    """Take away the files older than the setting ``DATASET_UPLOAD_MAX_AGE_HOURS``, and those without a row.

    One that a worker has, or is about to have, stays until the work ends.
    """
    limit = now - dt.timedelta(hours=settings.DATASET_UPLOAD_MAX_AGE_HOURS)
    old = list(
        Upload.objects.filter(created_at__lt=limit).exclude(state__in=BUSY_UPLOADS, heard_at__gt=limit)
    )
    for upload in old:
        abandon_upload(upload=upload)
    paths = set(Upload.objects.values_list("path", flat=True))
    for file in _folder().iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process took it away first
            if file.name not in paths and file.stat().st_mtime < limit.timestamp():
                file.unlink()
    return len(old)
