"""A raster uploaded on a page: stored, converted by a worker, put online when that is requested and allowed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.errors import BodyTooLarge, Forbidden, LayersError
from layers.models import Raster, RasterVersion, raster_folder
from layers.services.jobs import JobKind, JobRun, account_visitor, remove_orphans
from layers.services.storage import storing
from layers.services.work_folders import private_folder
from layers.visitor import Visitor
from layers.vocabulary import UNFINISHED
from publication.services import publish_or_submit
from tiles.models import RasterUpload
from tiles.rasters.services.imports import WORK_PREFIX, RasterReading, import_raster
from tiles.rasters.services.versions import (
    RasterIdentity,
    RasterVersionSubject,
    check_load,
    check_publish,
    create_raster,
    remove_version,
)

RECEIVED_PREFIX = "given-"


class RasterUploadKind(JobKind[RasterUpload]):
    """Conversions of files given for rasters; one raster has one conversion at a time."""

    model = RasterUpload
    task = "rasters.convert"
    related = ("raster__layer",)

    def queue_lock(self, job: RasterUpload) -> str:
        """Return the name of the raster."""
        return f"rasters {job.raster_id}"

    def work(self, job: RasterUpload, run: JobRun) -> Mapping[str, Any]:
        """Convert the file with the rights its owner has now."""
        version = import_raster(
            raster=job.raster,
            path=job.location,
            name=job.original_name,
            visitor=account_visitor(job.owner_id, may_write=True),
            reading=RasterReading(**job.reading),
            tell=lambda phase, share: run.report(phase=phase, share=share),
        )
        return {"version": version}

    def finish(self, job: RasterUpload, result: Mapping[str, Any]) -> bool:
        """Put the version online when that was asked, or submit it; remove it when it is not wanted any more."""
        version = result["version"]
        with transaction.atomic():
            is_current = super().finish(job, {"version": version, "progress": {}})
            if is_current and job.is_published:
                owner = account_visitor(job.owner_id, may_write=True)
                publish_or_submit(subject=RasterVersionSubject(version), visitor=owner)
            if not is_current:
                remove_version(version=version)
        return is_current

    def ended(self, job: RasterUpload, error: LayersError | None = None) -> None:
        """Remove the file: a version was made of it, or nothing will be."""
        with suppress(OSError):  # on a read-only disk it stays, for the cleaning
            job.location.unlink(missing_ok=True)

    def cancel(self, job: RasterUpload) -> bool:
        """Cancel an unfinished upload and remove the file; False when it was finished."""
        is_cancelled = super().cancel(job)
        if is_cancelled:
            job.location.unlink(missing_ok=True)
        return is_cancelled

    def clean(self) -> None:
        """Requeue silent jobs; remove the files of dead imports, of old uploads and of rasters that were deleted."""
        super().clean()
        paths = set(RasterVersion.objects.values_list("path", flat=True))
        paths |= set(self.jobs.filter(state__in=UNFINISHED).values_list("path", flat=True))
        folder = private_folder(raster_folder())
        remove_orphans(folder, lambda path: path.name in paths, prefix=WORK_PREFIX)


RASTER_UPLOADS = RasterUploadKind()


class ReceivedFile(Protocol):
    """A file received: its name at the sender's, its size in bytes when it is known, and its bytes, in order."""

    name: str | None

    @property
    def size(self) -> int | None:
        """The number of bytes, None when it is not known."""

    def chunks(self) -> Iterable[bytes]:
        """Yield the bytes."""


def request_import(
    *,
    raster: Raster,
    file: ReceivedFile,
    visitor: Visitor,
    reading: RasterReading | None = None,
    is_published: bool = False,
) -> RasterUpload:
    """Store a file and queue its conversion.

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
                requested_at=timezone.now(),
            )
            RASTER_UPLOADS.enqueue(upload)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return upload


def request_new_import(
    *,
    identity: RasterIdentity,
    file: ReceivedFile,
    visitor: Visitor,
    reading: RasterReading | None = None,
    is_published: bool = False,
) -> RasterUpload:
    """Make a raster and request the import of its first file: both, or nothing.

    Raises:
        Forbidden, InvalidParameter: as ``create_raster``.
        Forbidden, BodyTooLarge, StorageFull: as ``request_import``.
    """
    with transaction.atomic():
        raster = create_raster(identity=identity, visitor=visitor)
        return request_import(
            raster=raster, file=file, visitor=visitor, reading=reading, is_published=is_published
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
