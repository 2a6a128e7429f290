"""PostGIS functions that Django does not name, as expressions."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable

from layers.crs import Crs
from layers.definitions import GeometryType

# 7 decimals of a degree are 11 mm at most; 3 decimals of a metre are 1 mm.
_DECIMALS = {True: 7, False: 3}


class FlipCoordinates(Func):
    """``ST_FlipCoordinates``: swap x and y, for clients that asked for an authority's northing-first order."""

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
    """Return the stored geometry, of this kind, as GeoJSON wants it, in the CRS and axis order asked."""
    geometry: Combinable = LeftTurning(F(column)) if kind.is_surface else F(column)
    if crs.srid != 4326:
        geometry = Transform(geometry, crs.srid)
    if crs.is_yx:
        geometry = FlipCoordinates(geometry, output_field=GeometryField(srid=crs.srid))
    return geometry


def geojson_geometry(crs: Crs, kind: GeometryType, *, column: str = "geom") -> AsGeoJSON:
    """Return the geometry as GeoJSON text in the CRS and axis order asked."""
    return AsGeoJSON(projected(crs, kind, column=column), precision=_DECIMALS[crs.srid == 4326])
