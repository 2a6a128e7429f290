"""The backdrop as paths of a picture: the part in a box, as coarse as the picture, and the names that have room."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from interface.backdrop.documents import KINDS, Backdrop, BackdropFeature

Shape = Any  # shapely has no types
Position = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in a picture; west, south, east, north on Earth."""
Place = Callable[[float, float], Position]
"""Gives the position in the picture, x rightwards and y downwards, of a longitude and a latitude."""
NAMED = {"place": 1.0, "river": 1.0, "wood-name": 0.9}
"""Kinds of which a picture writes the names, the first before the others, and their height over that of a place."""
_GRID = 1e-5
"""Degrees: one metre."""
LETTER = 0.56
"""The width of a letter over the height of its name."""


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
        """What the name covers, whichever way it turns."""
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
    place: Place,
    box: Box,
    *,
    size: float,
    view: Box | None = None,
    taken: Iterable[Box] = (),
    ranks: int = 3,
    decimals: int = 0,
) -> BackdropDrawing:
    """Draw the part of a backdrop in ``box`` (west, south, east, north in degrees).

    ``size`` is the height of the name of a place in units of the picture, 0 for none; names stay in ``view``, the whole
    box when it is not given, and leave alone ``taken``, boxes of the picture; what is of a rank over ``ranks`` is too
    small for it.
    """
    west, south, east, north = view or box
    (left, top), (right, bottom) = place(west, north), place(east, south)
    unit = (east - west) / max(right - left, 1e-9)
    seen = list(_clipped(backdrop.features, box, ranks, unit))
    paths = (
        (kind, "".join(_path(shape, place, decimals) for one, shape in seen if one.kind == kind))
        for kind in KINDS
        if not kind.endswith("name") and kind not in {"place", "river"}
    )
    names = _names(seen, place, (left, top, right, bottom), size, list(taken)) if size else ()
    return BackdropDrawing(tuple((kind, path) for kind, path in paths if path), tuple(names))


def clip(
    backdrop: Backdrop, box: Box, *, ranks: int, coarse: float
) -> Iterator[tuple[BackdropFeature, dict[str, Any]]]:
    """Yield the features of a backdrop in ``box``, with what of them is in it as GeoJSON.

    ``coarse`` is what their lines may be wrong by, in degrees; what is of a rank over ``ranks`` is left out.
    """
    for feature, shape in _clipped(backdrop.features, box, ranks, coarse):
        yield feature, json.loads(shapely.to_geojson(shapely.set_precision(shape, _GRID)))


def _clipped(
    features: Iterable[BackdropFeature], box: Box, ranks: int, unit: float
) -> Iterator[tuple[BackdropFeature, Shape]]:
    for feature in features:
        if feature.rank > ranks:
            continue
        shape = shapely.clip_by_rect(feature.shape, *box)
        if not shape.is_empty:
            yield feature, shape if shape.geom_type == "Point" else shape.simplify(unit)


def _path(shape: Shape, place: Place, decimals: int) -> str:
    parts = shapely.get_parts(shape)
    rings = [ring for part in parts for ring in ([part] if part.geom_type == "LineString" else _rings(part))]
    return "".join(_line(ring, place, decimals) for ring in rings)


def _rings(part: Shape) -> Sequence[Shape]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else []


def _line(line: Shape, place: Place, decimals: int) -> str:
    """Return a line or a ring; positions that fall on one place of the picture are one."""
    places = [tuple(round(number, decimals) for number in place(x, y)) for x, y in line.coords]
    kept = [spot for index, spot in enumerate(places) if index == 0 or spot != places[index - 1]]
    if len(kept) < 2:
        return ""
    text = "L".join("{:g} {:g}".format(*spot) for spot in kept)
    return f"M{text}{'Z' if line.is_ring else ''}"


def _names(
    seen: Sequence[tuple[BackdropFeature, Shape]], place: Place, view: Box, size: float, taken: list[Box]
) -> Iterator[BackdropName]:
    """Yield the names that have room, the most important first."""
    order = list(NAMED)
    named = sorted(
        (pair for pair in seen if pair[0].kind in NAMED),
        key=lambda pair: (pair[0].rank, order.index(pair[0].kind)),
    )
    for feature, shape in named:
        height = size * NAMED[feature.kind]
        for name in _candidates(feature, shape, place, height):
            if _is_within(name.box, view) and not any(_meet(name.box, box) for box in taken):
                taken.append(name.box)
                yield name
                break


def _candidates(feature: BackdropFeature, shape: Shape, place: Place, size: float) -> Iterator[BackdropName]:
    if feature.kind != "river":
        x, y = place(shape.x, shape.y)
        yield BackdropName(feature.kind, feature.name, round(x, 1), round(y, 1), 0, size)
        return
    length = len(feature.name) * size * LETTER * 1.3
    for x, y, angle in _straights(shape, place, length):
        yield BackdropName("river", feature.name, round(x, 1), round(y, 1), round(angle, 1), size)


def _straights(shape: Shape, place: Place, length: float) -> list[tuple[float, float, float]]:
    """Return the middles of the straightest stretches of a line in the picture, with their angles; the best first."""
    found = []
    for part in shapely.get_parts(shape):
        line = shapely.LineString([place(x, y) for x, y in part.coords])
        for step in range(int((line.length - length) / (length / 3)) + 1 if line.length > length else 0):
            start, middle, end = (
                line.interpolate(step * length / 3 + length * share) for share in (0, 0.5, 1)
            )
            bend = length - start.distance(end)
            angle = math.degrees(math.atan2(end.y - start.y, end.x - start.x))
            upright = (angle + 90) % 180 - 90
            found.append((bend, middle.x, middle.y, upright))
    return [(x, y, angle) for bend, x, y, angle in sorted(found) if bend < length / 8]


def _is_within(box: Box, view: Box) -> bool:
    return view[0] <= box[0] and view[1] <= box[1] and box[2] <= view[2] and box[3] <= view[3]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
