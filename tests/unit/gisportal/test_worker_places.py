"""The file of a living worker: who is there, and what a disk without room takes from it."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import pytest

from gisportal.worker import first_free_slot


def full(*_arguments: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_place_names_its_last_worker(tmp_path: Path) -> None:
    with first_free_slot(tmp_path) as place:
        place.hold(1)
        place.hold(23)
        assert place.worker_id == 23


def test_a_disk_without_room_keeps_no_worker_from_its_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with first_free_slot(tmp_path) as place, caplog.at_level(logging.ERROR):
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            place.hold(1)
            place.hold(1)
        lines = len(caplog.records)
        place.hold(1)
        assert (lines, place.worker_id) == (1, 1)
