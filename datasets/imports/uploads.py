"""Reads of the files that wait in the wizard: an upload is its owner's alone, for everyone else it does not exist."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from datasets.models import UPLOAD_FOLDER, Dataset, Delivery, Upload
from datasets.vocabulary import WAS_ACCEPTED
from layers.errors import StorageFull, UnknownFeature
from layers.services.jobs import remove_orphans
from layers.services.storage import storing
from layers.visitor import Visitor
from layers.vocabulary import UNFINISHED


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
    """Write a received file to the private folder and return its row, not requested yet; remove files grown too old.

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


def abandon_upload(*, upload: Upload) -> None:
    """Take the file and its row away."""
    upload.location.unlink(missing_ok=True)
    upload.delete()


def forget_delivered(*, delivery: Delivery) -> None:
    """Delete the files of a delivery that is online; one with other parts stays until it is too old.

    So does one that is being loaded again meanwhile.
    """
    for upload in Upload.objects.filter(delivery=delivery).exclude(state__in=UNFINISHED):
        if len(upload.options.get("guess", {}).get("parts", ())) < 2:  # nothing else can be taken from it
            abandon_upload(upload=upload)


def expire_uploads(*, now: dt.datetime) -> int:
    """Take away the files older than the setting ``DATASET_UPLOAD_MAX_AGE_HOURS``, and those without a row.

    One that a worker has, or is about to have, stays until the work ends.
    """
    age = dt.timedelta(hours=settings.DATASET_UPLOAD_MAX_AGE_HOURS)
    old = list(
        Upload.objects.filter(created_at__lt=now - age).exclude(
            state__in=UNFINISHED, heartbeat_at__gt=now - age
        )
    )
    for upload in old:
        abandon_upload(upload=upload)
    paths = set(Upload.objects.values_list("path", flat=True))
    remove_orphans(_folder(), lambda file: file.name in paths, age_s=age.total_seconds())
    return len(old)
