"""What the address of a sheet may say: where the person who reads it is."""

from __future__ import annotations

from django.contrib.gis.geos import GEOSGeometry

from interface.requests import Parameters, filled
from layers.parsing import parse_query, single_values

NEAR = "near"


def parse_near(parameters: Parameters) -> GEOSGeometry | None:
    """Return the point of ``near`` (longitude, latitude in degrees, EPSG:4326), None when it is not given.

    Raises:
        UnknownParameter: another parameter.
        InvalidGeometry: ``near`` is no place.
    """
    text = single_values(filled(parameters), known=(NEAR,)).get(NEAR)
    asked = parse_query({NEAR: [text], "radius": ["1"]}).near if text else None
    return asked.point if asked else None
