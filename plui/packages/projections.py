"""Shapes of a package in EPSG:2154, where areas and lengths are measured, and in EPSG:4326, where they are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy
import pyproj
import shapely

LAMBERT_93, WGS84 = 2154, 4326
_DECIMALS = 8


@cache
def _transformer(source: int, target: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def transform(shapes: Any, source: int | None, target: int) -> Any:
    """Return shapes of a system in another; those of an unknown one are taken for Lambert-93.

    ``shapes`` is an array of shapes, with None where there is none.
    """
    origin = source or LAMBERT_93
    if origin == target:
        return shapes
    change = _transformer(origin, target).transform
    return shapely.transform(
        shapes, lambda positions: numpy.column_stack(change(positions[:, 0], positions[:, 1]))
    )


def to_lambert(shapes: Sequence[Any], srid: int | None) -> Any:
    """Return an array of shapes in EPSG:2154."""
    return transform(numpy.array(shapes, dtype=object), srid, LAMBERT_93)


def geojson(shape: Any, srid: int | None) -> dict[str, Any] | None:
    """Return a shape as GeoJSON in EPSG:4326; None without a shape."""
    if shape is None:
        return None
    geographic = transform(shape, srid, WGS84)
    if not numpy.isfinite(shapely.bounds(geographic)).all():
        return None
    document: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.set_precision(geographic, 10**-_DECIMALS, mode="pointwise"))
    )
    return document
