"""Distances in metres on the spheroid, from degrees, with the help of the spatial index."""

from __future__ import annotations

import math

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import BooleanField, F, Func, Q, TextField, Value

# Metres of a degree of latitude at the equator, where it is shortest (WGS 84).
_METRES_PER_DEGREE = 110_574.0


class Geography(Func):
    """A geometry in degrees as a geography, on which PostGIS measures in metres."""

    template = "%(expressions)s::geography"
    # Declared text: it is only ever an argument, and Django casts what it believes to be a geometry.
    output_field = TextField()


def within_metres(geometry: GEOSGeometry, metres: float, *, column: str = "geom") -> Q:
    """Match rows within ``metres`` of a geometry in EPSG:4326 (longitude, latitude).

    The box filter comes first and uses the index: a degree of longitude is worth the cosine of the latitude.
    """
    box = _around(geometry, metres)
    pair = Geography(F(column)), Geography(Value(geometry))
    exact = Func(*pair, Value(metres), function="ST_DWithin", output_field=BooleanField())
    return Q(**{f"{column}__bboverlaps": box}) & Q(exact)


def _around(geometry: GEOSGeometry, metres: float) -> Polygon:
    west, south, east, north = geometry.extent
    high = metres / _METRES_PER_DEGREE * 1.01
    furthest = min(max(abs(south), abs(north)) + high, 89.0)
    wide = high / math.cos(math.radians(furthest))
    if wide >= 180 or west - wide < -180 or east + wide > 180:
        west, east, wide = -180.0, 180.0, 0.0
    box = Polygon.from_bbox((west - wide, max(south - high, -90.0), east + wide, min(north + high, 90.0)))
    box.srid = 4326
    return box
