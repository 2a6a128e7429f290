"""Bounding boxes: text to polygon, with every way to get one wrong named."""

from __future__ import annotations

import math

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.utils.translation import gettext as _

from layers.crs import CRS84, Crs
from layers.errors import InvalidBbox

_HALF_TURN = 180.0
_TURN = 2 * _HALF_TURN


def parse_bbox(text: str, *, crs: Crs = CRS84, parameter: str = "bbox") -> GEOSGeometry:
    """Read 4 or 6 numbers in the axis order of ``crs`` and return a (multi)polygon in x, y order with its SRID.

    Six numbers carry heights, which must be in order and select nothing: features are in two dimensions. In longitude
    and latitude a first longitude greater than the second crosses the antimeridian, however wide the box is (OGC
    17-069r4, 7.15.3); longitudes may go one turn further, as maps that scroll around the world write them.

    Raises:
        InvalidBbox: wrong count, not finite, out of the range of the CRS, or swapped.
    """
    numbers = [_number(part, text, parameter) for part in text.split(",")]
    if len(numbers) not in {4, 6}:
        raise InvalidBbox(
            _("%(name)s attend 4 nombres (ou 6 avec les hauteurs) ; « %(value)s » en compte %(count)d.")
            % {"name": parameter, "value": text[:80], "count": len(numbers)},
            parameter=parameter,
        )
    half = len(numbers) // 2
    if half == 3 and numbers[2] > numbers[5]:
        raise InvalidBbox(
            _("%(name)s est inversé : la hauteur minimale doit précéder la hauteur maximale.")
            % {"name": parameter},
            parameter=parameter,
        )
    first, second = numbers[:2], numbers[half : half + 2]
    if crs.is_yx:
        first, second = first[::-1], second[::-1]
    _check_range(first, second, crs, parameter)
    return _polygon(first, second, crs, parameter)


def _number(part: str, text: str, parameter: str) -> float:
    try:
        value = float(part)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidBbox(
            _("%(name)s contient « %(part)s », qui n’est pas un nombre : « %(value)s ».")
            % {"name": parameter, "part": part[:40], "value": text[:80]},
            parameter=parameter,
        )
    return value


def _check_range(first: list[float], second: list[float], crs: Crs, parameter: str) -> None:
    min_x, min_y, max_x, max_y = crs.bounds
    if crs.is_in_degrees:
        min_x, max_x = min_x - _TURN, max_x + _TURN
    for x, y in (first, second):
        if not (min_x <= x <= max_x and min_y <= y <= max_y):
            raise InvalidBbox(
                _(
                    "%(name)s sort des limites de %(crs)s : x de %(min_x)g à %(max_x)g, y de %(min_y)g à %(max_y)g."
                )
                % {
                    "name": parameter,
                    "crs": crs.title,
                    "min_x": min_x,
                    "max_x": max_x,
                    "min_y": min_y,
                    "max_y": max_y,
                },
                parameter=parameter,
            )


def _polygon(first: list[float], second: list[float], crs: Crs, parameter: str) -> GEOSGeometry:
    (x1, y1), (x2, y2) = first, second
    spans = longitude_spans(x1, x2) if crs.is_in_degrees else [(x1, x2)] if x1 <= x2 else []
    if y1 > y2 or not spans:
        raise InvalidBbox(
            _("%(name)s est inversé : le coin minimal doit précéder le coin maximal (%(order)s).")
            % {"name": parameter, "order": "y,x,y,x" if crs.is_yx else "x,y,x,y"},
            parameter=parameter,
        )
    parts = [Polygon.from_bbox((start, y1, end, y2)) for start, end in spans]
    box = MultiPolygon(*parts) if len(parts) > 1 else parts[0]
    box.srid = crs.srid
    return box


def longitude_spans(west: float, east: float) -> list[tuple[float, float]]:
    """Return the longitudes from ``west`` to ``east`` within ±180: one span, or two when they cross the antimeridian.

    None when ``east`` comes first beyond ±180, where nothing tells which way round the world they are.
    """
    is_inside = min(west, east) >= -_HALF_TURN and max(west, east) <= _HALF_TURN
    if west <= east and is_inside:
        return [(west, east)]
    if west > east and not is_inside:
        return []
    if west > east:
        return [(west, _HALF_TURN), (-_HALF_TURN, east)] if west < _HALF_TURN else [(-_HALF_TURN, east)]
    width = east - west
    if width >= _TURN:
        return [(-_HALF_TURN, _HALF_TURN)]
    start = (west + _HALF_TURN) % _TURN - _HALF_TURN
    end = start + width
    spans = [(start, min(end, _HALF_TURN)), (-_HALF_TURN, end - _TURN)]
    return [(lower, upper) for lower, upper in spans if lower < upper or (lower == upper and width == 0)]
