"""PostGIS's relations as ORM predicates, written so that the index of a column serves them."""

from __future__ import annotations

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Value

from layers.crs import STORAGE
from layers.sql.functions import Predicate


class SpatialRelation(Predicate):
    """A relation between two geometries by its PostGIS function."""

    template = "%(function)s(%(expressions)s)"


class Intersects(SpatialRelation):
    """The geometries share a point."""

    function = "ST_Intersects"


class Within(SpatialRelation):
    """The first geometry is inside the second."""

    function = "ST_Within"


class Contains(SpatialRelation):
    """The second geometry is inside the first."""

    function = "ST_Contains"


class Disjoint(SpatialRelation):
    """The geometries share no point."""

    function = "ST_Disjoint"


class Crosses(SpatialRelation):
    """The geometries share some interior points, of a lower dimension."""

    function = "ST_Crosses"


class Overlaps(SpatialRelation):
    """The geometries, of one dimension, share some of their interiors and each has more."""

    function = "ST_Overlaps"


class Touches(SpatialRelation):
    """The geometries share points of their boundaries only."""

    function = "ST_Touches"


class SameShape(SpatialRelation):
    """The geometries cover the same points."""

    function = "ST_Equals"


class BoxesMeet(Predicate):
    """The bounding boxes share a point: what a GiST index answers."""

    arg_joiner = " && "


def shape_value(shape: GEOSGeometry) -> Value:
    """Return a geometry literal in the CRS of storage: PostGIS transforms it when its SRID is another."""
    return Value(shape, output_field=GeometryField(srid=STORAGE.srid))
