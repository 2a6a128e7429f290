"""Delivered rasters: what a good file becomes, and why a bad one is refused, by a sentence that names the culprit."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine
from rio_cogeo.cogeo import cog_validate

from layers.errors import InvalidFile
from layers.models import Raster, RasterVersion, raster_folder
from layers.visitor import system_visitor
from tests.rasters import CELL, ORIGIN, empty_raster, slope, write_tiff
from tiles.rasters.services.imports import RasterReading, import_raster

pytestmark = pytest.mark.django_db


@pytest.fixture
def raster(communes: Any, media: Path) -> Raster:
    return empty_raster("essai")


def load(raster: Raster, path: Path, **reading: Any) -> RasterVersion:
    return import_raster(
        raster=raster, path=path, name=path.name, visitor=system_visitor(), reading=RasterReading(**reading)
    )


def test_values_are_those_of_the_file(raster: Raster, tmp_path: Path) -> None:
    version = load(raster, write_tiff(tmp_path / "a.tif", slope(), nodata=-1))
    with rasterio.open(version.location) as kept:
        assert np.array_equal(kept.read(1), slope())


def test_file_becomes_cloud_optimised_with_overviews(raster: Raster, tmp_path: Path) -> None:
    version = load(raster, write_tiff(tmp_path / "a.tif", slope(600, 700)))
    assert cog_validate(version.location, strict=True, quiet=True)[0]
    assert version.overviews == 2


def test_what_is_known_of_a_band_is_computed_on_every_cell(raster: Raster, tmp_path: Path) -> None:
    cells = np.array([[1, 2, 3], [4, -1, 10]], dtype="float32")
    band = load(raster, write_tiff(tmp_path / "a.tif", cells, nodata=-1)).first_band
    told = {name: band[name] for name in ("minimum", "maximum", "mean", "share")}
    assert told == {"minimum": 1, "maximum": 10, "mean": 4, "share": 5 / 6}


def test_crs_that_the_file_does_not_tell_is_taken_from_who_gives_it(raster: Raster, tmp_path: Path) -> None:
    version = load(raster, write_tiff(tmp_path / "a.tif", slope(), crs=None), crs=2154)
    assert version.srid == 2154


def test_crs_that_epsg_does_not_name_becomes_lambert_93(raster: Raster, tmp_path: Path) -> None:
    own = CRS.from_proj4(
        "+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44.5 +x_0=600000 +y_0=6600000 +ellps=GRS80 +units=m"
    )
    grid = Affine(CELL, 0, ORIGIN[0] - 100_000, 0, -CELL, ORIGIN[1])
    version = load(raster, write_tiff(tmp_path / "a.tif", slope(), crs=own, transform=grid, nodata=-1))
    assert version.srid == 2154
    assert version.extent[0] == pytest.approx(ORIGIN[0], abs=2 * CELL)


def test_picture_keeps_its_colours_and_what_is_transparent(raster: Raster, tmp_path: Path) -> None:
    Raster.objects.filter(pk=raster.pk).update(kind="image")
    raster.refresh_from_db()
    cells = np.zeros((4, 64, 64), dtype="uint8")
    cells[0], cells[3, :, :32] = 200, 255
    version = load(raster, write_tiff(tmp_path / "a.tif", cells, photometric="RGB", alpha="yes"))
    assert [band["colour"] for band in version.bands] == ["red", "green", "blue"]
    with rasterio.open(version.location) as kept:
        assert kept.dataset_mask().mean() == 127.5
        assert kept.read(1)[10, 10] == pytest.approx(200, abs=4)


def files() -> set[str]:
    folder = raster_folder()
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def nowhere(path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return write_tiff(path, slope(), transform=None)


def cut(path: Path) -> Path:
    content = write_tiff(
        path, np.random.default_rng(1).random((400, 400), dtype="float32"), nodata=-1
    ).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def damaged(path: Path) -> Path:
    cells = np.random.default_rng(1).random((400, 400), dtype="float32")
    content = bytearray(write_tiff(path, cells, nodata=-1, compress="DEFLATE", tiled=True).read_bytes())
    content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    path.write_bytes(bytes(content))
    return path


def bomb(path: Path) -> Path:
    """Return a file of a few kilobytes that declares 10,000 million cells."""
    size = {"width": 100_000, "height": 100_000, "count": 1, "dtype": "uint8"}
    grid = {"crs": CRS.from_epsg(2154), "transform": Affine(1, 0, ORIGIN[0], 0, -1, ORIGIN[1])}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        tiled=True,
        blockxsize=4096,
        blockysize=4096,
        SPARSE_OK=True,
        BIGTIFF="YES",
        **size,
        **grid,
    ):
        pass
    return path


def nodata_out_of_type(path: Path) -> Path:
    """Return bytes whose declared nodata is −9999, as careless programs write it."""
    write_tiff(path, slope().astype("uint8"), nodata=99)
    content = path.read_bytes()
    assert content.count(b"99\x00") == 1
    path.write_bytes(content.replace(b"99\x00", b"-9\x00"))
    return path


def with_cell(value: float) -> Any:
    cells = slope()
    cells[3, 4] = value
    return cells


def text(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def grid(*numbers: float) -> dict[str, Any]:
    return {"transform": Affine(*numbers)}


X, Y = ORIGIN
VRT = '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand><SimpleSource><SourceFilename>/etc/passwd'
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no CRS": (lambda p: write_tiff(p, slope(), crs=None), "système de coordonnées"),
    "no position": (nowhere, "ne dit pas où"),
    "turned": (lambda p: write_tiff(p, slope(), **grid(9, 4, X, 4, -9, Y)), "tournée"),
    "upside down": (lambda p: write_tiff(p, slope(), **grid(10, 0, X, 0, 10, Y)), "retournée"),
    "not on Earth": (lambda p: write_tiff(p, slope(), **grid(10, 0, 1e12, 0, -10, Y)), "emprise"),
    "elsewhere": (lambda p: write_tiff(p, slope(), **grid(10, 0, 100_000, 0, -10, 6_300_000)), "hors du territoire"),
    "cut": (cut, "coupé"),
    "damaged": (damaged, "coupé ou endommagé"),
    "bomb": (bomb, "100000 × 100000 mailles"),
    "too many bands": (lambda p: write_tiff(p, np.zeros((9, 4, 4), "uint8")), "9 canaux"),
    "nodata out of the type": (nodata_out_of_type, "-9"),
    "nothing but nodata": (lambda p: write_tiff(p, np.full((4, 4), -9999, "float32"), nodata=-9999), "Aucune maille"),
    "nodata not declared": (lambda p: write_tiff(p, with_cell(-9999)), "-9999"),
    "NaN": (lambda p: write_tiff(p, with_cell(float("nan")), nodata=-1), "NaN à la rangée 4, colonne 5"),
    "infinite": (lambda p: write_tiff(p, with_cell(float("inf"))), "inf à la rangée 4, colonne 5"),
    "complex numbers": (lambda p: write_tiff(p, slope().astype("complex64")), "complex64"),
    "virtual": (lambda p: text(p, VRT), "raster virtuel"),
    "address": (lambda p: text(p, "<GDAL_WMS><Service name='TMS'>"), "XML"),
    "text": (lambda p: text(p, "/vsicurl/http://127.0.0.1/a.tif"), "ni un GeoTIFF"),
    "empty": (lambda p: text(p, ""), "vide"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_bad_file_is_refused_by_what_is_wrong(fault: str, raster: Raster, tmp_path: Path) -> None:
    make, word = BAD[fault]
    with pytest.raises(InvalidFile, match=word):
        load(raster, make(tmp_path / "a.tif"))


def test_refused_file_leaves_nothing(raster: Raster, tmp_path: Path) -> None:
    before = files()
    with pytest.raises(InvalidFile):
        load(raster, write_tiff(tmp_path / "a.tif", slope(), crs=None))
    assert files() == before
    assert not RasterVersion.objects.exists()


def test_stopped_import_leaves_nothing(raster: Raster, tmp_path: Path) -> None:
    def stop(phase: str, share: float) -> None:
        raise KeyboardInterrupt

    before = files()
    with pytest.raises(KeyboardInterrupt):
        import_raster(
            raster=raster,
            path=write_tiff(tmp_path / "a.tif", slope()),
            name="a",
            visitor=system_visitor(),
            tell=stop,
        )
    assert files() == before
