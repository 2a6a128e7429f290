"""The value of a raster at a point: that of the cell that holds it, as it was delivered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from django.contrib.gis.geos import Point
from rasterio.windows import Window

from layers.access import RasterScope
from layers.crs import STORAGE
from layers.parsing.raster_styles import RasterClass
from layers.queries.rasters.areas import portal_area
from layers.queries.rasters.files import opened
from layers.queries.rasters.systems import moved


@dataclass(frozen=True, slots=True)
class BandValue:
    """What a cell holds in a band, numbered from 1: ``value`` is None where there is none."""

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
    found = (
        _read(scope, longitude, latitude) if _may_look(scope, longitude, latitude) else [None] * len(bands)
    )
    classes = scope.style.classes
    return [
        BandValue(number, band["description"], value, class_of(value, classes) if number == 1 else None)
        for number, (band, value) in enumerate(zip(bands, found, strict=True), 1)
    ]


def class_of(value: float | None, classes: tuple[RasterClass, ...]) -> RasterClass | None:
    """Return the class of a value."""
    if value is None:
        return None
    return next((c for c in classes if value == c.lower or c.lower <= value < c.upper), None)


def _may_look(scope: RasterScope, longitude: float, latitude: float) -> bool:
    shown = portal_area(scope)
    return shown is None or shown.geometry.intersects(Point(longitude, latitude, srid=STORAGE.srid))


def _read(scope: RasterScope, longitude: float, latitude: float) -> list[float | None]:
    with opened(scope.online) as dataset:
        ((x, y),) = moved([(longitude, latitude)], STORAGE.srid, scope.online.srid)
        if not (math.isfinite(x) and math.isfinite(y)):
            return [None] * dataset.count
        column, row = (math.floor(number) for number in ~dataset.transform @ (x, y))
        if not (0 <= column < dataset.width and 0 <= row < dataset.height):
            return [None] * dataset.count
        cell = dataset.read(window=Window(column, row, 1, 1), masked=True)[:, 0, 0]
    hidden = np.ma.getmaskarray(cell)
    return [None if out else float(value) for value, out in zip(cell.data, hidden, strict=True)]
