"""The backdrop: water, woods, axes and names that orient on a map without a basemap, from one file for all maps.

The file is GeoJSON (RFC 7946), longitude first in degrees (EPSG:4326), read once and strictly. A feature has three
properties: ``kind`` (``KINDS``), ``name``, and ``rank``, from 1 (seen from afar) to 4 (in a neighbourhood).
``attribution`` stands beside ``features`` and says whose the backdrop is, and how exact. A picture holds the part in a
box as paths of SVG, as coarse as the picture, and the names that have room.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from shapely.errors import ShapelyError

from interface.http.compression import compress_once

Geometry = Any  # shapely has no types
_SURFACES, _LINES, _POINTS = ({"Polygon", "MultiPolygon"}, {"LineString", "MultiLineString"}, {"Point"})
# From the lowest to the highest: surfaces and lines, then names.
KINDS: Mapping[str, set[str]] = {
    "wood": _SURFACES,
    "park": _SURFACES,
    "water": _SURFACES,
    "river": _LINES,
    "rail": _LINES,
    "road": _LINES,
    "wood-name": _POINTS,
    "water-name": _POINTS,
    "island-name": _POINTS,
    "place": _POINTS,
}
Position = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in a picture; west, south, east, north on Earth."""
Projector = Callable[[float, float], Position]
"""Gives the position in the picture, x rightwards and y downwards, of a longitude and a latitude."""
NAMED = {"place": 1.0, "river": 1.0, "wood-name": 0.9}
"""Kinds of which a picture writes the names, the first before the others, and their height over that of a place."""
_GRID = 1e-5
"""Degrees: one metre."""
LETTER = 0.56
"""The width of a letter over the height of its name."""
RANKS = range(1, 5)
MAX_BYTES, LONGEST_NAME = 2 * 1024 * 1024, 80
_NOTHING = '{"type":"FeatureCollection","attribution":"","features":[]}'


class UnreadableBackdrop(ImproperlyConfigured):
    """The file that PORTAL_BACKDROP names is no backdrop."""


@dataclass(frozen=True, slots=True)
class BackdropFeature:
    """A thing of the backdrop; ``shape`` is a shapely geometry."""

    kind: str
    name: str
    rank: int
    shape: Geometry


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The whole backdrop: what browsers read (``content``, and ``compressed`` by gzip), and its features.

    ``digest`` changes with it.
    """

    attribution: str
    features: tuple[BackdropFeature, ...]
    content: bytes
    compressed: bytes
    digest: str

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.features)


def backdrop() -> Backdrop:
    """Return the backdrop of this portal, one without features where it has none.

    Raises:
        UnreadableBackdrop: the file cannot be read.
    """
    return _of_file(settings.PORTAL_BACKDROP)


@lru_cache(maxsize=4)
def _of_file(path: str) -> Backdrop:
    if not path:
        return read_backdrop(_NOTHING)
    try:
        file = Path(path)
        if file.stat().st_size > MAX_BYTES:
            raise UnreadableBackdrop(f"PORTAL_BACKDROP: {path} is larger than {MAX_BYTES} bytes")
        return read_backdrop(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableBackdrop(f"PORTAL_BACKDROP: {path} cannot be read: {error}") from error


def read_backdrop(text: str) -> Backdrop:
    """Read a backdrop.

    Raises:
        UnreadableBackdrop: it is no GeoJSON, or a feature is none of a backdrop's; the message names it.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableBackdrop(f"PORTAL_BACKDROP is no JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise UnreadableBackdrop("PORTAL_BACKDROP must be a FeatureCollection")
    attribution = document.get("attribution")
    if not isinstance(attribution, str):
        raise UnreadableBackdrop("PORTAL_BACKDROP must say its attribution")
    features = tuple(
        _feature(number, document_feature) for number, document_feature in enumerate(document["features"], 1)
    )
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Backdrop(attribution, features, content, compress_once(content), digest)


