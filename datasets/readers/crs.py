"""The EPSG code of coordinates: said by the file, or read in their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pyproj import CRS
from pyproj.exceptions import CRSError

WGS84 = 4326
LAMBERT_93 = 2154
WEB_MERCATOR = 3857
LAMBERT_2_EXTENDED = 27572
LAMBERT_1, LAMBERT_3 = 27571, 27573
"""The older zones whose northings begin with their number; without it a position could be in any of them."""


_PLANES = (
    (-600_000, 330_000, 5_000_000, 6_650_000, WEB_MERCATOR),
    (0, 1_350_000, 6_000_000, 7_200_000, LAMBERT_93),
    (40_000, 1_260_000, 1_600_000, 2_700_000, LAMBERT_2_EXTENDED),
    (200_000, 1_000_000, 1_000_000, 1_400_000, LAMBERT_1),
    (200_000, 1_200_000, 3_000_000, 3_500_000, LAMBERT_3),
)
"""Ranges of eastings and northings in metropolitan France; the first that holds a position is its system."""

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
    """Return the EPSG code of a definition (``EPSG:2154``, WKT, PROJJSON), or NULL when PROJ knows none."""
    if not definition:
        return None
    try:
        crs = CRS.from_user_input(definition)
    except CRSError:
        return None
    horizontal = crs.sub_crs_list[0] if crs.is_compound else crs
    if horizontal.to_authority() == ("OGC", "CRS84"):
        return WGS84
    code = horizontal.to_epsg(min_confidence=70)
    return None if code is None else _REALISATIONS.get(code, code)


def srid_by_range(xs: Sequence[float], ys: Sequence[float]) -> int | None:
    """Return the code of the system used in metropolitan France in whose range the coordinates lie; NULL if in none.

    Lambert-93 and Web Mercator overlap: under x = 330 km and y = 6,650 km Lambert-93 is in the Atlantic or in Spain.
    """
    if not xs:
        return None
    if all(abs(x) <= 180 for x in xs) and all(abs(y) <= 90 for y in ys):
        return WGS84
    x, y = median(xs), median(ys)
    for west, east, south, north, srid in _PLANES:
        if west < x < east and south < y < north:
            return srid
    if 1_000_000 < x < 2_400_000 and 1_000_000 < y < 9_500_000:
        return _conical_zone(y)
    return None


def _conical_zone(y: float) -> int | None:
    """Return the CC42…CC50 zone (EPSG:3942 to 3950) whose false northing, (zone − 41) × 1,000 km + 200 km, is close."""
    zone = round((y - 200_000) / 1_000_000) + 41
    is_close = abs(y - ((zone - 41) * 1_000_000 + 200_000)) <= 130_000
    return 3900 + zone if 42 <= zone <= 50 and is_close else None
