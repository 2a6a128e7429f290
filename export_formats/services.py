"""Exports kept for a while: a download that breaks goes on, and a second reader waits for nothing.

A file is kept under what it depends on: the permissions, the version of the data, the question, the format. Two scopes
never share one. The oldest go when they are too old or take too much room together.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from django.conf import settings
from django.dispatch import Signal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from export_formats.registry import Format, WrittenFile, check_export, file_name, write_export
from export_formats.rows import watching
from layers.errors import Busy, TooManyRequests
from layers.formats.http_validators import HttpValidators, http_validators
from layers.queries import Selection
from layers.services.storage import check_space, free_bytes
from layers.services.work_folders import private_folder, work_folder
from layers.sql.advisory_locks import slot
from layers.visitor import Visitor

# Sent by who gives somebody the file of a selection, with ``scope`` (that of the selection, other layers included),
# ``extension``, ``rows`` (None when they are not known) and ``question``, its parameters by name.
export_sent = Signal()
_SEPARATOR = "."
# How long an export lasts, more or less.
_RETRY_AFTER_S = 10


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file ready to be sent: ``body`` is open at its beginning, ``stamp`` tells this copy from another one."""

    body: BinaryIO
    written: WrittenFile
    stamp: str


def export_freshness(selection: Selection, kind: Format) -> HttpValidators:
    """Return the validators of an export: all that its content depends on, but for the moment it is written."""
    names = ",".join(field.name for field in selection.fields)
    parameters = (f"{name}={value}" for name, value in selection.query.fingerprint)
    parts = (
        kind.variant,
        selection.query.crs.uri,
        names,
        str(selection.order),
        get_language() or "",
        *parameters,
    )
    return http_validators(selection.scope, selection.version, parts)


def digest_of(fresh: HttpValidators) -> str:
    """Return the opaque part of the validator."""
    return fresh.etag.split('"')[1]


def prepare_export(selection: Selection, kind: Format) -> ExportFile:
    """Return the export of a selection, written now or kept from before.

    Raises:
        Forbidden, InvalidParameter, UnknownCrs, TooSlow, ExportFailed: as ``write_export``.
        TooManyRequests, Busy: as ``export_slot``, when there is a file to write.
        StorageFull: there is no room for one.
    """
    check_export(selection, kind)
    folder = Path(settings.EXPORT_FOLDER)
    digest = digest_of(export_freshness(selection, kind))
    stored = _stored(folder, digest, selection, kind)
    if stored is not None:
        return stored
    private_folder(folder)
    with export_slot(selection.scope.visitor):
        return _written(folder, digest, selection, kind)


@contextmanager
def export_slot(visitor: Visitor) -> Iterator[None]:
    """Hold the right to write a file: a client writes two at once, all of them together four.

    One client can then take half of what the portal does, and the next one is served. Work that is nobody's is not
    bounded.

    Raises:
        TooManyRequests: this client is writing as many as one may.
        Busy: so are others.
    """
    if not visitor.client_key:
        yield
        return
    with slot(f"exports of {visitor.client_key}", settings.EXPORTS_AT_ONCE_EACH) as is_own:
        if not is_own:
            raise TooManyRequests(
                _("Vos autres fichiers sont en cours d’écriture : recommencez quand ils seront arrivés."),
                retry_after=_RETRY_AFTER_S,
            )
        with slot("exports", settings.EXPORTS_AT_ONCE) as is_free:
            if not is_free:
                raise Busy(
                    _("Le portail écrit déjà plusieurs fichiers : recommencez dans quelques secondes."),
                    retry_after=_RETRY_AFTER_S,
                )
            yield


def is_prepared(selection: Selection, kind: Format) -> bool:
    """Whether the file is there: it would be sent without waiting."""
    digest = digest_of(export_freshness(selection, kind))
    return any(Path(settings.EXPORT_FOLDER).glob(f"{digest}{_SEPARATOR}*"))


def clean_exports(*, folder: Path, max_age_s: float, max_bytes: int) -> int:
    """Remove the files nobody asked for since ``max_age_s``, then the oldest above ``max_bytes``; return how many."""
    files = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # cleaned by another process
            state = path.stat()
            if S_ISREG(state.st_mode):
                files.append((state.st_mtime, state.st_size, path))
    limit, room, removed = time.time() - max_age_s, max_bytes, 0
    for moment, size, path in sorted(files, reverse=True):
        room -= size
        if moment < limit or room < 0:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _stored(folder: Path, digest: str, selection: Selection, kind: Format) -> ExportFile | None:
    for path in folder.glob(f"{digest}{_SEPARATOR}*"):
        _digest, rows, stamp = path.name.split(_SEPARATOR)[:3]
        try:
            body = path.open("rb")
        except FileNotFoundError:  # cleaned just now
            continue
        with suppress(OSError):  # a disk that takes nothing is still read
            os.utime(path)
        size = os.fstat(body.fileno()).st_size
        name = file_name(selection, kind)
        return ExportFile(body, WrittenFile(int(rows), size, kind.media_type, name), stamp)
    return None


def _written(folder: Path, digest: str, selection: Selection, kind: Format) -> ExportFile:
    clean_exports(folder=folder, max_age_s=settings.EXPORT_MAX_AGE_S, max_bytes=settings.EXPORT_MAX_BYTES)
    if free_bytes(folder) < settings.DISK_RESERVE_BYTES:
        clean_exports(folder=folder, max_age_s=_RETRY_AFTER_S, max_bytes=settings.EXPORT_MAX_BYTES)
    # Writers put auxiliary files beside theirs: all are in a folder of this export alone.
    with work_folder(folder) as own:
        path = own / f"export.{kind.extension}"
        with watching(lambda: check_space(folder)):
            written = write_export(selection, kind, path)
        stamp = f"{time.time_ns():x}"
        name = _SEPARATOR.join((digest, str(written.rows), stamp, kind.extension))
        path.chmod(0o600)
        body = path.open("rb")
        path.rename(folder / name)
    return ExportFile(body, written, stamp)
