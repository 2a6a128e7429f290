"""Overlays as styles of one symbol, so that every format draws them as it draws categories where others are hidden."""

from __future__ import annotations

from dataclasses import replace

from layers.definitions import GeometryType
from layers.styles.colours import CLASS
from layers.styles.definitions import Category, ClusterKind, Overlay, Style
from layers.styles.symbols import POINT_SYMBOL, LinePattern, Marker, Stroke, Symbol

_HATCHES: Symbol = (LinePattern(spacing=7, width=1.2), Stroke(width=1.2))
# Told from a line of any colour by the paper around.
_DASHES: Symbol = (
    Stroke("paper", 3.5, dash=(5, 4), cap="butt"),
    Stroke(CLASS, 1.8, dash=(5, 4), cap="butt"),
)
# Around the rim of each usual marker.
_RING: Symbol = tuple(
    Marker(size=one.size + 2 * one.stroke_width + 3, fill="", stroke=CLASS, stroke_width=2, zooms=one.zooms)
    for one in POINT_SYMBOL
    if isinstance(one, Marker)
)


def usual_overlay(geometry: GeometryType) -> Symbol:
    """Return what lies over a geometry where an overlay does not say: hatches, a ring around points, dashes."""
    if geometry.is_surface:
        return _HATCHES
    return _RING if geometry.is_point else _DASHES


def overlay_symbol(style: Style, overlay: Overlay, geometry: GeometryType) -> Symbol:
    """Return the symbol of an overlay in its colours."""
    alone = overlay_style(style, overlay, geometry)
    return alone.symbol_of(alone.categories[0], ())


def overlay_style(style: Style, overlay: Overlay, geometry: GeometryType) -> Style:
    """Return the style that draws an overlay alone: a category for each value, nothing else."""
    symbol = overlay.symbol or usual_overlay(geometry)
    found = tuple(Category(value, overlay.title, overlay.token, symbol=symbol) for value in overlay.values)
    return replace(
        style,
        field=overlay.field,
        categories=found,
        intervals=(),
        proportion=None,
        heat=None,
        symbol=(),
        hides_others=True,
        clusters=ClusterKind.COUNT,
        labels=None,
        fill_opacity=1.0,
        overlays=(),
    )


def overlay_styles(style: Style, geometry: GeometryType) -> tuple[Style, ...]:
    """Return the styles of the overlays of a style, the lowest first; a density has none."""
    if style.heat:
        return ()
    return tuple(overlay_style(style, overlay, geometry) for overlay in style.overlays)
