"""The EPSG code declared by a file for its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.lazy import lazy_module

if TYPE_CHECKING:
    import pyproj
    import pyproj.exceptions
else:
    pyproj = lazy_module("pyproj", "exceptions")


WGS84 = 4326
LAMBERT_93 = 2154
WEB_MERCATOR = 3857
LAMBERT_2_EXTENDED = 27572
LAMBERT_1, LAMBERT_3 = 27571, 27573
"""The older zones whose northings begin with their number; without it a position could be in any of them."""

_REALISATIONS = {
    9793: LAMBERT_93,
    9794: LAMBERT_93,
    4171: 4326,
    4258: 4326,
    9777: 4326,
    9782: 4326,
    4979: 4326,
}
"""Realisations of RGF93 whose coordinates are those of the left within a few centimetres, and heights left aside."""


def srid_of(definition: str | None) -> int | None:
    """Return the EPSG code of a definition (``EPSG:2154``, WKT, PROJJSON), or None when PROJ knows none."""
    if not definition:
        return None
    try:
        crs = pyproj.CRS.from_user_input(definition)
    except pyproj.exceptions.CRSError:
        return None
    horizontal = crs.sub_crs_list[0] if crs.is_compound else crs
    if horizontal.to_authority() == ("OGC", "CRS84"):
        return WGS84
    code = horizontal.to_epsg(min_confidence=70)
    return None if code is None else _REALISATIONS.get(code, code)
