"""Where longitudes and latitudes are in a picture without script: flat, around one latitude."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy

from interface.map_config import bounds_of
from interface.territory import CommuneShape

SVG_WIDTH = 1_000
SVG_MARGIN = 40
UNITS = 2
"""Units of a picture a pixel: pages show it about half as wide."""


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
