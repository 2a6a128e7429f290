"""The communes as a picture that needs no script: plain data for an SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import MultiPolygon

from explorer.queries import CommuneShape, Dot
from explorer.serializers.maps import bounds_of

SVG_WIDTH = 1_000
SVG_MARGIN = 40


@dataclass(frozen=True, slots=True)
class Picture:
    """The communes as an SVG: a view box, paths with their names, dots with their colour tokens."""

    view_box: str
    paths: tuple[dict[str, Any], ...]
    dots: tuple[dict[str, Any], ...]


def picture(shapes: Sequence[CommuneShape], dots: Iterable[Dot]) -> Picture:
    """Draw the communes in a flat projection around their middle latitude: true enough for a picture."""
    west, south, east, north = bounds_of(shapes)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (SVG_WIDTH - 2 * SVG_MARGIN) / ((east - west) * squeeze)

    def at(x: float, y: float) -> tuple[int, int]:
        return round((x - west) * squeeze * scale) + SVG_MARGIN, round((north - y) * scale) + SVG_MARGIN

    def outline(area: MultiPolygon) -> str:
        rings = (ring for polygon in area.coords for ring in polygon)
        return "".join(f"M{'L'.join('{} {}'.format(*at(x, y)) for x, y in ring)}Z" for ring in rings)

    height = at(west, south)[1] + SVG_MARGIN
    labels = [(commune, at(*commune.label)) for commune in shapes]
    return Picture(
        view_box=f"0 0 {SVG_WIDTH} {height}",
        paths=tuple(
            {"code": commune.code, "name": commune.name, "d": outline(commune.multipolygon), "x": x, "y": y}
            for commune, (x, y) in labels
        ),
        dots=tuple({"x": at(dot.x, dot.y)[0], "y": at(dot.x, dot.y)[1], "token": dot.token} for dot in dots),
    )
