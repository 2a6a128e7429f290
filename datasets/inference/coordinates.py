"""Where the geometry of a table is: in one column of shapes or positions, or in two columns of numbers or angles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import shapely

from datasets.definitions import GeometryRecipe
from datasets.inference.angles import axis_of, has_two_decimals, pair_of, position_of
from datasets.inference.crs import Bounds, are_exchanged, is_known_place, system_of
from datasets.inference.names import slug
from datasets.inference.profiles import Profile
from datasets.inference.shapes import middles, read_safely, read_shapes
from datasets.inference.values import BLANKS, accepts, canonical
from datasets.readers.crs import WGS84
from datasets.vocabulary import ColumnType

_PLACE = re.compile(r".*(?:geo|point|coord|position|gps|lat|lon|lng|xy|wgs).*")
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
    said = {shape.srid for shape in shapes}
    stated = said.pop() if len(said) == 1 else 0
    xs, ys = [shape.x for shape in shapes], [shape.y for shape in shapes]
    is_told = crs is not None or stated not in {0, WGS84}
    found, is_swapped = (None, False) if is_told else system_of(xs, ys, extent)
    srid = crs or stated or found
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
    is_titled = bool(_PLACE.fullmatch(slug(profile.title)))
    if not (abs(first) <= 180 and abs(second) <= 180):
        return _from_plane(profile, pairs, crs, extent) if is_titled else None
    is_known = is_known_place(first, second, extent) or is_known_place(second, first, extent)
    if not (is_titled or is_known) or not any(map(has_two_decimals, profile.present)):
        return None
    has_brackets = profile.present[0].lstrip().startswith("[")
    is_lat_first = are_exchanged([first], [second], extent) if is_known else not has_brackets
    kind = "latlon" if is_lat_first else "lonlat_text"
    return CoordinateGuess(GeometryRecipe(kind, (profile.position,), crs or WGS84), frozenset({"Point"}))


def _from_plane(
    profile: Profile, pairs: Sequence[tuple[float, float]], crs: int | None, extent: Bounds | None
) -> CoordinateGuess | None:
    """Return the recipe of a column of pairs in metres, under a title that speaks of places."""
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
    found = set(map(axis_of, values))
    if len(found) != 1:
        return ""
    axis = found.pop()
    if axis == "?":
        return "x" if _LON.fullmatch(title) else "y" if _LAT.fullmatch(title) else ""
    return axis


def _numbers(profile: Profile) -> list[float]:
    readable = (value for value in profile.typed if accepts(ColumnType.NUMBER, value))
    numbers = (float(canonical(ColumnType.NUMBER, value.strip(BLANKS))) for value in readable)
    return [number for number in numbers if number]
