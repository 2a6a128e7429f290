"""Cells of a raster: its file opened, the window of an area, the value at a point, a clip.

Files are cloud-optimised GeoTIFF that the portal wrote itself, and nothing else: what strangers give is read in a child
process of ``sandbox`` (``tiles.rasters.parsing.conversion``), never here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from layers.access import RasterScope
from layers.crs import STORAGE
from layers.errors import InvalidParameter, TooCostly, UnreachableSource
from layers.lazy import lazy_module
from layers.models import RasterVersion
from layers.parsing.raster_styles import RasterClass
from layers.queries.rasters.areas import Area, in_crs, moved, part_near, portal_area

if TYPE_CHECKING:
    import rasterio.errors
    import rasterio.features
    import rasterio.windows
else:
    rasterio = lazy_module("rasterio", "errors", "features", "windows")

# A dataset of rasterio, which is not typed.
GridFile = Any
# Nothing beside the file is looked for, nothing is fetched, and tiles already decoded stay in memory for the next one.
OPTIONS: dict[str, Any] = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_CACHEMAX": 64,
    "GDAL_NUM_THREADS": 1,
}


@contextmanager
def opened(version: RasterVersion, *, overview: int = -1) -> Iterator[GridFile]:
    """Open the file of a version, or one of its overviews; each thread opens its own dataset, in a millisecond.

    ``overview`` counts from 0, the finest; -1 is the grid itself.

    Raises:
        UnreachableSource: the file is gone, or damaged.
    """
    chosen = {} if overview < 0 else {"overview_level": overview}
    try:
        with (
            rasterio.Env(session=None, **OPTIONS),
            rasterio.open(version.location, driver="GTiff", sharing=False, **chosen) as dataset,
        ):
            yield dataset
    except rasterio.errors.RasterioError as error:
        raise UnreachableSource(_("Le fichier de ce raster ne peut pas être lu.")) from error


# A millionth of a cell is the rest of a computation.
_DECIMALS = 6


def window_in(dataset: GridFile, shape: dict[str, Any]) -> rasterio.windows.Window | None:
    """Return the whole cells of the box of a GeoJSON polygon in the CRS of the grid, None when the grid has none."""
    points = [point for ring in rings_of(shape) for point in ring]
    if not points or not is_placed(shape):
        return None
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    around = rasterio.windows.from_bounds(min(xs), min(ys), max(xs), max(ys), dataset.transform)
    left, top = math.floor(_rounded(around.col_off)), math.floor(_rounded(around.row_off))
    right = math.ceil(_rounded(around.col_off + around.width))
    bottom = math.ceil(_rounded(around.row_off + around.height))
    try:
        # A surface within the edge of a cell still touches it.
        window = rasterio.windows.Window(left, top, max(right - left, 1), max(bottom - top, 1)).intersection(
            rasterio.windows.Window(0, 0, dataset.width, dataset.height)
        )
    except rasterio.errors.WindowError:
        return None
    return window if window.width and window.height else None


def is_placed(shape: dict[str, Any]) -> bool:
    """Whether every corner of a GeoJSON polygon is somewhere in its CRS."""
    return all(math.isfinite(number) for ring in rings_of(shape) for point in ring for number in point[:2])


def _rounded(coordinate: float) -> float:
    """Return a place in cells as far as it is known: an edge that falls on one of the grid touches no further cell."""
    return round(coordinate, _DECIMALS)


def rings_of(shape: dict[str, Any]) -> Sequence[Any]:
    """Return the rings of a GeoJSON polygon or multipolygon."""
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


@dataclass(frozen=True, slots=True)
class Clip:
    """Cells of (bands, rows, columns), masked outside of the surface, on their own grid.

    ``transform`` is rasterio's affine transformation of the part, ``srid`` the EPSG code of its CRS.
    """

    cells: Any
    transform: Any
    srid: int
    nodata: float | None
    descriptions: tuple[str, ...]


def clip(scope: RasterScope, area: Area | None) -> Clip:
    """Return the cells of a raster whose centre is in a surface, all of them without one.

    Raises:
        TooCostly: there are more than ``RASTER_DOWNLOAD_MAX_CELLS`` of them.
        InvalidParameter: the surface meets no cell.
        UnreachableSource: the file cannot be read.
    """
    visible = _visible_area(scope, area)
    with opened(scope.online) as dataset:
        window_of_file = rasterio.windows.Window(0, 0, dataset.width, dataset.height)
        shape = None if visible is None else _placed(scope, visible)
        window = window_of_file if shape is None else window_in(dataset, shape)
        if window is None:
            raise InvalidParameter(
                _("Cette surface ne touche pas « %s ».") % scope.layer.title, parameter="within"
            )
        _check_size(window, dataset.count)
        cells = dataset.read(window=window, masked=True)
        transform = dataset.window_transform(window)
        if shape is not None:
            outside = rasterio.features.geometry_mask([shape], cells.shape[1:], transform)
            cells.mask = np.ma.getmaskarray(cells) | outside
            cells.data[:, outside] = 0  # a mask beside the cells would only hide them
        return Clip(cells, transform, scope.online.srid, dataset.nodata, dataset.descriptions)


def _visible_area(scope: RasterScope, area: Area | None) -> Area | None:
    """Return the surface to cut to: the requested one, within the commune of the portal."""
    if area is None:
        return portal_area(scope)
    if area.is_empty:
        raise InvalidParameter(
            _("Cette surface ne touche pas « %s ».") % scope.layer.title, parameter="within"
        )
    return area


def _placed(scope: RasterScope, visible: Area) -> dict[str, Any]:
    """Return a surface in the CRS of the grid; of one as large as the world, the part around the grid."""
    shape = in_crs(visible.geometry, scope.online.srid)
    return shape if is_placed(shape) else in_crs(part_near(scope, visible.geometry), scope.online.srid)


def _check_size(window: rasterio.windows.Window, bands: int) -> None:
    cells, most = int(window.width * window.height * bands), settings.RASTER_DOWNLOAD_MAX_CELLS
    if cells > most:
        raise TooCostly(
            _(
                "Ce téléchargement compte %(cells)d mailles ; le maximum est %(most)d. "
                "Demandez une surface plus petite."
            )
            % {"cells": cells, "most": most},
            parameter="within",
        )


@dataclass(frozen=True, slots=True)
class BandValue:
    """The value of a cell in a band, numbered from 1: ``value`` is None where there is none."""

    band: int
    title: str
    value: float | None
    raster_class: RasterClass | None = None


def value_at(scope: RasterScope, longitude: float, latitude: float) -> list[BandValue]:
    """Return the values of the cell at a point (EPSG:4326), one a band.

    They are None outside of the grid, where the grid has none, and where the visitor may not look.

    Raises:
        UnreachableSource: the file cannot be read.
    """
    bands = scope.online.bands
    values = (
        _read(scope, longitude, latitude) if _may_look(scope, longitude, latitude) else [None] * len(bands)
    )
    classes = scope.style.classes
    return [
        BandValue(number, band["description"], value, class_of(value, classes) if number == 1 else None)
        for number, (band, value) in enumerate(zip(bands, values, strict=True), 1)
    ]


def class_of(value: float | None, classes: tuple[RasterClass, ...]) -> RasterClass | None:
    """Return the class of a value."""
    if value is None:
        return None
    return next((c for c in classes if value == c.lower or c.lower <= value < c.upper), None)


def _may_look(scope: RasterScope, longitude: float, latitude: float) -> bool:
    visible = portal_area(scope)
    return visible is None or visible.geometry.intersects(Point(longitude, latitude, srid=STORAGE.srid))


def _read(scope: RasterScope, longitude: float, latitude: float) -> list[float | None]:
    with opened(scope.online) as dataset:
        ((x, y),) = moved([(longitude, latitude)], STORAGE.srid, scope.online.srid)
        if not (math.isfinite(x) and math.isfinite(y)):
            return [None] * dataset.count
        column, row = (math.floor(number) for number in ~dataset.transform @ (x, y))
        if not (0 <= column < dataset.width and 0 <= row < dataset.height):
            return [None] * dataset.count
        cell = dataset.read(window=rasterio.windows.Window(column, row, 1, 1), masked=True)[:, 0, 0]
    hidden = np.ma.getmaskarray(cell)
    return [None if out else float(value) for value, out in zip(cell.data, hidden, strict=True)]
