"""PostGIS functions that Django does not have, as expressions: CRS, GeoJSON, buffers."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.db.models import F, FloatField, Func, TextField, Value
from django.db.models.expressions import Combinable

from layers.crs import Crs
from layers.definitions import GeometryType

# 7 decimals of a degree are 11 mm at most; 3 decimals of a metre are 1 mm.
_DECIMALS = {True: 7, False: 3}


FLATTENING = 0.6
"""What is written on a surface is wider than high: so is the room that is looked for."""


class FlipCoordinates(Func):
    """``ST_FlipCoordinates``: swap x and y, for clients that use an authority's northing-first order."""

    function = "ST_FlipCoordinates"


class StoredGeometry(Func):
    """A geometry column as it is, in binary: declared text so that Django puts no cast of its own on it."""

    template = "%(expressions)s"
    output_field = TextField()

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(F(column), **extra)


class TransformedGeometry(Func):
    """``ST_Transform`` of a geometry column, declared text as ``StoredGeometry`` is."""

    function = "ST_Transform"
    output_field = TextField()

    def __init__(self, column: str, srid: int, **extra: Any) -> None:
        super().__init__(F(column), Value(srid), **extra)


class LeftTurning(Func):
    """``ST_ForcePolygonCCW``: outer rings turn left, inner ones right (RFC 7946, 3.1.6). It would reverse a line."""

    function = "ST_ForcePolygonCCW"
    output_field = GeometryField(srid=4326)


def projected(crs: Crs, kind: GeometryType, *, column: str = "geom") -> Combinable:
    """Return the stored geometry, of this kind, for GeoJSON, in the requested CRS and axis order."""
    geometry: Combinable = LeftTurning(F(column)) if kind.is_surface else F(column)
    if crs.srid != 4326:
        geometry = Transform(geometry, crs.srid)
    if crs.is_yx:
        geometry = FlipCoordinates(geometry, output_field=GeometryField(srid=crs.srid))
    return geometry


def geojson_geometry(crs: Crs, kind: GeometryType, *, column: str = "geom") -> AsGeoJSON:
    """Return the geometry as GeoJSON text in the requested CRS and axis order."""
    return AsGeoJSON(projected(crs, kind, column=column), precision=_DECIMALS[crs.srid == 4326])


FINEST = 16
"""Segments of a quarter of a circle where nothing coarser is asked: at 300 m they stray from it by 40 cm."""


def quarter_of(metres: float, tolerance: float) -> int:
    """Return how many segments draw a quarter of a circle of some metres within ``tolerance`` metres of it."""
    if tolerance <= 0:
        return FINEST
    share = min(tolerance / metres, 0.5)
    return min(FINEST, max(2, math.ceil(math.pi / (4 * math.acos(1 - share)))))


class Buffer(Func):
    """Everything at most so many metres from a geometry in EPSG:4326.

    PostGIS draws it in the plane that suits the place best, and brings it back to degrees. ``quarter`` segments draw
    a quarter of a circle.
    """

    template = "ST_Buffer((%(expressions)s, 'quad_segs=%(quarter)d')::geometry"
    arg_joiner = ")::geography, "
    output_field = GeometryField(srid=4326)

    def __init__(self, *expressions: Any, quarter: int = FINEST) -> None:
        super().__init__(*expressions, quarter=quarter)


class Simplified(Func):
    """A geometry simplified within some units, without losing or merging its parts."""

    function = "ST_SimplifyPreserveTopology"
    output_field = GeometryField(srid=4326)

    def __init__(self, shape: Any, units: float) -> None:
        super().__init__(shape, Value(units))


class ShortestLine(Func):
    """The line from the first geometry to the nearest point of the second, straight on the map."""

    function = "ST_ShortestLine"
    output_field = GeometryField(srid=4326)


class InscribedCentre(Func):
    """The middle (EPSG:4326) of the largest ellipse in a surface in EPSG:3857, ``FLATTENING`` times as high as wide."""

    template = (
        f"ST_Transform(ST_Scale((ST_MaximumInscribedCircle(ST_Scale(%(expressions)s, {FLATTENING}, 1))).center, "
        f"1 / {FLATTENING}, 1), 4326)"
    )
    output_field = PointField(srid=4326)


class InscribedRadius(Func):
    """Half the height of that ellipse, in the units of its coordinates."""

    template = f"(ST_MaximumInscribedCircle(ST_Scale(%(expressions)s, {FLATTENING}, 1))).radius"
    output_field = FloatField()
