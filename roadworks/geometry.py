"""Lines along roads: what a drawing follows, and how far apart two works are by the road, never as the crow flies.

Pure functions of lines in metres on a local plane (shapely); ``Plane`` converts them from and to longitude and latitude
(EPSG:4326). Over the few kilometres of a site the plane is right to a millimetre a metre.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.ops import substring

Line = Any  # shapely has no types
_DEGREE_M = 111_195.0
# What is drawn within this distance of a road is on it; farther, it is somewhere else.
SNAP_M = 20.0
# Side streets that a drawing only crosses leave shorter pieces than this.
STUB_M = 12.0
_STEP_M = 4.0
# Two ends of roads nearer than this are one crossing.
_NODE_M = 0.5


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane in metres around a place given by its longitude and latitude."""

    longitude: float
    latitude: float

    @classmethod
    def around(cls, lines: Sequence[Line]) -> Plane:
        """Return the plane around the middle of some lines in degrees."""
        west, south, east, north = shapely.total_bounds(lines)
        return cls(float(west + east) / 2, float(south + north) / 2)

    @property
    def _scale(self) -> tuple[float, float]:
        return _DEGREE_M * math.cos(math.radians(self.latitude)), _DEGREE_M

    def metres(self, line: Line) -> Line:
        """Return a line of degrees in metres."""
        origin, scale = (self.longitude, self.latitude), self._scale
        return shapely.transform(line, lambda points: (points - origin) * scale)

    def degrees(self, line: Line) -> Line:
        """Return a line of metres in degrees, to a centimetre."""
        origin, scale = (self.longitude, self.latitude), self._scale
        return shapely.transform(line, lambda points: (points / scale + origin).round(7))


@dataclass(frozen=True, slots=True)
class Road:
    """A road section between two crossings: its identifier (BD TOPO ``cleabs``), street, nature and line in metres."""

    cleabs: str
    street: str
    nature: str
    line: Line


@dataclass(frozen=True, slots=True)
class RoadPart:
    """The part of a road from ``start`` to ``end``, metres along its line."""

    road: Road
    start: float
    end: float

    @property
    def length(self) -> float:
        """Metres."""
        return self.end - self.start

    @property
    def line(self) -> Line:
        """The line of the part, in metres."""
        return substring(self.road.line, self.start, self.end)


class Network:
    """Roads that meet at their ends, to go along them from one place to another."""

    def __init__(self, roads: Sequence[Road]) -> None:
        self._roads = roads
        self._tree = shapely.STRtree([road.line for road in roads])
        self._at: dict[_Node, list[tuple[_Node, Line]]] = defaultdict(list)
        for road in roads:
            first, last = (_node(road.line.coords[index]) for index in (0, -1))
            self._at[first].append((last, road.line))
            self._at[last].append((first, shapely.reverse(road.line)))

    def followed(self, drawing: Line) -> Line:
        """Return a line from vertex to vertex along the roads; straight where no road is near, or the way is long."""
        points: list[tuple[float, float]] = []
        for start, end in zip(drawing.coords, drawing.coords[1:], strict=False):
            straight = math.dist(start, end)
            way = self._way(start, end)
            is_direct = way is not None and way.length <= _LONGEST_WAY * straight + 2 * SNAP_M
            points += list(way.coords) if is_direct and way is not None else [start, end]
        return shapely.LineString(points)

    def _way(self, start: _Node, end: _Node) -> Line | None:
        """Return the shortest line between two places, None where either is off the roads, or none joins them."""
        first, last = self._nearest(start), self._nearest(end)
        if first is None or last is None:
            return None
        (road, begin), (other, finish) = first, last
        if road is other:
            return substring(road.line, begin, finish)
        pieces = self._between(
            [(_node(road.line.coords[0]), begin), (_node(road.line.coords[-1]), road.line.length - begin)],
            {_node(other.line.coords[0]): finish, _node(other.line.coords[-1]): other.line.length - finish},
        )
        if pieces is None:
            return None
        node, lines, target = pieces
        opening = substring(road.line, begin, 0.0 if node == _node(road.line.coords[0]) else road.line.length)
        is_forward = target == _node(other.line.coords[0])
        closing = substring(other.line, 0.0 if is_forward else other.line.length, finish)
        points = [
            point for line in (opening, *lines, closing) for point in shapely.get_coordinates(line).tolist()
        ]
        return shapely.LineString(points)

    def _nearest(self, place: _Node) -> tuple[Road, float] | None:
        indexes = self._tree.query_nearest(shapely.Point(place), max_distance=SNAP_M, all_matches=False)
        if len(indexes) == 0:
            return None
        road = self._roads[int(indexes[0])]
        return road, float(shapely.line_locate_point(road.line, shapely.Point(place)))

    def _between(
        self, starts: Sequence[tuple[_Node, float]], targets: dict[_Node, float]
    ) -> tuple[_Node, list[Line], _Node] | None:
        """Return the node where the shortest way begins, its roads, and the node where it ends (Dijkstra)."""
        queue = [(cost, node, node) for node, cost in starts]
        heapq.heapify(queue)
        reached: dict[_Node, tuple[_Node, Line | None, _Node]] = {
            node: (node, None, node) for node, _cost in starts
        }
        costs, shortest = dict(starts), math.inf
        target: _Node | None = None
        while queue:
            cost, node, origin = heapq.heappop(queue)
            if cost > costs[node] or cost >= shortest:
                continue
            if node in targets and cost + targets[node] < shortest:
                shortest, target = cost + targets[node], node
            for following, line in self._at[node]:
                total = cost + line.length
                if total < costs.get(following, math.inf):
                    costs[following] = total
                    reached[following] = (node, line, origin)
                    heapq.heappush(queue, (total, following, origin))
        if target is None:
            return None
        lines: list[Line] = []
        node = target
        while reached[node][1] is not None:
            lines.append(reached[node][1])
            node = reached[node][0]
        return node, lines[::-1], target


