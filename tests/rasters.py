"""Small rasters for tests: files of every fault, and rasters online whose every cell is known."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.transform import Affine

from layers.models import Raster, Theme
from layers.visitor import system_visitor
from layers.vocabulary import Visibility
from tests.approvals import let_producers_publish
from tiles.rasters.services.imports import ComputedGrid, import_computed
from tiles.rasters.services.versions import RasterIdentity, create_raster, publish_version

# Top left of a grid in Lambert-93 that lies in Meudon and Boulogne as the tests draw them.
ORIGIN = (642_500.0, 6_857_300.0)
CELL = 10.0


def write_tiff(path: Path, cells: Any, **profile: Any) -> Path:
    """Write an array of (rows, columns) or (bands, rows, columns) as a GeoTIFF, in Lambert-93 by default."""
    bands = cells if cells.ndim == 3 else cells[None]
    usual = {
        "driver": "GTiff",
        "crs": CRS.from_epsg(2154),
        "transform": Affine(CELL, 0, ORIGIN[0], 0, -CELL, ORIGIN[1]),
    }
    size = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2], "dtype": bands.dtype}
    with rasterio.open(path, "w", **{**usual, **size, **profile}) as output:
        output.write(bands)
    return path


def online(
    slug: str, cells: Any, *, is_open: bool = True, style: dict[str, Any] | None = None, **given: Any
) -> Raster:
    """Put an array online as a raster; ``given`` are parts of its grid (srid, origin, cell, nodata) and identity."""
    grid: dict[str, Any] = {"srid": 2154, "origin": ORIGIN, "cell": CELL, "nodata": None}
    grid |= {name: given.pop(name) for name in list(given) if name in grid}
    bands = cells if cells.ndim == 3 else cells[None]
    identity = RasterIdentity(
        slug=slug,
        title=given.pop("title", slug),
        theme=given.pop("theme", None)
        or Theme.objects.get_or_create(slug="nature", defaults={"title": "Nature"})[0],
        visibility=Visibility.OPEN if is_open else Visibility.INTERNAL,
        **given,
    )
    visitor = system_visitor()
    raster = create_raster(identity=identity, visitor=visitor)
    let_producers_publish(raster.layer)
    if style is not None:
        raster.layer.style = style
        raster.layer.save()
    version = import_computed(
        raster=raster, grid=ComputedGrid(bands, **grid), name=f"{slug}.tif", visitor=visitor
    )
    publish_version(version=version, visitor=visitor)
    raster.refresh_from_db()
    return raster


def empty_raster(slug: str, **identity: Any) -> Raster:
    """Make a raster without a version."""
    theme = Theme.objects.get_or_create(slug="nature", defaults={"title": "Nature"})[0]
    wanted = RasterIdentity(slug=slug, title=slug, theme=theme, **identity)
    raster = create_raster(identity=wanted, visitor=system_visitor())
    let_producers_publish(raster.layer)
    return raster


def slope(rows: int = 40, columns: int = 50) -> Any:
    """Return a grid whose every cell tells its place: 100 × row + column."""
    return (np.arange(rows)[:, None] * 100 + np.arange(columns)[None, :]).astype("float32")


def tile_over(zoom: int, longitude: float = 2.22, latitude: float = 48.81) -> tuple[int, int, int]:
    """Return column, row and zoom of the Web Mercator tile over a place."""
    side = 2**zoom
    row = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * side
    return int((longitude + 180) / 360 * side), int(row), zoom
