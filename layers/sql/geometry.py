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
TILE_EXTENT = 4096
TILE_BUFFER = 64


class FlipCoordinates(Func):
    """``ST_FlipCoordinates``: swap x and y, for clients that asked for an authority's northing-first order."""

    function = "ST_FlipCoordinates"


class TileGeometry(Func):
    """``ST_AsMVTGeom`` of a Web Mercator column in the tile z/x/y; NULL where nothing of it is in the tile.

    The result is declared text so that Django selects it as it is, without the cast it puts on geometries.
    """

    function = "ST_AsMVTGeom"
    template = f"%(function)s(%(expressions)s, {TILE_EXTENT}, {TILE_BUFFER}, true)"

    def __init__(self, column: str, zoom: int, x: int, y: int, **extra: Any) -> None:
        envelope = Func(Value(zoom), Value(x), Value(y), function="ST_TileEnvelope", output_field=TextField())
        super().__init__(F(column), envelope, output_field=TextField(), **extra)


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
