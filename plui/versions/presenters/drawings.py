"""Where changes are, as lines of SVG for paper: the outlines of communes, the ground of changes and their numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from interface.territory import visible_communes
from layers.visitor import Visitor
from plui.versions.presenters.changes import ChangeRow
from plui.versions.queries import Perimeter

WIDTH, HEIGHT = 520, 340
MAX_NUMBERS = 60
_MARGIN = 0.06
# Two numbers nearer than this, in units of the drawing, are written at one place.
_NEAR_X, _NEAR_Y = 14, 9
_METRES_BY_DEGREE = 111_195
_SCALES_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
Plane = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class PaperMap:
    """Paths of the communes, of what a court annulled, of the changes, and a scale: metres, and where its line ends.

    A change is (path, number, left, top, colour): the colour of a drawing (``#rrggbb``), empty for the others.
    """

    communes: Sequence[str]
    annulled: Sequence[str]
    changes: Sequence[tuple[str, str, float, float, str]]
    scale_m: int
    scale_end: float
    width: int = WIDTH
    height: int = HEIGHT


def paper_map(
    visitor: Visitor, rows: Sequence[ChangeRow], annulments: Sequence[Perimeter] = ()
) -> PaperMap | None:
    """Return the drawing of the changes; None where nothing has a place."""
    grounds = [
        (row, GEOSGeometry(json.dumps(row.change.ground))) for row in rows if row.change.ground is not None
    ]
    if not grounds:
        return None
    plane, metre = _plane([ground.extent for _row, ground in grounds])
    scale_m = max((each for each in _SCALES_M if each * metre <= WIDTH / 3), default=_SCALES_M[0])
    return PaperMap(
        communes=[
            path for shape in visible_communes(visitor) if (path := _path(json.loads(shape.geometry), plane))
        ],
        annulled=[_path(each.geometry, plane) for each in annulments],
        changes=_numbered(grounds, plane),
        scale_m=scale_m,
        scale_end=round(14 + scale_m * metre, 1),
    )


def _numbered(
    grounds: Sequence[tuple[ChangeRow, GEOSGeometry]], plane: Plane
) -> list[tuple[str, str, float, float, str]]:
    """Return the changes with their numbers, those that would lie one over the other at one place: « 9, 10 »."""
    places: list[tuple[float, float, list[int]]] = []
    results: list[tuple[str, list[int], float, float, str]] = []
    for row, ground in grounds:
        left, top = _middle(ground, plane)
        numbers: list[int] = []
        if len(results) < MAX_NUMBERS:
            near = (each for each in places if abs(each[0] - left) < _NEAR_X and abs(each[1] - top) < _NEAR_Y)
            shared = next(near, None)
            if shared is None:
                places.append((left, top, numbers))
            else:
                left, top = shared[:2]
            (shared[2] if shared else numbers).append(row.item)
        results.append((_path(row.change.ground, plane), numbers, left, top, row.colour))
    return [
        (path, ", ".join(map(str, numbers)), left, top, colour)
        for path, numbers, left, top, colour in results
    ]


def _plane(extents: Sequence[tuple[float, float, float, float]]) -> tuple[Plane, float]:
    """Return the projection of the boxes to the drawing, and its units in a metre: true at their latitude."""
    west, south = min(box[0] for box in extents), min(box[1] for box in extents)
    east, north = max(box[2] for box in extents), max(box[3] for box in extents)
    squeeze = math.cos(math.radians((south + north) / 2))
    width = max((east - west) * squeeze, 0.002) * (1 + 2 * _MARGIN)
    height = max(north - south, 0.002) * (1 + 2 * _MARGIN)
    scale = min(WIDTH / width, HEIGHT / height)
    middle = ((west + east) / 2, (south + north) / 2)

    def plane(longitude: float, latitude: float) -> tuple[float, float]:
        return (
            round(WIDTH / 2 + (longitude - middle[0]) * squeeze * scale, 1),
            round(HEIGHT / 2 - (latitude - middle[1]) * scale, 1),
        )

    return plane, scale / _METRES_BY_DEGREE


def _middle(geometry: GEOSGeometry, plane: Plane) -> tuple[float, float]:
    point = geometry.point_on_surface if geometry.dims == 2 else geometry.centroid
    return plane(point.x, point.y)


def _path(geometry: Any, plane: Plane) -> str:
    return "".join(_lines(geometry, plane))


def _lines(geometry: Any, plane: Plane) -> Iterator[str]:
    """Yield the parts of a path from GeoJSON; a point is a small square."""
    kind, coordinates = geometry["type"], geometry.get("coordinates", ())
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _lines(part, plane)
    elif kind == "Point":
        x, y = plane(*coordinates[:2])
        yield f"M{x - 3} {y - 3}h6v6h-6Z"
    elif kind in {"LineString", "MultiLineString"}:
        for line in coordinates if kind == "MultiLineString" else [coordinates]:
            yield f"M{_points(line, plane)}"
    else:
        for polygon in coordinates if kind == "MultiPolygon" else [coordinates]:
            for ring in polygon:
                yield f"M{_points(ring, plane)}Z"


def _points(line: Iterable[Sequence[float]], plane: Plane) -> str:
    return " ".join(f"{x} {y}" for x, y in (plane(point[0], point[1]) for point in line))
