"""The communes as an SVG that needs no script: outlines, backdrop, names that have room, dots of some features."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy
from django.contrib.gis.geos import Point

from explorer.sketch.queries import Dots
from interface.backdrop import BackdropDrawing, backdrop, draw
from interface.map_config import bounds_of
from interface.territory import CommuneShape
from layers.cache import BoundedCache

NAME = 27
"""The height of the name of a commune on a phone, as page.css has it: smaller elsewhere."""
BACKDROP_NAME = 17
BESIDE = 0.5
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
CELL = 12
STEPS = 9
LONG_NAME = 12
EDGE = 8
# A name moves away from the middle of its commune for fewer dots: so many units are worth one.
UNITS_A_DOT = 6


@dataclass(frozen=True, slots=True)
class TerritorySketch:
    """The communes as an SVG: a view box, paths with their names, a path of dots for each colour token."""

    view_box: str
    paths: tuple[dict[str, Any], ...]
    dots: tuple[dict[str, str], ...]
    backdrop: BackdropDrawing


def picture(shapes: Sequence[CommuneShape], dots: Iterable[Dots]) -> TerritorySketch:
    """Draw the communes, their names and some features."""
    ground = Projection(shapes)
    layers = list(dots)
    names = _names(shapes, ground, layers)
    return TerritorySketch(
        view_box=ground.view_box,
        paths=tuple(
            {
                "code": commune.code,
                "name": commune.name,
                "d": ground.outline(commune.multipolygon.coords),
                "label": name,
            }
            for commune, name in zip(shapes, names, strict=True)
        ),
        dots=tuple({"token": layer.token, "d": ground.dots(layer.places)} for layer in layers),
        backdrop=backdrop_in(ground, tuple(name.box for name in names)),
    )


def _names(
    shapes: Sequence[CommuneShape], ground: Projection, layers: Sequence[Dots]
) -> tuple[PlacedName, ...]:
    """Place the names. Cached while the picture has the same communes and dots."""
    dots = tuple(position for layer in layers for position in layer.places)
    compute = partial(placed_names, shapes, ground.at, dots, size=NAME, width=SVG_WIDTH)
    return _placed.recall((tuple(shape.geometry for shape in shapes), dots), compute)


def backdrop_in(
    ground: Projection, taken: tuple[Box, ...], *, name: float = BACKDROP_NAME
) -> BackdropDrawing:
    """Draw the backdrop in a picture. Cached by the place shown."""
    west, south, east, north = ground.box
    margin = (east - west) * BESIDE
    wide = (west - margin, south, east + margin, north)
    drawing = partial(draw, backdrop(), ground.at, wide, view=ground.box, size=name, taken=taken)
    return _backdrops.recall((backdrop().digest, ground.box, taken, name), drawing)


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

    def dots(self, places: Iterable[tuple[float, float]]) -> str:
        """Return the path of points: a line without length at each, which a round cap makes a dot."""
        return "".join("M{} {}h0".format(*self.at(x, y)) for x, y in places)

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
    shapes: Sequence[CommuneShape], at: At, dots: Iterable[tuple[float, float]], *, size: float, width: float
) -> tuple[PlacedName, ...]:
    """Place the name of each commune, in their order; ``at`` draws a longitude and a latitude, ``dots`` are drawn.

    ``size`` is the height of names, ``width`` that of the picture, which cuts none.
    """
    crowd = Counter((round(x / CELL), round(y / CELL)) for x, y in (at(*dot) for dot in dots))
    names: dict[str, PlacedName] = {}
    for shape in sorted(shapes, key=_extent):
        taken = [name.box for name in names.values()]
        names[shape.code] = _best(_candidates(shape, at, size, width), crowd, taken)
    return tuple(names[shape.code] for shape in shapes)


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


def _candidates(shape: CommuneShape, at: At, size: float, width: float) -> list[PlacedName]:
    """Return where a name may be: in the middle of its commune, and elsewhere inside."""
    lines = lines_of(shape.name)
    half = max(map(len, lines)) * size * LETTER / 2
    places = [at(*shape.label), *_inside(shape, at)]
    within = (
        (min(max(x, half + EDGE), width - half - EDGE), max(y, EDGE + len(lines) * size)) for x, y in places
    )
    return [_named(lines, position, half, size) for position in within]


def _best(names: Sequence[PlacedName], crowd: Counter[tuple[int, int]], taken: Sequence[Box]) -> PlacedName:
    """Choose among the places of a name, of which the first is the best but for dots and other names."""
    free = [name for name in names if not any(_meet(name.box, other) for other in taken)]
    middle = (names[0].x, names[0].y)

    def cost(name: PlacedName) -> float:
        return _dots_in(name.box, crowd) + math.dist((name.x, name.y), middle) / UNITS_A_DOT

    return min(free or names, key=cost)


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


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _dots_in(box: Box, crowd: Counter[tuple[int, int]]) -> int:
    columns = range(math.floor(box[0] / CELL), math.ceil(box[2] / CELL) + 1)
    rows = range(math.floor(box[1] / CELL), math.ceil(box[3] / CELL) + 1)
    return sum(crowd.get((column, row), 0) for column in columns for row in rows)
