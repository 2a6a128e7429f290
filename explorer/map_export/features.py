"""How a file draws features: the style of their layer in what Leaflet and SVG draw without images, and its legend.

A symbol is reduced to one shape: its marker without pictogram, its fill and its edge. Hatches become a pale fill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from explorer.buffers.presenters import fault_words, outline_words
from explorer.buffers.queries import (
    BufferShape,
    NearestLine,
    NearestObject,
    answer_matches,
    outlines,
    pixel_in,
    relations,
)
from explorer.layer_panel.queries import MapResult
from explorer.legend.presenters import LayerLegend
from interface import wording
from interface.map_config import shape
from interface.palette import literal, mixed_over, palette
from interface.standalone.features import Feature, PathStyle, Row, feature
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
_PIXELS = 1_000.0  # of the longest side of what is drawn
Box = tuple[float, float, float, float]


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
            looks[class_index] = _look(
                scope, None if class_index == REST else classes.style_classes[class_index]
            )
        class_look = looks[class_index]
        if style.proportion is not None and shape(scope) == "point":
            size = size_of(row.get(style.field), style.proportion, is_width=False)
            return class_look | {"radius": round(size / 2, 1)}
        return class_look

    return look


def legend_of(entry: LayerLegend) -> list[FileLegendLine]:
    """Return the legend of a layer as on its map: the classes with answers, or the layer itself."""
    scope = entry.scope
    kind = shape(scope)
    lines = [
        FileLegendLine(str(each.style_class.title), _swatch(_look(scope, each.style_class)), kind)
        for each in entry.lines
    ]
    if not lines or entry.has_rest:
        lines.append(FileLegendLine(_("Autres") if lines else "", _swatch(_look(scope, None)), kind))
    return lines


def _swatch(look: PathStyle) -> str:
    """Return the colour of a look as it shows on paper."""
    filled = look.get("fillColor")
    if filled is None:
        return str(look.get("color"))
    return mixed_over(str(filled), palette()["paper"], round(100 * look["fillOpacity"]))


def _look(scope: Scope, style_class: Class) -> PathStyle:
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


@dataclass(frozen=True, slots=True)
class MapExportBuffers:
    """The features of relations from the lowest, the outlines that are drawn in words, each with its colour, and notes.

    ``notes`` say what is not drawn.
    """

    features: tuple[Feature, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def file_surroundings(view: MapResult, box: Box) -> MapExportBuffers:
    """Return what is drawn of the relations of the layers that are on, in a picture of a box of degrees.

    Raises:
        TooSlow: the database did not answer in time.
    """
    scopes = {result.scope.slug: result.scope for result in view.everything}
    shapes: list[BufferShape] = []
    above: list[Feature] = []
    pixel = pixel_in(box, _PIXELS)
    for scope in (result.scope for result in view.lists):
        if not _is_exported(scope, (other for _one, other in relations(scope, view.query, scopes))):
            continue
        shapes += outlines(scope, view.query, scopes, pixel=pixel)
        matches = answer_matches(scope, view.query, scopes, pixel=pixel)
        above += [*map(_object, matches.objects), *_links(scope, matches.links)]
    return MapExportBuffers(
        features=(*filter(None, map(_outline, shapes)), *above),
        legend=tuple((_words(one), literal(one.other.style.token)) for one in shapes if one.shape),
        notes=tuple(_note(one) for one in shapes if one.fault),
    )


def _is_exported(scope: Scope, other_scopes: Iterable[Scope]) -> bool:
    return scope.can_download and all(other.can_download for other in other_scopes)


def _words(one: BufferShape) -> str:
    return outline_words(one.metres, one.other)


def _note(one: BufferShape) -> str:
    assert one.fault is not None
    return _("%(title)s : %(text)s") % {"title": _words(one), "text": fault_words(one.fault)}


def _outline(one: BufferShape) -> Feature | None:
    if one.shape is None:
        return None
    look = {"color": literal(one.other.style.token), "weight": 1.6, "dashArray": "6 4", "fill": False}
    return feature(one.shape, f"{one.other.slug}@{one.metres:g}", _words(one), [], look)


def _object(one: NearestObject) -> Feature:
    colour = literal(one.token)
    look: PathStyle = {"color": colour, "weight": 2.5, "fillColor": colour, "fillOpacity": 0.25}
    if one.shape["type"] in {"Point", "MultiPoint"}:
        look = {"color": colour, "weight": 2.5, "fill": False, "radius": 8}
    return feature(one.shape, f"{one.other.slug}/{one.pk}", one.title, [], look)


def _links(scope: Scope, links: Sequence[NearestLine]) -> Iterator[Feature]:
    """Yield the lines, then the answers at their ends under their lengths."""
    ink = literal("ink")
    line: PathStyle = {"color": ink, "weight": 2, "dashArray": "1 4", "lineCap": "round"}
    dot: PathStyle = {"radius": 4.5, "fillColor": literal(scope.style.token), "fillOpacity": 1,
                 "color": literal("paper"), "weight": 1.5}  # fmt: skip
    for link in links:
        yield feature(link.shape, f"{link.pk}-", wording.sure_distance(link.metres, link.error), [], line)
    for link in links:
        point: dict[str, Any] = {"type": "Point", "coordinates": link.shape["coordinates"][0]}
        words = wording.sure_distance(link.metres, link.error)
        yield feature(point, f"{link.pk}-end", words, [], dot | {"label": words})
