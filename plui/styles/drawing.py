"""The words of the CNIG's specifications as symbol layers: lengths are points there, pixels in symbols (1 pt = 4/3 px).

Spacings and sizes are those of QGIS, whose terms the specifications take: « motif de points », « motif de lignes »,
« ligne de symboles », « ligne hachurée ».
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
    found: list[SymbolLayer] = []
    for part in parts:
        found.extend(part if isinstance(part, Iterable) else (part,))
    return tuple(found)


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
