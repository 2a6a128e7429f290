"""Geometries as paths of SVG. They are shapely's, in pixels: x rightwards, y downwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import shapely

Shape = Any  # shapely has no types
Position = tuple[float, float]
MOST_POSITIONS = 12_000
"""Positions of a picture, which bound its bytes: lines are coarser until they fit."""
_FINEST = 0.3
# A surface or a line narrower and lower than this is a dot.
_SMALL = 3.0


def fitting(shapes: Sequence[Shape]) -> list[Shape]:
    """Return shapes as coarse as it takes for all of them to have ``MOST_POSITIONS`` at most, or no more to lose."""
    tolerance = _FINEST
    found = [shape.simplify(tolerance) for shape in shapes]
    while shapely.get_num_coordinates(found).sum() > MOST_POSITIONS and tolerance < 50:
        tolerance *= 2
        found = [shape.simplify(tolerance) for shape in found]
    return found


def is_small(shape: Shape) -> bool:
    """Whether a line or a surface is so small that a picture shows it as a dot."""
    left, top, right, bottom = shape.bounds
    return bool(right - left < _SMALL and bottom - top < _SMALL)


def path_of(shape: Shape) -> str:
    """Return the path of lines and surfaces. Rings of holes turn the other way: the rule of filling is ``nonzero``."""
    return "".join(_line(line) for line in _lines(shape))


def dots_of(positions: Sequence[Position]) -> str:
    """Return a path with a line without length at each position, which a round cap makes a dot."""
    return "".join(f"M{x:.4g} {y:.4g}h0" for x, y in positions)


def lines_of(shape: Shape) -> list[list[Position]]:
    """Return the positions of each line, or ring, of a shape."""
    return [[(x, y) for x, y in line.coords] for line in _lines(shape)]


def inner_position(shape: Shape) -> Position:
    """Return a position of a shape: inside a surface, half way along a line."""
    if shape.geom_type.endswith("LineString"):
        longest = max(shapely.get_parts(shape), key=lambda part: part.length)
        middle = longest.interpolate(0.5, normalized=True)
    else:
        middle = shape.representative_point()
    return middle.x, middle.y


def moved(shape: Shape, offset: float) -> Shape:
    """Return where a stroke at an offset runs: inside the edge of a surface, right of a line."""
    if not offset:
        return shape
    if shape.geom_type.endswith("Polygon"):
        return shape.buffer(-offset, join_style="mitre")
    # Downwards is positive here, so what lies right of a line is on the side of positive offsets.
    return shapely.offset_curve(shape, offset)


def _lines(shape: Shape) -> Iterator[Shape]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            turned = shapely.orient_polygons(part)
            yield from (turned.exterior, *turned.interiors)
        elif not part.is_empty:
            yield part


def _line(line: Shape) -> str:
    places = [f"{x:.1f} {y:.1f}".replace(".0 ", " ").removesuffix(".0") for x, y in line.coords]
    kept = [place for index, place in enumerate(places) if index == 0 or place != places[index - 1]]
    if len(kept) < 2:
        return f"M{kept[0]}h0" if kept else ""
    return f"M{'L'.join(kept)}{'Z' if line.is_ring else ''}"
