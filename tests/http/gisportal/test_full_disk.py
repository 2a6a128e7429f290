"""A full disk: a refusal in words at once, nothing half-written, no slot held; with room again, all goes on.

A thorough run fills a small file system of its own (``tests.small_disk``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from amenities.models import Photo, Playground
from explorer.catalogue import views as catalogue_views
from export_formats.registry import FORMATS
from exports.models import ExportJob
from exports.services import EXPORTS
from gisportal.accounts.mail import FolderBackend
from layers.errors import StorageFull
from layers.formats import geojson
from layers.models import Layer, Theme
from layers.services.photos import ProcessedPhoto, store_picture
from layers.vocabulary import JobState
from tests import dashboards, factories
from tests.basemap_source import Source, source
from tests.examples import is_thorough
from tests.people import ADMINISTRATOR
from tests.protocols import tile_of
from tests.rasters import online, slope, write_tiff
from tests.small_disk import SmallDisk, mounted
from tests.world import TREES, World
from tiles.models import RasterUpload
from tiles.rasters.services.uploads import RASTER_UPLOADS
from tiles.services.basemaps import BASEMAP_PROXY
from tiles.services.tile_cache import TILE_CACHE
from tiles.sql import TileTable
from wfs.formats.gml import spool

# XlsxWriter leaves its temporary files open when a write fails, until they are collected.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
INSUFFICIENT_STORAGE = 507
WORDS = "place"


@pytest.fixture(params=["small", "read-only"] if is_thorough() else ["injected"])
def disk(
    request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[SmallDisk]:
    folder, is_real = tmp_path / "disk", request.param != "injected"
    folder.mkdir()
    with mounted(folder) if is_real else nullcontext():
        is_failing = request.param == "read-only"
        yield SmallDisk(folder, settings, monkeypatch, is_real=is_real, is_failing=is_failing)


def client(**headers: str) -> Client:
    asker = Client(headers={"host": "localhost"} | headers)
    asker.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    return asker


@dataclass(frozen=True)
class Case:
    """A request that writes on the disk: ``form`` is the media type of its refusal, ``done`` the status with room."""

    name: str
    ask: Callable[[], Any]
    form: str
    done: int


def _page(path: str) -> Callable[[], Any]:
    return lambda: client(accept="text/html").get(path)


def _machine(path: str) -> Callable[[], Any]:
    return lambda: client().get(path)


def _file(path: str, name: str, content: Callable[[], bytes], **form: str) -> Callable[[], Any]:
    return lambda: client().post(path, {"file": SimpleUploadedFile(name, content()), **form})


CASES = (
    *(
        Case(f"export {extension}", _machine(f"/export/{TREES}.{extension}"), "application/problem+json", 200)
        for extension in (FORMATS if is_thorough() else ["csv"])
    ),
    Case("export on a page", _page(f"/export/{TREES}.csv?preparer=0"), "text/html", 200),
    Case("order of an export", _page(f"/export/{TREES}.csv?preparer=1"), "text/html", 303),
    Case("PDF of a dashboard", _page("/tableaux-de-bord/ville/imprimer/?fichier-type=pdf"), "text/html", 200),
    Case(
        "spool of features",
        _machine(f"/api/collections/{TREES}/items?limit=20000"),
        "application/problem+json",
        200,
    ),
    Case(
        "spool of WFS",
        _machine(f"/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames={TREES}&count=20000"),
        "text/xml",
        200,
    ),
    Case("coverage", _machine("/api/collections/relief/coverage"), "application/problem+json", 200),
    Case(
        "file of the wizard",
        _file("/jeux/nouveau/", "a.csv", lambda: b"nom;x;y\na;2.2;48.8\n" * 50),
        "text/html",
        302,
    ),
    Case("file of a raster", _file("/rasters/relief/", "r.tif", lambda: RASTER), "text/html", 302),
)
RASTER = b"II*\0" + bytes(4096)


@pytest.fixture
def town(world: World, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> World:
    """A dashboard and a raster beside the layers of the world; spools that go to the disk at once."""
    monkeypatch.setattr(geojson, "_SPOOL_BYTES", 1)
    monkeypatch.setattr(spool, "_SPOOL_BYTES", 1)
    panels = [{"id": "n", "kind": "figure", "title": "Arbres", "width": 3, "question": {"layer": TREES}}]
    dashboards.dashboard(
        "ville", sections=[{"id": "tout", "title": "Tout", "panels": panels}], is_public=True
    )
    online("relief", slope(), title="Relief", unit="m")
    return world


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_full_disk_is_told_at_once_and_all_goes_on_with_room(
    town: World, disk: SmallDisk, case: Case
) -> None:
    before = disk.files()
    disk.fill()
    refused = case.ask()
    left, held = disk.files(), locks()
    disk.empty()
    again = case.ask()
    again.close()
    told = {
        "status": refused.status_code,
        "form": refused["Content-Type"].partition(";")[0],
        "in words": WORDS in refused.getvalue().decode(),
        "left behind": [name for name in left if name not in before],
        "locks held": held,
        "with room": again.status_code,
    }
    assert told == {
        "status": INSUFFICIENT_STORAGE,
        "form": case.form,
        "in words": True,
        "left behind": [],
        "locks held": 0,
        "with room": case.done,
    }


def locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "
            "AND mode = 'ExclusiveLock'"
        )
        return int(cursor.fetchone()[0])


def test_a_worker_without_room_fails_in_words_and_the_order_may_be_made_again(
    town: World, disk: SmallDisk
) -> None:
    asker = client(accept="text/html")
    page = asker.get(f"/export/{TREES}.csv?preparer=1")["Location"]
    disk.fill()
    EXPORTS.run(ExportJob.objects.get().pk)
    failed, left = asker.get(page).content.decode(), disk.files()
    disk.empty()
    again = asker.post(f"{page}recommencer/")["Location"]
    EXPORTS.run(ExportJob.objects.exclude(state=JobState.FAILED).get().pk)
    assert WORDS in failed and "recommencer/" in failed
    assert [name for name in left if name.startswith("prepared")] == []
    assert asker.get(f"{again}fichier").getvalue().startswith(b'"id"')


def test_a_raster_without_room_is_refused_in_words_and_the_one_online_stays(
    town: World, disk: SmallDisk, tmp_path: Path
) -> None:
    content = write_tiff(tmp_path / "r.tif", slope() + 1).read_bytes()
    asker, before = client(), disk.files()
    asker.post("/rasters/relief/", {"file": SimpleUploadedFile("r.tif", content)})
    disk.fill()
    RASTER_UPLOADS.run(RasterUpload.objects.get().pk)
    disk.empty()
    upload = RasterUpload.objects.get()
    left = set(disk.files()) - set(before)
    assert (upload.state, WORDS in upload.error) == (JobState.FAILED, True)
    # Nothing can be removed from a read-only disk: the cleaning does it later.
    assert left <= ({f"media/rasters/{upload.path}"} if disk.is_failing else set())
    assert asker.get("/api/collections/relief/coverage").getvalue().startswith(b"II")


def test_a_new_raster_whose_file_finds_no_room_is_not_made(town: World, disk: SmallDisk) -> None:
    theme = Theme.objects.first()
    assert theme is not None
    licence = next(iter(Layer._meta.get_field("licence").flatchoices))[0]
    given = {"title": "Ombre", "theme": theme.pk, "kind": "measure", "unit": "", "decimals": 0,
             "licence": licence, "visibility": "internal"}  # fmt: skip
    disk.fill()
    answer = client().post("/rasters/nouveau/", {**given, "file": SimpleUploadedFile("r.tif", RASTER)})
    assert answer.status_code == INSUFFICIENT_STORAGE
    assert not Layer.objects.filter(slug="ombre").exists()


def test_a_photo_without_room_leaves_no_file(town: World, disk: SmallDisk) -> None:
    playground = Playground.objects.first()
    assert playground is not None
    picture = ProcessedPhoto(b"\xff" * 70_000, b"\xff" * 9_000, 1, 1)
    before = disk.files()
    disk.fill()
    with pytest.raises(StorageFull):
        store_picture(photo=Photo(playground=playground, legende="Vue"), picture=picture)
    assert disk.files() == before
    disk.empty()
    assert store_picture(photo=Photo(playground=playground, legende="Vue"), picture=picture).pk


def test_a_file_kept_from_before_is_sent_from_a_full_disk(town: World, disk: SmallDisk) -> None:
    asker = client()
    first = asker.get(f"/export/{TREES}.csv").getvalue()
    disk.fill()
    assert asker.get(f"/export/{TREES}.csv").getvalue() == first


@pytest.fixture
def plan(settings: Settings) -> Iterator[Source]:
    with source() as found:
        settings.PORTAL_BASEMAPS = [found.configuration()]
        BASEMAP_PROXY.forget()
        yield found
        BASEMAP_PROXY.forget()


def test_a_basemap_is_served_by_a_disk_without_room_for_it(
    town: World, disk: SmallDisk, plan: Source
) -> None:
    before = disk.files()
    disk.fill()
    tile = client().get("/tiles/fonds/plan/12/2073/1409")
    assert (tile.status_code, disk.files()) == (200, before)
    disk.empty()
    client().get("/tiles/fonds/plan/12/2073/1409")
    assert len(disk.files()) == len(before) + 1


def full_file(handle: int, mode: str) -> Any:
    os.close(handle)
    return open("/dev/full", mode)


def test_a_message_without_room_is_not_half_written(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    message = EmailMessage("Bonjour", "x" * 20_000, to=["nina@example.org"])
    disk.fill()
    if not disk.is_real:
        monkeypatch.setattr(os, "fdopen", full_file)
    with pytest.raises(OSError, match=r"No space|Read-only"):
        FolderBackend().send_messages([message])
    assert [name for name in disk.files() if name.endswith(".eml")] == []


DISK_FULL = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"


def test_a_tile_is_served_by_a_database_without_room_for_it(
    town: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {**settings.CACHES, "tiles": {"BACKEND": "tiles.sql.TileTable"}}
    monkeypatch.setattr(TileTable, "set", lambda *_arguments, **_options: run(DISK_FULL))
    TILE_CACHE.forget_memory()
    tile = tile_of(*factories.MIDDLES[factories.MEUDON])
    assert Client(headers={"host": "localhost"}).get(f"/tiles/{TREES}/{tile}.mvt").status_code == 200
    TILE_CACHE.forget_memory()


def test_a_database_without_room_is_told_in_words(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_views, "render", lambda *_arguments, **_options: run(DISK_FULL))
    answer = Client(headers={"host": "localhost"}).get("/catalogue/")
    assert (answer.status_code, "base de données" in answer.content.decode()) == (INSUFFICIENT_STORAGE, True)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_monitoring_is_told_which_folder_has_no_room(
    town: World, disk: SmallDisk, settings: Settings
) -> None:
    settings.READY_HEARTBEAT_S = 0
    room = client().get("/readyz").json()
    settings.DISK_RESERVE_BYTES = 2**60
    told = client().get("/readyz")
    assert (room["disk"], told.json()["disk"], told.status_code) == ("ok", "full", 503)
    assert {"exports", "prepared", "media", "temporary"} <= told.json()["free_mb"].keys()
