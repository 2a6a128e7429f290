"""Geometries and times of GML, in any of its versions.

A geometry is valid, finite, in range, in x, y order with its SRID; ``TimeInstant`` and ``TimePeriod`` become the
instants and intervals of a filter.
"""

from __future__ import annotations

import math
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.crs import AREA_OF_USE, WEB_MERCATOR, WGS84, Crs
from layers.errors import InvalidDatetime, InvalidGeometry
from layers.parsing.cql2.nodes import Instant, IntervalNode
from layers.parsing.datetimes import Interval, is_ordered, parse_local_moment
from layers.parsing.geometry import axes_hint, checked_geometry
from layers.parsing.srs_names import parse_srs_name
from layers.parsing.xml import Element
from wfs.parsing.gml.shapes import NAMESPACES, READERS, ShapeReader

Box = tuple[float, float, float, float]
_EARTH_RADIUS_M = 6_378_137.0


def is_geometry(element: Element) -> bool:
    """Whether an element is a geometry that is read."""
    return element.namespace in NAMESPACES and element.name in READERS


def read_geometry(element: Element, *, default: Crs, parameter: str) -> GEOSGeometry:
    """Read a geometry; heights are dropped. A geometry without ``srsName`` is in ``default``, in its axis order.

    The form of the name gives the order, in WFS 1.0.0 too: GDAL writes URN there, with latitude first.

    Raises:
        InvalidGeometry: not GML, not read, not valid, not finite, out of range, or plainly with its axes swapped.
        UnknownCrs: ``srsName`` names a system that is not served.
    """
    shape, crs = read_shape(element, default=default, parameter=parameter)
    check_axes(element, shape, crs, parameter=parameter)
    return checked_geometry(shape, crs=crs, parameter=parameter)


def check_axes(element: Element, shape: Any, crs: Crs, *, parameter: str) -> None:
    """Refuse a shape that is far away and would be at home with its axes the other way round.

    Raises:
        InvalidGeometry: it is so.
    """
    if _looks_swapped(shape, crs):
        raise InvalidGeometry(_("%s est loin du territoire.") % element + axes_hint(crs), parameter=parameter)


def read_shape(element: Element, *, default: Crs, parameter: str) -> tuple[Any, Crs]:
    """Return the shape of an element as the client wrote it, heights included, and the system of its coordinates.

    Raises:
        InvalidGeometry: not GML, or not read.
        UnknownCrs: ``srsName`` names a system that is not served.
    """

    def name(text: str) -> Crs:
        return parse_srs_name(text, parameter=parameter).crs

    srs_name = element.attributes.get("srsName") or _srs_of_parts(element)
    crs = name(srs_name) if srs_name else default
    return ShapeReader(crs, name, parameter).shape(element), crs


def _srs_of_parts(element: Element) -> str:
    """Return the ``srsName`` of the first member of a geometry that has none itself."""
    for holder in element.children:
        for child in holder.children:
            if child.attributes.get("srsName"):
                return child.attributes["srsName"]
    return ""


def _looks_swapped(shape: Any, crs: Crs) -> bool:
    """Whether a geometry is out of the area that Lambert-93 is made for, and would be in it the other way round.

    Degrees cannot tell by their range: 2° N 48° E is in Somalia. Coordinates of Lambert-93 and CC49 can.
    """
    area = _areas().get(crs.srid)
    if area is None or shape.is_empty or not all(map(math.isfinite, shape.bounds)):
        return False
    first, second, third, fourth = shape.bounds
    straight, turned = (first, second, third, fourth), (second, first, fourth, third)
    read, other = (turned, straight) if crs.is_yx else (straight, turned)
    territory = shapely.box(*area)
    return not shapely.box(*read).intersects(territory) and bool(shapely.box(*other).within(territory))


def _areas() -> dict[int, Box]:
    west, south, east, north = AREA_OF_USE
    return {
        WGS84.srid: AREA_OF_USE,
        WEB_MERCATOR.srid: (*_mercator(west, south), *_mercator(east, north)),
    }


def _mercator(longitude: float, latitude: float) -> tuple[float, float]:
    northing = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return math.radians(longitude) * _EARTH_RADIUS_M, northing * _EARTH_RADIUS_M


def is_time(element: Element) -> bool:
    """Whether an element is a time that is read."""
    return element.namespace in NAMESPACES and element.name in {"TimeInstant", "TimePeriod"}


def read_time(element: Element, *, parameter: str) -> Instant | IntervalNode:
    """Read a ``TimeInstant`` or a ``TimePeriod``, whose ends may be unknown: open.

    Raises:
        InvalidDatetime: a position that is not a date or an instant, or an end before its start.
    """
    if element.name == "TimePeriod":
        start, end = (_end(element, name, parameter) for name in ("begin", "end"))
        return read_span(start, end, parameter=parameter)
    instant = _instant(element, parameter)
    if instant is None:
        raise InvalidDatetime(_("%s n’a pas de date.") % element, parameter=parameter)
    return instant


def read_span(start: Instant | None, end: Instant | None, *, parameter: str) -> IntervalNode:
    """Return an interval whose ends are in order; None is an open end.

    Raises:
        InvalidDatetime: an end before its start.
    """
    if start is not None and end is not None and not is_ordered(Interval(start.value, end.value)):
        raise InvalidDatetime(_("La fin de l’intervalle précède son début."), parameter=parameter)
    return IntervalNode(start, end)


def _end(period: Element, name: str, parameter: str) -> Instant | None:
    """Return an end of a period, written ``begin`` with an instant in it, or ``beginPosition``."""
    position = period.child(f"{name}Position")
    if position is not None:
        return _position(position, parameter)
    holder = period.child(name)
    if holder is None or len(holder.children) != 1:
        raise InvalidDatetime(
            _("%(element)s attend un élément « %(name)s ».") % {"element": period, "name": name},
            parameter=parameter,
        )
    return _instant(holder.children[0], parameter)


def _instant(element: Element, parameter: str) -> Instant | None:
    position = element.child("timePosition")
    if element.name != "TimeInstant" or position is None:
        raise InvalidDatetime(
            _("%s n’est pas un TimeInstant avec sa timePosition.") % element, parameter=parameter
        )
    return _position(position, parameter)


def _position(element: Element, parameter: str) -> Instant | None:
    """Return an instant, None when it is unknown."""
    vague = element.attributes.get("indeterminatePosition")
    if vague == "now":
        return Instant(timezone.now())
    if vague == "unknown" and not element.text.strip():
        return None
    if vague:
        raise InvalidDatetime(
            _("%(element)s : indeterminatePosition « %(value)s » n’est pas servi.")
            % {"element": element, "value": vague[:20]},
            parameter=parameter,
        )
    return Instant(parse_local_moment(element.text, parameter=parameter))
