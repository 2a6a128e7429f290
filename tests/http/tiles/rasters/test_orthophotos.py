"""Orthophotos and JPEG 2000 files, from the file that is given to the picture that is drawn."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image
from pyproj import Transformer
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from layers.errors import InvalidFile
from layers.models import RasterVersion
from layers.visitor import system_visitor
from tests.protocols import get
from tests.rasters import ORIGIN, empty_raster, slope, tile_over, write_tiff
from tiles.rasters.services.imports import import_raster
from tiles.rasters.services.versions import publish_version

pytestmark = pytest.mark.django_db

# 1,600 × 1,600 cells of 20 cm in four bands: some 10 MB.
SIDE, CELL = 1_600, 0.2
PLACED = Affine(CELL, 0.0, ORIGIN[0], 0.0, -CELL, ORIGIN[1])
TO_DEGREES = Transformer.from_crs(2154, 4326, always_xy=True)
LOSSLESS = {"driver": "JP2OpenJPEG", "QUALITY": "100", "REVERSIBLE": "YES"}
# JPEG at quality 90, and WebP at 85 after it.
LOSS = 12


def photo(bands: int) -> Any:
    """Return a picture whose red grows to the east and whose green grows to the south, blue and the rest being even."""
    cells = np.full((bands, SIDE, SIDE), 60, dtype="uint8")
    cells[0] = np.linspace(20, 220, SIDE)[None, :]
    cells[1] = np.linspace(20, 220, SIDE)[:, None]
    return cells


def shown(path: Path, kind: str = "image") -> RasterVersion:
    """Import a file and put it online."""
    raster, visitor = empty_raster("ortho", kind=kind, visibility="open"), system_visitor()
    version = import_raster(raster=raster, path=path, name=path.name, visitor=visitor)
    publish_version(version=version, visitor=visitor)
    return version


def place(row: int, column: int) -> tuple[float, float]:
    """Return longitude and latitude of a cell."""
    lon, lat = TO_DEGREES.transform(ORIGIN[0] + (column + 0.5) * CELL, ORIGIN[1] - (row + 0.5) * CELL)
    return lon, lat


def content(address: str) -> bytes:
    answer = Client(headers={"host": "localhost"}).get(address)
    assert answer.status_code == 200, answer.content
    streamed = getattr(answer, "streaming_content", None)
    return answer.content if streamed is None else b"".join(streamed)


def pixel(row: int, column: int, form: str = "png", query: str = "") -> list[int]:
    """Return red, green, blue and alpha of a cell in its tile, where a pixel is about as large as a cell."""
    at, zoom = place(row, column), 19
    x, y, z = tile_over(zoom, *at)
    across, down, _zoom = tile_over(zoom + 8, *at)
    drawn = Image.open(BytesIO(content(f"/tiles/raster/ortho/{z}/{x}/{y}.{form}{query}"))).convert("RGBA")
    found: list[int] = np.asarray(drawn)[down % 256, across % 256].tolist()
    return found


def test_an_orthophoto_with_transparency_is_drawn_read_and_downloaded(
    communes: Any, media: Path, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    cells = photo(4)
    cells[3], cells[3, :, :400] = 255, 0
    file = write_tiff(tmp_path / "ortho.tif", cells, transform=PLACED, photometric="RGB", alpha="yes")
    assert file.stat().st_size > 10_000_000
    version = shown(file)
    assert [band["colour"] for band in version.bands] == ["red", "green", "blue"]
    expected = [int(cells[band, 900, 1200]) for band in range(3)]
    for form in ("png", "webp"):
        with subtests.test(
            f"a tile in {form} has the colours of the cells, and nothing where the photo has none"
        ):
            *colour, alpha = pixel(900, 1200, form)
            assert colour == pytest.approx(expected, abs=LOSS)
            assert (alpha, pixel(900, 100, form)[3]) == (255, 0)
    with subtests.test("a low zoom is drawn from overviews"):
        assert version.overviews >= 2
        x, y, z = tile_over(14, *place(900, 1200))
        drawn = np.asarray(
            Image.open(BytesIO(content(f"/tiles/raster/ortho/{z}/{x}/{y}.png"))).convert("RGBA")
        )
        assert 0 < (drawn[..., 3] > 0).sum() < 3_000
    with subtests.test("each band has a value, none where the photo is transparent"):
        lon, lat = place(900, 1200)
        told = get(f"/tiles/raster/ortho/value?lon={lon}&lat={lat}").document["values"]
        assert [band["value"] for band in told] == pytest.approx(expected, abs=LOSS)
        lon, lat = place(900, 100)
        assert get(f"/tiles/raster/ortho/value?lon={lon}&lat={lat}").document["values"][0]["value"] is None
    with subtests.test("a part of it is downloaded with its bands"):
        x, y = ORIGIN[0] + 200, ORIGIN[1] - 200
        box = f"{x},{y - 20},{x + 20},{y}"
        part = content(f"/api/collections/ortho/coverage?bbox={box}&bbox-crs=EPSG:2154")
        with MemoryFile(part) as taken, taken.open() as grid:
            assert (grid.count, grid.width, grid.height) == (3, 100, 100)
            assert grid.read(1)[50, 50] == pytest.approx(int(cells[0, 1050, 1050]), abs=LOSS)


def test_an_infrared_band_is_kept_to_the_unit_and_drawn_when_it_is_asked(
    communes: Any, media: Path, tmp_path: Path
) -> None:
    cells = photo(4)
    cells[3] = np.linspace(240, 100, SIDE)[None, :]
    shown(write_tiff(tmp_path / "ortho.tif", cells, transform=PLACED, photometric="RGB", alpha="no"))
    expected = [int(cells[band, 900, 1200]) for band in range(4)]
    assert pixel(900, 1200)[:3] == pytest.approx(expected[:3], abs=2)
    red, green, blue, alpha = pixel(900, 1200, query="?bands=4,1,2")
    assert [red, green, blue] == pytest.approx([expected[3], *expected[:2]], abs=2)
    assert alpha == 255
    lon, lat = place(900, 1200)
    told = get(f"/tiles/raster/ortho/value?lon={lon}&lat={lat}").document["values"]
    assert [band["value"] for band in told] == expected


def test_a_jpeg_2000_picture_is_drawn(communes: Any, media: Path, tmp_path: Path) -> None:
    cells = photo(3)
    shown(write_tiff(tmp_path / "ortho.jp2", cells, transform=PLACED, **LOSSLESS))
    expected = [int(cells[band, 900, 1200]) for band in range(3)]
    assert pixel(900, 1200)[:3] == pytest.approx(expected, abs=LOSS)


def test_a_jpeg_2000_grid_keeps_its_values(communes: Any, media: Path, tmp_path: Path) -> None:
    cells = slope().astype("uint16")
    version = shown(write_tiff(tmp_path / "pente.jp2", cells, **LOSSLESS), kind="measure")
    assert (version.srid, version.width, version.height) == (2154, 50, 40)
    with MemoryFile(content("/api/collections/ortho/coverage")) as taken, taken.open() as grid:
        assert np.array_equal(grid.read(1), cells)


def test_a_jpeg_2000_file_that_is_cut_is_refused(communes: Any, media: Path, tmp_path: Path) -> None:
    whole = write_tiff(tmp_path / "ortho.jp2", photo(3), transform=PLACED, **LOSSLESS)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InvalidFile, match=r"endommagé|tronqué|lu"):
        shown(whole)
    assert not RasterVersion.objects.exists()
