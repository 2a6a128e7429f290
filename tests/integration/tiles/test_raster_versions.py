"""Versions of a raster: delivered by who feeds it, put online in one step, brought back, and thinned."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import override_settings

from layers.access import raster_scope
from layers.errors import BodyTooLarge, Forbidden
from layers.models import Raster, RasterVersion, raster_folder
from layers.queries.rasters import value_at
from layers.visitor import system_visitor
from layers.vocabulary import JobState
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, Person
from tests.rasters import empty_raster, slope, write_tiff
from tests.world import grant
from tiles.models import RasterUpload
from tiles.rasters.services import uploads
from tiles.rasters.services.imports import import_raster
from tiles.rasters.services.uploads import RASTER_UPLOADS, request_import
from tiles.rasters.services.versions import publish_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def raster(communes: Any, media: Path) -> Raster:
    return empty_raster("essai", visibility="open")


def deliver(raster: Raster, tmp_path: Path, level: float) -> RasterVersion:
    path = write_tiff(tmp_path / "a.tif", np.full((40, 50), level, "float32"))
    return import_raster(raster=raster, path=path, name="a.tif", visitor=system_visitor())


def put_online(raster: Raster, tmp_path: Path, level: float) -> RasterVersion:
    version = deliver(raster, tmp_path, level)
    publish_version(version=version, visitor=system_visitor())
    return version


def shown() -> float | None:
    return value_at(raster_scope(system_visitor(), "essai"), 2.22, 48.81)[0].value


def files() -> list[str]:
    return sorted(path.name for path in raster_folder().iterdir())


def test_version_replaces_the_one_online_and_comes_back(raster: Raster, tmp_path: Path) -> None:
    first = put_online(raster, tmp_path, 1)
    put_online(raster, tmp_path, 2)
    after = shown()
    publish_version(version=first, visitor=system_visitor())
    assert [after, shown()] == [2, 1]


def test_version_that_is_not_online_is_seen_by_nobody(raster: Raster, tmp_path: Path) -> None:
    put_online(raster, tmp_path, 1)
    deliver(raster, tmp_path, 2)
    assert shown() == 1


@override_settings(RASTER_KEPT_VERSIONS=1)
def test_oldest_versions_go_with_their_files(
    raster: Raster, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        kept = [put_online(raster, tmp_path, level) for level in (1, 2, 3)][1:]
    assert files() == sorted(version.path for version in kept)


def test_command_removes_a_raster_with_its_files(
    raster: Raster, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    put_online(raster, tmp_path, 1)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("remove_raster", "essai", stdout=StringIO())
    assert files() == []
    assert not Raster.objects.exists()


def test_command_names_the_raster_that_is_not_there(communes: Any) -> None:
    with pytest.raises(CommandError, match="absent"):
        call_command("remove_raster", "absent")


def given(tmp_path: Path, level: float = 5) -> SimpleUploadedFile:
    path = write_tiff(tmp_path / "b.tif", np.full((40, 50), level, "float32"))
    return SimpleUploadedFile("C:\\temp\\b.tif", path.read_bytes())


def ordered(raster: Raster, tmp_path: Path, person: Person, *, is_published: bool = False) -> RasterUpload:
    return request_import(
        raster=raster,
        file=given(tmp_path),
        visitor=person.visitor(),
        is_published=is_published,
    )


def test_worker_converts_what_was_given_and_puts_it_online(raster: Raster, tmp_path: Path) -> None:
    upload = ordered(raster, tmp_path, ADMINISTRATOR, is_published=True)
    RASTER_UPLOADS.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.original_name) == (JobState.READY, "b.tif")
    assert shown() == 5


def test_file_given_goes_once_it_is_converted(raster: Raster, tmp_path: Path) -> None:
    upload = ordered(raster, tmp_path, ADMINISTRATOR)
    RASTER_UPLOADS.run(upload.pk)
    upload.refresh_from_db()
    assert upload.version is not None
    assert files() == [upload.version.path]


def test_refused_file_says_why_and_goes(raster: Raster, media: Path) -> None:
    file = SimpleUploadedFile("a.tif", b"<VRTDataset>")
    upload = request_import(raster=raster, file=file, visitor=ADMINISTRATOR.visitor())
    RASTER_UPLOADS.run(upload.pk)
    upload.refresh_from_db()
    assert "VRT" in upload.error
    assert files() == []


def test_cancelled_upload_is_not_converted(raster: Raster, tmp_path: Path) -> None:
    upload = ordered(raster, tmp_path, ADMINISTRATOR)
    RASTER_UPLOADS.cancel(upload)
    RASTER_UPLOADS.run(upload.pk)
    assert not RasterVersion.objects.exists()
    assert files() == []


def test_import_that_nobody_wants_any_more_leaves_no_version(
    raster: Raster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    upload = ordered(raster, tmp_path, ADMINISTRATOR, is_published=True)

    def import_and_cancel(**options: Any) -> RasterVersion:
        version = import_raster(**options)
        RASTER_UPLOADS.cancel(upload)
        return version

    monkeypatch.setattr(uploads, "import_raster", import_and_cancel)
    with django_capture_on_commit_callbacks(execute=True):
        RASTER_UPLOADS.run(upload.pk)
    assert not RasterVersion.objects.exists()
    assert files() == []


def test_rights_are_asked_again_when_the_worker_begins(raster: Raster, tmp_path: Path) -> None:
    right = grant(PLANNER, "essai", can_add=True, can_change=True, can_delete=True)
    upload = ordered(raster, tmp_path, PLANNER)
    right.delete()
    RASTER_UPLOADS.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, RasterVersion.objects.count()) == (JobState.FAILED, 0)


def test_who_only_reads_delivers_nothing(raster: Raster, tmp_path: Path) -> None:
    grant(GARDENER, "essai")
    with pytest.raises(Forbidden):
        ordered(raster, tmp_path, GARDENER)


def test_who_delivers_does_not_put_online_without_the_right(raster: Raster, tmp_path: Path) -> None:
    grant(PLANNER, "essai", can_add=True, can_change=True, can_delete=True)
    with pytest.raises(Forbidden):
        ordered(raster, tmp_path, PLANNER, is_published=True)


@override_settings(RASTER_UPLOAD_MAX_BYTES=100)
def test_file_over_the_size_is_refused_and_not_kept(raster: Raster, tmp_path: Path) -> None:
    with pytest.raises(BodyTooLarge):
        ordered(raster, tmp_path, ADMINISTRATOR)
    assert files() == []


def test_command_makes_a_raster_online(catalogue: Any, media: Path, tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "essai.tif", slope())
    call_command("import_raster", str(path), "--unit", "m", "--visibility", "open", verbosity=0)
    assert raster_scope(system_visitor(), "essai").raster.unit == "m"


def test_command_that_refuses_makes_no_raster(catalogue: Any, media: Path, tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "essai.tif", slope(), crs=None)
    with pytest.raises(CommandError, match="système de coordonnées"):
        call_command("import_raster", str(path))
    assert not Raster.objects.exists()
