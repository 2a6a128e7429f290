"""Outlines of sample prescriptions: irregular surfaces and bent lines around a place, in EPSG:4326."""

from __future__ import annotations

import math
import random
from typing import Any

import shapely

from gisportal.demo.zoning import GRID

Shape = Any  # shapely has no types
Place = tuple[float, float]

# Metres in a degree of latitude, and of longitude at 48.8°.
_LAT, _LON = 111_200, 73_300


def blob(place: Place, rolls: random.Random, limit: Shape, *, radius: int = 110) -> Shape:
    """Return an irregular surface of about ``radius`` metres around a place, inside ``limit``."""
    corners = []
    for step in range(11):
        angle, reach = 2 * math.pi * step / 11, radius * rolls.uniform(0.6, 1.2)
        corners.append((place[0] + reach * math.cos(angle) / _LON, place[1] + reach * math.sin(angle) / _LAT))
    return _largest(shapely.intersection(shapely.Polygon(corners), limit, grid_size=GRID))


def inside(shape: Shape) -> Shape:
    """Return a zone drawn back by some 40 m and simplified."""
    return _largest(shapely.set_precision(shape.buffer(-0.0004).simplify(0.0001), GRID))


def street(place: Place, rolls: random.Random) -> Shape:
    """Return a bent line of 120 to 300 m that starts some 20 m from a place, at 6 decimals."""
    x, y = place[0] + 20 / _LON, place[1] + 20 / _LAT
    heading = rolls.uniform(0, 2 * math.pi)
    points = [(round(x, 6), round(y, 6))]
    for _step in range(3):
        reach = rolls.uniform(40, 100)
        heading += rolls.uniform(-0.4, 0.4)
        x, y = x + reach * math.cos(heading) / _LON, y + reach * math.sin(heading) / _LAT
        points.append((round(x, 6), round(y, 6)))
    return shapely.LineString(points)


def street_inside(place: Place, rolls: random.Random, limit: Shape) -> Shape:
    """Return the first street from a place that stays inside ``limit``."""
    found = street(place, rolls)
    while not limit.contains(found):
        found = street(place, rolls)
    return found


def _largest(shape: Shape) -> Shape:
    return max(shapely.get_parts(shape), key=lambda part: part.area)
