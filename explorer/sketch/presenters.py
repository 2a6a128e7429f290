"""The communes as a picture that needs no script: plain data for an SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from explorer.sketch.names import Box, PlacedName, placed_names
from explorer.sketch.queries import Dots, outlines
from interface.backdrop import BackdropDrawing, backdrop, draw
from interface.map_config import bounds_of
from interface.territory import CommuneShape
from layers import access
from layers.sql.bounded_cache import BoundedCache

SVG_WIDTH = 1_000
SVG_MARGIN = 40
NAME = 27
"""The height of the name of a commune on a phone, as page.css has it: smaller elsewhere."""
BACKDROP_NAME = 17
BESIDE = 0.5
"""What is drawn on each side of a picture, over its width: it shows where the page makes the picture wider."""


@dataclass(frozen=True, slots=True)
class TerritorySketch:
    """The communes as an SVG: a view box, paths with their names, a path of dots for each colour token."""

    view_box: str
    paths: tuple[dict[str, Any], ...]
    dots: tuple[dict[str, str], ...]
    backdrop: BackdropDrawing


@dataclass(frozen=True, slots=True)
class LayerSketch:
    """A layer over the communes: paths of its lines and surfaces, one path of all its points."""

    view_box: str
    towns: tuple[str, ...]
    paths: tuple[str, ...]
    dots: str
    is_surface: bool
    backdrop: BackdropDrawing


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

    def dots(self, places: Iterable[tuple[float, float]]) -> str:
        """Return the path of points: a line without length at each, which a round cap makes a dot."""
        return "".join("M{} {}h0".format(*self.at(x, y)) for x, y in places)

    def outline(self, coordinates: Any) -> str:
        """Return the path of a line, or of the rings of surfaces, from GEOS's nested tuples."""
        if not coordinates or isinstance(coordinates[0][0], (int, float)):
            return "M" + "L".join("{} {}".format(*self.at(x, y)) for x, y in coordinates)
        return "".join(map(self.outline, coordinates))


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
        backdrop=_backdrop(ground, tuple(name.box for name in names)),
    )


def _names(
    shapes: Sequence[CommuneShape], ground: Projection, layers: Sequence[Dots]
) -> tuple[PlacedName, ...]:
    """Place the names. Remembered for as long as the picture shows the same communes and dots."""
    dots = tuple(place for layer in layers for place in layer.places)
    place = partial(placed_names, shapes, ground.at, dots, size=NAME, width=SVG_WIDTH)
    return _placed.recall((tuple(shape.geometry for shape in shapes), dots), place)


_placed: BoundedCache[tuple[PlacedName, ...]] = BoundedCache(16)


def _backdrop(ground: Projection, taken: tuple[Box, ...], *, name: float = BACKDROP_NAME) -> BackdropDrawing:
    """Draw the backdrop in a picture. Remembered for as long as it shows the same place."""
    west, south, east, north = ground.box
    beside = (east - west) * BESIDE
    wide = (west - beside, south, east + beside, north)
    drawing = partial(draw, backdrop(), ground.at, wide, view=ground.box, size=name, taken=taken)
    return _backdrops.recall((backdrop().digest, ground.box, taken, name), drawing)


_backdrops: BoundedCache[BackdropDrawing] = BoundedCache(32)


def preview(shapes: Sequence[CommuneShape], scope: access.Scope) -> LayerSketch:
    """Draw the first features of a layer over the communes. Remembered for as long as neither changes."""
    key = (scope.key, scope.version, tuple(commune.geometry for commune in shapes))
    return _previews.recall(key, partial(_preview, shapes, scope))


def _preview(shapes: Sequence[CommuneShape], scope: access.Scope) -> LayerSketch:
    geometries: list[Any] = [*outlines(scope)]  # GEOS geometries have no common type
    ground = Projection(shapes)
    points = [geometry for geometry in geometries if geometry.dims == 0]
    drawn = [geometry for geometry in geometries if geometry.dims > 0]
    places = (place for point in points for place in (point if point.num_geom > 1 else [point]))
    return LayerSketch(
        view_box=ground.view_box,
        towns=tuple(ground.outline(commune.multipolygon.coords) for commune in shapes),
        paths=tuple(ground.outline(geometry.coords) for geometry in drawn),
        dots=ground.dots(place.centroid.coords for place in places),
        is_surface=any(geometry.dims > 1 for geometry in drawn),
        backdrop=_backdrop(ground, (), name=0),
    )


_previews: BoundedCache[LayerSketch] = BoundedCache(64)
