"""A row before and after as two small maps that need no script: plain data for SVG in CSS pixels.

Both maps have one frame, flat around the middle of both places (EPSG:4326 in, pixels out).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import shapely

from interface.backdrop import BackdropDrawing, BackdropName, backdrop, boxes_intersect, draw
from interface.territory import CommuneShape
from styles.feature_pictures import are_small, path_of

WIDTH, HEIGHT = 240, 190
_ROOM = 56
_NAME = 11
# Metres on each side of a row that hardly moves.
_NEAREST_M = 220
_METRES_A_DEGREE = 111_320
_POINT = 8

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a row: a path of SVG for a line or a surface, else the middle of a disc."""

    x: float
    y: float
    path: str = ""


@dataclass(frozen=True, slots=True)
class RowSketch:
    """The two maps of a row; ``before`` and ``after`` are None where a version does not have it."""

    towns: tuple[str, ...]
    backdrop: BackdropDrawing
    before: Mark | None
    after: Mark | None
    label: Position
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        """The path of SVG from one place to the other."""
        assert self.before is not None and self.after is not None
        return f"M{self.before.x} {self.before.y}L{self.after.x} {self.after.y}"

    @property
    def is_moved(self) -> bool:
        """Whether a line from one place to the other can be seen."""
        if self.before is None or self.after is None:
            return False
        return math.dist((self.before.x, self.before.y), (self.after.x, self.after.y)) > 2 * _POINT


def row_sketch(shapes: Sequence[CommuneShape], geometries: tuple[str | None, str | None]) -> RowSketch | None:
    """Draw a row from its two geometries (EWKB in hexadecimal, EPSG:4326); None when neither has a place."""
    shapes_by_version = [shapely.from_wkb(text) if text else None for text in geometries]
    located = [geometry for geometry in shapes_by_version if geometry is not None and not geometry.is_empty]
    if not located:
        return None
    frame = _Frame(shapely.union_all([geometry.envelope for geometry in located]).bounds)
    towns = {shape.name: frame.clipped(shapely.from_wkb(bytes(shape.multipolygon.wkb))) for shape in shapes}
    visible_towns = {name: town.simplify(0.5) for name, town in towns.items() if not town.is_empty}
    before, after = (frame.mark(geometry) for geometry in shapes_by_version)
    marks = [mark for mark in (before, after) if mark is not None]
    middle = (sum(mark.x for mark in marks) / len(marks), sum(mark.y for mark in marks) / len(marks))
    return RowSketch(
        towns=tuple(path_of(town) for town in visible_towns.values()),
        backdrop=_ground(frame, visible_towns, marks),
        before=before,
        after=after,
        label=(round(middle[0], 1), round(max(middle[1] - 14, 14), 1)),
    )


class _Frame:
    """Where longitudes and latitudes are in the maps of a row."""

    def __init__(self, bounds: Sequence[float]) -> None:
        west, south, east, north = bounds
        self.longitude, self.latitude = (west + east) / 2, (south + north) / 2
        self.squeeze = math.cos(math.radians(self.latitude))
        least = 2 * _NEAREST_M / _METRES_A_DEGREE
        across = max((east - west) * self.squeeze, least)
        down = max(north - south, least * HEIGHT / WIDTH)
        self.scale = min((WIDTH - _ROOM) / across, (HEIGHT - _ROOM) / down)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """What is drawn: west, south, east and north."""
        across, down = WIDTH / 2 / self.scale / self.squeeze, HEIGHT / 2 / self.scale
        return self.longitude - across, self.latitude - down, self.longitude + across, self.latitude + down

    def at(self, x: float, y: float) -> Position:
        """Return where a longitude and a latitude are drawn."""
        across, down = (x - self.longitude) * self.squeeze, self.latitude - y
        return across * self.scale + WIDTH / 2, down * self.scale + HEIGHT / 2

    def clipped(self, geometry: Any) -> Any:
        """Return the part of a geometry that the maps have, in pixels."""
        pixels = shapely.transform(geometry, lambda rows: numpy.column_stack(self.at(rows[:, 0], rows[:, 1])))
        valid = pixels if pixels.is_valid else shapely.make_valid(pixels)
        return shapely.clip_by_rect(valid, -20, -20, WIDTH + 20, HEIGHT + 20)

    def mark(self, geometry: Any) -> Mark | None:
        """Return how a geometry is drawn."""
        if geometry is None or geometry.is_empty:
            return None
        x, y = self.at(*geometry.representative_point().coords[0])
        shape = self.clipped(geometry)
        is_dot = geometry.geom_type.endswith("Point") or shape.is_empty or are_small(shape)
        return Mark(round(x, 1), round(y, 1), "" if is_dot else path_of(shape))


def _ground(frame: _Frame, towns: dict[str, Any], marks: Sequence[Mark]) -> BackdropDrawing:
    """Return the backdrop, with the names of communes where they have room away from the row."""
    ring = 2 * _POINT
    spots = [(mark.x, mark.y) for mark in marks]
    if len(spots) == 2:  # the line from one to the other, and its length over the middle
        line = shapely.LineString(spots)
        spots += [line.interpolate(share / 8, normalized=True).coords[0] for share in range(1, 8)]
        spots.append((line.centroid.x, line.centroid.y - ring))
    occupied = [(x - ring, y - ring, x + ring, y + ring) for x, y in spots]
    room = shapely.box(4, 4, WIDTH - 4, HEIGHT - 4).difference(
        shapely.union_all([shapely.box(*box) for box in occupied])
    )
    names = []
    for title, town in towns.items():
        half = len(title) * _NAME * 0.3
        free = town.intersection(shapely.box(half, _NAME, WIDTH - half, HEIGHT - _NAME)).intersection(room)
        if half < WIDTH / 2 and not free.is_empty and free.area > half * _NAME * 2:
            x, y = free.representative_point().coords[0]
            name = BackdropName("place", title, round(x, 1), round(y, 1), 0, _NAME)
            if not any(boxes_intersect(name.box, box) for box in occupied):
                names.append(name)
                occupied.append(name.box)
    ground = draw(backdrop(), frame.at, frame.box, size=0, ranks=4, decimals=1)
    return BackdropDrawing(ground.paths, tuple(names))
