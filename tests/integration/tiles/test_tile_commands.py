"""``seed_tiles`` and ``export_pmtiles``: what the public sees, bounded, whole or not there."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from django.core.management import CommandError, call_command
from pmtiles.reader import MmapSource, Reader, all_tiles
from pytest_django import Settings

from layers.formats import mvt
from layers.models import Layer
from tests.factories import MEUDON, MIDDLES
from tests.protocols import get, tile_of
from tests.world import DRAFT, PLAYGROUNDS, TREES, ZONES, World
from tiles.services import offline
from tiles.services.tile_cache import TILE_CACHE

pytestmark = pytest.mark.django_db
TABLE = {"BACKEND": "tiles.sql.TileTable", "OPTIONS": {"MAX_BYTES": 10_000_000}}


@pytest.fixture(autouse=True)
def _kept(settings: Settings, world: World) -> Iterator[None]:
    settings.CACHES = {**settings.CACHES, "tiles": TABLE}
    TILE_CACHE.forget_memory()
    yield
    TILE_CACHE.forget_memory()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The places of the tiles that were rendered."""
    found: list[object] = []
    render = mvt.render

    def seen(selections: Any, address: Any) -> bytes:
        found.append(address)
        return render(selections, address)

    monkeypatch.setattr(mvt, "render", seen)
    return found


def run(command: str, *arguments: object) -> str:
    output = io.StringIO()
    call_command(command, *map(str, arguments), stdout=output)
    return output.getvalue()


def test_seeded_tile_is_not_rendered_for_who_asks(rendered: list[object]) -> None:
    run("seed_tiles", TREES, "--zooms", "8-10")
    TILE_CACHE.forget_memory()
    before = len(rendered)
    get(f"/tiles/{TREES}/{tile_of(*MIDDLES[MEUDON])}.mvt")
    assert (before > 0, len(rendered)) == (True, before)


def test_seeding_again_goes_on_where_it_stopped(rendered: list[object]) -> None:
    run("seed_tiles", TREES, "--zooms", "9")
    done = len(rendered)
    told = run("seed_tiles", TREES, "--zooms", "9-10")
    assert f"{done} gardée(s) déjà" in told
    assert len({(place.zoom, place.column, place.row) for place in rendered}) == len(rendered)  # type: ignore[attr-defined]


def test_seeding_stopped_says_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_arguments: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(mvt, "render", stop)
    with pytest.raises(CommandError, match="continue"):
        run("seed_tiles", TREES, "--zooms", "9")


def test_seeding_forgets_when_it_is_asked(rendered: list[object]) -> None:
    for options in ([], ["--forget"]):
        run("seed_tiles", TREES, "--zooms", "9", *options)
    assert len(rendered) % 2 == 0
    assert rendered[: len(rendered) // 2] == rendered[len(rendered) // 2 :]


def test_seeding_tells_how_far_it_is() -> None:
    assert "[##" in run("seed_tiles", TREES, "--zooms", "8-12")


REFUSED = {
    "internal layer": ([PLAYGROUNDS], PLAYGROUNDS),
    "draft": ([DRAFT], DRAFT),
    "unknown layer": (["inconnue"], "inconnue"),
    "too many tiles": ([TREES, "--zooms", "8-22", "--bbox", "0,40,8,50"], "tuiles"),
    "zooms upside down": ([TREES, "--zooms", "12-8"], "12-8"),
    "zoom too deep": ([TREES, "--zooms", "23"], "23"),
    "no zoom": ([TREES, "--zooms", "a-b"], "a-b"),
    "box upside down": ([TREES, "--bbox", "2,49,3,48"], "bbox"),
    "unknown commune": ([TREES, "--commune", "75056"], "75056"),
    "two areas": ([TREES, "--commune", MEUDON, "--bbox", "2,48,3,49"], "--bbox"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_seeded_is_refused_by_name(fault: str) -> None:
    arguments, culprit = REFUSED[fault]
    with pytest.raises(CommandError, match=culprit):
        run("seed_tiles", *arguments)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file of two layers."""
    path = tmp_path / "open.pmtiles"
    run("export_pmtiles", f"{TREES},{ZONES}", path, "--zooms", "8-11")
    return path


def test_file_holds_the_tiles_that_the_public_gets(written: Path) -> None:
    with written.open("rb") as file:
        found = dict(all_tiles(MmapSource(file)))
    assert len(found) > 3
    for (zoom, x, y), content in found.items():
        served = get(f"/tiles/{TREES},{ZONES}/{zoom}/{x}/{y}.mvt").document
        assert mapbox_vector_tile.decode(gzip.decompress(content)) == served


def test_file_says_whose_data_it_holds_and_on_which_terms(written: Path) -> None:
    with written.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, told = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (8, 11, True)
    assert header["tile_type"].name == "MVT"
    assert [layer["id"] for layer in told["vector_layers"]] == [TREES, ZONES, f"{ZONES}:anchors"]
    assert set(told["licences"]) == {TREES, ZONES}
    assert told["attribution"]
    assert told["updated"][TREES]


def test_file_holds_nothing_protected(written: Path) -> None:
    with written.open("rb") as file:
        text = b"".join(gzip.decompress(content) for _place, content in all_tiles(MmapSource(file)))
    assert [word in text for word in (b"Cedre-Meudon", b"dangereux", b"MATRICULE")] == [True, False, False]


def test_internal_layer_is_written_to_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=PLAYGROUNDS):
        run("export_pmtiles", PLAYGROUNDS, tmp_path / "internal.pmtiles")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", ["cut", "another tile", "no disk", "stopped"])
def test_file_that_fails_leaves_the_one_of_before(
    written: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    before = written.read_bytes()
    if fault == "cut":
        monkeypatch.setattr(offline.os, "fsync", lambda handle: offline.os.truncate(handle, 900))
    elif fault == "another tile":
        monkeypatch.setattr(offline, "zxy_to_tileid", lambda zoom, x, y: zoom * 1000 + x)
    elif fault == "no disk":
        monkeypatch.setattr(offline.os, "fsync", _fail)
    else:
        monkeypatch.setattr(offline, "public_tile", _fail)
    with pytest.raises((CommandError, Exception)):
        run("export_pmtiles", TREES, written, "--zooms", "8-11")
    assert written.read_bytes() == before
    assert list(written.parent.iterdir()) == [written]


def _fail(*_arguments: object) -> bytes:
    raise OSError("disk full")


def test_empty_area_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="vide"):
        run("export_pmtiles", TREES, tmp_path / "a.pmtiles", "--bbox", "0,0,1,1", "--zooms", "8")
    assert list(tmp_path.iterdir()) == []


def test_layer_closed_since_is_in_no_new_file(written: Path) -> None:
    Layer.objects.filter(slug=ZONES).update(visibility="internal")
    with pytest.raises(CommandError, match=ZONES):
        run("export_pmtiles", f"{TREES},{ZONES}", written)
