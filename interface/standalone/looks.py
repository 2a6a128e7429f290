"""How a file draws features: the style of their layer in what Leaflet and SVG draw without images.

A symbol is reduced to one shape: its marker without pictogram, its fill and its edge. Hatches become a pale fill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interface.map_config import shape
from interface.palette import literal, mixed_over, palette
from interface.standalone.features import PathStyle, Row
from layers.access import Scope
from layers.styles.definitions import Category, NumberInterval, Style
from layers.styles.symbols import Fill, LinePattern, Marker, PointPattern, Stroke, Symbol, SymbolLayer
from styles.classes import REST, class_of, classes_of, size_of
from styles.frame import default_symbol
from styles.pictures import regular

_ZOOM = 12.5  # of a map of some communes: symbols have the size that they have there
_MIN, _MAX, _ICON_RADIUS = 4.0, 11.0, 5.5  # pixels of the radius of a marker, and of a pictogram alone
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


def look_of(scope: Scope) -> Callable[[Row], PathStyle | None]:
    """Return what gives the look of a row of a layer: None for what its style hides."""
    style, classes = scope.style, classes_of(scope.style)
    looks: dict[int, PathStyle] = {}

    def look(row: Row) -> PathStyle | None:
        class_index = class_of(classes, row)
        if class_index is None:
            return None
        if class_index not in looks:
            looks[class_index] = class_look(
                scope, None if class_index == REST else classes.style_classes[class_index]
            )
        own = looks[class_index]
        if style.proportion is not None and shape(scope) == "point":
            size = size_of(row.get(style.field), style.proportion, is_width=False)
            return own | {"radius": round(size / 2, 1)}
        return own

    return look


def swatch(look: PathStyle) -> str:
    """Return the colour of a look as it shows on paper."""
    filled = look.get("fillColor")
    if filled is None:
        return str(look.get("color"))
    return mixed_over(str(filled), palette()["paper"], round(100 * look["fillOpacity"]))


def class_look(scope: Scope, style_class: Class) -> PathStyle:
    """Return the look of a class of a style; of what is in none of them without one."""
    style, geometry = scope.style, scope.definition.geometry
    symbol = style.symbol_of(style_class, default_symbol(style, geometry))
    if geometry.is_point:
        return _point(symbol) | ({"weight": 0, "fillOpacity": _HEAT_OPACITY} if style.heat else {})
    stroke = _edge(symbol)
    if not geometry.is_surface:
        return stroke or {"color": literal(style.token), "weight": 3}
    return _inside(symbol, style) | (stroke or {"stroke": False})


def _point(symbol: Symbol) -> PathStyle:
    markers = [layer for layer in symbol if isinstance(layer, Marker)]
    marker = next(
        (layer for layer in reversed(markers) if _is_visible(layer)), markers[-1] if markers else Marker()
    )
    filled = marker.fill or marker.stroke or marker.icon_colour or "ink"
    # A pictogram alone is thin: a disc of its size would hide what is around it.
    widest = _MAX if marker.fill or marker.stroke else _ICON_RADIUS
    look: PathStyle = {
        "radius": round(min(max(marker.size / 2, _MIN), widest), 1),
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


def _edge(symbol: Symbol) -> PathStyle:
    """Return the widest line of a symbol; nothing where it has none."""
    strokes = [layer for layer in symbol if isinstance(layer, Stroke) and _is_visible(layer)]
    if not strokes:
        return {}
    widest = max(strokes, key=lambda stroke: stroke.width)
    look: PathStyle = {"color": literal(widest.colour), "weight": widest.width, "opacity": widest.opacity}
    return look | ({"dashArray": " ".join(f"{part:g}" for part in widest.dash)} if widest.dash else {})


def _inside(symbol: Symbol, style: Style) -> PathStyle:
    fill = next((layer for layer in symbol if isinstance(layer, Fill)), None)
    if fill is not None:
        return {"fillColor": literal(fill.colour), "fillOpacity": fill.opacity}
    pattern = next((layer for layer in symbol if isinstance(layer, LinePattern | PointPattern)), None)
    if pattern is None:
        return {"fillOpacity": 0}
    colour = pattern.colour if isinstance(pattern, LinePattern) else pattern.marker.fill or style.token
    return {"fillColor": literal(colour), "fillOpacity": _HATCHED}


def _is_visible(layer: SymbolLayer) -> bool:
    return layer.zooms[0] <= _ZOOM < layer.zooms[1]
