"""Where the geometry of a table is: in one column of WKT, GeoJSON or "lat, lon", or in two columns of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import shapely
from shapely.errors import ShapelyError

from datasets.definitions import GeometryRecipe
from datasets.inference.names import slug
from datasets.inference.profiles import Profile
from datasets.inference.values import BLANKS, accepts, canonical
from datasets.readers.crs import WGS84, srid_by_range
from datasets.vocabulary import ColumnType

_KIND = r"(?:MULTI)?(?:POINT|LINESTRING|POLYGON)"
_WKT = re.compile(rf"(?:SRID=([0-9]+);)?\s*({_KIND})\s*(?:Z|M|ZM)?\s*\(.*\)", re.IGNORECASE | re.DOTALL)
_GEOJSON = re.compile(rf'\{{.*"type"\s*:\s*"({_KIND})".*\}}', re.IGNORECASE | re.DOTALL)
_NUMBER = r"(-?[0-9]{1,3}(?:\.[0-9]*)?)"
_PAIR = re.compile(rf"[\[(]?\s*{_NUMBER}\s*[,;]\s*{_NUMBER}\s*[\])]?")
_LON = re.compile(r"(?:.*_)?(?:x_?)?(?:lon|long|lng|longitude)(?:_.*)?")
_LAT = re.compile(r"(?:.*_)?(?:y_?)?(?:lat|latitude)(?:_.*)?")
_SYSTEM = r"(?:_?(?:l93|lamb.*|2154|rgf93|cc4[2-9]|cc50|39[45][0-9]|wgs84|3857|coord.*|m))?"
_X = re.compile(rf"(?:.*_)?(?:coord(?:onnee)?s?_?)?(?:x|easting|est){_SYSTEM}|xcoord.*")
_Y = re.compile(rf"(?:.*_)?(?:coord(?:onnee)?s?_?)?(?:y|northing|nord){_SYSTEM}|ycoord.*")
_NAMES = {
    name.upper(): name
    for name in ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
}
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class CoordinateGuess:
    """The recipe, the OGC names seen, whether heights were seen, and whether the CRS is known or supposed."""

    recipe: GeometryRecipe
    types: frozenset[str]
    has_z: bool = False
    is_supposed: bool = False
    is_swapped: bool = False


def find_coordinates(profiles: Sequence[Profile], *, crs: int | None) -> CoordinateGuess | None:
    """Return where the geometry of a table is, or NULL. ``crs`` is what a person said, if anything.

    Shapes in text come first, then longitude and latitude, then easting and northing, then pairs in one column.
    """
    for profile in profiles:
        located = _from_text(profile, crs)
        if located:
            return located
    return _from_two(profiles, crs) or next(
        filter(None, (_from_pair(profile, crs) for profile in profiles)), None
    )


def ordinates(geometries: Iterable[bytes]) -> tuple[list[float], list[float]]:
    """Return x and y of the middle of each box of the first geometries, given as WKB."""
    return _middles(shapely.from_wkb, geometries)


def _from_text(profile: Profile, crs: int | None) -> CoordinateGuess | None:
    """Return the recipe of a column of WKT or GeoJSON; a column qualifies when all its values do."""
    for kind, pattern, read in (
        ("wkt", _WKT, shapely.from_wkt),
        ("geojson", _GEOJSON, shapely.from_geojson),
    ):
        found = [pattern.fullmatch(value.strip()) for value in profile.present[:_SAMPLE]]
        if not found or not all(found):
            continue
        matches = [match for match in found if match]
        types = frozenset(_NAMES[match.group(match.lastindex or 1).upper()] for match in matches)
        said = {match.group(1) for match in matches} if kind == "wkt" else {None}
        texts = [
            value.strip().partition(";")[2] or value if "SRID=" in value else value
            for value in profile.present
        ]
        xs, ys = _middles(read, texts[:_SAMPLE])
        stated = int(next(iter(said)) or 0) if len(said) == 1 else 0
        srid = crs or stated or srid_by_range(xs, ys)
        recipe = GeometryRecipe(kind=kind, columns=(profile.position,), srid=srid or WGS84)
        has_z = any(
            re.match(r"(?:SRID=\d+;)?\w+\s*Z", value, re.IGNORECASE) for value in profile.present[:_SAMPLE]
        )
        return CoordinateGuess(recipe, types, has_z=has_z, is_supposed=not srid)
    return None


def _from_two(profiles: Sequence[Profile], crs: int | None) -> CoordinateGuess | None:
    """Return the recipe of the first pair of columns whose titles and numbers are those of coordinates."""
    numeric = [profile for profile in profiles if profile.share(ColumnType.NUMBER) >= 0.95]
    for x_pattern, y_pattern in ((_LON, _LAT), (_X, _Y)):
        xs = [profile for profile in numeric if x_pattern.fullmatch(slug(profile.title))]
        ys = [profile for profile in numeric if y_pattern.fullmatch(slug(profile.title))]
        for x, y in zip(xs, ys, strict=False):
            located = _check_pair(x, y, crs)
            if located:
                return located
    return None


def _check_pair(x: Profile, y: Profile, crs: int | None) -> CoordinateGuess | None:
    """Return the recipe of two columns, exchanged when the latitudes are under the title of longitudes."""
    east, north = _numbers(x), _numbers(y)
    if not east or not north:
        return None
    srid = crs or srid_by_range(east, north)
    is_swapped = False
    if srid is None:
        srid, is_swapped = srid_by_range(north, east), True
    elif srid == WGS84 and crs is None and _in_france(median(north), median(east)):
        is_swapped = True
    if srid is None:
        return None
    columns = (y.position, x.position) if is_swapped else (x.position, y.position)
    recipe = GeometryRecipe(kind="lonlat", columns=columns, srid=srid)
    return CoordinateGuess(recipe, frozenset({"Point"}), is_swapped=is_swapped)


def _from_pair(profile: Profile, crs: int | None) -> CoordinateGuess | None:
    """Return the recipe of a column of pairs; the order is read in the values, else in the brackets."""
    found = [_PAIR.fullmatch(value.strip()) for value in profile.present]
    matches = [match for match in found if match]
    if not matches or len(matches) < 0.95 * len(found):
        return None
    first = median(float(match.group(1)) for match in matches)
    second = median(float(match.group(2)) for match in matches)
    if not (abs(first) <= 180 and abs(second) <= 180) or not any("." in value for value in profile.present):
        return None
    has_brackets = profile.present[0].lstrip().startswith("[")
    is_known = _in_france(first, second) or _in_france(second, first)
    is_lat_first = _in_france(second, first) if is_known else not has_brackets
    kind = "latlon" if is_lat_first else "lonlat_text"
    return CoordinateGuess(GeometryRecipe(kind, (profile.position,), crs or WGS84), frozenset({"Point"}))


def _in_france(lon: float, lat: float) -> bool:
    """Say whether the point is in the box of metropolitan France; no exchange of coordinates stays in it."""
    return -6 <= lon <= 11 and 41 <= lat <= 52


def _numbers(profile: Profile) -> list[float]:
    readable = (value for value in profile.typed if accepts(ColumnType.NUMBER, value))
    numbers = (float(canonical(ColumnType.NUMBER, value.strip(BLANKS))) for value in readable)
    return [number for number in numbers if number]


def _middles(read: Callable[..., object], values: Iterable[object]) -> tuple[list[float], list[float]]:
    """Return x and y of the middles of the shapes ``read`` makes of ``values``; what it cannot read is left out."""
    xs, ys = [], []
    for value in values:
        try:
            west, south, east, north = shapely.bounds(read(value, on_invalid="ignore"))
        except (ShapelyError, ValueError, TypeError):
            continue
        if west == west:
            xs.append((west + east) / 2)
            ys.append((south + north) / 2)
    return xs, ys
