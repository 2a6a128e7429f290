"""Small pictures of symbols for legends and lists: a point, a piece of line, a piece of surface."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from layers.definitions import GeometryType
from layers.styles.symbols import (
    ALL_ZOOMS,
    Fill,
    LinePattern,
    Marker,
    MarkerLine,
    PointPattern,
    Stroke,
    Symbol,
    SymbolLayer,
    Zooms,
)
from styles.patterns import pattern_picture
from styles.pictures import SvgPicture, marker_picture, marker_svg, pictogram_or_fallback, readable_on

# The zoom whose symbol a legend shows, where the symbol is drawn there.
LEGEND_ZOOM = 16.0
WIDTH, HEIGHT = 28.0, 20.0
SIDE = 24.0
_EDGE = 1.5
# What the edges of a surface may cover from its border.
_WIDEST_EDGE = 5.0
_ICON = 28.0


def swatch(symbol: Symbol, geometry: GeometryType, icon: str, *, zoom: float = LEGEND_ZOOM) -> SvgPicture:
    """Return the swatch of a symbol in its colours; ``icon`` is the pictogram of ``symbols.LAYER_ICON``."""
    visible = _at(symbol, zoom)
    if geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}:
        return _point(visible, icon)
    return _surface(visible, icon) if geometry.is_surface else _line(visible, icon)


@dataclass(frozen=True, slots=True)
class ZoomSwatch:
    """The swatch of a symbol between two zooms; ``is_visible``: whether the map has it there."""

    zooms: Zooms
    picture: SvgPicture
    is_visible: bool = True


def zoom_swatches(
    symbol: Symbol, geometry: GeometryType, icon: str, zooms: Zooms = ALL_ZOOMS
) -> tuple[ZoomSwatch, ...]:
    """Return the swatches of a symbol at each zoom, in order and without a gap; all have one size.

    ``zooms`` are those of the layer. Where nothing is drawn the picture is that of the nearest zoom that has one.
    """
    swatches: list[ZoomSwatch] = []
    limits = sorted({limit for layer in symbol for limit in layer.zooms} | {*zooms, *ALL_ZOOMS})
    for low, high in pairwise(limits):
        is_visible = low >= zooms[0] and high <= zooms[1] and any(_is_at(layer, low) for layer in symbol)
        picture = swatch(symbol, geometry, icon, zoom=min(max(low, zooms[0]), zooms[1] - 0.01))
        if swatches and (swatches[-1].picture, swatches[-1].is_visible) == (picture, is_visible):
            swatches[-1] = replace(swatches[-1], zooms=(swatches[-1].zooms[0], high))
        else:
            swatches.append(ZoomSwatch((low, high), picture, is_visible))
    return tuple(swatches)


def _is_at(layer: SymbolLayer, zoom: float) -> bool:
    return layer.zooms[0] <= zoom < layer.zooms[1]


def icon_picture(colour: str, icon: str) -> SvgPicture:
    """Return the face of a layer: its pictogram in a disc of its colour."""
    shape = pictogram_or_fallback(icon)
    scale = 0.6 * _ICON / shape.side
    half = _ICON / 2
    shapes = (
        f'<circle cx="{half:g}" cy="{half:g}" r="{half:g}" fill="@{colour}"/>'
        f'<g transform="translate({0.2 * _ICON:g} {0.2 * _ICON:g}) scale({scale:.4g})"'
        f" {shape.paint('@' + readable_on(colour))}>{shape.shapes}</g>"
    )
    return SvgPicture(_ICON, _ICON, shapes)


def _at(symbol: Symbol, zoom: float) -> Symbol:
    visible = tuple(layer for layer in symbol if _is_at(layer, zoom))
    if visible or not symbol:
        return visible
    nearest = min(symbol, key=lambda layer: max(layer.zooms[0] - zoom, zoom - layer.zooms[1])).zooms[0]
    return tuple(layer for layer in symbol if _is_at(layer, nearest))


def _point(symbol: Symbol, icon: str) -> SvgPicture:
    markers = [layer for layer in symbol if isinstance(layer, Marker)]
    widest = max((marker_picture(marker, icon).width for marker in markers), default=SIDE)
    scale = min(1.0, SIDE / widest)
    shapes = "".join(marker_svg(marker, icon) for marker in markers)
    return SvgPicture(SIDE, SIDE, f'<g transform="{_centred(SIDE, SIDE, scale)}">{shapes}</g>')


def _centred(width: float, height: float, scale: float) -> str:
    """Return the transform that puts shapes around the origin in the middle of a picture."""
    return f"translate({width / 2:g} {height / 2:g})" + (f" scale({scale:.4g})" if scale != 1 else "")


def _line(symbol: Symbol, icon: str) -> SvgPicture:
    middle = HEIGHT / 2
    path = [(0.0, middle), (WIDTH, middle)]
    return SvgPicture(WIDTH, HEIGHT, "".join(_along(layer, path, icon, offset=1) for layer in symbol))


def _surface(symbol: Symbol, icon: str) -> SvgPicture:
    parts = []
    for layer in _narrowed(symbol):
        match layer:
            case Fill():
                parts.append(_box(0, f'fill="@{layer.colour}" fill-opacity="{layer.opacity:g}"'))
            case LinePattern() | PointPattern():
                parts.append(_pattern(layer, icon))
            case Marker():
                side = marker_picture(layer, icon).height
                scale = min(1.0, (HEIGHT - 2 * _EDGE) / side)
                shape = marker_svg(layer, icon)
                parts.append(f'<g transform="{_centred(WIDTH, HEIGHT, scale)}">{shape}</g>')
            case Stroke():
                parts.append(_box(layer.offset, f'fill="none" {stroke_paint(layer)}'))
            case MarkerLine():
                parts.append(_along(layer, _ring(layer.offset), icon, offset=0))
    return SvgPicture(WIDTH, HEIGHT, "".join(parts))


def _narrowed(symbol: Symbol) -> Symbol:
    """Return a symbol of a surface whose edges leave its middle to be seen, thinner together where they would not."""
    strokes = [layer for layer in symbol if isinstance(layer, Stroke)]
    share = _WIDEST_EDGE / max((layer.offset + layer.width / 2 for layer in strokes), default=_WIDEST_EDGE)
    if share >= 1:
        return symbol
    return tuple(
        replace(layer, offset=layer.offset * share, width=max(layer.width * share, 1))
        if isinstance(layer, Stroke)
        else layer
        for layer in symbol
    )


def _box(inset: float, paint: str) -> str:
    edge = _EDGE + inset
    width, height = max(WIDTH - 2 * edge, 1), max(HEIGHT - 2 * edge, 1)
    return f'<rect x="{edge:g}" y="{edge:g}" width="{width:g}" height="{height:g}" {paint}/>'


def _ring(inset: float) -> list[tuple[float, float]]:
    edge = _EDGE + inset
    right, low = WIDTH - edge, HEIGHT - edge
    return [(edge, edge), (right, edge), (right, low), (edge, low), (edge, edge)]


def stroke_paint(stroke: Stroke) -> str:
    """Return the attributes of a stroke."""
    dash = f' stroke-dasharray="{" ".join(f"{part:g}" for part in stroke.dash)}"' if stroke.dash else ""
    veil = f' stroke-opacity="{stroke.opacity:g}"' if stroke.opacity < 1 else ""
    return (
        f'stroke="@{stroke.colour}" stroke-width="{stroke.width:g}"{veil}{dash} '
        f'stroke-linecap="{stroke.cap}" stroke-linejoin="{stroke.join}"'
    )


def _along(layer: SymbolLayer, path: list[tuple[float, float]], icon: str, *, offset: int) -> str:
    """Return a stroke or markers along a path, moved to its right by their offset where ``offset`` is 1."""
    if isinstance(layer, Stroke):
        points = " ".join(f"{x:g},{y + offset * layer.offset:g}" for x, y in path)
        return f'<polyline points="{points}" fill="none" {stroke_paint(layer)}/>'
    if isinstance(layer, MarkerLine):
        moved = offset * layer.offset
        return "".join(
            marker_svg(replace(layer.marker, angle=layer.marker.angle + turn), icon, x, y + moved)
            for x, y, turn in positions_along(path, layer.interval)
        )
    return ""


def positions_along(path: list[tuple[float, float]], interval: float) -> list[tuple[float, float, float]]:
    """Return places along a path with their direction in degrees, half an interval from its beginning."""
    positions: list[tuple[float, float, float]] = []
    left = interval / 2
    for (x, y), (next_x, next_y) in pairwise(path):
        length = math.hypot(next_x - x, next_y - y)
        turn = math.degrees(math.atan2(next_y - y, next_x - x))
        while left <= length and len(positions) < 200:
            positions.append((x + (next_x - x) * left / length, y + (next_y - y) * left / length, turn))
            left += interval
        left -= length
    return positions


def _pattern(layer: LinePattern | PointPattern, icon: str) -> str:
    """Return a pattern whose tiles meet in the middle, where a marker then is whole."""
    tile = pattern_picture(layer, icon)
    width, height = WIDTH - 2 * _EDGE, HEIGHT - 2 * _EDGE
    columns, rows = math.ceil(width / 2 / tile.width), math.ceil(height / 2 / tile.height)
    copies = "".join(
        f'<svg x="{width / 2 + i * tile.width:g}" y="{height / 2 + j * tile.height:g}"'
        f' width="{tile.width:g}" height="{tile.height:g}">{tile.shapes}</svg>'
        for i in range(-columns, columns)
        for j in range(-rows, rows)
    )
    return f'<svg x="{_EDGE:g}" y="{_EDGE:g}" width="{width:g}" height="{height:g}">{copies}</svg>'