_Node = tuple[float, float]
# A way along the roads so many times longer than the straight line is not what was drawn.
_LONGEST_WAY = 2.5


def _node(point: Sequence[float]) -> _Node:
    """Return a crossing: its place to half a metre."""
    return round(point[0] / _NODE_M) * _NODE_M, round(point[1] / _NODE_M) * _NODE_M


def parts_along(drawing: Line, roads: Iterable[Road]) -> list[RoadPart]:
    """Return the parts of roads that a line follows, in its order; each point of it belongs to the nearest road.

    A parallel street is none of them, nor is a street that the line only crosses.
    """
    listed = list(roads)
    if not listed or drawing.is_empty:
        return []
    count = max(2, math.ceil(drawing.length / _STEP_M) + 1)
    samples = shapely.line_interpolate_point(
        drawing, [index / (count - 1) for index in range(count)], normalized=True
    )
    tree = shapely.STRtree([road.line for road in listed])
    pairs = tree.query_nearest(samples, max_distance=SNAP_M, all_matches=True)
    positions: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for sample, index in zip(*pairs.tolist(), strict=True):
        along = float(shapely.line_locate_point(listed[index].line, samples[sample]))
        positions[index].append((sample, along))
    followed = [
        (min(sample for sample, _along in places), _part(listed[index], [along for _sample, along in places]))
        for index, places in positions.items()
    ]
    shortest = min(STUB_M, drawing.length / 2)
    return [part for _first, part in sorted(followed, key=lambda each: each[0]) if part.length >= shortest]


def _part(road: Road, places: Sequence[float]) -> RoadPart:
    """Return the part between places along a road; to the crossing where it ends a step from it."""
    start, end, length = min(places), max(places), road.line.length
    return RoadPart(road, 0.0 if start < _STEP_M else start, length if length - end < _STEP_M else end)


def located(line: Line, road: Road) -> RoadPart:
    """Return the part of a road that a stored line (in metres) is."""
    ends = [
        float(shapely.line_locate_point(road.line, shapely.Point(line.coords[index]))) for index in (0, -1)
    ]
    return RoadPart(road, min(ends), max(ends))


def gap_along(first: RoadPart, second: RoadPart) -> float | None:
    """Return the metres between two parts along the road, 0 where they overlap; None where no crossing joins them.

    On one section, it is the distance along its line. On two sections that meet, it goes through their crossing.
    """
    if first.road.cleabs == second.road.cleabs:
        return max(0.0, first.start - second.end, second.start - first.end)
    gaps = [
        reach + other_reach
        for node, reach in _reaches(first)
        for other, other_reach in _reaches(second)
        if math.dist(node, other) <= _NODE_M
    ]
    return min(gaps, default=None)


def _reaches(part: RoadPart) -> tuple[tuple[tuple[float, float], float], ...]:
    """Return both ends of the road of a part, with the metres from the part to each."""
    points = part.road.line.coords
    return (points[0], part.start), (points[-1], part.road.line.length - part.end)


def overlap(first: RoadPart, second: RoadPart) -> float:
    """Return the metres of one road that two parts share."""
    if first.road.cleabs != second.road.cleabs:
        return 0.0
    return max(0.0, min(first.end, second.end) - max(first.start, second.start))