def _feature(number: int, values: Any) -> BackdropFeature:
    properties = values.get("properties") if isinstance(values, dict) else None
    if not isinstance(properties, dict):
        raise UnreadableBackdrop(f"PORTAL_BACKDROP: feature {number} has no properties")
    kind, name, rank = properties.get("kind"), properties.get("name"), properties.get("rank")
    where = f"PORTAL_BACKDROP: feature {number} ({str(name)[:LONGEST_NAME]!r})"
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnreadableBackdrop(f"{where}: kind is {kind!r}, not one of {', '.join(KINDS)}")
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise UnreadableBackdrop(f"{where}: name must be a text of {LONGEST_NAME} characters at most")
    if not isinstance(rank, int) or rank not in RANKS or isinstance(rank, bool):
        raise UnreadableBackdrop(f"{where}: rank is {rank!r}, not 1, 2, 3 or 4")
    return BackdropFeature(kind, name, rank, _shape(where, KINDS[kind], values.get("geometry")))


def _shape(where: str, kinds: set[str], geometry: Any) -> Geometry:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (ShapelyError, ValueError) as error:
        raise UnreadableBackdrop(f"{where}: {error}") from error
    if shape is None or shape.geom_type not in kinds or shape.is_empty:
        raise UnreadableBackdrop(f"{where}: its geometry must be {' or '.join(sorted(kinds))}")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UnreadableBackdrop(f"{where}: positions are longitude then latitude, in degrees")
    if not shape.is_valid:
        raise UnreadableBackdrop(f"{where}: {shapely.is_valid_reason(shape)}")
    return shape


@dataclass(frozen=True, slots=True)
class BackdropName:
    """A name in a picture, around ``x`` and ``y``; ``angle`` is in degrees, clockwise, ``size`` in units of it."""

    kind: str
    text: str
    x: float
    y: float
    angle: float
    size: float

    @property
    def transform(self) -> str:
        """The place of the middle of the name, as SVG says it."""
        turn = f" rotate({self.angle:g})" if self.angle else ""
        return f"translate({self.x:g} {self.y:g}){turn}"

    @property
    def box(self) -> Box:
        """The bounding box of the name, rotated by its angle."""
        half, turn = len(self.text) * self.size * LETTER / 2, math.radians(self.angle)
        across = abs(half * math.cos(turn)) + self.size / 2 * abs(math.sin(turn)) + self.size / 4
        down = abs(half * math.sin(turn)) + self.size / 2 * abs(math.cos(turn)) + self.size / 4
        return self.x - across, self.y - down, self.x + across, self.y + down


@dataclass(frozen=True, slots=True)
class BackdropDrawing:
    """Paths of SVG by kind, from the lowest to the highest, and names."""

    paths: tuple[tuple[str, str], ...] = ()
    names: tuple[BackdropName, ...] = ()


def draw(
    backdrop: Backdrop,
    project: Projector,
    box: Box,
    *,
    size: float,
    view: Box | None = None,
    occupied: Iterable[Box] = (),
    ranks: int = 3,
    decimals: int = 0,
) -> BackdropDrawing:
    """Draw the part of a backdrop in ``box`` (west, south, east, north in degrees).

    ``size`` is the height of the name of a place in units of the picture, 0 for none; names stay in ``view``, the whole
    box when it is not given, and leave alone ``occupied``, boxes of the picture; what is of a rank over ``ranks`` is
    too small for it.
    """
    west, south, east, north = view or box
    (left, top), (right, bottom) = project(west, north), project(east, south)
    unit = (east - west) / max(right - left, 1e-9)
    features = list(_clipped(backdrop.features, box, ranks, unit))
    paths = (
        (kind, "".join(_path(shape, project, decimals) for one, shape in features if one.kind == kind))
        for kind in KINDS
        if not kind.endswith("name") and kind not in {"place", "river"}
    )
    names = _names(features, project, (left, top, right, bottom), size, list(occupied)) if size else ()
    return BackdropDrawing(tuple((kind, path) for kind, path in paths if path), tuple(names))


