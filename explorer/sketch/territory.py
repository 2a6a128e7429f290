"""The communes as an SVG that needs no script: outlines, backdrop, counts of features, names beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy
from django.contrib.gis.geos import Point

from explorer.sketch.queries import CommuneCounts
from interface import wording
from interface.backdrop import BackdropDrawing, backdrop, boxes_intersect, draw
from interface.map_config import bounds_of
from interface.territory import CommuneShape
from layers.cache import BoundedCache
from layers.definitions import GeometryType

NAME = 27
"""The height of the name of a commune on a phone, as page.css has it: smaller elsewhere."""
BACKDROP_NAME = 17
MARGIN = 0.5
"""What is drawn on each side of a picture, over its width: it shows where the page makes the picture wider."""
_placed: BoundedCache[tuple[PlacedName, ...]] = BoundedCache(16)
_backdrops: BoundedCache[BackdropDrawing] = BoundedCache(32)
SVG_WIDTH = 1_000
SVG_MARGIN = 40
UNITS = 2
"""Units of a picture a pixel: pages show it about half as wide."""
Box = tuple[float, float, float, float]
At = Callable[[float, float], tuple[int, int]]
LETTER = 0.58
"""The width of a letter over its height."""
LINE = 1.05
STEPS = 9
LONG_NAME = 12
EDGE = 8
DISC = 34
"""The radius of the disc with a count, its ring included."""
_TWELFTHS = 12


@dataclass(frozen=True, slots=True)
class RingPart:
    """The share of a layer in a ring: its colour token, its length and where it begins, in twelfths."""

    token: str
    length: int
    start: int


@dataclass(frozen=True, slots=True)
class CommuneMark:
    """How many features a commune has in the layers of the picture, in words, and the ring of their shares."""

    x: int
    y: int
    text: str
    ring: tuple[RingPart, ...]


@dataclass(frozen=True, slots=True)
class TerritorySketch:
    """The communes as an SVG: a view box, paths with their names and counts. ``outside`` counts what no commune has."""

    view_box: str
    paths: tuple[dict[str, Any], ...]
    outside: int
    backdrop: BackdropDrawing


def picture(shapes: Sequence[CommuneShape], layers: Sequence[CommuneCounts]) -> TerritorySketch:
    """Draw the communes, their names and how many features of some layers each has."""
    ground = Projection(shapes)
    marks = {shape.code: mark for shape in shapes if (mark := _mark(shape, ground.at, layers))}
    names = _names(shapes, ground, frozenset(marks))
    discs = tuple(_disc((mark.x, mark.y)) for mark in marks.values())
    return TerritorySketch(
        view_box=ground.view_box,
        paths=tuple(
            {
                "code": commune.code,
                "name": commune.name,
                "d": ground.outline(commune.multipolygon.coords),
                "label": name,
                "mark": marks.get(commune.code),
            }
            for commune, name in zip(shapes, names, strict=True)
        ),
        outside=sum(layer.counts.get("") or 0 for layer in layers),
        backdrop=backdrop_in(ground, (*discs, *(name.box for name in names))),
    )


def _mark(shape: CommuneShape, at: At, layers: Sequence[CommuneCounts]) -> CommuneMark | None:
    """Return the count of a commune; None when it has no feature. What is suppressed is left open."""
    counts = [(layer.token, layer.counts.get(shape.code, 0)) for layer in layers]
    present = [(token, count) for token, count in counts if count != 0]
    if not present:
        return None
    counted = sum(count or 0 for _token, count in present)
    total = sum(count or 1 for _token, count in present)
    ring, start = [], 0
    for token, count in present:
        length = max(round(_TWELFTHS * (count or 1) / total), 1)
        ring.append(RingPart(token, length, start))
        start += length
    is_open = any(count is None for _token, count in present)
    x, y = at(*shape.label)
    return CommuneMark(x, y, wording.number(counted) + ("…" if is_open else ""), tuple(ring))


def _names(
    shapes: Sequence[CommuneShape], ground: Projection, marked: Collection[str]
) -> tuple[PlacedName, ...]:
    """Place the names. Cached while the same communes of the picture have counts."""
    compute = partial(placed_names, shapes, ground.at, marked, size=NAME, width=SVG_WIDTH)
    return _placed.recall((tuple(shape.geometry for shape in shapes), marked), compute)


def backdrop_in(
    ground: Projection, occupied: tuple[Box, ...], *, name: float = BACKDROP_NAME
) -> BackdropDrawing:
    """Draw the backdrop in a picture. Cached by the place shown."""
    west, south, east, north = ground.box
    margin = (east - west) * MARGIN
    wide = (west - margin, south, east + margin, north)
    drawing = partial(draw, backdrop(), ground.at, wide, view=ground.box, size=name, occupied=occupied)
    return _backdrops.recall((backdrop().digest, ground.box, occupied, name), drawing)


def under(geometry: GeometryType, drawing: BackdropDrawing) -> BackdropDrawing:
    """Return the backdrop under features: without woods and parks under surfaces, which they would show through."""
    if not geometry.is_surface:
        return drawing
    return replace(drawing, paths=tuple(path for path in drawing.paths if path[0] not in {"wood", "park"}))


class Projection:
    """Flat, around the middle latitude of the communes: true enough for a picture."""

    def __init__(self, shapes: Sequence[CommuneShape]) -> None:
        self.west, south, east, self.north = bounds_of(shapes)
        self.squeeze = math.cos(math.radians((south + self.north) / 2))
        self.scale = (SVG_WIDTH - 2 * SVG_MARGIN) / ((east - self.west) * self.squeeze)
        self.view_box = f"0 0 {SVG_WIDTH} {self.at(self.west, south)[1] + SVG_MARGIN}"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """What the picture shows: west, south, east and north, its margin included."""
        height = float(self.view_box.rpartition(" ")[2])
        across, down = SVG_MARGIN / self.scale / self.squeeze, SVG_MARGIN / self.scale
        width = SVG_WIDTH / self.scale / self.squeeze
        return (
            self.west - across,
            self.north + down - height / self.scale,
            self.west - across + width,
            self.north + down,
        )

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Return where a longitude and a latitude are drawn."""
        across, down = (x - self.west) * self.squeeze, self.north - y
        return round(across * self.scale) + SVG_MARGIN, round(down * self.scale) + SVG_MARGIN

    def pixels(self, positions: Any) -> Any:
        """Return longitudes and latitudes, an array of two columns, in pixels: ``UNITS`` of the picture each."""
        x = ((positions[:, 0] - self.west) * self.squeeze * self.scale + SVG_MARGIN) / UNITS
        y = ((self.north - positions[:, 1]) * self.scale + SVG_MARGIN) / UNITS
        return numpy.column_stack((x, y))

    def outline(self, coordinates: Any) -> str:
        """Return the path of a line, or of the rings of surfaces, from GEOS's nested tuples."""
        if not coordinates or isinstance(coordinates[0][0], (int, float)):
            return "M" + "L".join("{} {}".format(*self.at(x, y)) for x, y in coordinates)
        return "".join(map(self.outline, coordinates))


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name on one line or two, the middle of its first baseline, and the box that it takes."""

    lines: tuple[str, ...]
    x: int
    y: int
    box: Box


def placed_names(
    shapes: Sequence[CommuneShape], at: At, marked: Collection[str], *, size: float, width: float
) -> tuple[PlacedName, ...]:
    """Place the name of each commune, in their order; ``at`` draws a longitude and a latitude.

    ``marked`` are the codes of those with a count in their middle, which names stand beside. ``size`` is the height of
    names, ``width`` that of the picture, which cuts none.
    """
    discs = {shape.code: _disc(at(*shape.label)) for shape in shapes if shape.code in marked}
    names: dict[str, PlacedName] = {}
    for shape in sorted(shapes, key=_extent):
        occupied = [*discs.values(), *(name.box for name in names.values())]
        names[shape.code] = _best(
            _candidates(shape, at, size, width, is_marked=shape.code in marked), occupied
        )
    return tuple(names[shape.code] for shape in shapes)


def _disc(middle: tuple[float, float]) -> Box:
    x, y = middle
    return (x - DISC, y - DISC, x + DISC, y + DISC)


def lines_of(name: str) -> tuple[str, ...]:
    """Cut a long name after the hyphen or the space that is nearest its middle."""
    cuts = [index + 1 for index, letter in enumerate(name) if letter in "- "]
    if len(name) < LONG_NAME or not cuts:
        return (name,)
    cut = min(cuts, key=lambda index: abs(index - len(name) / 2))
    return (name[:cut].rstrip(), name[cut:])


def _extent(shape: CommuneShape) -> float:
    west, south, east, north = shape.bounds
    return (east - west) * (north - south)


def _candidates(
    shape: CommuneShape, at: At, size: float, width: float, *, is_marked: bool
) -> list[PlacedName]:
    """Return where a name may be, the best first: above a count, else in the middle, around it, elsewhere."""
    lines = lines_of(shape.name)
    half, height = max(map(len, lines)) * size * LETTER / 2, len(lines) * size * LINE
    x, y = at(*shape.label)
    across, down = DISC + half + 2, DISC + height / 2 + 2
    around = [(x, y - down), (x, y + down), (x + across, y), (x - across, y)]
    middle = [] if is_marked else [(x, y)]
    inside = sorted(_inside(shape, at), key=lambda place: math.dist(place, (x, y)))
    within = (
        (min(max(left, half + EDGE), width - half - EDGE), max(top, EDGE + height))
        for left, top in (*middle, *around, *inside)
    )
    return [_named(lines, position, half, size) for position in within]


def _best(names: Sequence[PlacedName], occupied: Sequence[Box]) -> PlacedName:
    """Choose the first place of a name that is free, the first one where none is."""
    free = (name for name in names if not any(boxes_intersect(name.box, other) for other in occupied))
    return next(free, names[0])


def _inside(shape: CommuneShape, at: At) -> Iterator[tuple[int, int]]:
    west, south, east, north = shape.bounds
    for across in range(1, STEPS):
        for down in range(1, STEPS):
            x, y = west + (east - west) * across / STEPS, south + (north - south) * down / STEPS
            if shape.multipolygon.contains(Point(x, y, srid=4326)):
                yield at(x, y)


def _named(lines: tuple[str, ...], middle: tuple[float, float], half: float, size: float) -> PlacedName:
    x, y = middle
    height = len(lines) * size * LINE
    top = y - height / 2
    return PlacedName(lines, round(x), round(top + size * 0.8), (x - half, top, x + half, top + height))
