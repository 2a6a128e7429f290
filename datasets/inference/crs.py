"""The CRS of coordinates that do not tell it, and whether x and y are exchanged: the territory's extent decides first.

Where it says nothing (a file of elsewhere, a portal without communes), the ranges of metropolitan France and the boxes
of the French territories decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from statistics import median

from pyproj import Transformer

from datasets.readers.crs import (
    LAMBERT_1,
    LAMBERT_2_EXTENDED,
    LAMBERT_3,
    LAMBERT_93,
    WEB_MERCATOR,
    WGS84,
)

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_METROPOLITAN = (-6, 41, 11, 52)
_FRENCH: tuple[Bounds, ...] = (
    _METROPOLITAN,
    (-63.5, 14, -60.5, 18.5),  # Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
    (-55, 2, -51, 6),  # Guyane
    (55, -21.6, 56, -20.7),  # La Réunion
    (44.8, -13.2, 45.5, -12.4),  # Mayotte
    (-56.8, 46.6, -55.9, 47.3),  # Saint-Pierre-et-Miquelon
    (158, -23.5, 172.5, -15.5),  # Nouvelle-Calédonie
    (-155, -28.5, -134, -7.5),  # Polynésie française
    (-178.5, -14.6, -175.9, -13),  # Wallis-et-Futuna
)
"""No exchange of coordinates goes from one of them into one of them."""

_SYSTEMS = (
    LAMBERT_93, *range(3942, 3951), LAMBERT_1, LAMBERT_2_EXTENDED, LAMBERT_3, WEB_MERCATOR,
    5490, 2972, 2975, 4471, 4467, 3163, 3296, 3297, 8903,  # French territories overseas, in the order above
    25830, 25831, 25832, 2056,  # neighbours: UTM of Europe, Switzerland
)  # fmt: skip
"""Systems in metres that are tried where the territory is known, those of French authorities first."""

_PLANES = (
    (-600_000, 330_000, 5_000_000, 6_650_000, WEB_MERCATOR),
    (0, 1_350_000, 6_000_000, 7_200_000, LAMBERT_93),
    (40_000, 1_260_000, 1_600_000, 2_700_000, LAMBERT_2_EXTENDED),
    (200_000, 1_000_000, 1_000_000, 1_400_000, LAMBERT_1),
    (200_000, 1_200_000, 3_000_000, 3_500_000, LAMBERT_3),
)
"""Ranges of eastings and northings in metropolitan France; the first that holds a position is its system."""

_LEAST_MARGIN = 0.5


def system_of(
    xs: Sequence[float], ys: Sequence[float], extent: Bounds | None = None
) -> tuple[int | None, bool]:
    """Return the EPSG code of coordinates, None when nothing says it, and whether x and y are exchanged."""
    if not xs:
        return None, False
    if _are_degrees(xs, ys):
        return WGS84, are_exchanged(xs, ys, extent)
    if _are_degrees(ys, xs):
        return WGS84, True
    x, y = median(xs), median(ys)
    straight = _by_extent(x, y, extent)
    crossed = None if straight else _by_extent(y, x, extent)
    if not (straight or crossed):
        straight = srid_by_range(xs, ys)
        crossed = None if straight else srid_by_range(ys, xs)
    return straight or crossed, crossed is not None


def are_exchanged(xs: Sequence[float], ys: Sequence[float], extent: Bounds | None = None) -> bool:
    """Say whether degrees are latitude first: they are where they should be once exchanged, and not before."""
    if not xs:
        return False
    x, y = float(median(xs)), float(median(ys))
    for is_at_home in _tests(extent):
        if is_at_home(x, y) or is_at_home(y, x):
            return not is_at_home(x, y)
    return False


def is_known_place(lon: float, lat: float, extent: Bounds | None = None) -> bool:
    """Say whether a point is near the territory, or in France, overseas included."""
    return any(is_at_home(lon, lat) for is_at_home in _tests(extent))


def srid_by_range(xs: Sequence[float], ys: Sequence[float]) -> int | None:
    """Return the code of the system used in metropolitan France in whose range the coordinates lie; None if in none.

    Lambert-93 and Web Mercator overlap: under x = 330 km and y = 6,650 km Lambert-93 is in the Atlantic or in Spain.
    """
    if not xs:
        return None
    if _are_degrees(xs, ys):
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


def _are_degrees(xs: Sequence[float], ys: Sequence[float]) -> bool:
    return all(abs(x) <= 180 for x in xs) and all(abs(y) <= 90 for y in ys)


def _by_extent(x: float, y: float, extent: Bounds | None) -> int | None:
    """Return the first system in which the point is near the territory."""
    if extent is None:
        return None
    for srid in _SYSTEMS:
        lon, lat = _to_degrees(srid).transform(x, y)
        if math.isfinite(lon) and math.isfinite(lat) and _is_within(_widened(extent), lon, lat):
            return int(srid)
    return None


@cache
def _to_degrees(srid: int) -> Transformer:
    return Transformer.from_crs(srid, WGS84, always_xy=True)


def _tests(extent: Bounds | None) -> Iterator[Callable[[float, float], bool]]:
    """Yield what says that a point is where it should be: the territory before France."""
    if extent is not None:
        yield partial(_is_within, _widened(extent))
    yield _is_in_france


def _is_in_france(lon: float, lat: float) -> bool:
    return any(_is_within(box, lon, lat) for box in _FRENCH)


def _is_within(bounds: Bounds, lon: float, lat: float) -> bool:
    west, south, east, north = bounds
    return west <= lon <= east and south <= lat <= north


def _widened(extent: Bounds) -> Bounds:
    """Return an extent with as much around it, half a degree at least: files go beyond the territory."""
    west, south, east, north = extent
    across, along = max(east - west, _LEAST_MARGIN), max(north - south, _LEAST_MARGIN)
    return west - across, south - along, east + across, north + along
