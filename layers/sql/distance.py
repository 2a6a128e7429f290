"""The distance of a request as a condition."""

from __future__ import annotations

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F, Q

from layers.sql.spatial import nearer_than


def within_metres(geometry: GEOSGeometry, metres: float, *, column: str = "geom") -> Q:
    """Match rows within ``metres`` of a geometry, in x, y order with its SRID; ``column`` is in EPSG:4326."""
    return Q(nearer_than(F(column), geometry, metres))
