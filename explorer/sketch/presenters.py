"""The communes as a picture that needs no script: plain data for an SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from explorer.sketch.names import Box, PlacedName, placed_names
from explorer.sketch.projection import SVG_WIDTH, Projection
from explorer.sketch.queries import Dots
from interface.backdrop import BackdropDrawing, backdrop, draw
from interface.territory import CommuneShape
from layers.cache import BoundedCache

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
    """Place the names. Remembered for as long as the picture shows the same communes and dots."""
    dots = tuple(place for layer in layers for place in layer.places)
    place = partial(placed_names, shapes, ground.at, dots, size=NAME, width=SVG_WIDTH)
    return _placed.recall((tuple(shape.geometry for shape in shapes), dots), place)


_placed: BoundedCache[tuple[PlacedName, ...]] = BoundedCache(16)


def backdrop_in(
    ground: Projection, taken: tuple[Box, ...], *, name: float = BACKDROP_NAME
) -> BackdropDrawing:
    """Draw the backdrop in a picture. Remembered for as long as it shows the same place."""
    west, south, east, north = ground.box
    beside = (east - west) * BESIDE
    wide = (west - beside, south, east + beside, north)
    drawing = partial(draw, backdrop(), ground.at, wide, view=ground.box, size=name, taken=taken)
    return _backdrops.recall((backdrop().digest, ground.box, taken, name), drawing)


_backdrops: BoundedCache[BackdropDrawing] = BoundedCache(32)
