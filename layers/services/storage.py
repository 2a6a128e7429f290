"""Room on disk: no file is begun below the reserve, and every write that finds no room raises ``StorageFull``.

The reserve (``DISK_RESERVE_BYTES``) is what files of the portal leave to the rest of their disk: database, logs,
messages.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg.errors
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from layers.errors import ExportFailed, LayersError, StorageFull

logger = logging.getLogger(__name__)

# Full, over a quota, or mounted read-only: the kernel makes it so when a disk fails.
_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
# Result code of SQLite, which writes GeoPackages: its module is for the processes that read files.
_SQLITE_FULL = 13
# Libraries tell a failed write in words of their own; with less room than this on the disk, it is the reason.
_NO_ROOM_BYTES = 64 * 1024


def free_bytes(folder: Path) -> int:
    """Return the bytes that a folder, made or not, may still hold; 0 when it is read-only or has no inode left."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    state = os.statvfs(existing)
    is_closed = state.f_flag & os.ST_RDONLY or (state.f_files and not state.f_favail)
    return 0 if is_closed else state.f_bavail * state.f_frsize


def check_space(folder: Path, size: int = 0) -> None:
    """Refuse to write ``size`` bytes in a folder whose disk would then be below the reserve.

    Raises:
        StorageFull: it would.
    """
    free = free_bytes(folder)
    if free < size + max(settings.DISK_RESERVE_BYTES, _NO_ROOM_BYTES):
        logger.error("No room in %s: %d MiB are free, with a reserve of %d", folder, *_mebibytes(free))
        raise StorageFull


def _mebibytes(free: int) -> tuple[int, int]:
    return free // 1024**2, settings.DISK_RESERVE_BYTES // 1024**2


@contextmanager
def storing(folder: Path, size: int = 0) -> Iterator[None]:
    """Let the block write in a folder: refuse at once below the reserve, and when the disk is full.

    Raises:
        StorageFull: no room; what the block wrote is for it to remove.
    """
    check_space(folder, size)
    try:
        yield
    except Exception as error:
        fault = storage_fault(error)
        if fault is None and _is_of_a_library(error) and free_bytes(folder) < _NO_ROOM_BYTES:
            fault = _logged(error)
        if fault is None or fault is error:
            raise
        raise fault from error


def storage_fault(error: BaseException) -> StorageFull | None:
    """Return the fault for a write that a disk refused, the portal's or PostgreSQL's; None for any other error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, StorageFull):
            return cause
        if isinstance(cause, psycopg.errors.DiskFull):
            detail = _(
                "La base de données n’a plus de place : recommencez plus tard, ou prévenez l’équipe SIG."
            )
            return _logged(cause, detail)
        if _is_refused_write(cause):
            return _logged(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return None


def _is_refused_write(error: BaseException) -> bool:
    if getattr(error, "sqlite_errorcode", None) == _SQLITE_FULL:
        return True
    return isinstance(error, OSError) and error.errno in _ERRNOS


def _is_of_a_library(error: Exception) -> bool:
    """Whether an error may be that of a library that failed to write; other faults of the kernel say what they are."""
    return isinstance(error, ExportFailed) or not isinstance(error, LayersError | DatabaseError)


def _logged(error: BaseException, detail: str = "") -> StorageFull:
    """Return the fault, once the log has its reason in one line."""
    logger.error("A write found no room: %s", str(error).strip().partition("\n")[0])
    return StorageFull(detail)
