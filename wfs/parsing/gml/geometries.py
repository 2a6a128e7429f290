"""Geometries of GML, in any of its versions: one valid, finite, in-range geometry, in x, y order with its SRID."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from layers.crs import AREA_OF_USE, WEB_MERCATOR, WGS84, Crs
from layers.errors import InvalidGeometry
from layers.parsing.geometry import axes_hint, checked_geometry
from wfs.parsing.gml.shapes import NAMESPACES, READERS, ShapeReader
from wfs.parsing.srs_names import parse_srs_name
from wfs.parsing.xml import Element

Box = tuple[float, float, float, float]
_EARTH_RADIUS_M = 6_378_137.0


def is_geometry(element: Element) -> bool:
    """Whether an element is a geometry that is read."""
    return element.namespace in NAMESPACES and element.name in READERS


def read_geometry(element: Element, *, default: Crs, parameter: str) -> GEOSGeometry:
    """Read a geometry; heights are dropped. A geometry without ``srsName`` is in ``default``, in its axis order.

    The form of the name tells the order, in WFS 1.0.0 too: GDAL writes URN there, with latitude first.

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
    name = partial(_named, parameter=parameter)
    given = element.attributes.get("srsName") or _srs_of_parts(element)
    crs = name(given) if given else default
    return ShapeReader(crs, name, parameter).shape(element), crs


def _named(text: str, *, parameter: str) -> Crs:
    return parse_srs_name(text, parameter=parameter).crs


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
    return not _meet(read, area) and _within(other, area)


def _areas() -> dict[int, Box]:
    west, south, east, north = AREA_OF_USE
    return {
        WGS84.srid: AREA_OF_USE,
        WEB_MERCATOR.srid: (*_mercator(west, south), *_mercator(east, north)),
    }


def _mercator(longitude: float, latitude: float) -> tuple[float, float]:
    northing = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return math.radians(longitude) * _EARTH_RADIUS_M, northing * _EARTH_RADIUS_M


def _meet(first: Box, second: Box) -> bool:
    return bool(shapely.box(*first).intersects(shapely.box(*second)))


def _within(first: Box, second: Box) -> bool:
    return bool(shapely.box(*first).within(shapely.box(*second)))
