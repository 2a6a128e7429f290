"""Statistics of a raster in an area, exact, and those of communes that are stored with a version.

Each cell counts for the share of it that the area covers. Cells are read as they were delivered, in the CRS of the
file; what is read at once is bounded: a larger area is refused, never sampled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from layers.access import RasterScope
from layers.cache import BoundedCache
from layers.digests import stable_digest
from layers.errors import InvalidParameter, TooCostly
from layers.models import Commune
from layers.parsing.raster_styles import RasterClass
from layers.queries.rasters.areas import Area, communes_areas, communes_version, in_crs
from layers.queries.rasters.cells import GridFile, is_placed, opened, window_in
from layers.queries.rasters.zonal import CellShares, WeightedValues, cell_shares
from layers.sql.query_limiter import acquire_slot
from layers.vocabulary import RasterKind

if TYPE_CHECKING:
    from rasterio.windows import Window

MAX_CODES = 256
# From so many cells on, some 50 MB, a question takes a place among the heavy ones: few run at once.
HEAVY_CELLS = 5_000_000


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
    """Statistics of the first band in a surface. Measures are None where no cell has a value.

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
    """Return the statistics of a raster in a surface, cached until either changes; a commune's are stored.

    Raises:
        InvalidParameter: the raster is a picture, or the surface goes where its CRS says nothing.
        TooCostly: the box of the surface holds more cells than ``RASTER_STATISTICS_MAX_CELLS``.
        Busy: it holds many, and other heavy questions are under way.
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
    return _statistics_cache.recall(key, partial(_stored_or_computed, scope, area))


def by_commune(scope: RasterScope) -> list[tuple[Commune, RasterStatistics]]:
    """Return the statistics of each commune that the visitor may look at, by name.

    Raises:
        InvalidParameter, TooCostly, UnreachableSource: as ``statistics``.
    """
    return [(commune, statistics(scope, area)) for commune, area in communes_areas(scope)]


_statistics_cache: BoundedCache[RasterStatistics] = BoundedCache(2_000)


def _stored_or_computed(scope: RasterScope, area: Area) -> RasterStatistics:
    stored = stored_statistics(scope).get(area.commune) if area.commune else None
    return stored or computed_statistics(scope, area)


def computed_statistics(scope: RasterScope, area: Area) -> RasterStatistics:
    """Return the statistics of a measure or of codes in a surface, read from the file.

    Raises:
        TooCostly, UnreachableSource: as ``statistics``.
    """
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
    surface, shares = _size(shape) / size, cell_shares(shape, box, cells.shape)
    if is_coded:
        return _of_codes(cells, shares, surface, scope.style.classes)
    return _of_measure(WeightedValues.of(*shares.pick(cells)), surface, scope)


def _values(dataset: GridFile, window: Window) -> Any:
    """Return the cells of the first band as numbers, NaN where there is none; a mask would cost as much as the read."""
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
    if cells > HEAVY_CELLS:
        acquire_slot()


def _size(shape: dict[str, Any]) -> float:
    """Return the surface of a polygon in the square of its unit (the shoelace formula; holes are subtracted)."""
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return sum(_ring_size(outer) - sum(map(_ring_size, holes)) for outer, *holes in polygons)


def _ring_size(ring: Sequence[Any]) -> float:
    points = np.asarray(ring, dtype=float)[:, :2] - np.asarray(ring[0], dtype=float)[:2]
    x, y = points[:, 0], points[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def _of_measure(values: WeightedValues, surface: float, scope: RasterScope) -> RasterStatistics:
    if not values.weight:
        return RasterStatistics(0.0, 0.0)
    minimum, maximum = values.extremes
    return RasterStatistics(
        cells=values.weight,
        covered=min(values.weight / surface, 1.0),
        minimum=minimum,
        maximum=maximum,
        mean=values.mean,
        median=values.median,
        deviation=values.deviation,
        total=values.total if scope.raster.is_additive else None,
        classes=_shares(values, scope.style.classes),
    )


def _shares(values: WeightedValues, classes: Sequence[RasterClass]) -> tuple[ClassShare, ...]:
    """Return the share of each class of a measure, in their order, those without a cell included."""
    if not classes:
        return ()
    covered, parts = _numbers(values.full_cells, classes), _numbers(values.parts, classes)
    weights = [
        float(np.count_nonzero(covered == number) + values.weights[parts == number].sum())
        for number in range(len(classes))
    ]
    return tuple(
        ClassShare(each, None, cells, cells / values.weight)
        for each, cells in zip(classes, weights, strict=True)
    )


def _numbers(values: Any, classes: Sequence[RasterClass]) -> Any:
    """Return the number of the class of each value, the last that has it; -1 for none."""
    numbers = np.full(values.shape, -1, dtype="int16")
    for number, each in enumerate(classes):
        belongs = (values == each.lower) if each.is_code else (values >= each.lower) & (values < each.upper)
        numbers[belongs] = number
    return numbers


def _of_codes(
    cells: Any, shares: CellShares, surface: float, classes: Sequence[RasterClass]
) -> RasterStatistics:
    """Return the share of each code; those that the style names first, in its order.

    Raises:
        TooCostly: more than ``MAX_CODES`` codes.
    """
    listed = _by_code(cells, shares)
    if len(listed) > MAX_CODES:
        raise TooCostly(
            _("Cette surface a plus de %d codes différents : ce raster n’est pas fait de classes.")
            % MAX_CODES,
            parameter="raster",
        )
    count = sum(listed.values())
    if not count:
        return RasterStatistics(0.0, 0.0)
    named = [(each, each.lower, listed.pop(each.lower, 0.0)) for each in classes if each.is_code]
    rest = [(None, code, weight) for code, weight in sorted(listed.items())]
    class_shares = (ClassShare(each, code, weight, weight / count) for each, code, weight in [*named, *rest])
    return RasterStatistics(count, min(count / surface, 1.0), classes=tuple(class_shares))


def _by_code(cells: Any, shares: CellShares) -> dict[float, float]:
    """Return how many cells of a surface have each code."""
    inner, parts, weights = shares.pick(cells.data)
    masked_inner, masked_parts, _weights = shares.pick(np.ma.getmaskarray(cells))
    weights_of_codes: dict[float, float] = {}
    codes, counts = np.unique(inner[~masked_inner], return_counts=True)
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        weights_of_codes[float(code)] = float(count)
    codes, indexes = np.unique(parts[~masked_parts], return_inverse=True)
    for code, weight in zip(
        codes.tolist(), np.bincount(indexes, weights[~masked_parts]).tolist(), strict=True
    ):
        weights_of_codes[float(code)] = weights_of_codes.get(float(code), 0.0) + weight
    return weights_of_codes


# To raise when the same cells have other statistics.
_FORMAT = 1


def statistics_digest(scope: RasterScope) -> str:
    """Return a digest of the inputs of statistics by commune besides the file: kind, classes, communes."""
    raster = scope.raster
    return stable_digest(
        _FORMAT, str(raster.kind), raster.is_additive, scope.style.classes, communes_version()
    )


def stored_document(
    scope: RasterScope, statistics_by_commune: Mapping[str, RasterStatistics]
) -> dict[str, Any]:
    """Return statistics by INSEE code as ``RasterVersion.by_commune`` holds them."""
    classes = scope.style.classes
    communes = {code: _document(one, classes) for code, one in statistics_by_commune.items()}
    return {"digest": statistics_digest(scope), "communes": communes}


def stored_statistics(scope: RasterScope) -> dict[str, RasterStatistics]:
    """Return the stored statistics by INSEE code; none when classes or communes have changed since."""
    document = scope.online.by_commune
    if document.get("digest") != statistics_digest(scope):
        return {}
    return {code: _statistics(one, scope.style.classes) for code, one in document["communes"].items()}


def _document(measured: RasterStatistics, classes: Sequence[RasterClass]) -> dict[str, Any]:
    """Return statistics as JSON, each class by its place in the style."""
    shares = [
        [
            None if share.raster_class is None else classes.index(share.raster_class),
            share.value,
            share.cells,
            share.share,
        ]
        for share in measured.classes
    ]
    return asdict(measured) | {"classes": shares}


def _statistics(document: Mapping[str, Any], classes: Sequence[RasterClass]) -> RasterStatistics:
    shares = tuple(
        ClassShare(None if index is None else classes[index], value, cells, share)
        for index, value, cells, share in document["classes"]
    )
    return RasterStatistics(**{**document, "classes": shares})
