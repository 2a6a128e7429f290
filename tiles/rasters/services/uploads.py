"""A raster uploaded on a page: stored, converted by a worker, put online when that was asked and is allowed.

The row is the truth: a worker moves it by updates that name the state they leave, so one that was cancelled or taken up
by another worker is left alone.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from layers.errors import BodyTooLarge, Forbidden, LayersError
from layers.models import Raster, RasterVersion, raster_folder
from layers.services.jobs import account_visitor
from layers.services.storage import storage_fault, storing
from layers.services.work_folders import private_folder, remove_abandoned
from layers.visitor import Visitor
from layers.vocabulary import UNFINISHED, JobState
from tiles.models import RasterUpload
from tiles.rasters.services.imports import WORK_PREFIX, RasterReading, import_raster
from tiles.rasters.services.versions import (
    RasterIdentity,
    check_load,
    check_publish,
    create_raster,
    publish_version,
)

logger = logging.getLogger(__name__)

# What a worker tries again.
TRANSIENT = (OperationalError, InterfaceError)
RECEIVED_PREFIX = "given-"
_TELL_EVERY_S = 0.5
_ORPHAN_S = 3_600.0


class ReceivedFile(Protocol):
    """A file received: its name at the sender's, its size in bytes when it is known, and its bytes, in order."""

    name: str | None

    @property
    def size(self) -> int | None:
        """The number of bytes, None when it is not known."""

    def chunks(self) -> Iterable[bytes]:
        """Yield the bytes."""


class _Cancelled(Exception):
    """Nobody wants the work any more."""


def order_import(
    *,
    raster: Raster,
    file: ReceivedFile,
    visitor: Visitor,
    order: Callable[[RasterUpload], None],
    reading: RasterReading | None = None,
    is_published: bool = False,
) -> RasterUpload:
    """Keep a file and give its conversion to the workers by ``order``.

    Raises:
        Forbidden: the person may not deliver it, or not put it online and asks to.
        BodyTooLarge: the file is over ``RASTER_UPLOAD_MAX_BYTES``.
        StorageFull: the disk has no room; nothing is left behind.
    """
    check_load(visitor, raster.layer)
    if is_published:
        check_publish(visitor, raster.layer)
    if visitor.user_id is None:
        raise Forbidden(_("Un raster se dépose avec un compte."))
    target = private_folder(raster_folder()) / f"{RECEIVED_PREFIX}{secrets.token_hex(16)}"
    try:
        with (
            storing(target.parent, file.size or 0),
            os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output,
        ):
            size = _write(output.write, file.chunks())
        with transaction.atomic():
            upload = RasterUpload.objects.create(
                owner_id=visitor.user_id,
                raster=raster,
                path=target.name,
                original_name=PurePosixPath((file.name or "").replace("\\", "/")).name[-255:] or "raster",
                size=size,
                reading=asdict(reading or RasterReading()),
                is_published=is_published,
                language=get_language() or settings.LANGUAGE_CODE,
            )
            order(upload)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return upload


def order_new_import(
    *,
    identity: RasterIdentity,
    file: ReceivedFile,
    visitor: Visitor,
    order: Callable[[RasterUpload], None],
    reading: RasterReading | None = None,
    is_published: bool = False,
) -> RasterUpload:
    """Make a raster and order the import of its first file: both, or nothing.

    Raises:
        Forbidden, InvalidParameter: as ``create_raster``.
        Forbidden, BodyTooLarge, StorageFull: as ``order_import``.
    """
    with transaction.atomic():
        raster = create_raster(identity=identity, visitor=visitor)
        return order_import(
            raster=raster, file=file, visitor=visitor, order=order, reading=reading, is_published=is_published
        )


def _write(write: Callable[[bytes], object], chunks: Iterable[bytes]) -> int:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > settings.RASTER_UPLOAD_MAX_BYTES:
            most = settings.RASTER_UPLOAD_MAX_BYTES // 1024**2
            raise BodyTooLarge(_("Le fichier dépasse %d Mo.") % most, parameter="file")
        write(chunk)
    return size


