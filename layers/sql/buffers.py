"""What lies within some metres of features, as one outline."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db.models import Func, Value

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
    """A geometry without what strays less than some units of it, whose parts stay apart and whole."""

    function = "ST_SimplifyPreserveTopology"
    output_field = GeometryField(srid=4326)

    def __init__(self, shape: Any, units: float) -> None:
        super().__init__(shape, Value(units))


class ShortestLine(Func):
    """The line from the first geometry to the nearest point of the second, straight on the map."""

    function = "ST_ShortestLine"
    output_field = GeometryField(srid=4326)
