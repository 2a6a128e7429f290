"""Statistics of a raster in a surface, exact: each cell counts for the share of it that the surface covers.

The cells are read as they were delivered, in the CRS of the file, and ``exactextract`` weighs them. What is read at
once is bounded: a larger surface is refused, never sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from exactextract import exact_extract
from exactextract.feature import JSONFeatureSource
from exactextract.raster import NumPyRasterSource
from rasterio.windows import Window

from layers.access import RasterScope
from layers.errors import InvalidParameter, TooCostly
from layers.models import Commune
from layers.parsing.raster_styles import RasterClass
from layers.queries.cache import BoundedCache
from layers.queries.rasters.areas import Area, communes_areas, in_crs
from layers.queries.rasters.files import GridFile, opened
from layers.queries.rasters.footprints import is_placed, window_in
from layers.vocabulary import RasterKind

MAX_CODES = 256
_MEASURES = ("count", "min", "max", "mean", "sum", "median", "stdev")


@dataclass(frozen=True, slots=True)
class ClassShare:
    """How much of a surface a class takes: ``cells`` of the grid (a fraction counts), ``share`` of those with a value.

    ``raster_class`` is None for a code that the style does not name; ``value`` is the code then, or None.
    """

    raster_class: RasterClass | None
    value: float | None
    cells: float
    share: float


@dataclass(frozen=True, slots=True)
class RasterStatistics:
    """What a surface holds of the first band. Measures are None where no cell has a value.

    ``cells`` is how many have one (a fraction counts), ``covered`` their share of the surface, from 0 to 1. ``total``
    is the sum, for rasters whose values may be added up. Codes have no mean: their measures are None, but for classes.
    """

    cells: float
    covered: float
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    total: float | None = None
    classes: tuple[ClassShare, ...] = ()


def statistics(scope: RasterScope, area: Area) -> RasterStatistics:
    """Return the statistics of a raster in a surface, remembered as long as neither changes.

    Raises:
        InvalidParameter: the raster is a picture, or the surface goes where its CRS says nothing.
        TooCostly: the box of the surface holds more cells than ``RASTER_STATISTICS_MAX_CELLS``.
        UnreachableSource: the file cannot be read.
    """
    if scope.raster.kind == RasterKind.IMAGE:
        raise InvalidParameter(
            _("« %s » est une image : ses couleurs n’ont pas de statistiques.") % scope.layer.title,
            parameter="raster",
        )
    if area.is_empty:
        return RasterStatistics(0.0, 0.0)
    key = (scope.key, scope.version, scope.layer.updated_at, area.key)
    return _known.recall(key, partial(_computed, scope, area))


def by_commune(scope: RasterScope) -> list[tuple[Commune, RasterStatistics]]:
    """Return the statistics of each commune that the visitor may look at, by name.

    Raises:
        InvalidParameter, TooCostly, UnreachableSource: as ``statistics``.
    """
    return [(commune, statistics(scope, area)) for commune, area in communes_areas(scope)]


def _computed(scope: RasterScope, area: Area) -> RasterStatistics:
    with opened(scope.online) as dataset:
        shape = in_crs(area.geometry, scope.online.srid)
        if not is_placed(shape):
            raise InvalidParameter(
                _("Cette surface sort du domaine de la projection de « %s ».") % scope.layer.title,
                parameter="within",
            )
        window = window_in(dataset, shape)
        if window is None:
            return RasterStatistics(0.0, 0.0)
        _check_size(window)
        is_coded = scope.raster.kind == RasterKind.CLASSES
        cells = dataset.read(1, window=window, masked=True) if is_coded else _values(dataset, window)
        box = dataset.window_bounds(window)
        size = abs(dataset.transform.a * dataset.transform.e)
    surface = _size(shape) / size
    if is_coded:
        return _of_codes(cells, box, shape, surface, scope.style.classes)
    return _of_measure(cells, box, shape, surface, scope)


def _values(dataset: GridFile, window: Window) -> Any:
    """Return the cells of the first band as numbers, NaN where there is none; a mask costs as much as to read them."""
    nodata = dataset.nodata
    if dataset.dtypes[0] in {"float32", "float64"} and nodata is not None:
        cells = dataset.read(1, window=window)
        cells[cells == nodata] = np.nan  # none is, where the nodata is NaN itself
        return cells
    masked = dataset.read(1, window=window, masked=True)
    return masked.astype("float64" if masked.dtype.itemsize > 2 else "float32").filled(np.nan)


def _check_size(window: Window) -> None:
    cells, most = int(window.width * window.height), settings.RASTER_STATISTICS_MAX_CELLS
    if cells > most:
        raise TooCostly(
            _("Cette surface couvre %(cells)d mailles de ce raster ; le maximum est %(most)d.")
            % {"cells": cells, "most": most},
            parameter="within",
        )


def _size(shape: dict[str, Any]) -> float:
    """Return the surface of a polygon in the square of its unit (the shoelace formula; holes are taken away)."""
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return sum(_ring_size(outer) - sum(map(_ring_size, holes)) for outer, *holes in polygons)


def _ring_size(ring: Sequence[Any]) -> float:
    points = np.asarray(ring, dtype=float)[:, :2] - np.asarray(ring[0], dtype=float)[:2]
    x, y = points[:, 0], points[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def _extracted(
    values: Any, nodata: float | None, box: Sequence[float], shape: dict[str, Any], wanted: Sequence[str]
) -> dict[str, Any]:
    """Return what ``exactextract`` finds in a shape, by name of operation."""
    source = NumPyRasterSource(values, *box, nodata=nodata)
    feature = JSONFeatureSource([{"type": "Feature", "geometry": shape, "properties": {}}])
    most = max(values.size, 1)
    (found,) = exact_extract(source, feature, list(wanted), max_cells_in_memory=most)
    properties: dict[str, Any] = found["properties"]
    return properties


def _of_measure(
    cells: Any, box: Sequence[float], shape: dict[str, Any], surface: float, scope: RasterScope
) -> RasterStatistics:
    found = _extracted(cells, None, box, shape, _MEASURES)
    count = float(found["count"])
    if not count:
        return RasterStatistics(0.0, 0.0)
    return RasterStatistics(
        cells=count,
        covered=min(count / surface, 1.0),
        minimum=float(found["min"]),
        maximum=float(found["max"]),
        mean=float(found["mean"]),
        median=float(found["median"]),
        deviation=float(found["stdev"]),
        total=float(found["sum"]) if scope.raster.is_additive else None,
        classes=_shares(cells, box, shape, scope.style.classes, count),
    )


def _shares(
    cells: Any, box: Sequence[float], shape: dict[str, Any], classes: Sequence[RasterClass], count: float
) -> tuple[ClassShare, ...]:
    """Return the share of each class of a measure, in their order, those without a cell included."""
    if not classes:
        return ()
    numbers = np.full(cells.shape, -1, dtype="int16")
    for number, each in enumerate(classes):
        belongs = (cells == each.lower) if each.is_code else (cells >= each.lower) & (cells < each.upper)
        numbers[belongs] = number
    taken = _by_code(numbers, -1, box, shape)
    return tuple(
        ClassShare(each, None, taken.get(number, 0.0), taken.get(number, 0.0) / count)
        for number, each in enumerate(classes)
    )


def _of_codes(
    cells: Any, box: Sequence[float], shape: dict[str, Any], surface: float, classes: Sequence[RasterClass]
) -> RasterStatistics:
    """Return the share of each code; those that the style names first, in its order.

    Raises:
        TooCostly: more than ``MAX_CODES`` codes.
    """
    codes, places = np.unique(cells.filled(0), return_inverse=True)
    if len(codes) > MAX_CODES:
        raise TooCostly(
            _("Cette surface a plus de %d codes différents : ce raster n’est pas fait de classes.")
            % MAX_CODES,
            parameter="raster",
        )
    numbers = places.reshape(cells.shape).astype("int16")
    numbers[np.ma.getmaskarray(cells)] = -1
    by_number = _by_code(numbers, -1, box, shape)
    taken = {float(codes[number]): found for number, found in by_number.items()}
    count = sum(taken.values())
    if not count:
        return RasterStatistics(0.0, 0.0)
    named = [(each, each.lower, taken.pop(each.lower, 0.0)) for each in classes if each.is_code]
    others = [(None, code, found) for code, found in sorted(taken.items())]
    shares = (ClassShare(each, code, found, found / count) for each, code, found in [*named, *others])
    return RasterStatistics(count, min(count / surface, 1.0), classes=tuple(shares))


def _by_code(numbers: Any, nodata: int, box: Sequence[float], shape: dict[str, Any]) -> dict[int, float]:
    """Return how many cells of a shape have each number."""
    found = _extracted(numbers, nodata, box, shape, ("count", "unique", "frac"))
    shares = zip(found["unique"], found["frac"], strict=True)
    return {int(number): float(share) * float(found["count"]) for number, share in shares}


_known: BoundedCache[RasterStatistics] = BoundedCache(2_000)
