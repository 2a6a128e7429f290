"""A feature in its surroundings, as its own page shows it: plain data for an SVG in CSS pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy
import shapely
from django.utils.safestring import SafeString

from explorer.sketch.queries import Box, outlines
from explorer.sketch.territory import under
from interface.backdrop import LETTER, BackdropDrawing, BackdropName, backdrop, boxes_intersect, draw
from interface.pictures import painted_shapes
from interface.shared_pages import leave_incomplete
from interface.territory import CommuneShape
from layers.access import Scope
from layers.cache import BoundedCache
from layers.errors import Busy, TooCostly, TooSlow
from styles.feature_pictures import PicturedFeature, Shape, are_small, dots_of, features_picture, path_of

WIDTH, HEIGHT = 360, 300
"""Pixels that every page shows; what is beside them shows where the page makes the picture wider."""
LABEL_WIDTH = 420
_ROOM = 60
# The zoom of a small feature (512 px tiles): streets would show the backdrop to be approximate.
_NEAREST_ZOOM = 14.6
_TILE = 512
_METRES_A_DEGREE = 111_320
_NAME = 11
# Between a name and the sides, of which the narrowest phones show ten pixels less each.
_SIDE = 28
# What is lit reaches so far around the feature.
_RING = 23
_BARS_M = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
_BAR = 110
# Bytes of the pictures that are cached.
_MOST = 6 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FeatureSketch:
    """A feature, in its style and lit, over those of its layer that are around it, the communes and the backdrop.

    ``view_box`` is always seen, ``height`` pixels high. ``bar`` is the length in pixels of ``bar_m`` metres. ``credit``
    says whose the backdrop is; ``has_other_features`` tells that features are around.
    """

    view_box: str
    height: int
    towns: tuple[str, ...]
    backdrop: BackdropDrawing
    other_features: SafeString
    has_other_features: bool
    light: SafeString
    own: SafeString
    bar: str
    bar_m: int
    credit: str


class FeatureFrame:
    """Where longitudes and latitudes are: flat around the middle of a feature, that of the picture."""

    def __init__(self, bounds: Box) -> None:
        west, south, east, north = bounds
        self.longitude, self.latitude = (west + east) / 2, (south + north) / 2
        self.squeeze = math.cos(math.radians(self.latitude))
        closest = _TILE * 2**_NEAREST_ZOOM / 360 / self.squeeze
        across, down = (east - west) * self.squeeze, north - south
        fits = min((WIDTH - _ROOM) / max(across, 1e-9), (HEIGHT - _ROOM) / max(down, 1e-9))
        self.scale = min(closest, fits)

    @property
    def zoom(self) -> float:
        """The zoom of Web Mercator that has the same scale."""
        return math.log2(self.scale * self.squeeze * 360 / _TILE)

    @property
    def box(self) -> Box:
        """What is drawn: west, south, east and north."""
        across = (WIDTH / 2 + LABEL_WIDTH) / self.scale / self.squeeze
        down = HEIGHT / 2 / self.scale
        return (
            self.longitude - across,
            self.latitude - down,
            self.longitude + across,
            self.latitude + down,
        )

    @property
    def view(self) -> Box:
        """What every page shows: west, south, east and north."""
        across, down = WIDTH / 2 / self.scale / self.squeeze, HEIGHT / 2 / self.scale
        return (
            self.longitude - across,
            self.latitude - down,
            self.longitude + across,
            self.latitude + down,
        )

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a longitude and a latitude are drawn."""
        across, down = (x - self.longitude) * self.squeeze, self.latitude - y
        return across * self.scale + WIDTH / 2, down * self.scale + HEIGHT / 2

    def pixels(self, positions: Any) -> Any:
        """Return the same of an array of two columns."""
        return numpy.column_stack(self.at(positions[:, 0], positions[:, 1]))

    def _clipped(self, shapes: Sequence[Shape]) -> Any:
        """Return the parts of shapes that the picture has, in pixels: an array."""
        shapes_px = shapely.transform(numpy.array(shapes, dtype=object), self.pixels)
        broken = ~shapely.is_valid(shapes_px)
        if broken.any():
            shapes_px[broken] = shapely.make_valid(shapes_px[broken])
        return shapely.clip_by_rect(shapes_px, -LABEL_WIDTH - 40, -40, WIDTH + LABEL_WIDTH + 40, HEIGHT + 40)

    def pictured(self, features: Sequence[PicturedFeature]) -> list[PicturedFeature]:
        """Return features in pixels."""
        shapes = self._clipped([one.shape for one in features])
        return [PicturedFeature(shape, one.values) for one, shape in zip(features, shapes, strict=True)]

    def towns(self, communes: Iterable[CommuneShape]) -> dict[str, Shape]:
        """Return the communes that the picture has, in pixels, by their names."""
        near = [one for one in communes if boxes_intersect(one.bounds, self.box)]
        multipolygons = shapely.from_wkb([bytes(one.multipolygon.wkb) for one in near])
        shapes = shapely.simplify(self._clipped(multipolygons), 0.5)
        return {one.name: shape for one, shape in zip(near, shapes, strict=True) if not shape.is_empty}


