"""Where the geometry of a table is, and in which CRS.

Positions are in one column of shapes, pairs or angles, or in two columns of numbers or angles. The CRS of coordinates
that do not say it, and whether x and y are exchanged, follow from the territory's extent. Where that says nothing (a
file of elsewhere, a portal without communes), the ranges of metropolitan France and the boxes of the French territories
decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from statistics import median
from typing import TYPE_CHECKING

import shapely

from datasets.definitions import GeometryRecipe
from datasets.inference.angles import axis_of, has_two_decimals, pair_of, position_of
from datasets.inference.names import slug
from datasets.inference.positions import middles, read_safely, read_shapes
from datasets.inference.profiles import Profile
from datasets.inference.values import BLANKS, accepts, canonical
from datasets.vocabulary import ColumnType
from layers.lazy import lazy_module
from layers.parsing.declared_crs import (
    LAMBERT_1,
    LAMBERT_2_EXTENDED,
    LAMBERT_3,
    LAMBERT_93,
    WEB_MERCATOR,
    WGS84,
)

if TYPE_CHECKING:
    import pyproj
else:
    pyproj = lazy_module("pyproj")

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

_MIN_MARGIN = 0.5


def system_of(
    xs: Sequence[float], ys: Sequence[float], extent: Bounds | None = None
) -> tuple[int | None, bool]:
    """Return the EPSG code of coordinates, None when undecided, and whether x and y are exchanged."""
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


def is_near_territory(lon: float, lat: float, extent: Bounds | None = None) -> bool:
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
def _to_degrees(srid: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(srid, WGS84, always_xy=True)


def _tests(extent: Bounds | None) -> Iterator[Callable[[float, float], bool]]:
    """Yield the tests of a plausible place: the territory before France."""
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
    across, along = max(east - west, _MIN_MARGIN), max(north - south, _MIN_MARGIN)
    return west - across, south - along, east + across, north + along


_POSITION_TITLE = re.compile(r".*(?:geo|point|coord|position|gps|lat|lon|lng|xy|wgs).*")
_ENOUGH = 0.95
_LON = re.compile(r"(?:.*_)?(?:x_?)?(?:lon|long|lng|longitude)(?:_.*)?")
_LAT = re.compile(r"(?:.*_)?(?:y_?)?(?:lat|latitude)(?:_.*)?")
_SYSTEM = (
    r"(?:_?(?:l93|lamb.*|2154|rgf93|cc4[2-9]|cc50|39[45][0-9]|l2e|lambert2e?|27572|wgs84|3857|coord.*|m))?"
)
_X = re.compile(rf"(?:.*_)?(?:coord(?:onnee)?s?_?)?(?:x|easting|est){_SYSTEM}|xcoord.*")
_Y = re.compile(rf"(?:.*_)?(?:coord(?:onnee)?s?_?)?(?:y|northing|nord){_SYSTEM}|ycoord.*")
_SAMPLE = 500
_FIGURES = re.compile(r"[+-]?[0-9][0-9., \u00a0\u202f]*")


@dataclass(frozen=True, slots=True)
class CoordinateGuess:
    """The recipe, the OGC names seen, whether heights were seen, and whether the CRS is known or supposed."""

    recipe: GeometryRecipe
    types: frozenset[str]
    has_z: bool = False
    is_supposed: bool = False
    is_swapped: bool = False


def find_coordinates(
    profiles: Sequence[Profile], *, crs: int | None, extent: Bounds | None = None
) -> CoordinateGuess | None:
    """Return where the geometry of a table is, or None.

    ``crs`` is what a person said, if anything; ``extent`` is that of the territory.

    Shapes in text come first, then longitude and latitude, then easting and northing, then pairs in one column.
    """
    for profile in profiles:
        located = _from_text(profile, crs, extent)
        if located:
            return located
    return (
        _from_two(profiles, crs, extent)
        or next(filter(None, (_from_pair(profile, crs, extent) for profile in profiles)), None)
        or _from_angles(profiles)
    )


def find_unplaced(profiles: Sequence[Profile]) -> tuple[Profile, Profile] | None:
    """Return two columns of figures titled as coordinates, in a table where no position was found; None if none."""
    figures = [
        profile
        for profile in profiles
        if profile.typed and all(map(_FIGURES.fullmatch, profile.typed[:_SAMPLE]))
    ]
    for x_pattern, y_pattern in ((_LON, _LAT), (_X, _Y)):
        x = next((profile for profile in figures if x_pattern.fullmatch(slug(profile.title))), None)
        y = next((profile for profile in figures if y_pattern.fullmatch(slug(profile.title))), None)
        if x and y:
            return x, y
    return None


def ordinates(geometries: Iterable[bytes]) -> tuple[list[float], list[float]]:
    """Return x and y of the middle of each box of the first geometries, given as WKB."""
    return middles(read_safely(shapely.from_wkb, geometry) for geometry in geometries)


def _from_text(profile: Profile, crs: int | None, extent: Bounds | None) -> CoordinateGuess | None:
    """Return the recipe of a column of WKT, WKB or GeoJSON; a column qualifies when all its values do."""
    kind, shapes = read_shapes([value.strip() for value in profile.present[:_SAMPLE]])
    if not shapes:
        return None
    srids = {shape.srid for shape in shapes}
    stated = srids.pop() if len(srids) == 1 else 0
    xs, ys = [shape.x for shape in shapes], [shape.y for shape in shapes]
    is_stated = crs is not None or stated not in {0, WGS84}
    guessed, is_swapped = (None, False) if is_stated else system_of(xs, ys, extent)
    srid = crs or stated or guessed
    recipe = GeometryRecipe(kind=kind, columns=(profile.position,), srid=srid or WGS84, swaps_xy=is_swapped)
    return CoordinateGuess(
        recipe,
        frozenset(shape.name for shape in shapes),
        has_z=any(shape.has_z for shape in shapes),
        is_supposed=not srid,
        is_swapped=is_swapped,
    )


def _from_two(profiles: Sequence[Profile], crs: int | None, extent: Bounds | None) -> CoordinateGuess | None:
    """Return the recipe of the first pair of columns whose titles and numbers are those of coordinates."""
    numeric = [profile for profile in profiles if profile.share(ColumnType.NUMBER) >= 0.95]
    for x_pattern, y_pattern in ((_LON, _LAT), (_X, _Y)):
        xs = [profile for profile in numeric if x_pattern.fullmatch(slug(profile.title))]
        ys = [profile for profile in numeric if y_pattern.fullmatch(slug(profile.title))]
        for x, y in zip(xs, ys, strict=False):
            located = _check_pair(x, y, crs, extent)
            if located:
                return located
    return None


def _check_pair(x: Profile, y: Profile, crs: int | None, extent: Bounds | None) -> CoordinateGuess | None:
    """Return the recipe of two columns, exchanged when the latitudes are under the title of longitudes."""
    east, north = _numbers(x), _numbers(y)
    if not east or not north:
        return None
    srid, is_swapped = (crs, False) if crs else system_of(east, north, extent)
    if srid is None:
        return None
    columns = (y.position, x.position) if is_swapped else (x.position, y.position)
    recipe = GeometryRecipe(kind="lonlat", columns=columns, srid=srid)
    return CoordinateGuess(recipe, frozenset({"Point"}), is_swapped=is_swapped)


def _from_pair(profile: Profile, crs: int | None, extent: Bounds | None) -> CoordinateGuess | None:
    """Return the recipe of a column of pairs; the order is read in the values, else in the brackets."""
    pairs = [pair for pair in map(pair_of, profile.present) if pair]
    if not pairs or len(pairs) < _ENOUGH * len(profile.present):
        return None
    first, second = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    is_titled = bool(_POSITION_TITLE.fullmatch(slug(profile.title)))
    if not (abs(first) <= 180 and abs(second) <= 180):
        return _from_plane(profile, pairs, crs, extent) if is_titled else None
    is_in_range = is_near_territory(first, second, extent) or is_near_territory(second, first, extent)
    if not (is_titled or is_in_range) or not any(map(has_two_decimals, profile.present)):
        return None
    has_brackets = profile.present[0].lstrip().startswith("[")
    is_lat_first = are_exchanged([first], [second], extent) if is_in_range else not has_brackets
    kind = "latlon" if is_lat_first else "lonlat_text"
    return CoordinateGuess(GeometryRecipe(kind, (profile.position,), crs or WGS84), frozenset({"Point"}))


def _from_plane(
    profile: Profile, pairs: Sequence[tuple[float, float]], crs: int | None, extent: Bounds | None
) -> CoordinateGuess | None:
    """Return the recipe of a column of pairs in metres, under a title about places."""
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    srid, is_swapped = (crs, False) if crs else system_of(first, second, extent)
    if srid is None:
        return None
    recipe = GeometryRecipe("latlon" if is_swapped else "lonlat_text", (profile.position,), srid)
    return CoordinateGuess(recipe, frozenset({"Point"}))


def _from_angles(profiles: Sequence[Profile]) -> CoordinateGuess | None:
    """Return the recipe of degrees, minutes and seconds: both in one column, or latitude and longitude in two."""
    axes: dict[str, int] = {}
    for profile in profiles:
        values = profile.typed[:_SAMPLE]
        if values and all(map(position_of, values)):
            return CoordinateGuess(GeometryRecipe("dms", (profile.position,), WGS84), frozenset({"Point"}))
        axes.setdefault(_axis(slug(profile.title), values), profile.position)
    if not {"x", "y"} <= set(axes):
        return None
    recipe = GeometryRecipe("dms", (axes["x"], axes["y"]), WGS84)
    return CoordinateGuess(recipe, frozenset({"Point"}))


def _axis(title: str, values: Sequence[str]) -> str:
    """Return the axis of a column of single angles, by their letters, else by its title; empty when it is none."""
    axes = set(map(axis_of, values))
    if len(axes) != 1:
        return ""
    axis = axes.pop()
    if axis == "?":
        return "x" if _LON.fullmatch(title) else "y" if _LAT.fullmatch(title) else ""
    return axis


def _numbers(profile: Profile) -> list[float]:
    readable = (value for value in profile.typed if accepts(ColumnType.NUMBER, value))
    numbers = (float(canonical(ColumnType.NUMBER, value.strip(BLANKS))) for value in readable)
    return [number for number in numbers if number]
