"""What the legend beside a picture tells: the classes that are in it, as the picture draws them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from interface import wording
from interface.templatetags.styles import inline
from layers.access import Scope
from styles.feature_pictures import FeaturesPicture
from styles.legends import density_scale, size_scale, sizes
from styles.styled_layers import StyledClass, StyledLayer, StyledOverlay, styled_layer
from styles.swatches import swatch

MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class SketchLegendLine:
    """A symbol as the picture draws it, and what it is."""

    symbol: SafeString
    title: str


@dataclass(frozen=True, slots=True)
class SketchLegend:
    """The legend of a picture. ``field`` is what its classes are about, in words; empty where there are none.

    ``scale`` draws sizes or a density, which ``scale_words`` tell. ``left_out`` counts the classes without a line.
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
        told = " ; ".join(part for part in parts if part)
        return _("%(field)s : %(values)s") % {"field": self.field, "values": told} if self.field else told


def sketch_legend(scope: Scope, picture: FeaturesPicture, *, zoom: float) -> SketchLegend:
    """Return the legend of a picture of a layer: what the style of the visitor says, as far as the picture has it."""
    styled = styled_layer(scope)
    shown = list(_shown(styled, picture))
    scale, words = legend_scale(scope)
    field = scope.filterable.get(scope.style.field)
    has_classes = bool(scope.style.categories or scope.style.intervals) and not scope.style.heat
    return SketchLegend(
        field=capfirst(str(field.title)) if field and has_classes else "",
        lines=tuple(
            SketchLegendLine(
                inline(swatch(one.symbol, styled.geometry, styled.style.icon, zoom=zoom), "symbol"), one.title
            )
            for one in shown[:MOST_LINES]
        ),
        left_out=max(len(shown) - MOST_LINES, 0),
        scale=scale,
        scale_words=words,
    )


def _shown(styled: StyledLayer, picture: FeaturesPicture) -> Iterator[StyledClass | StyledOverlay]:
    """Yield the classes and overlays that the picture has; a layer of one symbol needs no line but for overlays."""
    classes = styled.classes
    for place, one in enumerate(classes):
        member = place if one.style_class else -1
        if member in picture.members and (len(classes) > 1 or picture.overlays):
            yield one
    for place, over in enumerate(styled.overlays):
        if place in picture.overlays:
            yield over


def legend_scale(scope: Scope) -> tuple[SafeString | None, str]:
    """Return the sizes of a proportion or the colours of a density as a picture, and in words."""
    style, field = scope.style, scope.filterable.get(scope.style.field)
    if style.heat is not None:
        return inline(density_scale(style.heat), "scale"), _("Du moins dense au plus dense")
    if style.proportion is None or field is None:
        return None, ""
    unit = f"\u00a0{wording.unit(field.unit)}" if field.unit else ""
    texts = [f"{wording.number(_rounded(value))}{unit}" for value, _size in sizes(style.proportion)]
    words = _("%(field)s : %(values)s") % {"field": field.title, "values": ", ".join(texts)}
    return inline(size_scale(style, scope.definition.geometry, texts), "scale"), words


def _rounded(value: float) -> float:
    """Return a value as a legend tells it: three digits that count."""
    return float(f"{value:.3g}")
