"""Coordinate reference systems: one type that carries SRID, identifier and axis order.

Inside the portal every coordinate is x, y (longitude, latitude or easting, northing). A ``Crs`` has the order in
which a *client* writes and reads them: the URI and URN forms follow the authority (EPSG:4326 is latitude, longitude),
``CRS84`` is always longitude, latitude (OGC 17-069r4, 7.15.3; OGC 18-058r1, 6.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from struct import Struct
from typing import Any

from django.utils.translation import gettext as _

from layers.errors import UnknownCrs

# Little-endian EWKB of a polygon of one ring of five points, which names its CRS.
_BOX, _POLYGON_WITH_SRID = Struct("<BIIII10d"), 0x20000003


def box_ewkb(bounds: tuple[float, float, float, float], srid: int) -> bytes:
    """Return a box as EWKB, from its west, south, east and north in the unit of its CRS: GEOS takes ten times as long.

    Its corners are in the order of ``Polygon.from_bbox``.
    """
    west, south, east, north = bounds
    ring = (west, south, west, north, east, north, east, south, west, south)
    return _BOX.pack(1, _POLYGON_WITH_SRID, srid, 1, 5, *ring)


@dataclass(frozen=True, slots=True)
class Crs:
    """A served CRS: ``srid`` for PostGIS, ``uri`` for clients, ``is_yx`` when clients write northing first.

    ``bounds`` are the limits a coordinate may take, in x, y order and in the unit of the CRS.
    """

    srid: int
    uri: str
    title: str
    is_yx: bool
    bounds: tuple[float, float, float, float]

    @property
    def is_in_degrees(self) -> bool:
        """Whether coordinates are a longitude and a latitude, which go round the world."""
        return self.srid == STORAGE.srid

    @property
    def geojson(self) -> dict[str, Any]:
        """The member ``crs`` of GeoJSON 2008, which GDAL and geopandas read; nothing for WGS 84.

        RFC 7946 (4) leaves another CRS to prior arrangement, here the parameter ``crs``. Every reader of GeoJSON
        takes WGS 84 as longitude, latitude, whatever the member says.
        """
        if self.srid == STORAGE.srid:
            return {}
        return {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{self.srid}"}}}


_WORLD = (-180.0, -90.0, 180.0, 90.0)
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"

CRS84 = Crs(
    4326, "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "WGS 84 (longitude, latitude)", False, _WORLD
)
WGS84 = Crs(4326, _EPSG + "4326", "WGS 84 (latitude, longitude)", True, _WORLD)
WEB_MERCATOR = Crs(
    3857, _EPSG + "3857", "Web Mercator", False, (-20037508.35, -20048966.11, 20037508.35, 20048966.11)
)
LAMBERT_93 = Crs(2154, _EPSG + "2154", "RGF93 / Lambert-93", False, (-1.0e6, 5.0e6, 2.0e6, 8.0e6))
CC49 = Crs(3949, _EPSG + "3949", "RGF93 / CC49", False, (0.0, 6.0e6, 4.0e6, 1.0e7))

STORAGE = CRS84
SERVED: tuple[Crs, ...] = (CRS84, WGS84, WEB_MERCATOR, LAMBERT_93, CC49)

# EPSG's area of use of Lambert-93, metropolitan France, in degrees: what tells coordinates written in the wrong order.
AREA_OF_USE = (-9.86, 41.15, 10.38, 51.56)

_CODE = re.compile(
    r"(?:EPSG:|https?://www\.opengis\.net/def/crs/EPSG/[0-9.]+/|urn:ogc:def:crs:EPSG:[0-9.]*:)(\d{4,6})",
    re.IGNORECASE,
)
_CRS84 = re.compile(
    r"(?:OGC:)?CRS84|https?://www\.opengis\.net/def/crs/OGC/(?:1\.3|0)/CRS84|urn:ogc:def:crs:OGC:(?:1\.3)?:CRS84",
    re.IGNORECASE,
)


def parse_crs(text: str, *, parameter: str) -> Crs:
    """Read a URI, URN or ``EPSG:n`` and return the served CRS.

    Short and long forms of EPSG:4326 alike follow the authority's axis order (latitude first), as Part 2 asks.

    Raises:
        UnknownCrs: the text names no CRS of ``SERVED``.
    """
    value = text.strip().removeprefix("<").removeprefix("[").removesuffix(">").removesuffix("]")
    if _CRS84.fullmatch(value):
        return CRS84
    match = _CODE.fullmatch(value)
    by_code = {crs.uri.rsplit("/", 1)[1]: crs for crs in SERVED}
    if match and match[1] in by_code:
        return by_code[match[1]]
    served = ", ".join(crs.uri for crs in SERVED)
    raise UnknownCrs(
        _("« %(crs)s » n’est pas servi. Systèmes servis : %(served)s.")
        % {"crs": text[:100], "served": served},
        parameter=parameter,
    )
