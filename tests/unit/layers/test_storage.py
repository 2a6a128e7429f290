"""Room on disk: what is refused before it is begun, and which errors are a disk that takes no more."""

from __future__ import annotations

import errno
import logging
import sqlite3
from pathlib import Path

import psycopg.errors
import pytest
from django.db import OperationalError
from pytest_django import Settings

from layers.errors import ExportFailed, StorageFull, TooSlow
from layers.services import storage
from layers.services.storage import check_space, free_bytes, storage_fault, storing
from layers.services.work_folders import work_folder


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def sqlite_full() -> Exception:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    OSError(errno.EROFS, "Read-only file system"),
    psycopg.errors.DiskFull("could not extend file"),
    caused(OperationalError("could not extend file"), psycopg.errors.DiskFull()),
    caused(RuntimeError("a library"), OSError(errno.ENOSPC, "")),
    sqlite_full(),
]
OTHER = [
    OSError(errno.EACCES, "Permission denied"),
    OSError(errno.EFBIG, "File too large"),
    FileNotFoundError(errno.ENOENT, ""),
    OperationalError("server closed the connection"),
    ValueError("a defect"),
]


@pytest.mark.parametrize("error", FULL, ids=repr)
def test_a_disk_that_takes_no_more_is_one_fault(error: Exception) -> None:
    assert isinstance(storage_fault(error), StorageFull)


@pytest.mark.parametrize("error", OTHER, ids=repr)
def test_another_error_is_no_full_disk(error: Exception) -> None:
    assert storage_fault(error) is None


def test_a_full_disk_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        storage_fault(OSError(errno.ENOSPC, "No space left on device"))
    assert [record.getMessage() for record in caplog.records] == [
        "A write found no room: [Errno 28] No space left on device"
    ]


def test_nothing_is_begun_below_the_reserve(settings: Settings, tmp_path: Path) -> None:
    settings.DISK_RESERVE_BYTES = free_bytes(tmp_path) + 2**30
    with pytest.raises(StorageFull):
        check_space(tmp_path)


def test_the_size_of_a_file_counts_with_the_reserve(tmp_path: Path) -> None:
    with pytest.raises(StorageFull):
        check_space(tmp_path, free_bytes(tmp_path))


def test_the_room_of_a_folder_that_is_not_made_yet_is_that_of_its_disk(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "a" / "b") > 0


@pytest.mark.parametrize("error", [RuntimeError("write failed"), ExportFailed("write failed")], ids=repr)
def test_a_library_that_fails_on_a_disk_without_room_is_a_full_disk(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, error: Exception
) -> None:
    settings.DISK_RESERVE_BYTES = 0
    told = iter([2**30, 0])  # before the block, after it
    monkeypatch.setattr(storage, "free_bytes", lambda _folder: next(told))
    with pytest.raises(StorageFull), storing(tmp_path):
        raise error


def test_a_fault_with_words_of_its_own_keeps_them(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.DISK_RESERVE_BYTES = 0
    told = iter([2**30, 0])  # before the block, after it
    monkeypatch.setattr(storage, "free_bytes", lambda _folder: next(told))
    with pytest.raises(TooSlow), storing(tmp_path):
        raise TooSlow("narrow it")


def test_a_work_folder_goes_when_the_disk_is_full(tmp_path: Path) -> None:
    with pytest.raises(StorageFull), work_folder(tmp_path) as folder:
        (folder / "half").write_bytes(b"half")
        Path("/dev/full").write_bytes(b"rest")
    assert list(tmp_path.iterdir()) == []
