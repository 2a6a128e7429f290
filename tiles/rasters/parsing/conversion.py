"""A grid that was checked becomes a cloud-optimised GeoTIFF: read once, block by block, then written with overviews.

The CRS of the file is kept where EPSG names it: values stay those that were delivered, statistics are exact, and the
file is half as large as in Web Mercator (docs/performance.md). Otherwise it becomes Lambert-93.

Numbers are kept without loss (ZSTD, with the differences of neighbours); pictures of three bands of 8 bits become JPEG
with a mask, as orthophotos are delivered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from django.utils.translation import gettext as _
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.shutil import copy
from rasterio.vrt import WarpedVRT
from rasterio.warp import Resampling, transform_bounds
from rasterio.windows import Window
from rio_cogeo.cogeo import cog_validate

from layers.errors import InvalidFile

BLOCK = 256
_STRIPE = 1_024
_OVERVIEW_CELLS = 1_024 * 1_024
# Side of the Web Mercator square and of a tile: zooms are counted from there.
_WORLD_M = 2 * math.pi * 6378137.0
_MAX_ZOOM = 22
# What programs write where there is nothing, and forget to declare.
_SENTINELS = (-9999.0, -99999.0, -32768.0, -3.4028234663852886e38, -1.7976931348623157e308)

Tell = Callable[[str, float], None]


@dataclass(slots=True)
class BandCount:
    """Statistics of a band, added up while it is read."""

    cells: int = 0
    total: float = 0.0
    squares: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf

    def add(self, values: Any) -> None:
        """Count the values of some cells."""
        if not values.size:
            return
        numbers = values.astype("float64")
        self.cells += numbers.size
        self.total += float(numbers.sum())
        self.squares += float(np.square(numbers).sum())
        self.minimum = min(self.minimum, float(numbers.min()))
        self.maximum = max(self.maximum, float(numbers.max()))


@dataclass(frozen=True, slots=True)
class GridPlan:
    """How a grid is written: its settled CRS and nodata, its kind."""

    crs: CRS
    nodata: float | None
    is_picture: bool
    is_categorical: bool


def convert(source: Any, folder: Path, plan: GridPlan, tell: Tell) -> tuple[Path, dict[str, Any]]:
    """Write ``source``, an open dataset, as a COG in ``folder``; return its path and its metadata.

    ``tell`` is given the phase (reading, writing) and the share done, from 0 to 1.

    Raises:
        InvalidFile: no cell has a value, or a value is not finite.
        RasterioIOError: the file is cut or damaged.
    """
    plain, cog = folder / "grid.tif", folder / "cog.tif"
    counts = _copy(source, plain, plan, tell)
    tell("writing", 0.0)
    _write_cog(plain, cog, plan)
    plain.unlink()
    is_valid, errors, _warnings = cog_validate(cog, strict=True, quiet=True)
    if not is_valid:
        raise RuntimeError(f"not cloud-optimised: {errors}")
    return cog, _facts(cog, counts)


def stored_crs(crs: CRS) -> CRS:
    """Return the CRS a grid is stored in: its own where EPSG names it, else Lambert-93."""
    code = crs.to_epsg()
    return CRS.from_epsg(code) if code else CRS.from_epsg(2154)


def _copy(source: Any, target: Path, plan: GridPlan, tell: Tell) -> list[BandCount]:
    """Copy a grid to tiles, stripe by stripe, and count its values."""
    if source.crs is not None and source.crs != plan.crs and not source.crs.to_epsg():
        resampling = Resampling.nearest if plan.is_categorical else Resampling.bilinear
        with WarpedVRT(source, crs=plan.crs, resampling=resampling) as warped:
            return _copy_stripes(warped, target, plan, tell)
    return _copy_stripes(source, target, plan, tell)


def _copy_stripes(source: Any, target: Path, plan: GridPlan, tell: Tell) -> list[BandCount]:
    colour_bands = [number for number, what in enumerate(source.colorinterp, 1) if what != ColorInterp.alpha]
    has_mask = plan.nodata is None and _is_masked(source)
    profile = {
        "driver": "GTiff",
        "width": source.width,
        "height": source.height,
        "count": len(colour_bands),
        "dtype": source.dtypes[0],
        "crs": plan.crs,
        "transform": source.transform,
        "nodata": plan.nodata,
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        "compress": "ZSTD",
        "zstd_level": 1,
        "BIGTIFF": "IF_SAFER",
        "SPARSE_OK": True,
    }
    counts = [BandCount() for _band in colour_bands]
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(target, "w", **profile) as output:
        output.colorinterp = [source.colorinterp[number - 1] for number in colour_bands]
        for index, number in enumerate(colour_bands, 1):
            output.set_band_description(index, source.descriptions[number - 1] or "")
        for window in _stripes(source):
            cells = source.read(colour_bands, window=window)
            hidden = _hidden(source, cells, window, plan, has_mask)
            _check_finite(cells, hidden, window)
            for band, count in enumerate(counts):
                count.add(cells[band][~hidden[band]])
            output.write(cells, window=window)
            if has_mask:
                output.write_mask(~hidden[0], window=window)
            tell("reading", (window.row_off + window.height) / source.height)
    _check_counts(counts, is_declared=plan.nodata is not None or has_mask)
    return counts


def _stripes(source: Any) -> Iterator[Window]:
    """Yield windows of whole rows: as few rows as blocks have, so that none is decoded twice, within the memory."""
    block = source.block_shapes[0][0]
    rows = block if block >= BLOCK else BLOCK * max(1, _STRIPE // BLOCK // 4)
    for top in range(0, source.height, rows):
        yield Window(0, top, source.width, min(rows, source.height - top))


def _is_masked(source: Any) -> bool:
    """Whether the file has a mask or an alpha band."""
    flags = source.mask_flag_enums[0]
    return any(flag.name in {"per_dataset", "alpha"} for flag in flags)


def _hidden(source: Any, cells: Any, window: Window, plan: GridPlan, has_mask: bool) -> Any:
    """Return which cells have no value, band by band."""
    if plan.nodata is not None:
        return np.isnan(cells) if math.isnan(plan.nodata) else cells == plan.nodata
    if has_mask:
        return np.broadcast_to(source.dataset_mask(window=window) == 0, cells.shape)
    return np.zeros(cells.shape, dtype=bool)


def _check_finite(cells: Any, hidden: Any, window: Window) -> None:
    """Refuse a value that is not finite: its meaning is unknown.

    Raises:
        InvalidFile: naming the first.
    """
    if cells.dtype.kind != "f":
        return
    wrong = ~np.isfinite(cells) & ~hidden
    if not wrong.any():
        return
    band, row, column = (int(position) for position in np.argwhere(wrong)[0])
    value = float(cells[band, row, column])
    raise InvalidFile(
        _(
            "Le canal %(band)d vaut %(value)s à la rangée %(row)d, colonne %(column)d : ce n’est pas un nombre. "
            "Déclarez la valeur sans donnée du fichier, ou corrigez-le."
        )
        % {
            "band": band + 1,
            "value": "NaN" if math.isnan(value) else value,
            "row": int(window.row_off) + row + 1,
            "column": column + 1,
        },
        parameter="nodata",
    )


def _check_counts(counts: list[BandCount], *, is_declared: bool) -> None:
    """Refuse a band without any value, or whose least value is a usual mark of nodata."""
    for band, count in enumerate(counts, 1):
        if not count.cells:
            raise InvalidFile(
                _("Aucune maille du canal %d n’a de valeur : tout vaut la valeur sans donnée.") % band,
                parameter="nodata",
            )
        if not is_declared and count.minimum in _SENTINELS:
            raise InvalidFile(
                _(
                    "La plus petite valeur du canal %(band)d est %(value)s, et le fichier ne déclare aucune valeur "
                    "sans donnée : indiquez-la."
                )
                % {"band": band, "value": count.minimum},
                parameter="nodata",
            )


def _write_cog(plain: Path, cog: Path, plan: GridPlan) -> None:
    """Write the tiles of a grid with overviews, each half of the one before."""
    profile = {
        "driver": "COG",
        "blocksize": BLOCK,
        "BIGTIFF": "IF_SAFER",
        "overview_resampling": "nearest" if plan.is_categorical else "average",
        "SPARSE_OK": True,
    }
    if _is_photo(plain, plan):
        how = {"compress": "JPEG", "quality": 90, "overview_quality": 85}
    else:
        how = {"compress": "ZSTD", "level": 6, "predictor": "YES"}
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        copy(plain, cog, **profile, **how)


def _is_photo(path: Path, plan: GridPlan) -> bool:
    with rasterio.open(path) as grid:
        is_bytes = set(grid.dtypes) == {"uint8"}
        return plan.is_picture and is_bytes and grid.count == 3 and plan.nodata is None


def _facts(path: Path, counts: list[BandCount]) -> dict[str, Any]:
    """Return the columns of ``RasterVersion`` that describe the file."""
    with rasterio.open(path) as grid:
        bounds = transform_bounds(grid.crs, CRS.from_epsg(4326), *grid.bounds, densify_pts=21)
        min_zoom, max_zoom = _zooms(grid)
        return {
            "srid": grid.crs.to_epsg(),
            "width": grid.width,
            "height": grid.height,
            "transform": list(grid.transform)[:6],
            "bounds": list(bounds),
            "overviews": len(grid.overviews(1)),
            "min_zoom": min_zoom,
            "max_zoom": max_zoom,
            "size": path.stat().st_size,
            "bands": [_band(grid, number, count) for number, count in enumerate(counts, 1)],
        }


def _zooms(grid: Any) -> tuple[int, int]:
    """Return the zoom where the whole grid is about a tile, and the one where a pixel is about a cell."""
    left, bottom, right, top = transform_bounds(grid.crs, CRS.from_epsg(3857), *grid.bounds, densify_pts=21)
    side = max(right - left, top - bottom)
    cell = max((right - left) / grid.width, (top - bottom) / grid.height)
    least = math.floor(math.log2(_WORLD_M / side))
    most = math.ceil(math.log2(_WORLD_M / BLOCK / cell) - 0.25)
    return max(0, min(least, _MAX_ZOOM)), max(0, min(max(least, most), _MAX_ZOOM))


def _band(grid: Any, number: int, count: BandCount) -> dict[str, Any]:
    """Return the description of a band; its centiles are those of an overview of a million cells."""
    mean = count.total / count.cells
    scale = max(1.0, math.sqrt(grid.width * grid.height / _OVERVIEW_CELLS))
    shape = (max(1, round(grid.height / scale)), max(1, round(grid.width / scale)))
    sample = grid.read(number, out_shape=shape, masked=True).compressed()
    low, high = np.percentile(sample, [2, 98]) if sample.size else (count.minimum, count.maximum)
    return {
        "description": grid.descriptions[number - 1] or "",
        "type": grid.dtypes[number - 1],
        "nodata": _number(grid.nodata),
        "colour": grid.colorinterp[number - 1].name,
        "minimum": count.minimum,
        "maximum": count.maximum,
        "mean": mean,
        "deviation": math.sqrt(max(count.squares / count.cells - mean * mean, 0.0)),
        "low": float(low),
        "high": float(high),
        "share": count.cells / (grid.width * grid.height),
    }


def _number(value: float | None) -> float | str | None:
    """Return a number that JSON has; NaN as a word."""
    return "nan" if value is not None and math.isnan(value) else value
