"""Rasters from one file of a gigabyte: tiles beside a bare read of the same cells, statistics of a surface.

The grid has 420 million cells of a metre: noise on hills, which compresses as measures do. It is converted as a
delivered file is, once, and stays in the data folder. Tiles are drawn each time, at places drawn by lot; times are
those of the processor, since what is measured is the portal's work whatever else the machine does.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import rasterio
from django.contrib.gis.geos import Polygon
from rasterio.crs import CRS
from rasterio.transform import from_origin
from rasterio.warp import transform
from rasterio.windows import Window, from_bounds

from bench.figures import Figure, in_time, part
from layers.access import RasterScope
from layers.models import Layer, Raster, RasterVersion, raster_folder
from layers.queries.rasters import Area
from layers.queries.rasters import statistics as statistics_of
from layers.services.work_folders import private_folder
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD, TileAddress
from layers.visitor import system_visitor
from tiles.rasters.parsing.conversion import GridPlan, convert
from tiles.rasters.services.tiles import tile_picture

SIDE = 20_480
ORIGIN = (632_260.0, 6_869_740.0)
# Beside the files of rasters, in a folder that is not cleaned with them.
FOLDER, NAME = "bench", "bench/gigabyte.tif"
ZOOMS = (10, 12, 14, 16, 18)
TILES = 24
COLD_MS, STATISTICS_MS = 30.0, 200.0
# The side of the surface that is measured: 9.9 km², as much as Meudon.
SURFACE_M = 3_150.0
REPETITIONS = 5


def prepare() -> None:
    """Make the grid of a gigabyte, unless it is there."""
    print(f"{SIDE} × {SIDE} cells, {_scope().online.size / 1e6:.0f} MB", flush=True)


def measures() -> Iterator[Figure]:
    """Measure tiles and statistics."""
    scope = _scope()
    yield from part("tiles", _tiles, scope)
    yield from part("surfaces", _surfaces, scope)


def _scope() -> RasterScope:
    """Return the raster as whoever sees it has it; its file and facts are made when they are not there."""
    private_folder(private_folder(raster_folder()) / FOLDER)
    measured = raster_folder() / f"{NAME}.json"
    if not measured.exists():
        print("Making the grid, which takes some minutes…", flush=True)
        measured.write_text(json.dumps(_made(raster_folder() / NAME)))
    layer = Layer(slug="gigabyte", title="Gigabyte", style={"rescale": [30, 130]})
    online = RasterVersion(pk=1, path=NAME, number=1, **json.loads(measured.read_text()))
    raster = Raster(layer=layer, online=online)
    return RasterScope(system_visitor(), layer, raster, online, True, True, True, False, "gigabyte")


def _made(target: Path) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    across = np.arange(SIDE)
    crs, transform = CRS.from_epsg(2154), from_origin(*ORIGIN, 1, 1)
    profile = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 1, "dtype": "float32", "crs": crs}
    with TemporaryDirectory(dir=target.parent, prefix="bench-") as folder:
        plain = Path(folder) / "plain.tif"
        with rasterio.open(plain, "w", **profile, transform=transform, nodata=-9999, BIGTIFF="YES") as grid:
            for top in range(0, SIDE, 512):
                down = np.arange(top, top + 512)[:, None]
                hills = 80 + 40 * np.sin(across / 900) * np.cos(down / 1300)
                noise = rng.normal(0, 0.15, (512, SIDE))
                grid.write((hills + noise).round(2).astype("float32"), 1, window=Window(0, top, SIDE, 512))
        with rasterio.open(plain) as source:
            path, facts = convert(
                source, Path(folder), GridPlan(crs, -9999, False, False), lambda *_arguments: None
            )
        path.rename(target)
    return facts


def _tiles(scope: RasterScope) -> Iterator[Figure]:
    """Measure tiles of each zoom beside a bare read, by rasterio, of the cells of the same overview."""
    rng = random.Random(1)  # noqa: S311 (places, not secrets)
    slowest = 0.0
    for zoom in ZOOMS:
        addresses = [_tile(rng, zoom) for _number in range(TILES)]
        durations = [_timed(partial(tile_picture, scope, scope.style, at, "png")) for at in addresses]
        read = [_timed(partial(_plain_read, scope, at)) for at in addresses]
        slowest = max(slowest, median(durations))
        ratio = median(durations) / median(read)
        yield Figure(
            f"tile of zoom {zoom} / bare read", "", f"{median(durations):.1f} ms, {ratio:.1f} ×", None
        )
    yield Figure("tile, slowest zoom", f"≤ {COLD_MS:.0f} ms", f"{slowest:.1f} ms", in_time(slowest, COLD_MS))


def _tile(rng: random.Random, zoom: int) -> TileAddress:
    lon, lat = rng.uniform(2.12, 2.30), rng.uniform(48.76, 48.90)
    column = int((lon + 180) / 360 * 2**zoom)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    return WEB_MERCATOR_QUAD.tile(zoom, column, row)


def _plain_read(scope: RasterScope, at: TileAddress) -> None:
    """Read about what a tile takes, without warp, colours or picture."""
    west, south, east, north = at.envelope()
    xs, ys = transform("EPSG:3857", "EPSG:2154", [west, east], [south, north])
    shape = (256, 256)
    with rasterio.open(scope.online.location) as grid:
        window = from_bounds(xs[0], ys[0], xs[1], ys[1], grid.transform)
        inside = window.intersection(Window(0, 0, SIDE, SIDE))
        grid.read(1, window=inside, out_shape=shape, resampling=rasterio.enums.Resampling.bilinear)


def _surfaces(scope: RasterScope) -> Iterator[Figure]:
    """Measure the statistics of a surface like a commune, at other places each time, beside a bare read of its box."""
    times, floors = [], []
    for number in range(REPETITIONS):
        left, bottom = ORIGIN[0] + 2_000 + 2_500 * number, ORIGIN[1] - 12_000
        corners = [(0, 0.2), (0.2, 0), (1, 0.1), (0.9, 1), (0.3, 0.9), (0, 0.2)]
        xs, ys = [left + SURFACE_M * x for x, _y in corners], [bottom + SURFACE_M * y for _x, y in corners]
        lons, lats = transform("EPSG:2154", "EPSG:4326", xs, ys)
        shape = Polygon(list(zip(lons, lats, strict=True)), srid=4326)
        area = Area(shape, "", f"surface {number}")
        times.append(_timed(partial(statistics_of, scope, area)))
        box = (min(xs), min(ys), max(xs), max(ys))
        floors.append(_timed(partial(_plain_box, scope, box)))
    name = f"statistics of {SURFACE_M**2 / 1e6:.1f} million cells / bare read"
    measured = f"{median(times):.0f} ms, {median(times) / median(floors):.1f} ×"
    yield Figure(name, f"≤ {STATISTICS_MS:.0f} ms", measured, in_time(median(times), STATISTICS_MS))


def _plain_box(scope: RasterScope, box: tuple[float, float, float, float]) -> None:
    with rasterio.open(scope.online.location) as grid:
        grid.read(1, window=from_bounds(*box, grid.transform))


def _timed(work: Callable[[], object]) -> float:
    """Return the milliseconds of processor that some work takes."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1_000
