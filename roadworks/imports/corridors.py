"""Areas and lines of other tools as parts of road sections: what of the network lies in the corridor of an order.

Litteralis draws corridors over streets, which also touch the beginnings of side streets: pieces shorter than
``STUB_M`` are stray, and counted. DiaLog draws lines, of which the corridor is ``HALF_WIDTH_M`` on each side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import LineString, MultiLineString

from layers import access
from layers.visitor import Visitor
from roadworks.geometry import STUB_M, Plane, Road, RoadPart
from roadworks.services.sections import ROADS

HALF_WIDTH_M = 8.0
Shape = Any  # shapely has no types


@dataclass(frozen=True, slots=True)
class Match:
    """Parts of road sections in the order of the longer side of a corridor, and how many stray pieces were dropped."""

    parts: tuple[RoadPart, ...]
    stubs: int

    @property
    def streets(self) -> tuple[str, ...]:
        """The names of the streets, each once, in order."""
        return tuple(dict.fromkeys(part.road.street for part in self.parts if part.road.street))


class RoadNetwork:
    """The road sections that a visitor reads, in metres on a plane, found by where they lie."""

    def __init__(self, visitor: Visitor) -> None:
        """Read the sections.

        Raises:
            UnknownLayer: the layer of road sections is not on this portal, or hidden from the visitor.
        """
        rows = access.scope(visitor, ROADS).queryset.order_by("pk")
        read = list(rows.values_list("cleabs", "nom_voie", "nature", "geom"))
        lines = shapely.from_wkb([bytes(row[3].wkb) for row in read])
        self._plane = Plane.around(lines) if read else Plane(0.0, 0.0)
        self._roads = [
            Road(cleabs, "" if name == nature else name, nature, self._plane.metres(line))
            for (cleabs, name, nature, _geom), line in zip(read, lines, strict=True)
        ]
        self._tree = shapely.STRtree([road.line for road in self._roads])

    def match(self, area: Shape) -> Match:
        """Return the parts of roads in an area, or along lines (degrees).

        Where every piece is shorter than a stray one, as under a skip before a house, the longest is the site.
        """
        corridor = self._plane.metres(area)
        if shapely.get_dimensions(corridor) < 2:
            corridor = shapely.buffer(corridor, HALF_WIDTH_M, cap_style="flat")
        corridor = shapely.make_valid(corridor)
        shapely.prepare(corridor)
        indexes = sorted(self._tree.query(corridor, predicate="intersects").tolist())
        pieces = [piece for index in indexes for piece in _pieces(self._roads[index], corridor)]
        parts = [piece for piece in pieces if piece.length >= STUB_M]
        if not parts and pieces:
            parts = [max(pieces, key=lambda piece: piece.length)]
        return Match(tuple(_in_order(parts)), len(pieces) - len(parts))

    def line(self, part: RoadPart) -> LineString:
        """Return the line of a part in EPSG:4326."""
        return LineString(shapely.get_coordinates(self._plane.degrees(part.line)).tolist(), srid=4326)

    def lines(self, match: Match) -> MultiLineString:
        """Return the line of a match in EPSG:4326."""
        return MultiLineString([self.line(part) for part in match.parts], srid=4326)


def _pieces(road: Road, corridor: Shape) -> Iterator[RoadPart]:
    """Yield the parts of a road in a corridor; those that only a point separates are one."""
    inside = shapely.line_merge(shapely.intersection(road.line, corridor))
    for piece in shapely.get_parts(inside):
        if shapely.get_dimensions(piece) == 1:
            ends = [
                float(shapely.line_locate_point(road.line, shapely.Point(piece.coords[n]))) for n in (0, -1)
            ]
            if max(ends) - min(ends) > 0:
                yield RoadPart(road, min(ends), max(ends))


def _in_order(parts: Sequence[RoadPart]) -> list[RoadPart]:
    middles = [shapely.get_coordinates(shapely.centroid(part.line))[0].tolist() for part in parts]
    spans = [
        max((each[axis] for each in middles), default=0) - min((each[axis] for each in middles), default=0)
        for axis in (0, 1)
    ]
    axis = spans.index(max(spans))
    order = sorted(range(len(parts)), key=lambda index: (middles[index][axis], parts[index].road.cleabs))
    return [parts[index] for index in order]
