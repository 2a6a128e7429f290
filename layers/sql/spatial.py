"""PostGIS's relations and distance as ORM predicates, written so that the index of a column serves them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Expression, F, Func, TextField, Value

from layers.crs import STORAGE
from layers.sql.functions import And, Predicate

EARTH_RADIUS_M = 6_378_137.0
DEGREE_OF_LATITUDE_M = 110_574.0  # the shortest, at the equator (WGS 84)
WIDEST_DEGREES = 5.0
MARGIN = 1.01
NEAR_POLE = 85.0


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


class SpatialEquals(SpatialRelation):
    """The geometries cover the same points."""

    function = "ST_Equals"


class BBoxOverlaps(Predicate):
    """The bounding boxes share a point: what a GiST index answers."""

    arg_joiner = " && "


class CommuneOutlines(Func):
    """The ground of communes widened by metres, in EPSG:4326: computed once a statement, and indexed like a literal.

    Its arguments are the metres and the INSEE codes, a list. Quarters of circles have sixteen sides: a margin of 50 m
    is short of 6 cm at most.
    """

    template = "(SELECT ST_Buffer(ST_Union(outline.geom)::geography, %(expressions)s))"
    arg_joiner = ", 'quad_segs=16')::geometry FROM layers_commune AS outline WHERE outline.code = ANY("
    # Declared text: it is only ever an argument, and Django casts what it believes to be a geometry.
    output_field = TextField()


class Geography(Func):
    """A geometry in degrees as a geography, on which PostGIS measures in metres."""

    template = "(%(expressions)s)::geography"
    # Declared text: it is only ever an argument, and Django casts what it believes to be a geometry.
    output_field = TextField()


class SharedPart(Func):
    """What two geometries share, in EPSG:4326; of a lower dimension where they only touch."""

    function = "ST_Intersection"
    output_field = GeometryField(srid=STORAGE.srid)


class DistanceWithin(Predicate):
    """Two geographies are at most so many metres apart, on the spheroid."""

    template = "ST_DWithin(%(expressions)s)"


def shape_value(shape: GEOSGeometry) -> Value:
    """Return a geometry literal in the CRS of storage: PostGIS transforms it when its SRID is another."""
    return Value(shape, output_field=GeometryField(srid=STORAGE.srid))


def within_distance(column: Expression | F, shape: GEOSGeometry, metres: float) -> Predicate:
    """Select the rows whose geometry is at most ``metres`` from ``shape``, measured on the spheroid.

    ``shape`` is in x, y order with its SRID, and ``is_local``. The GiST index of ``column`` (EPSG:4326) narrows the
    rows to a box first.
    """
    measured = DistanceWithin(Geography(column), Geography(shape_value(shape)), Value(metres))
    box = box_around(shape, metres)
    return measured if box is None else And(BBoxOverlaps(column, shape_value(box)), measured)


_AREAS = """
SELECT ST_Area(ST_GeomFromEWKB(shape)::geography) FROM unnest(%s::bytea[]) WITH ORDINALITY AS listed(shape, position)
ORDER BY position
"""


def areas_m2(shapes: Sequence[GEOSGeometry]) -> list[float]:
    """Return the square metres of shapes in EPSG:4326, on the spheroid, in one statement; none of what has no area."""
    if not shapes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_AREAS, [[bytes(shape.ewkb) for shape in shapes]])
        return [float(area) for (area,) in cursor.fetchall()]


def near_communes(column: Expression | F, codes: Iterable[str], metres: int) -> Predicate:
    """Select the rows whose geometry touches the outline of communes, by INSEE code, widened by ``metres``.

    Lines and surfaces that go over the outline do, as far as they reach. The GiST index of ``column`` (EPSG:4326)
    answers.
    """
    listed = Value(sorted(codes), output_field=ArrayField(TextField()))
    return Intersects(column, CommuneOutlines(Value(metres), listed))


def is_local(shape: GEOSGeometry) -> bool:
    """Whether distances from ``shape`` make sense: its edges, straight on the map, are not long arcs on the globe."""
    min_x, min_y, max_x, max_y = _placed(shape).extent
    return max_x - min_x <= WIDEST_DEGREES and max_y - min_y <= WIDEST_DEGREES


def _placed(shape: GEOSGeometry) -> GEOSGeometry:
    placed = shape if shape.srid == STORAGE.srid else shape.transform(STORAGE.srid, clone=True)
    assert placed is not None  # None is the answer of a transform in place
    return placed


def box_around(shape: GEOSGeometry, metres: float) -> GEOSGeometry | None:
    """Return a box, in degrees, of every point within ``metres`` of ``shape``; None over a pole or the antimeridian.

    A path of this length stays under the highest latitude of the box, where degrees of longitude are shortest. An edge
    is a straight line on the map and an arc on the globe: the margin covers what lies between them.
    """
    min_x, min_y, max_x, max_y = _placed(shape).extent
    length = math.radians(math.hypot(max_x - min_x, max_y - min_y)) * EARTH_RADIUS_M
    furthest = max(abs(min_y), abs(max_y))
    steepness = math.tan(math.radians(min(NEAR_POLE, furthest)))
    margin = MARGIN * (metres + length * length * steepness / (8 * EARTH_RADIUS_M)) + 1
    height = margin / DEGREE_OF_LATITUDE_M
    highest = furthest + height
    if highest > NEAR_POLE:
        return None
    width = math.degrees(margin / (EARTH_RADIUS_M * math.cos(math.radians(highest))))
    if min_x - width < -180 or max_x + width > 180:
        return None
    box = Polygon.from_bbox((min_x - width, min_y - height, max_x + width, max_y + height))
    box.srid = STORAGE.srid
    return box
