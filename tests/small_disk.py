"""A disk for the folders of a test, filled and emptied by it: a small file system of its own where mounts are allowed.

Elsewhere, and in runs that are not thorough, a full disk is two things at once: a reserve that no disk has, and
``/dev/full`` for temporary files.
"""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

_NO_DISK_HAS_BYTES = 2**60
SIZE_BYTES = 8 * 1024 * 1024
FOLDERS = {
    "exports": "EXPORT_FOLDER",
    "prepared": "PREPARED_FOLDER",
    "dashboards": "DASHBOARD_FOLDER",
    "media": "MEDIA_ROOT",
    "basemaps": "BASEMAP_CACHE",
    "mail": "EMAIL_FOLDER",
}


class SmallDisk:
    """The disk at ``folder``; ``is_real`` when it is a file system of its own, which a failure makes read-only."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        *,
        is_real: bool,
        is_failing: bool = False,
    ) -> None:
        self.folder, self.is_real, self.is_failing = folder, is_real, is_failing
        self._settings, self._monkeypatch = settings, monkeypatch
        self._filling = folder / "filling"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        for name, setting in FOLDERS.items():
            (folder / name).mkdir()
            setattr(settings, setting, folder / name)
        settings.DISK_RESERVE_BYTES = 0
        monkeypatch.setattr(tempfile, "tempdir", str(self.temporary))

    def fill(self) -> None:
        """Leave no room, or fail."""
        if self.is_failing:
            _remount(self.folder, "ro")
            return
        if self.is_real:
            _fill(self._filling)
            return
        self._settings.DISK_RESERVE_BYTES = _NO_DISK_HAS_BYTES
        self._monkeypatch.setattr(tempfile, "TemporaryFile", _full_file)

    def empty(self) -> None:
        """Make room again, or work again."""
        if self.is_failing:
            _remount(self.folder, "rw")
            return
        if self.is_real:
            self._filling.unlink()
            return
        self._settings.DISK_RESERVE_BYTES = 0
        self._monkeypatch.setattr(tempfile, "TemporaryFile", _TEMPORARY_FILE)

    def files(self) -> list[str]:
        """Return the files on the disk, without what fills it."""
        paths = (path for path in self.folder.rglob("*") if path.is_file() and path != self._filling)
        return sorted(str(path.relative_to(self.folder)) for path in paths)


_TEMPORARY_FILE = tempfile.TemporaryFile


def _full_file(*_arguments: Any, **_options: Any) -> Any:
    return open("/dev/full", "r+b", buffering=0)


def _remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(folder)], check=True)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """Mount a file system of ``SIZE_BYTES`` on a folder, in memory; skip the test where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_BYTES}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small file system needs the right to mount one (root)")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
