"""Symbols of features: a symbol is a stack of symbol layers, the first one lowest, as in SLD and QGIS.

A layer is drawn level by level (QGIS: symbol levels): the first symbol layer of every class, then the second of every
class, so that the bands of neighbouring surfaces lie below the border that they share.

Lengths are CSS pixels (1/96 inch: 1 pt = 4/3 px, 1 mm = 3.78 px), angles are degrees, clockwise. ``zooms`` are the
zooms of Web Mercator (512 px tiles, as MapLibre counts) from which, and up to which excluded, a symbol layer is drawn.
Colours are those of ``layers.styles.colours``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from layers.styles.colours import CLASS, CLASS_STRONG, mixed

Zooms = tuple[float, float]
ALL_ZOOMS: Zooms = (0, 24)
# Shapes of a marker, by the names that SLD (Symbology Encoding 1.1, 11.3.2) and QGIS share.
MARKER_SHAPES = (
    "circle",
    "square",
    "triangle",
    "diamond",
    "pentagon",
    "hexagon",
    "star",
    "cross",
    "x",
    "line",
)
LAYER_ICON = "face"
"""The pictogram of a marker that stands for that of the layer's face."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A shape ``size`` pixels across, turned by ``angle``, with a pictogram inside (``LAYER_ICON``: the layer's own).

    ``fill`` and ``stroke`` may be empty: none. Without either the marker is its pictogram alone, ``size`` pixels
    across. A shape made of lines (cross, x, line) is drawn in ``fill``, else in ``stroke``, ``stroke_width`` wide. An
    empty ``icon_colour`` is paper or ink, whichever contrasts with ``fill``.
    """

    shape: str = "circle"
    size: float = 8
    fill: str = CLASS
    stroke: str = "paper"
    stroke_width: float = 1.5
    angle: float = 0
    icon: str = ""
    icon_colour: str = ""
    opacity: float = 1
    zooms: Zooms = ALL_ZOOMS


@dataclass(frozen=True, slots=True)
class Fill:
    """The inside of a surface in one colour."""

    colour: str = CLASS
    opacity: float = 0.45
    zooms: Zooms = ALL_ZOOMS


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line, or the edge of a surface. ``dash`` are lengths drawn and left.

    ``offset`` is inside a surface, right of a line. A casing is a wider stroke below.
    """

    colour: str = CLASS_STRONG
    width: float = 1.2
    opacity: float = 1
    dash: tuple[float, ...] = ()
    offset: float = 0
    cap: str = "round"
    join: str = "round"
    zooms: Zooms = ALL_ZOOMS


@dataclass(frozen=True, slots=True)
class MarkerLine:
    """A marker repeated along a line or an edge, each ``interval`` pixels."""

    marker: Marker = Marker(size=5)
    interval: float = 12
    offset: float = 0
    zooms: Zooms = ALL_ZOOMS


@dataclass(frozen=True, slots=True)
class LinePattern:
    """Hatches: parallel lines ``spacing`` pixels apart at ``angle`` (45 rises to the right).

    ``shift`` moves the first one. With a ``marker``, each line is that marker repeated every ``interval`` pixels
    instead of a stroke.
    """

    spacing: float = 8
    angle: float = 45
    shift: float = 0
    colour: str = CLASS_STRONG
    width: float = 1
    dash: tuple[float, ...] = ()
    marker: Marker | None = None
    interval: float = 0
    opacity: float = 1
    zooms: Zooms = ALL_ZOOMS


@dataclass(frozen=True, slots=True)
class PointPattern:
    """Markers in rows, ``across`` and ``down`` pixels apart; every other row is moved by half when staggered."""

    marker: Marker = Marker(size=2, fill=CLASS_STRONG, stroke="", stroke_width=0)
    across: float = 8
    down: float = 8
    is_staggered: bool = False
    zooms: Zooms = ALL_ZOOMS


SymbolLayer = Marker | Fill | Stroke | MarkerLine | LinePattern | PointPattern
Symbol = tuple[SymbolLayer, ...]

# What each kind of geometry is drawn with when its style does not say: points are calm dots, then show their pictogram.
POINT_SYMBOL: Symbol = (
    Marker(size=7, zooms=(0, 11.5)),
    Marker(size=10, zooms=(11.5, 13)),
    Marker(size=19, icon=LAYER_ICON, zooms=(13, 15)),
    Marker(size=24, icon=LAYER_ICON, stroke_width=2, zooms=(15, 24)),
)


def point_symbol(shape: str) -> Symbol:
    """Return the usual symbol of points with another shape, to distinguish classes without another colour."""
    return tuple(replace(marker, shape=shape) for marker in POINT_SYMBOL if isinstance(marker, Marker))


LINE_SYMBOL: Symbol = (Stroke(CLASS, 3.5),)
SURFACE_SYMBOL: Symbol = (Fill(), Stroke())


def coloured(symbol: Symbol, colour: str, strength: float = 1.0) -> Symbol:
    """Return a symbol in which ``class`` is a colour at a strength, and ``class/N`` the same colour at N %."""

    def plain(text: str) -> str:
        if text == CLASS:
            return mixed(colour, strength)
        name, _, percent = text.partition("/")
        return mixed(colour, int(percent) / 100) if name == CLASS else text

    return tuple(_filled(layer, plain) for layer in symbol)


def _filled(layer: SymbolLayer, plain: Callable[[str], str]) -> SymbolLayer:
    match layer:
        case Marker():
            return _marker(layer, plain)
        case Fill() | Stroke():
            return replace(layer, colour=plain(layer.colour))
        case LinePattern():
            marker = _marker(layer.marker, plain) if layer.marker else None
            return replace(layer, colour=plain(layer.colour), marker=marker)
        case _:
            return replace(layer, marker=_marker(layer.marker, plain))


def _marker(marker: Marker, plain: Callable[[str], str]) -> Marker:
    return replace(
        marker, fill=plain(marker.fill), stroke=plain(marker.stroke), icon_colour=plain(marker.icon_colour)
    )