def cancel_upload(*, upload: RasterUpload) -> bool:
    """Cancel what is not finished; False when it was. The file goes; a worker that has it stops at its next news."""
    unfinished = RasterUpload.objects.filter(pk=upload.pk, state__in=UNFINISHED)
    is_cancelled = bool(unfinished.update(state=JobState.CANCELLED))
    if is_cancelled:
        upload.location.unlink(missing_ok=True)
    return is_cancelled


def convert_upload(*, key: uuid.UUID) -> None:
    """Do a worker's part: convert the file, with the rights its owner has now. Anything else is left as it is."""
    begun = {"state": JobState.RUNNING, "attempts": F("attempts") + 1, "heard_at": timezone.now()}
    if not RasterUpload.objects.filter(pk=key, state__in=UNFINISHED).update(**begun):
        return
    upload = RasterUpload.objects.select_related("raster__layer").get(pk=key)
    with override(upload.language):
        if upload.attempts > settings.PREPARED_MAX_ATTEMPTS:
            _end(
                upload,
                JobState.FAILED,
                fault=_("Le travail s’est interrompu plusieurs fois sur ce fichier."),
            )
            return
        _convert(upload)


def _convert(upload: RasterUpload) -> None:
    """Import the file of an upload, and write on its row how that ended."""
    try:
        version = _imported(upload)
    except _Cancelled:
        return
    except LayersError as error:
        _end(upload, JobState.FAILED, fault=error.detail)
    except Exception as error:
        fault = storage_fault(error)
        if fault is not None:
            _end(upload, JobState.FAILED, fault=fault.detail)
            return
        # What a worker tries again goes on; anything else is a fault of ours, which its log holds.
        if not isinstance(error, TRANSIENT):
            message = _("Le fichier n’a pas pu être préparé : l’erreur est consignée.")
            _end(upload, JobState.FAILED, fault=message)
        raise
    else:
        _end(upload, JobState.READY, version=version)


def _imported(upload: RasterUpload) -> RasterVersion:
    visitor = account_visitor(upload.owner_id, may_write=True)
    version = import_raster(
        raster=upload.raster,
        path=upload.location,
        name=upload.original_name,
        visitor=visitor,
        reading=RasterReading(**upload.reading),
        tell=_teller(upload),
    )
    if upload.is_published:
        publish_version(version=version, visitor=visitor)
    return version


def _heartbeat(upload: RasterUpload) -> bool:
    """Say that the work goes on; False when it is not this worker's any more."""
    changes = {"progress": upload.progress, "heard_at": timezone.now()}
    running = RasterUpload.objects.filter(pk=upload.pk, state=JobState.RUNNING, attempts=upload.attempts)
    return bool(running.update(**changes))


def _teller(upload: RasterUpload) -> Callable[[str, float], None]:
    """Return the callback that stores the progress now and then, and stops the work when it was cancelled."""
    last = 0.0

    def tell(phase: str, share: float) -> None:
        nonlocal last
        is_new = phase != upload.progress.get("phase")
        if not is_new and time.monotonic() - last < _TELL_EVERY_S:
            return
        last = time.monotonic()
        upload.progress = {"phase": phase, "share": share}
        if not _heartbeat(upload):
            raise _Cancelled

    return tell


def _end(upload: RasterUpload, state: JobState, **changes: object) -> None:
    running = RasterUpload.objects.filter(pk=upload.pk, state=JobState.RUNNING, attempts=upload.attempts)
    if running.update(state=state, progress={}, **changes):
        with suppress(OSError):  # on a read-only disk it stays, for the cleaning
            upload.location.unlink(missing_ok=True)


def clean_files() -> int:
    """Remove what no row names any more: files of dead imports, old uploads. Return how many files went."""
    folder = private_folder(raster_folder())
    remove_abandoned(folder, WORK_PREFIX)
    named = set(RasterVersion.objects.values_list("path", flat=True))
    named |= set(RasterUpload.objects.filter(state__in=UNFINISHED).values_list("path", flat=True))
    gone = 0
    for path in folder.iterdir():
        if path.name in named:
            continue
        with suppress(FileNotFoundError):  # another worker removes files too
            if path.is_file() and path.stat().st_mtime < time.time() - _ORPHAN_S:
                path.unlink()
                gone += 1
    return gone
