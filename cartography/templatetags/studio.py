"""Small drawings of the studio: strips of palettes, patterns, bars in a colour of a style."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cartography.studio.class_table import WIDTH
from cartography.symbols import SurfaceChoice
from interface.pictures import inline
from layers import registry
from layers.definitions import GeometryType
from layers.errors import UnknownLayer
from layers.models import Layer
from layers.styles.colours import parts
from layers.styles.symbols import coloured
from styles.pictures import SvgPicture
from styles.swatches import swatch

register = template.Library()


@register.simple_tag
def strip(colours: Sequence[str]) -> SafeString:
    """Draw colours side by side, ``#rrggbb`` each, as decoration."""
    width = 60 / max(len(colours), 1)
    bars = format_html_join(
        "",
        '<rect x="{}" y="0" width="{}" height="14" fill="{}"/>',
        ((f"{at * width:.2f}", f"{width + 0.3:.2f}", colour) for at, colour in enumerate(colours)),
    )
    return format_html(
        '<svg class="studio-strip" viewBox="0 0 60 14" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        bars,
    )


@register.simple_tag
def pattern_picture(pattern: str) -> SafeString:
    """Draw a pattern of surfaces in ink."""
    symbol = coloured(SurfaceChoice(opacity=0.12, pattern=pattern).symbol, "ink")
    return inline(swatch(symbol, GeometryType.SURFACE, ""), "symbol")


@register.simple_tag
def picture(svg: SvgPicture) -> SafeString:
    """Draw a picture of a symbol or an icon, decorative: the words next to it name it."""
    return inline(svg, "symbol")


@register.simple_tag
def paint(colour: str) -> SafeString:
    """Return the attribute that fills a shape with a colour of a style."""
    name, share = parts(colour)
    if name.startswith("#"):
        return format_html('fill="{}"', name)
    return format_html('class="is-fill hue-{} strength-{}"', name, max(round(share * 20) * 5, 5))


@register.simple_tag
def along(percent: str) -> str:
    """Return a place of the histogram, from a percentage."""
    return f"{float(percent) / 100 * WIDTH:.2f}"


@register.simple_tag
def has_style_studio(layer: Layer) -> bool:
    """Whether the studio makes the style of a layer: neither a table nor a raster."""
    try:
        return registry.definition(layer.slug).geometry.is_located
    except UnknownLayer:
        return False


@register.filter
def percent(share: float) -> str:
    """Write a share as a percentage without its sign."""
    return f"{100 * share:g}"