def feature_sketch(shapes: Sequence[CommuneShape], scope: Scope, pk: int, geometry: Any) -> FeatureSketch:
    """Draw a feature of a layer, ``geometry`` in EPSG:4326, in its surroundings.

    Cached for all who read the same rows and fields of the layer and see the same communes. Where the others cannot be
    read in time the feature is alone.
    """
    communes = tuple(one.code for one in shapes)  # the version of the scope counts their writes
    key = (scope.key, scope.version, scope.style, pk, communes, backdrop().digest)
    try:
        return _sketches.recall(key, partial(_in_surroundings, shapes, scope, pk, geometry))
    except (Busy, TooCostly, TooSlow):
        leave_incomplete()
        return _sketch(shapes, scope, FeatureFrame(geometry.extent), _without_values(geometry), ())


_sketches: BoundedCache[FeatureSketch] = BoundedCache(100, most=_MOST)


def _in_surroundings(shapes: Sequence[CommuneShape], scope: Scope, pk: int, geometry: Any) -> FeatureSketch:
    """Draw a feature over those around it.

    Raises:
        Busy, TooCostly, TooSlow: they cannot be read.
    """
    frame = FeatureFrame(geometry.extent)
    outlined = outlines(scope, coarse=0.5 / frame.scale, box=frame.box, also=pk)
    features = {
        one.pk: PicturedFeature(shape, one.values)
        for one, shape in zip(outlined.features, outlined.shapes, strict=True)
    }
    own = features.pop(pk, _without_values(geometry))
    return _sketch(shapes, scope, frame, own, tuple(features.values()))


def _without_values(geometry: Any) -> PicturedFeature:
    """Return a feature of which no value is known, by its GEOS geometry."""
    return PicturedFeature(shapely.from_wkb(bytes(geometry.wkb)), {})


def _sketch(
    communes: Sequence[CommuneShape],
    scope: Scope,
    frame: FeatureFrame,
    own: PicturedFeature,
    neighbours: Sequence[PicturedFeature],
) -> FeatureSketch:
    """Draw features, in degrees."""
    own, *around = frame.pictured([own, *neighbours])
    draws = partial(features_picture, scope.style, scope.definition.geometry, zoom=frame.zoom)
    visible = [one for one in around if not one.shape.is_empty]
    bar_m, towns = _bar_of(frame), frame.towns(communes)
    return FeatureSketch(
        view_box=f"0 0 {WIDTH} {HEIGHT}",
        height=HEIGHT,
        towns=tuple(map(path_of, towns.values())),
        backdrop=under(scope.definition.geometry, _ground(frame, towns, own.shape)),
        other_features=painted_shapes(draws(visible, prefix="autour-").shapes),
        has_other_features=bool(visible),
        light=painted_shapes(_light(own.shape)),
        own=painted_shapes(draws([own], prefix="objet-").shapes),
        bar=f"{bar_m / _METRES_A_DEGREE * frame.scale:.1f}",
        bar_m=bar_m,
        credit=backdrop().attribution,
    )


def _ground(frame: FeatureFrame, towns: Mapping[str, Shape], own: Shape) -> BackdropDrawing:
    """Return the backdrop, with the names of the communes where they have room next to the feature."""
    room = shapely.box(0, 0, WIDTH, HEIGHT).difference(own.envelope.buffer(_RING))
    names: list[BackdropName] = []
    for title, shape in towns.items():
        label_room = shape.intersection(room).buffer(-2 * _NAME)
        if not label_room.is_empty:
            x, y = _quiet_point(label_room, own, len(title) * _NAME * LETTER / 2)
            names.append(BackdropName("place", title, round(x, 1), round(y, 1), 0, _NAME))
    left, top, right, bottom = own.bounds
    occupied = [(left - _RING, top - _RING, right + _RING, bottom + _RING), *(name.box for name in names)]
    backdrop_shapes = draw(
        backdrop(), frame.at, frame.box, view=frame.view, size=_NAME, occupied=occupied, ranks=4, decimals=1
    )
    return replace(backdrop_shapes, names=(*names, *backdrop_shapes.names))


def _quiet_point(room: Shape, own: Shape, half: float) -> tuple[float, float]:
    """Return where in some room the middle of a name is furthest from a feature, whose name it would seem to be."""
    across = numpy.linspace(half + _SIDE, WIDTH - half - _SIDE, 7)
    down = numpy.linspace(2.5 * _NAME, HEIGHT - 4 * _NAME, 7)
    points = shapely.points(*(axis.ravel() for axis in numpy.meshgrid(across, down, indexing="ij")))
    inside = points[shapely.contains(room, points)]
    if not len(inside):
        inside = numpy.array([room.representative_point()])
    furthest = inside[shapely.distance(inside, own).argmax()]
    return float(furthest.x), float(furthest.y)


def _light(shape: Shape) -> str:
    """Return what makes a feature seen among the others: a ring around a point, a wide line under a line or an edge."""
    if shape.geom_type.endswith("Point") or are_small(shape):
        parts = getattr(shape, "geoms", (shape,))
        centres = [(part.centroid.x, part.centroid.y) for part in parts]
        path, widths = dots_of(centres), (2 * _RING, 40, 34)
    else:
        path, widths = path_of(shape), (13, 9, 0)
    colours = ("paper", "signal", "paper")
    return "".join(
        f'<path d="{path}" fill="none" stroke="@{colour}" stroke-width="{width}" stroke-linecap="round"'
        ' stroke-linejoin="round"/>'
        for colour, width in zip(colours, widths, strict=True)
        if width
    )


def _bar_of(frame: FeatureFrame) -> int:
    """Return the length of the bar of scale in metres: the longest that is short enough."""
    metres_a_pixel = _METRES_A_DEGREE / frame.scale
    return max((length for length in _BARS_M if length / metres_a_pixel <= _BAR), default=_BARS_M[0])
