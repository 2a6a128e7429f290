"""Cleaning of prepared files while other processes delete the same files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.models import ExportOrder
from layers.services.jobs import clean_prepared
from layers.services.work_folders import remove_abandoned

OLD_S = 7_200
Deletion = Callable[[Path, int], None]


@pytest.fixture
def delete_at_stat(monkeypatch: pytest.MonkeyPatch) -> Deletion:
    """Delete a path, as another process does, just before its n-th ``stat``."""
    real: Any = Path.stat

    def schedule(target: Path, number: int) -> None:
        calls = []

        def stat(path: Path, **options: Any) -> Any:
            if path == target:
                calls.append(path)
                if len(calls) == number:
                    target.rmdir() if os.path.isdir(target) else target.unlink()
            return real(path, **options)

        monkeypatch.setattr(Path, "stat", stat)

    return schedule


def aged(path: Path) -> Path:
    before = time.time() - OLD_S
    os.utime(path, (before, before))
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_file_deleted_by_another_process_does_not_stop_the_cleaning(
    tmp_path: Path, delete_at_stat: Deletion, number: int
) -> None:
    files = [tmp_path / name for name in ("first.csv", "second.csv")]
    for file in files:
        file.touch()
        aged(file)
    delete_at_stat(files[0], number)
    clean_prepared(ExportOrder.objects.all(), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_folder_deleted_by_another_process_does_not_stop_the_cleaning(
    tmp_path: Path, delete_at_stat: Deletion, number: int
) -> None:
    folders = [tmp_path / name for name in ("tmp-first", "tmp-second")]
    for folder in folders:
        folder.mkdir()
        aged(folder)
    delete_at_stat(folders[0], number)
    remove_abandoned(tmp_path, "tmp")
    assert list(tmp_path.iterdir()) == []
