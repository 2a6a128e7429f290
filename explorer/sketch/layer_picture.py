"""A layer over the communes in its published style, as its page shows it: plain data for an SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import shapely
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from explorer.sketch.legend import SketchLegend, sketch_legend
from explorer.sketch.presenters import backdrop_in
from explorer.sketch.projection import SVG_WIDTH, UNITS, Projection
from explorer.sketch.queries import OutlinedFeature, outlines
from interface.backdrop import BackdropDrawing
from interface.templatetags.styles import painted_shapes
from interface.territory import CommuneShape
from layers import access
from layers.cache import BoundedCache
from layers.formats.styles.feature_pictures import PicturedFeature, features_picture
from layers.formats.styles.paths import Shape

_TILE = 512


@dataclass(frozen=True, slots=True)
class LayerSketch:
    """A layer over the communes: ``shapes`` are elements of SVG in pixels, ``units`` of the picture each."""

    view_box: str
    towns: tuple[str, ...]
    shapes: SafeString
    legend: SketchLegend
    backdrop: BackdropDrawing
    units: int = UNITS

    def __bool__(self) -> bool:
        """Whether anything is drawn."""
        return bool(self.shapes)


def preview(shapes: Sequence[CommuneShape], scope: access.Scope) -> LayerSketch:
    """Draw the first features of a layer over the communes. Remembered for as long as neither changes."""
    key = (
        scope.key,
        scope.version,
        scope.style,
        tuple(commune.geometry for commune in shapes),
        get_language(),
    )
    return _previews.recall(key, partial(_preview, shapes, scope))


def _preview(shapes: Sequence[CommuneShape], scope: access.Scope) -> LayerSketch:
    ground = Projection(shapes)
    west, _south, east, _north = ground.box
    zoom = math.log2(SVG_WIDTH / UNITS * 360 / (east - west) / _TILE)
    features = pictured(outlines(scope), ground)
    picture = features_picture(scope.style, scope.definition.geometry, features, zoom=zoom, prefix="apercu-")
    return LayerSketch(
        view_box=ground.view_box,
        towns=tuple(ground.outline(commune.multipolygon.coords) for commune in shapes),
        shapes=painted_shapes(picture.shapes) if features else SafeString(""),
        legend=sketch_legend(scope, picture, zoom=zoom),
        backdrop=backdrop_in(ground, (), name=0),
    )


def pictured(found: Iterable[OutlinedFeature], ground: Projection) -> list[PicturedFeature]:
    """Return features in pixels of a picture."""
    return [PicturedFeature(_in_pixels(one, ground), one.values) for one in found if not one.geometry.empty]


def _in_pixels(one: OutlinedFeature, ground: Projection) -> Shape:
    return shapely.transform(shapely.from_wkb(bytes(one.geometry.wkb)), ground.pixels)


_previews: BoundedCache[LayerSketch] = BoundedCache(64)
