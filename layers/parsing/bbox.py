"""Bounding boxes: text to polygon, with every way to get one wrong named."""

from __future__ import annotations

import math

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.utils.translation import gettext as _

from layers.crs import CRS84, Crs
from layers.errors import InvalidBbox

_HALF_TURN = 180.0


def parse_bbox(text: str, *, crs: Crs = CRS84, parameter: str = "bbox") -> GEOSGeometry:
    """Read 4 or 6 numbers in the axis order of ``crs`` and return a (multi)polygon in x, y order with its SRID.

    Six numbers carry heights, which must be in order and select nothing: features are in two dimensions. In longitude
    and latitude a first longitude greater than the second crosses the antimeridian (OGC 17-069r4, 7.15.3), provided the
    box is narrower than half a turn: otherwise the bounds are swapped, and that is said.

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
    crosses = x1 > x2 and crs.srid == 4326 and x2 + 2 * _HALF_TURN - x1 < _HALF_TURN
    if y1 > y2 or (x1 > x2 and not crosses):
        raise InvalidBbox(
            _("%(name)s est inversé : le coin minimal doit précéder le coin maximal (%(order)s).")
            % {"name": parameter, "order": "y,x,y,x" if crs.is_yx else "x,y,x,y"},
            parameter=parameter,
        )
    if crosses:
        parts = (Polygon.from_bbox((x1, y1, _HALF_TURN, y2)), Polygon.from_bbox((-_HALF_TURN, y1, x2, y2)))
        return MultiPolygon(*parts, srid=crs.srid)
    box = Polygon.from_bbox((x1, y1, x2, y2))
    box.srid = crs.srid
    return box
