"""Pictures of symbols as SVG: one source for map, legend, print and the styles of other tools.

A picture names its colours as a style does, after a ``@`` (``fill="@t-nature/60"``): who shows it puts the colours of a
theme there (``in_theme``), or classes of a style sheet. Each element has one colour at most. Lengths are CSS pixels.

Outlines of markers have the well-known names of Symbology Encoding 1.1, 11.3.2, as in QGIS. Pictograms are those of
``lucide-static`` and, as ``maki:playground``, of ``@mapbox/maki``: they are rebuilt from a short list of elements and
attributes, so that nothing a Content Security Policy would refuse (a style, a script, a handler) comes through.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import quoteattr

from defusedxml import ElementTree
from django.conf import settings

from layers.styles.colours import parts
from layers.styles.symbols import LAYER_ICON, Marker
from styles.colours import DARK, LIGHT, Theme, contrast, resolved

# The pictogram in a marker, as a share of its size.
_INSIDE = 0.62
_COLOUR = re.compile(r"@(#[0-9a-f]{6}|[a-z0-9-]+(?:/\d{1,3})?)")
# Shapes of markers that are made of lines: they have no inside.
OPEN_SHAPES = frozenset({"cross", "x", "line"})
FALLBACK = "shapes"
MAKI = "maki:"
_NAME = re.compile(r"(?:maki:)?[a-z0-9-]+")
_SHAPES = frozenset({"path", "circle", "rect", "line", "polyline", "polygon", "ellipse"})
# What is beyond a thousandth of a unit.
_DECIMALS = re.compile(r"(\.\d{3})\d+")
_ATTRIBUTES = frozenset(
    {"d", "cx", "cy", "r", "rx", "ry", "x", "y", "x1", "y1", "x2", "y2"}
    | {"width", "height", "points", "transform"}
)


@dataclass(frozen=True, slots=True)
class SvgPicture:
    """SVG shapes in a box ``width`` × ``height`` pixels large."""

    width: float
    height: float
    shapes: str

    @property
    def name(self) -> str:
        """A name that no other picture has."""
        return "i" + sha256(self.svg().encode()).hexdigest()[:12]

    def svg(self) -> str:
        """Return the document, its colours named as in a style."""
        size = f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{self.shapes}</svg>'


def in_theme(text: str, theme: Theme = LIGHT) -> str:
    """Return an SVG, or another text with colours after ``@``, in the colours of a theme."""
    return _COLOUR.sub(lambda match: resolved(match[1], theme), text)


@lru_cache(maxsize=512)
def readable_on(colour: str) -> str:
    """Return the colour that contrasts most in both themes: ``paper`` or ``ink``, white or black on a literal one."""
    if colour.startswith("#"):
        return max(("#ffffff", "#14242b"), key=lambda own: contrast(own, colour))
    if parts(colour)[0] not in LIGHT:
        return "paper"  # a colour of pages alone (brand, signal…): dark in light
    return max(
        ("paper", "ink"), key=lambda own: min(_contrast_in(theme, own, colour) for theme in (LIGHT, DARK))
    )


def _contrast_in(theme: Theme, one: str, other: str) -> float:
    return contrast(resolved(one, theme), resolved(other, theme))


def marker_picture(marker: Marker, icon: str) -> SvgPicture:
    """Return a marker; ``icon`` is the pictogram that ``symbols.LAYER_ICON`` stands for."""
    side = _side(marker)
    return SvgPicture(side, side, _marker(marker, icon, side / 2, side / 2))


def marker_svg(marker: Marker, icon: str, x: float | None = None, y: float = 0) -> str:
    """Return the SVG of a marker around a place, or around the origin as it is."""
    return _marker(marker, icon, x, y)


def _side(marker: Marker) -> float:
    """Return the side of the box of a marker: an even number of pixels, so that its middle is sharp."""
    across = marker.size * (1.5 if marker.angle % 90 else 1) + (marker.stroke_width if marker.stroke else 0)
    return 2 * -(-(across + 0.5) // 2)


def _marker(marker: Marker, icon: str, x: float | None, y: float) -> str:
    parts = []
    shape, is_line = outline(marker.shape, marker.size)
    moved = "" if x is None else f"translate({x:g} {y:g})"
    transform = " ".join(filter(None, (moved, f"rotate({marker.angle:g})" if marker.angle else "")))
    veil = f' opacity="{marker.opacity:g}"' if marker.opacity < 1 else ""
    if marker.fill and not is_line:
        parts.append(shape.format(f'fill="@{marker.fill}"'))
    if is_line or (marker.stroke and marker.stroke_width):
        colour = (marker.fill or marker.stroke) if is_line else marker.stroke
        if colour:
            width = max(marker.stroke_width, 1 if is_line else 0)
            parts.append(shape.format(f'fill="none" stroke="@{colour}" stroke-width="{width:g}"'))
    if marker.icon:
        parts.append(_pictogram(marker, icon))
    shapes = "".join(parts)
    if not transform and not veil:
        return shapes
    attribute = f' transform="{transform}"' if transform else ""
    return f"<g{attribute}{veil}>{shapes}</g>"


def pictogram_picture(marker: Marker, icon: str) -> SvgPicture:
    """Return the pictogram of a marker alone: as large as in it, in its colour, upright."""
    colour, side = _pictogram_look(marker)
    alone = replace(marker, fill="", stroke="", icon_colour=colour, size=side, angle=0, opacity=1)
    return marker_picture(alone, icon)


def _pictogram_look(marker: Marker) -> tuple[str, float]:
    """Return the colour and the side of the pictogram of a marker."""
    colour = marker.icon_colour or (readable_on(marker.fill) if marker.fill else marker.stroke or "ink")
    return colour, marker.size * (_INSIDE if marker.fill or marker.stroke else 1)


def _pictogram(marker: Marker, icon: str) -> str:
    shape = pictogram_or_fallback(icon if marker.icon == LAYER_ICON else marker.icon)
    colour, side = _pictogram_look(marker)
    scale = side / shape.side
    upright = f" rotate({-marker.angle:g})" if marker.angle else ""
    return (
        f'<g transform="{upright.strip()}{" " if upright else ""}translate({-side / 2:g} {-side / 2:g}) '
        f'scale({scale:.4g})" {shape.paint("@" + colour)}>{shape.shapes}</g>'
    )


def outline(shape: str, size: float) -> tuple[str, bool]:
    """Return an element ``size`` pixels across with a place ``{}`` for its colour, and whether it is made of lines."""
    half = size / 2
    if shape in OPEN_SHAPES:
        return _strokes(shape, half), True
    match shape:
        case "square":
            corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        case "triangle":
            corners = regular(3, half)
        case "diamond":
            corners = regular(4, half)
        case "pentagon":
            corners = regular(5, half)
        case "hexagon":
            corners = regular(6, half)
        case "star":
            corners = regular(10, half, inner=0.382)  # a pentagram's own ratio
        case _:
            return f'<circle r="{half:g}" {{}}/>', False
    points = " ".join(f"{x:.4g},{y:.4g}" for x, y in corners)
    return f'<polygon points="{points}" stroke-linejoin="round" {{}}/>', False


def regular(count: int, radius: float, *, inner: float = 1.0) -> list[tuple[float, float]]:
    """Return the corners of a regular shape, the first one up; ``inner`` draws every other one nearer."""
    corners = []
    for index in range(count):
        angle, distance = 2 * math.pi * index / count, radius * (inner if index % 2 else 1.0)
        corners.append((distance * math.sin(angle), -distance * math.cos(angle)))
    return corners


def _strokes(shape: str, half: float) -> str:
    paths = {
        "cross": f"M{-half:g} 0H{half:g}M0 {-half:g}V{half:g}",
        "x": f"M{-half:g} {-half:g}L{half:g} {half:g}M{-half:g} {half:g}L{half:g} {-half:g}",
        "line": f"M0 {-half:g}V{half:g}",
    }
    return f'<path d="{paths[shape]}" {{}}/>'


@dataclass(frozen=True, slots=True)
class Pictogram:
    """The shapes of a pictogram, as SVG in a square of ``side`` units: filled, or else strokes 2 units wide."""

    shapes: str
    side: int
    is_filled: bool

    def paint(self, colour: str) -> str:
        """Return the attributes that draw it in a colour."""
        if self.is_filled:
            return f'fill="{colour}"'
        return (
            f'fill="none" stroke="{colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        )


@lru_cache(maxsize=1024)
def pictogram(name: str) -> Pictogram | None:
    """Return a pictogram, or None when there is none of that name."""
    if not _NAME.fullmatch(name):
        return None
    is_maki = name.startswith(MAKI)
    package, folder = ("@mapbox/maki", "icons") if is_maki else ("lucide-static", "icons")
    file = Path(settings.NODE_MODULES) / package / folder / f"{name.removeprefix(MAKI)}.svg"
    if not file.is_file():
        return None
    elements = [
        (element.tag.rpartition("}")[2], element.attrib)
        for element in ElementTree.fromstring(file.read_text("utf-8")).iter()
    ]
    shapes = "".join(f"<{tag}{_attributes(attributes)}/>" for tag, attributes in elements if tag in _SHAPES)
    return Pictogram(shapes, 15 if is_maki else 24, is_maki)


def _attributes(attributes: Mapping[str, str]) -> str:
    """Write those that draw, on one line, to a thousandth of a unit: maki has six decimals, and indentation."""
    written = {
        key: _DECIMALS.sub(r"\1", " ".join(value.split()))
        for key, value in attributes.items()
        if key in _ATTRIBUTES
    }
    return "".join(f" {key}={quoteattr(value)}" for key, value in written.items())


def pictogram_or_fallback(name: str) -> Pictogram:
    """Return a pictogram, a neutral one for a name that there is not."""
    match = pictogram(name) or pictogram(FALLBACK)
    assert match is not None, FALLBACK
    return match
