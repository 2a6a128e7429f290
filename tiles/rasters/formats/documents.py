"""Documents about a raster: TileJSON, legend, value at a point, statistics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from layers.access import RasterScope
from layers.parsing.raster_styles import RasterClass
from layers.queries.rasters import Area, BandValue, ClassShare, Legend, RasterStatistics


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


def statistics_document(scope: RasterScope, area: Area, found: RasterStatistics) -> dict[str, Any]:
    """Return the statistics of a surface; measures are null where it holds no value, or where they mean nothing."""
    return {
        "raster": scope.slug,
        "title": scope.layer.title,
        "unit": scope.raster.unit,
        "area": area.title,
        "cells": found.cells,
        "covered": found.covered,
        "minimum": finite(found.minimum),
        "maximum": finite(found.maximum),
        "mean": finite(found.mean),
        "median": finite(found.median),
        "deviation": finite(found.deviation),
        "sum": finite(found.total),
        "classes": [_share(each) for each in found.classes],
    }


def _share(each: ClassShare) -> dict[str, Any]:
    known = each.raster_class
    bounds = {"value": each.value} if known is None or known.is_code else _bounds(known)
    return {
        "title": known.title if known else "",
        "colour": known.colour if known else "",
        **bounds,
        "cells": each.cells,
        "share": each.share,
    }


def _bounds(known: RasterClass) -> dict[str, Any]:
    return {"from": finite(known.lower), "to": finite(known.upper)}


def finite(value: float | None) -> float | None:
    """Return a number that JSON has."""
    return value if value is not None and math.isfinite(value) else None
