"""Where the names of communes stand in a picture: inside them, apart from each other, over as few dots as can be.

A name is measured at the size that a phone draws it, the largest. Lengths are in units of the picture.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point

from interface.territory import CommuneShape

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
    found: dict[str, PlacedName] = {}
    for shape in sorted(shapes, key=_extent):
        taken = [name.box for name in found.values()]
        found[shape.code] = _best(_candidates(shape, at, size, width), crowd, taken)
    return tuple(found[shape.code] for shape in shapes)


def lines_of(name: str) -> tuple[str, ...]:
    """Cut a long name after the hyphen or the space that is nearest its middle."""
    cuts = [place + 1 for place, letter in enumerate(name) if letter in "- "]
    if len(name) < LONG_NAME or not cuts:
        return (name,)
    cut = min(cuts, key=lambda place: abs(place - len(name) / 2))
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
    return [_named(lines, place, half, size) for place in within]


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