def clip(
    backdrop: Backdrop, box: Box, *, ranks: int, coarse: float
) -> Iterator[tuple[BackdropFeature, dict[str, Any]]]:
    """Yield the features of a backdrop in ``box``, cut to it, as GeoJSON.

    ``coarse`` is what their lines may be wrong by, in degrees; what is of a rank over ``ranks`` is left out.
    """
    for feature, shape in _clipped(backdrop.features, box, ranks, coarse):
        yield feature, json.loads(shapely.to_geojson(shapely.set_precision(shape, _GRID)))


def _clipped(
    features: Iterable[BackdropFeature], box: Box, ranks: int, unit: float
) -> Iterator[tuple[BackdropFeature, Geometry]]:
    for feature in features:
        if feature.rank > ranks:
            continue
        shape = shapely.clip_by_rect(feature.shape, *box)
        if not shape.is_empty:
            yield feature, shape if shape.geom_type == "Point" else shape.simplify(unit)


def _path(shape: Geometry, project: Projector, decimals: int) -> str:
    parts = shapely.get_parts(shape)
    rings = [ring for part in parts for ring in ([part] if part.geom_type == "LineString" else _rings(part))]
    return "".join(_line(ring, project, decimals) for ring in rings)


def _rings(part: Geometry) -> Sequence[Geometry]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else []


def _line(line: Geometry, project: Projector, decimals: int) -> str:
    """Return a line or a ring; positions that fall on one place of the picture are one."""
    points = [tuple(round(number, decimals) for number in project(x, y)) for x, y in line.coords]
    remaining = [spot for index, spot in enumerate(points) if index == 0 or spot != points[index - 1]]
    if len(remaining) < 2:
        return ""
    text = "L".join("{:g} {:g}".format(*spot) for spot in remaining)
    return f"M{text}{'Z' if line.is_ring else ''}"


def _names(
    features: Sequence[tuple[BackdropFeature, Geometry]],
    project: Projector,
    view: Box,
    size: float,
    occupied: list[Box],
) -> Iterator[BackdropName]:
    """Yield the names that have room, the most important first."""
    order = list(NAMED)
    named = sorted(
        (pair for pair in features if pair[0].kind in NAMED),
        key=lambda pair: (pair[0].rank, order.index(pair[0].kind)),
    )
    for feature, shape in named:
        height = size * NAMED[feature.kind]
        for name in _candidates(feature, shape, project, height):
            if _is_within(name.box, view) and not any(boxes_intersect(name.box, box) for box in occupied):
                occupied.append(name.box)
                yield name
                break


def _candidates(
    feature: BackdropFeature, shape: Geometry, project: Projector, size: float
) -> Iterator[BackdropName]:
    if feature.kind != "river":
        x, y = project(shape.x, shape.y)
        yield BackdropName(feature.kind, feature.name, round(x, 1), round(y, 1), 0, size)
        return
    length = len(feature.name) * size * LETTER * 1.3
    for x, y, angle in _straights(shape, project, length):
        yield BackdropName("river", feature.name, round(x, 1), round(y, 1), round(angle, 1), size)


def _straights(shape: Geometry, project: Projector, length: float) -> list[tuple[float, float, float]]:
    """Return the middles of the straightest stretches of a line in the picture, with their angles; the best first."""
    result = []
    for part in shapely.get_parts(shape):
        line = shapely.LineString([project(x, y) for x, y in part.coords])
        for step in range(int((line.length - length) / (length / 3)) + 1 if line.length > length else 0):
            start, middle, end = (
                line.interpolate(step * length / 3 + length * share) for share in (0, 0.5, 1)
            )
            bend = length - start.distance(end)
            angle = math.degrees(math.atan2(end.y - start.y, end.x - start.x))
            upright = (angle + 90) % 180 - 90
            result.append((bend, middle.x, middle.y, upright))
    return [(x, y, angle) for bend, x, y, angle in sorted(result) if bend < length / 8]


def _is_within(box: Box, view: Box) -> bool:
    return view[0] <= box[0] and view[1] <= box[1] and box[2] <= view[2] and box[3] <= view[3]


def boxes_intersect(one: Box, other: Box) -> bool:
    """Whether two boxes share more than an edge, both of a picture or both of the Earth."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
