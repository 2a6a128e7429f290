"""Documents about a raster: TileJSON, map tilesets (20-057, 8; 17-083r4, 8), legend, value at a point, statistics."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from interface.http.links import Link, link
from interface.http.media_types import JSON
from layers.access import RasterScope
from layers.crs import CRS84, SERVED
from layers.lazy import lazy_module
from layers.queries.rasters import Area, BandValue, ClassShare, Legend, RasterStatistics
from layers.sql.tile_matrix_sets import Bounds, TileMatrixSet, TileRange
from tiles.formats import TILE, TILING_SCHEME, matrix_set_limits, zoom_like
from tiles.rasters.formats.pictures import MEDIA_TYPES

if TYPE_CHECKING:
    import rasterio.crs
    import rasterio.warp
else:
    rasterio = lazy_module("rasterio", "crs", "warp")


def tilejson(scope: RasterScope, templates: Sequence[str]) -> dict[str, Any]:
    """Return the TileJSON 3.0.0 document; ``templates`` are absolute addresses of tiles with {z}, {x} and {y}."""
    layer, online = scope.layer, scope.online
    west, south, east, north = online.bounds
    return {
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": layer.abstract,
        "attribution": layer.source,
        "version": f"{online.number}.0.0",
        "scheme": "xyz",
        "tiles": list(templates),
        "minzoom": online.min_zoom,
        "maxzoom": online.max_zoom,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, online.min_zoom],
    }


def legend_document(legend: Legend) -> dict[str, Any]:
    """Return the legend: ``entries`` are classes, or stops of a scale from the least to the most."""
    return {
        "title": legend.title,
        "unit": legend.unit,
        "type": "scale" if legend.is_scale else "classes",
        "entries": [
            {"colour": entry.colour, "title": entry.title, "from": entry.lower, "to": entry.upper}
            for entry in legend.entries
        ],
    }


def value_document(scope: RasterScope, values: Sequence[BandValue], lon: float, lat: float) -> dict[str, Any]:
    """Return the values of the bands at a point; null where there is none."""
    return {
        "raster": scope.slug,
        "title": scope.layer.title,
        "unit": scope.raster.unit,
        "lon": lon,
        "lat": lat,
        "values": [
            {
                "band": each.band,
                "title": each.title,
                "value": finite(each.value),
                "class": each.raster_class.title if each.raster_class else None,
            }
            for each in values
        ],
    }


def statistics_document(scope: RasterScope, area: Area, statistics: RasterStatistics) -> dict[str, Any]:
    """Return the statistics of a surface; measures are null where it holds no value, or where they mean nothing."""
    return {
        "raster": scope.slug,
        "title": scope.layer.title,
        "unit": scope.raster.unit,
        "area": area.title,
        "cells": statistics.cells,
        "covered": statistics.covered,
        "minimum": finite(statistics.minimum),
        "maximum": finite(statistics.maximum),
        "mean": finite(statistics.mean),
        "median": finite(statistics.median),
        "deviation": finite(statistics.deviation),
        "sum": finite(statistics.total),
        "classes": [_share(each) for each in statistics.classes],
    }


def _share(each: ClassShare) -> dict[str, Any]:
    raster_class = each.raster_class
    if raster_class is None or raster_class.is_code:
        bounds: dict[str, Any] = {"value": each.value}
    else:
        bounds = {"from": finite(raster_class.lower), "to": finite(raster_class.upper)}
    return {
        "title": raster_class.title if raster_class else "",
        "colour": raster_class.colour if raster_class else "",
        **bounds,
        "cells": each.cells,
        "share": each.share,
    }


def finite(value: float | None) -> float | None:
    """Return a number that JSON has."""
    return value if value is not None and math.isfinite(value) else None


Reverse = Callable[..., str]


def tileset_list(scope: RasterScope, sets: tuple[TileMatrixSet, ...], reverse: Reverse) -> dict[str, Any]:
    """Return the list of tilesets."""
    return {
        "links": [link("self", reverse("rasters:tilesets", scope.slug), JSON)],
        "tilesets": [_summary(scope, each, reverse) for each in sets],
    }


def _summary(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> dict[str, Any]:
    own = reverse("rasters:tileset", scope.slug, matrix_set.id)
    document = {
        "title": f"{scope.layer.title} ({matrix_set.id})",
        "dataType": "map",
        "crs": next(crs.uri for crs in SERVED if crs.srid == matrix_set.srid),
        "tileMatrixSetId": matrix_set.id,
        "tileMatrixSetLimits": matrix_set_limits(_ranges(scope, matrix_set)),
        "links": [
            link("self", own, JSON, scope.layer.title),
            link(TILING_SCHEME, reverse("tilesets:matrix-set", matrix_set.id), JSON, matrix_set.title),
        ],
    }
    return document | ({"tileMatrixSetURI": matrix_set.uri} if matrix_set.uri else {})


def _ranges(scope: RasterScope, matrix_set: TileMatrixSet) -> list[TileRange]:
    """Return the tiles of each zoom that meet the grid.

    They end at the zoom of the grid's own cells, as those of TileJSON do; deeper tiles are drawn on demand.
    """
    last = min(zoom_like(matrix_set, scope.online.max_zoom), matrix_set.max_zoom)
    return [tile_range(scope, matrix_set, zoom) for zoom in range(last + 1)]


def tile_range(scope: RasterScope, matrix_set: TileMatrixSet, zoom: int) -> TileRange:
    """Return the tiles of a zoom that meet the grid."""
    return matrix_set.covering(_bounds_in(matrix_set.srid, scope.online.srid, scope.online.extent), zoom)


@lru_cache(maxsize=1_000)
def _bounds_in(target: int, source: int, extent: Bounds) -> Bounds:
    """Return the bounds of an extent in another CRS: those of the curved edges, not of the corners."""
    west, south, east, north = rasterio.warp.transform_bounds(
        rasterio.crs.CRS.from_epsg(source), rasterio.crs.CRS.from_epsg(target), *extent, densify_pts=21
    )
    return west, south, east, north


def tileset(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> dict[str, Any]:
    """Return one tileset: its limits by zoom and the addresses of its tiles in each form."""
    document = _summary(scope, matrix_set, reverse)
    document["links"] += _tiles(scope, matrix_set, reverse)
    west, south, east, north = scope.online.bounds
    document["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri}
    return document


def _tiles(scope: RasterScope, matrix_set: TileMatrixSet, reverse: Reverse) -> list[Link]:
    """Return the templates of the tiles: their variables are in braces."""
    first = reverse("rasters:map-tile", scope.slug, matrix_set.id, 0, 0, 0).removesuffix("0/0/0")
    return [
        link("item", f"{first}{TILE}?f={form}", media_type) | {"templated": True}
        for form, media_type in MEDIA_TYPES.items()
    ]
