"""What killed processes left goes, what is in use stays, and nobody else reads either."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from export_formats.registry import FORMATS
from export_formats.services import prepare_export
from gisportal.jobs import remove_stale_files
from layers.services.work_folders import private_folder, remove_abandoned, work_folder
from tests.selections import selected
from tests.world import TREES, World


def aged(path: Path, seconds: float) -> Path:
    """Make something look as old as that."""
    moment = time.time() - seconds
    os.utime(path, (moment, moment))
    return path


def folder_in(parent: Path, name: str, age: float) -> Path:
    """Make a folder with a file in it, that old."""
    (parent / name).mkdir(parents=True)
    (parent / name / "half").touch()
    return aged(parent / name, age)


@pytest.fixture
def data(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folders of a portal, in the folder of this test."""
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"
    settings.MEDIA_ROOT, settings.BASEMAP_CACHE = tmp_path / "media", tmp_path / "basemaps"
    for name in ("exports", "prepared", "media", "basemaps", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


HOURS = 3_600
LEFT: dict[str, Callable[[Path], Path]] = {
    "an export": lambda data: folder_in(data / "exports", "tmpabc", 120),
    "a prepared export": lambda data: folder_in(data / "prepared", "0000-abc", 120),
    "a reading": lambda data: folder_in(data / "temporary", "dataset-abc", 7 * HOURS),
    "an upload": lambda data: aged(Path(tempfile.mkstemp(suffix=".upload.zip")[1]), 7 * HOURS),
    "a tile": lambda data: aged(Path(tempfile.mkstemp(dir=data / "basemaps", prefix=".")[1]), 2 * HOURS),
}
USED: dict[str, Callable[[Path], Path]] = {
    "an export that begins": lambda data: folder_in(data / "exports", "tmpabc", 5),
    "a reading": lambda data: folder_in(data / "temporary", "dataset-abc", HOURS),
    "an upload": lambda data: aged(Path(tempfile.mkstemp(suffix=".upload.zip")[1]), HOURS),
    "another program": lambda data: folder_in(data / "temporary", "something", 7 * HOURS),
}


@pytest.mark.django_db
@pytest.mark.parametrize("make", LEFT.values(), ids=LEFT)
def test_what_a_killed_process_left_goes(data: Path, make: Callable[[Path], Path]) -> None:
    left = make(data)
    remove_stale_files()
    assert not left.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("make", USED.values(), ids=USED)
def test_what_may_be_in_use_stays(data: Path, make: Callable[[Path], Path]) -> None:
    used = make(data)
    remove_stale_files()
    assert used.exists()


def test_a_folder_that_a_process_holds_stays_however_old(tmp_path: Path) -> None:
    with work_folder(tmp_path) as held:
        aged(held, 9 * HOURS)
        assert remove_abandoned(tmp_path) == 0
        assert held.is_dir()


def test_a_work_folder_goes_with_its_work(tmp_path: Path) -> None:
    with work_folder(tmp_path) as held:
        (held / "half").touch()
    assert list(tmp_path.iterdir()) == []


def test_a_link_of_somebody_else_is_not_followed(tmp_path: Path) -> None:
    elsewhere = folder_in(tmp_path, "elsewhere", 120)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(elsewhere)
    remove_abandoned(tmp_path / "in")
    assert (elsewhere / "half").exists()


def test_a_folder_that_others_could_enter_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_kept_export_is_for_the_portal_alone(world: World, data: Path) -> None:
    prepare_export(selected(TREES), FORMATS["csv"]).body.close()
    (file,) = (data / "exports").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_photo_is_for_the_portal_alone(world: World) -> None:
    path = Path(world.photos["Jeux-Val"].image.path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
