"""The words of the CNIG's specifications as symbol layers: lengths are points there, pixels in symbols (1 pt = 4/3 px).

Spacings and sizes are those of QGIS, whose terms the specifications take: « motif de points », « motif de lignes »,
« ligne de symboles », « ligne hachurée ». The CNIG takes glyphs from Wingdings, Webdings and Arial: they are drawn
anew. A character is smaller than the size of its font: ``INK`` is the share of it that each one takes, measured on the
plates of the recommendations.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from layers.styles.symbols import (
    Fill,
    LinePattern,
    Marker,
    MarkerLine,
    PointPattern,
    Stroke,
    Symbol,
    SymbolLayer,
)

Glyph = tuple[Marker, ...]
"""Markers at one place, the first one lowest."""

_PIXELS_OF_A_POINT = 4 / 3
# 156,543.034 m at the equator in a pixel of the 256 px tiles of zoom 0; MapLibre counts zooms of 512 px tiles.
_PIXEL_AT_ZOOM_0 = 156_543.034 / 2
# A CSS pixel is 1/96 inch.
_PIXEL_ON_PAPER = 0.0254 / 96


def pt(length: float) -> float:
    """Return a length in points as pixels."""
    return round(length * _PIXELS_OF_A_POINT, 2)


def zoom_of(denominator: float, latitude: float) -> float:
    """Return the zoom at which a map in Web Mercator has the scale 1:``denominator`` at a latitude in degrees."""
    metres = denominator * _PIXEL_ON_PAPER
    return round(math.log2(_PIXEL_AT_ZOOM_0 * math.cos(math.radians(latitude)) / metres), 2)


def stack(*parts: SymbolLayer | Iterable[SymbolLayer]) -> Symbol:
    """Return one symbol of symbol layers and of tuples of them."""
    layers: list[SymbolLayer] = []
    for part in parts:
        layers.extend(part if isinstance(part, Iterable) else (part,))
    return tuple(layers)


def line(colour: str, width: float = 0.8, dash: tuple[float, ...] = ()) -> Stroke:
    """« Ligne simple »: a line, or the edge of a surface."""
    return Stroke(colour, pt(width), dash=tuple(map(pt, dash)), cap="butt", join="miter")


def ticks(colour: str, length: float, interval: float, width: float = 1) -> Stroke:
    """« Ligne hachurée »: short lines across a line, each ``interval``; drawn as the dashes of a wide line.

    Long ones would lean: they are markers (``along``).
    """
    dash = (pt(width), pt(interval - width))
    return Stroke(colour, pt(length), dash=dash, cap="butt", join="miter")


def hatches(
    colour: str, spacing: float, angle: float = 0, *, width: float = 0.8, shift: float = 0
) -> LinePattern:
    """« Motif de lignes »: parallel lines."""
    return LinePattern(pt(spacing), angle, pt(shift), colour, pt(width))


def dotted(glyph: Glyph, spacing: float, angle: float, interval: float, *, shift: float = 0) -> LinePattern:
    """« Motif de lignes » of « lignes de symboles »: parallel rows of a marker."""
    (marker,) = glyph
    return LinePattern(pt(spacing), angle, pt(shift), marker=marker, interval=pt(interval))


def rows(
    glyph: Glyph, across: float, down: float = 0, *, is_staggered: bool = False
) -> tuple[PointPattern, ...]:
    """« Motif de points »: a glyph in rows; ``down`` is ``across`` unless it is said."""
    return tuple(PointPattern(one, pt(across), pt(down or across), is_staggered) for one in glyph)


def along(glyph: Glyph, interval: float, offset: float = 0) -> tuple[MarkerLine, ...]:
    """« Ligne de symboles »: a glyph repeated along a line or an edge."""
    return tuple(MarkerLine(one, pt(interval), pt(offset)) for one in glyph)


def fill(colour: str, opacity: float = 1) -> Fill:
    """« Remplissage simple », without its line; « transparence 40 % » is an opacity of 0.6."""
    return Fill(colour, opacity)


def colour_of(symbol: Symbol) -> str:
    """Return the colour that says a symbol where there is room for one alone: that of its last layer."""
    last = symbol[-1]
    if isinstance(last, Stroke | Fill):
        return last.colour
    marker = last if isinstance(last, Marker) else last.marker
    assert marker is not None
    return marker.icon_colour if marker.icon else marker.fill or marker.stroke


# Name of the glyph → share of the size of the font, and the character that it stands for.
INK = {
    "arrow": 0.68,  # Wingdings 3, 177
    "arrowhead": 0.67,  # Wingdings 3, 135
    "asterisk": 0.71,  # Wingdings 2, 225
    "asterism": 0.74,  # Wingdings 2, 249
    "bolt": 0.8,  # Webdings, 126
    "box-checked": 0.64,  # Wingdings 2, 82
    "bullseye": 0.68,  # Wingdings 2, 158
    "burst": 0.71,  # Wingdings 2, 240
    "check": 0.8,  # Wingdings, 252
    "circle-struck": 0.67,  # Wingdings 2, 88
    "diamond": 0.77,  # Wingdings 2, 191
    "diamond-dotted": 0.83,  # Wingdings 2, 176
    "diamond-nested": 0.75,  # Wingdings 2, 178
    "disc": 0.6,  # Webdings, 61
    "droplet": 0.74,  # Wingdings, 83
    "grass": 0.68,  # Webdings, 237
    "half-square": 0.92,  # Wingdings 3, 122, in Webdings, 99
    "hexagon": 0.7,  # Wingdings 2, 194
    "house": 1.0,  # Webdings, 72
    "letter-v": 0.72,  # Arial, 86
    "lozenge": 0.6,  # Wingdings 2, 183
    "recycling": 0.64,  # Webdings, 113
    "star": 0.72,  # Wingdings 2, 234
    "sun": 0.68,  # Wingdings, 82
    "triangle": 0.86,  # Wingdings 3, 112
}
# The drawing of a pictogram of lucide takes 20 of the 24 units of its box; those of maki fill it.
_BOX = 24 / 20
_THIN = 0.8


def shape(name: str, size: float, colour: str, *, angle: float = 0) -> Glyph:
    """Return a shape full of a colour, of ``size`` points."""
    return (Marker(name, pt(size), colour, "", 0, angle),)


def outlined(
    name: str, size: float, colour: str, *, inside: str = "", width: float = _THIN, angle: float = 0
) -> Glyph:
    """Return a shape drawn by its edge, over ``inside`` if it is a colour."""
    return (Marker(name, pt(size), inside, colour, pt(width), angle),)


def character(name: str, size: float, colour: str) -> Glyph:
    """Return what stands for a character of a font of ``size`` points."""
    inked = size * INK[name]
    if name in _SHAPES:
        return shape(_SHAPES[name], inked, colour)
    if name in _ICONS:
        return _icon(_ICONS[name], inked, colour)
    if name == "box-checked":
        return outlined("square", inked, colour) + _icon("check", inked * 0.8, colour)
    return tuple(
        marker
        for part, share, angle, is_full in _COMPOUNDS[name]
        for marker in (shape if is_full else outlined)(part, inked * share, colour, angle=angle)
    )


def _icon(name: str, size: float, colour: str) -> Glyph:
    box = 1 if name.startswith("maki:") else _BOX
    return (Marker("circle", pt(size * box), "", "", 0, icon=name, icon_colour=colour),)


_SHAPES = {
    "diamond": "diamond",
    "disc": "circle",
    "hexagon": "hexagon",
    "lozenge": "diamond",
    "star": "star",
    "triangle": "triangle",
}
# Pictograms of lucide, and of maki after ``maki:``.
_ICONS = {
    "arrow": "arrow-big-up",
    "arrowhead": "navigation-2",
    "asterism": "asterisk",
    "bolt": "zap",
    "check": "check",
    "droplet": "maki:water",
    "grass": "sprout",
    "house": "maki:home",
    "letter-v": "chevron-down",
    "recycling": "refresh-cw",
    "sun": "sun",
}
# Shapes one over another: name, share of the glyph, angle, whether it is full.
_COMPOUNDS: dict[str, tuple[tuple[str, float, float, bool], ...]] = {
    "asterisk": (("cross", 1, 0, False), ("x", 0.8, 0, False)),
    "bullseye": (("circle", 1, 0, False), ("circle", 0.55, 0, True)),
    "burst": (("star", 1, 0, True), ("star", 1, 36, True)),
    "circle-struck": (("circle", 1, 0, False), ("line", 1, 135, False)),
    "diamond-dotted": (("diamond", 1, 0, False), ("diamond", 0.3, 0, True)),
    "diamond-nested": (("diamond", 1, 0, False), ("diamond", 0.5, 0, True)),
    "half-square": (("square", 1, 0, False), ("triangle", 0.75, -45, True)),
}
