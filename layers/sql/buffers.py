"""What lies within some metres of features, as one outline."""

from __future__ import annotations

from django.contrib.gis.db.models import GeometryField
from django.db.models import Func

_QUARTER = 16  # segments of a quarter of a circle: at 300 m they stray from it by 40 cm


class Buffer(Func):
    """Everything at most so many metres from a geometry in EPSG:4326.

    PostGIS draws it in the plane that suits the place best, and brings it back to degrees.
    """

    template = f"ST_Buffer((%(expressions)s, 'quad_segs={_QUARTER}')::geometry"
    arg_joiner = ")::geography, "
    output_field = GeometryField(srid=4326)


class ShortestLine(Func):
    """The line from the first geometry to the nearest point of the second, straight on the map."""

    function = "ST_ShortestLine"
    output_field = GeometryField(srid=4326)
