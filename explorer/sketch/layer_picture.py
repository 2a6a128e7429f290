"""A layer over the communes as SVG, and the legend of the classes that are in the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import shapely
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from explorer.sketch.queries import Outlines, outlines
from explorer.sketch.territory import SVG_WIDTH, UNITS, Projection, backdrop_in, under
from interface.backdrop import BackdropDrawing
from interface.pictures import inline, legend_scale, painted_shapes
from interface.territory import CommuneShape
from layers import access
from layers.access import Scope
from layers.cache import BoundedCache
from styles.feature_pictures import FeaturesPicture, PicturedFeature, features_picture
from styles.styled_layers import StyledClass, StyledLayer, StyledOverlay, styled_layer
from styles.swatches import swatch

MAX_LINES = 8
_TILE = 512
_previews: BoundedCache[LayerSketch] = BoundedCache(64)


@dataclass(frozen=True, slots=True)
class SketchLegendLine:
    """A symbol as the picture draws it, and its meaning."""

    symbol: SafeString
    title: str


@dataclass(frozen=True, slots=True)
class SketchLegend:
    """The legend of a picture. ``field`` is the field of its classes, in words; empty without classes.

    ``scale`` draws sizes or a density, with ``scale_words``. ``left_out`` counts the classes without a line.
    """

    field: str
    lines: tuple[SketchLegendLine, ...]
    left_out: int
    scale: SafeString | None
    scale_words: str

    @property
    def words(self) -> str:
        """The legend in words, for who does not see the picture."""
        parts = [self.scale_words, ", ".join(line.title for line in self.lines)]
        text = " ; ".join(part for part in parts if part)
        return _("%(field)s : %(values)s") % {"field": self.field, "values": text} if self.field else text


def sketch_legend(scope: Scope, picture: FeaturesPicture, *, zoom: float) -> SketchLegend:
    """Return the legend of a picture of a layer: the visitor's style, as far as the picture has it."""
    styled = styled_layer(scope)
    visible = list(_visible_classes(styled, picture))
    scale = legend_scale(scope, scope.style)
    field = scope.filterable.get(scope.style.field)
    has_classes = bool(scope.style.categories or scope.style.intervals) and not scope.style.heat
    return SketchLegend(
        field=capfirst(str(field.title)) if field and has_classes else "",
        lines=tuple(
            SketchLegendLine(
                inline(swatch(one.symbol, styled.geometry, styled.style.icon, zoom=zoom), "symbol"), one.title
            )
            for one in visible[:MAX_LINES]
        ),
        left_out=max(len(visible) - MAX_LINES, 0),
        scale=inline(scale[0], "scale") if scale else None,
        scale_words=scale[1] if scale else "",
    )


def _visible_classes(styled: StyledLayer, picture: FeaturesPicture) -> Iterator[StyledClass | StyledOverlay]:
    """Yield the classes and overlays that the picture has; a layer of one symbol needs no line but for overlays."""
    classes = styled.classes
    for index, one in enumerate(classes):
        member = index if one.style_class else -1
        if member in picture.members and (len(classes) > 1 or picture.overlays):
            yield one
    for index, over in enumerate(styled.overlays):
        if index in picture.overlays:
            yield over


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
    """Draw the first features of a layer over the communes. Cached until either changes."""
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
        backdrop=under(scope.definition.geometry, backdrop_in(ground, (), name=0)),
    )


def pictured(outlined: Outlines, ground: Projection) -> list[PicturedFeature]:
    """Return features in pixels of a picture."""
    shapes = shapely.transform(outlined.shapes, ground.pixels)
    return [
        PicturedFeature(shape, one.values)
        for one, shape in zip(outlined.features, shapes, strict=True)
        if not shape.is_empty
    ]
