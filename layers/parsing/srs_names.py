"""``srsName`` in each of its forms, with the axis order of that form.

The short form and the old address of EPSG are x, y: the convention that desktop tools and GeoServer follow. URN and the
address of the definition are in the order of the authority, latitude first for EPSG:4326. WFS 1.0.0 is always x, y.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from layers.crs import CRS84, Crs, parse_crs

_OLD_ADDRESS = re.compile(
    r"https?://www\.opengis\.net/gml/srs/epsg\.xml#(?P<code>\d{1,6})", re.IGNORECASE | re.ASCII
)
# The name of before the URN, which WFS 1.1 and the tools of its time write, with or without a version of EPSG.
_OLD_URN = re.compile(r"urn:x-ogc:def:crs:EPSG:(?:[0-9.]*:)?(?P<code>\d{1,6})", re.IGNORECASE | re.ASCII)
# What WMS calls CRS84, and what Web Mercator was called before EPSG had it.
_OTHER_NAMES = {"crs:84": "CRS84", "epsg:900913": "EPSG:3857"}
_SHORT = re.compile(r"EPSG:\d{1,6}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class SrsName:
    """A coordinate reference system as a client writes it: ``crs`` has the axis order of that form of its name.

    ``text`` is what the answer says in ``srsName``: the client's own words.
    """

    crs: Crs
    text: str


def parse_srs_name(text: str, *, parameter: str, is_xy: bool = False) -> SrsName:
    """Read the name of a coordinate reference system; ``is_xy`` for the version where every form is x, y.

    Raises:
        UnknownCrs: the text names no system that is served.
    """
    name = text.strip()
    old = _OLD_ADDRESS.fullmatch(name)
    coded = old or _OLD_URN.fullmatch(name)
    standard_name = f"EPSG:{coded['code']}" if coded else _OTHER_NAMES.get(name.lower(), name)
    crs = parse_crs(standard_name, parameter=parameter)
    return SrsName(x_first(crs) if old or _SHORT.fullmatch(name) or is_xy else crs, name)


def is_srs_name(text: str) -> bool:
    """Whether a text names a system rather than being a number: the fifth part of a ``BBOX``."""
    return re.search(r"[:/#]", text) is not None


def x_first(crs: Crs) -> Crs:
    """Return the system with its axes the other way round, and called so in messages: only EPSG:4326 has them so."""
    return replace(CRS84, uri=crs.uri) if crs.is_yx else crs
