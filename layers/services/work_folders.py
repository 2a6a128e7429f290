"""Work folders of one process, removed by the next cleaning after it ends, even killed.

The process holds a lock on each (``flock`` on the folder itself), so that a folder in use is never mistaken for a
remainder. They are private to the portal: 0700.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from layers.services.storage import storing

# Between the birth of a folder and its lock.
_YOUNG_S = 60.0


def private_folder(folder: Path) -> Path:
    """Return a folder of this user alone (0700), made when it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


@contextmanager
def work_folder(parent: Path, prefix: str = "tmp") -> Iterator[Path]:
    """Make a new locked folder in ``parent``; it is deleted with its content at the end of the block.

    Raises:
        StorageFull: the disk of ``parent`` has no room, when the block begins or within it.
        OSError: ``parent`` cannot be written for another reason.
    """
    with storing(parent):
        folder = Path(mkdtemp(dir=parent, prefix=prefix))
    try:
        with storing(folder):  # inside: what is known of the room is asked before the folder goes
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                yield folder
            finally:
                os.close(descriptor)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(parent: Path, prefix: str = "", *, age_s: float = _YOUNG_S) -> int:
    """Remove the folders of ``parent`` that no living process holds; return how many.

    Only those of this user, whose name begins with ``prefix``, and that are older than ``age_s``.
    """
    removed = 0
    for folder in parent.glob(f"{prefix}*"):
        with suppress(FileNotFoundError):  # removed just now by another process
            state = folder.lstat()
            is_ours = stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid()
            if is_ours and state.st_mtime < time.time() - age_s and not _is_in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed


def old_files(folder: Path, *, age_s: float) -> Iterator[Path]:
    """Yield the files of a folder unchanged for ``age_s``; other processes may delete some meanwhile."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # deleted just now by another process
            state = path.stat()
            if stat.S_ISREG(state.st_mode) and state.st_mtime < time.time() - age_s:
                yield path


def folder_size(folder: Path) -> int:
    """Return the bytes of the files below a folder; other programs may delete some meanwhile."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # an auxiliary file of a writer
            state = path.lstat()
            size += state.st_size if stat.S_ISREG(state.st_mode) else 0
    return size


def _is_in_use(folder: Path) -> bool:
    """Whether a process works there. Names are never given twice: none begins to while it is removed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
