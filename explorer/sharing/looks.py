"""How a file draws features: the style of their layer in what Leaflet and SVG draw without images, and its legend.

A symbol is reduced to one shape: its marker without pictogram, its fill and its edge. Hatches become a pale fill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.legend.presenters import LayerLegend
from interface.map_config import shape
from interface.palette import literal, mixed_over, palette
from interface.standalone.features import Look, Row
from layers.access import Scope
from layers.styles.definitions import Category, NumberInterval, Style
from layers.styles.symbols import Fill, LinePattern, Marker, PointPattern, Stroke, Symbol, SymbolLayer
from styles.classes import REST, class_of, classes_of, size_of
from styles.frame import default_symbol
from styles.pictures import regular

_ZOOM = 12.5  # of a map of some communes: symbols have the size that they have there
_LEAST, _MOST, _BARE = 4.0, 11.0, 5.5  # pixels of the radius of a marker, and of a pictogram alone
_HATCHED = 0.2
_HEAT_OPACITY = 0.3
_SIDES = {"triangle": 3, "diamond": 4, "pentagon": 5, "hexagon": 6}
_SQUARE = ((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8))
Class = Category | NumberInterval | None


@dataclass(frozen=True, slots=True)
class FileLegendLine:
    """A line of a legend: ``colour`` is that of the swatch, ``shape`` point, line or surface."""

    title: str
    colour: str
    shape: str


def look_of(scope: Scope) -> Callable[[Row], Look | None]:
    """Return what gives the look of a row of a layer: None for what its style hides."""
    style, classes = scope.style, classes_of(scope.style)
    looks: dict[int, Look] = {}

    def look(row: Row) -> Look | None:
        place = class_of(classes, row)
        if place is None:
            return None
        if place not in looks:
            looks[place] = _look(scope, None if place == REST else classes.style_classes[place])
        drawn = looks[place]
        if style.proportion is not None and shape(scope) == "point":
            size = size_of(row.get(style.field), style.proportion, is_width=False)
            return drawn | {"radius": round(size / 2, 1)}
        return drawn

    return look


def legend_of(entry: LayerLegend) -> list[FileLegendLine]:
    """Return the legend of a layer as its map tells it: the classes that something answers to, or the layer itself."""
    scope = entry.scope
    kind = shape(scope)
    lines = [
        FileLegendLine(str(each.found.title), _swatch(_look(scope, each.found)), kind) for each in entry.lines
    ]
    if not lines or entry.has_rest:
        lines.append(FileLegendLine(_("Autres") if lines else "", _swatch(_look(scope, None)), kind))
    return lines


def _swatch(look: Look) -> str:
    """Return the colour of a look as it shows on paper."""
    filled = look.get("fillColor")
    if filled is None:
        return str(look.get("color"))
    return mixed_over(str(filled), palette()["paper"], round(100 * look["fillOpacity"]))


def _look(scope: Scope, found: Class) -> Look:
    style, geometry = scope.style, scope.definition.geometry
    symbol = style.symbol_of(found, default_symbol(style, geometry))
    if geometry.is_point:
        return _point(symbol) | ({"weight": 0, "fillOpacity": _HEAT_OPACITY} if style.heat else {})
    stroke = _edge(symbol)
    if not geometry.is_surface:
        return stroke or {"color": literal(style.token), "weight": 3}
    return _inside(symbol, style) | (stroke or {"stroke": False})


def _point(symbol: Symbol) -> Look:
    markers = [layer for layer in symbol if isinstance(layer, Marker)]
    marker = next(
        (layer for layer in reversed(markers) if _is_seen(layer)), markers[-1] if markers else Marker()
    )
    filled = marker.fill or marker.stroke or marker.icon_colour or "ink"
    # A pictogram alone is thin: a disc of its size would hide what is around it.
    widest = _MOST if marker.fill or marker.stroke else _BARE
    look: Look = {
        "radius": round(min(max(marker.size / 2, _LEAST), widest), 1),
        "fillColor": literal(filled),
        "fillOpacity": marker.opacity,
        "color": literal(marker.stroke or filled),
        "weight": marker.stroke_width,
    }
    if marker.shape == "square":
        look["corners"] = _SQUARE
    elif marker.shape == "star":
        look["corners"] = [*regular(10, 1.2, inner=0.5)]
    elif marker.shape in _SIDES:
        look["corners"] = [*regular(_SIDES[marker.shape], 1.2)]
    return look


def _edge(symbol: Symbol) -> Look:
    """Return the widest line of a symbol; nothing where it has none."""
    strokes = [layer for layer in symbol if isinstance(layer, Stroke) and _is_seen(layer)]
    if not strokes:
        return {}
    widest = max(strokes, key=lambda stroke: stroke.width)
    look: Look = {"color": literal(widest.colour), "weight": widest.width, "opacity": widest.opacity}
    return look | ({"dashArray": " ".join(f"{part:g}" for part in widest.dash)} if widest.dash else {})


def _inside(symbol: Symbol, style: Style) -> Look:
    fill = next((layer for layer in symbol if isinstance(layer, Fill)), None)
    if fill is not None:
        return {"fillColor": literal(fill.colour), "fillOpacity": fill.opacity}
    pattern = next((layer for layer in symbol if isinstance(layer, LinePattern | PointPattern)), None)
    if pattern is None:
        return {"fillOpacity": 0}
    colour = pattern.colour if isinstance(pattern, LinePattern) else pattern.marker.fill or style.token
    return {"fillColor": literal(colour), "fillOpacity": _HATCHED}


def _is_seen(layer: SymbolLayer) -> bool:
    return layer.zooms[0] <= _ZOOM < layer.zooms[1]
