"""Symbols of QGIS: one symbol layer for each of ours, in points, with the zooms of each as an expression on the scale.

QGIS (3.4 and later) draws a layer where its ``enabled`` property says so: classes stay classes, which people can edit,
whatever their layers do at each scale.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement

from layers.definitions import GeometryType
from layers.styles.symbols import (
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
from styles.colours import rgb
from styles.pictures import OPEN_SHAPES, in_theme, pictogram_picture
from styles.styled_layers import css_scales

POINTS_OF_A_PIXEL = 0.75
"""CSS pixels are 1/96 inch, points 1/72: so a print has the sizes of the screen."""
_UNIT = "Point"
# The marker that has the corners of ours has another name: QGIS's own triangle is as wide as high.
_SHAPES = {"triangle": "equilateral_triangle", "x": "cross2"}
_CAPS = {"round": "round", "butt": "flat", "square": "square"}
_MARKER, _LINE, _FILL = "marker", "line", "fill"


@dataclass(frozen=True, slots=True)
class Growth:
    """Sizes that follow a field, in pixels: expressions of the diameter of markers, and of the width of lines."""

    diameter: str
    width: str


@dataclass(frozen=True, slots=True)
class SymbolWriter:
    """Writes the symbols of one layer: the kind that its geometry asks for, and the pictogram of the layer.

    ``colour_field`` is the name of the field that has the colour of each feature, empty without one.
    """

    geometry: GeometryType
    icon: str
    colour_field: str = ""

    @property
    def kind(self) -> str:
        """The word of QGIS for a symbol of this geometry."""
        if self.geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}:
            return _MARKER
        return _FILL if self.geometry.is_surface else _LINE

    @property
    def has_levels(self) -> bool:
        """Whether the first layers of all symbols lie below the second ones; a point stays whole."""
        return self.kind != _MARKER

    def write(
        self, parent: Element, name: str, symbol: Symbol, growth: Growth | None = None, *, above: int = 0
    ) -> None:
        """Add a symbol under a name; its markers and lines are as large as ``growth`` says.

        Its first level is drawn over those of the ``above`` levels of others.
        """
        element = _symbol(parent, name, self.kind)
        for level, layer in enumerate(symbol):
            before = len(element)
            self._layer(element, layer, growth)
            for child in element[before:]:
                child.set("pass", str(above + (level if self.has_levels else 0)))

    def _layer(self, parent: Element, layer: SymbolLayer, growth: Growth | None) -> None:
        """Add the QGIS symbol layer of one of ours; none where the geometry has no such part (the inside of a line)."""
        if isinstance(layer, Marker):
            self._placed_marker(parent, layer, growth.diameter if growth else "")
        elif self.kind == _MARKER:
            return
        elif isinstance(layer, Stroke):
            self._stroke(parent, layer, width=growth.width if growth and self.kind == _LINE else "")
        elif isinstance(layer, MarkerLine):
            self._marker_line(parent, layer, layer.interval, layer.zooms, offset=layer.offset)
        elif self.kind == _FILL:
            self._inside(parent, layer)

    def _inside(self, parent: Element, layer: Fill | LinePattern | PointPattern) -> None:
        if isinstance(layer, Fill):
            values = {
                "color": rgba_text(layer.colour, layer.opacity),
                "style": "solid",
                "outline_style": "no",
            }
            own = self._own_colour("fillColor", layer.opacity)
            _add(parent, "SimpleFill", values, zooms=layer.zooms, computed=own)
        elif isinstance(layer, LinePattern):
            self._hatches(parent, layer)
        else:
            self._dots(parent, layer)

    def _placed_marker(self, parent: Element, marker: Marker, size: str) -> None:
        """Add a marker: where the point is, in the middle of a line, or in the middle of a surface."""
        if self.kind == _MARKER:
            self._marker(parent, marker, size=size)
        elif self.kind == _FILL:
            values = {"point_on_surface": "1", "point_on_all_parts": "0", "clip_points": "0"}
            within = _add(parent, "CentroidFill", values, zooms=marker.zooms)
            self._marker(_symbol(within, _inner_name(parent), _MARKER), _always(marker), size=size)
        else:
            self._marker_line(parent, _always(marker), 0, marker.zooms, offset=0)

    def _marker(self, parent: Element, marker: Marker, *, size: str = "") -> None:
        """Add a shape, and its pictogram above; ``size`` is the expression of its size in pixels."""
        is_open = marker.shape in OPEN_SHAPES
        if marker.fill or marker.stroke:
            edge = (marker.fill or marker.stroke) if is_open else marker.stroke if marker.stroke_width else ""
            rim = marker.stroke_width if edge else 0
            grown = f"{size} + {rim:g}" if size and rim else size  # the rim is around a size that grows
            values = {
                "name": _SHAPES.get(marker.shape, marker.shape),
                "color": rgba_text(marker.fill or "paper", marker.opacity if marker.fill else 0),
                "outline_style": "solid" if edge else "no",
                "outline_color": rgba_text(edge or "paper", marker.opacity),
                "outline_width": _points(max(marker.stroke_width, 1 if is_open else 0)), "outline_width_unit": _UNIT,
                "size": _points(marker.size), "size_unit": _UNIT, "angle": f"{marker.angle:g}",
                "joinstyle": "round", "cap_style": "flat", "scale_method": "diameter",
            }  # fmt: skip
            own = self._own_colour("fillColor", marker.opacity) if marker.fill else {}
            _add(parent, "SimpleMarker", values, zooms=marker.zooms, computed=_sizes("size", grown) | own)
        if marker.icon:
            picture = pictogram_picture(marker, self.icon)
            svg = base64.b64encode(in_theme(picture.svg()).encode()).decode()
            values = {
                "name": f"base64:{svg}",
                "size": _points(picture.width), "size_unit": _UNIT, "fixedAspectRatio": "0",
                "outline_width": "0", "scale_method": "diameter",
            }  # fmt: skip
            grown = f"({size}) * {picture.width / marker.size:g}" if size else ""
            _add(parent, "SvgMarker", values, zooms=marker.zooms, computed=_sizes("size", grown))

    def _stroke(self, parent: Element, stroke: Stroke, *, width: str = "") -> None:
        values = {
            "line_color": rgba_text(stroke.colour, stroke.opacity), "line_style": "solid",
            "line_width": _points(stroke.width), "line_width_unit": _UNIT,
            "capstyle": _CAPS[stroke.cap], "joinstyle": stroke.join,
            "offset": _points(stroke.offset), "offset_unit": _UNIT, **_dashes(stroke.dash),
        }  # fmt: skip
        own = self._own_colour("outlineColor", stroke.opacity)
        _add(parent, "SimpleLine", values, zooms=stroke.zooms, computed=_sizes("outlineWidth", width) | own)

    def _own_colour(self, name: str, opacity: float) -> dict[str, str]:
        """Return the expression of a colour by the name of its property; nothing where features have none."""
        return {name: colour_expression(self.colour_field, opacity)} if self.colour_field else {}

    def _marker_line(
        self, parent: Element, line: MarkerLine | Marker, interval: float, zooms: Zooms, *, offset: float
    ) -> None:
        """Add markers along a line, each ``interval`` pixels; 0: one in its middle."""
        marker = line.marker if isinstance(line, MarkerLine) else line
        values = {
            "placements": "Interval" if interval else "CentralPoint", "interval": _points(interval or 3),
            "interval_unit": _UNIT, "offset": _points(offset), "offset_unit": _UNIT, "rotate": "1",
            "offset_along_line": _points(interval / 2), "offset_along_line_unit": _UNIT,
        }  # fmt: skip
        within = _add(parent, "MarkerLine", values, zooms=zooms)
        self._marker(_symbol(within, _inner_name(parent), _MARKER), _always(marker))

    def _hatches(self, parent: Element, pattern: LinePattern) -> None:
        values = {
            "angle": f"{pattern.angle:g}", "distance": _points(pattern.spacing), "distance_unit": _UNIT,
            "offset": _points(pattern.shift), "offset_unit": _UNIT, "clip_mode": "during_render",
            "coordinate_reference": "viewport",
        }  # fmt: skip
        within = _add(parent, "LinePatternFill", values, zooms=pattern.zooms)
        line = _symbol(within, _inner_name(parent), _LINE)
        if pattern.marker is not None:
            marker = replace(pattern.marker, opacity=pattern.marker.opacity * pattern.opacity)
            interval = pattern.interval or 2 * pattern.marker.size
            self._marker_line(line, _always(marker), interval, pattern.zooms, offset=0)
            return
        stroke = Stroke(pattern.colour, pattern.width, pattern.opacity, pattern.dash, cap="butt")
        self._stroke(line, stroke)

    def _dots(self, parent: Element, pattern: PointPattern) -> None:
        values = {
            "distance_x": _points(pattern.across), "distance_x_unit": _UNIT,
            "distance_y": _points(pattern.down), "distance_y_unit": _UNIT,
            "displacement_x": _points(pattern.across / 2 if pattern.is_staggered else 0),
            "displacement_x_unit": _UNIT, "clip_mode": "shape", "coordinate_reference": "viewport",
        }  # fmt: skip
        within = _add(parent, "PointPatternFill", values, zooms=pattern.zooms)
        self._marker(_symbol(within, _inner_name(parent), _MARKER), _always(pattern.marker))


def options(parent: Element, values: Mapping[str, str]) -> None:
    """Add values as QGIS keeps those of a symbol layer."""
    container = SubElement(parent, "Option", {"type": "Map"})
    for name, value in values.items():
        SubElement(container, "Option", {"type": "QString", "name": name, "value": value})


def properties(parent: Element, tag: str, expressions: Mapping[str, str]) -> None:
    """Add data-defined properties: an expression by the name of a property."""
    if not expressions:
        return
    container = SubElement(SubElement(parent, tag), "Option", {"type": "Map"})
    SubElement(container, "Option", {"type": "QString", "name": "name", "value": ""})
    each = SubElement(container, "Option", {"type": "Map", "name": "properties"})
    for name, expression in expressions.items():
        one = SubElement(each, "Option", {"type": "Map", "name": name})
        SubElement(one, "Option", {"type": "bool", "name": "active", "value": "true"})
        SubElement(one, "Option", {"type": "QString", "name": "expression", "value": expression})
        SubElement(one, "Option", {"type": "int", "name": "type", "value": "3"})  # an expression
    SubElement(container, "Option", {"type": "QString", "name": "type", "value": "collection"})


def quoted(name: str) -> str:
    """Return a field's name as expressions of QGIS name it."""
    return '"' + name.replace('"', '""') + '"'


def colour_expression(field: str, opacity: float = 1) -> str:
    """Return the colour that a field has as ``RRR-VVV-BBB``; null for another text, which leaves that of the symbol."""
    name = quoted(field)
    levels = ", ".join(f"to_int(substr({name}, {start}, 3))" for start in (1, 5, 9))
    return f"if(length({name}) = 11, color_rgba({levels}, {round(opacity * 255)}), NULL)"


def rgba_text(colour: str, opacity: float = 1) -> str:
    """Return a colour of a style as QGIS writes it."""
    return ",".join(map(str, (*rgb(colour), round(opacity * 255))))


def _symbol(parent: Element, name: str, kind: str) -> Element:
    attributes = {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    return SubElement(parent, "symbol", attributes)


def _inner_name(parent: Element) -> str:
    """Return the name of the symbol within the last layer of another one, as QGIS makes them."""
    return f"@{parent.get('name', '')}@{len(parent) - 1}"


def _add(
    parent: Element,
    kind: str,
    values: Mapping[str, str],
    *,
    zooms: Zooms,
    computed: Mapping[str, str] | None = None,
) -> Element:
    layer = SubElement(parent, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options(layer, values)
    condition = _on_scale(zooms)
    properties(
        layer,
        "data_defined_properties",
        {**({"enabled": condition} if condition else {}), **(computed or {})},
    )
    return layer


def _on_scale(zooms: Zooms) -> str:
    smallest, largest = css_scales(zooms)
    limits = []
    if smallest is not None:
        limits.append(f"@map_scale > {smallest:.0f}")
    if largest is not None:
        limits.append(f"@map_scale <= {largest:.0f}")
    return " AND ".join(limits)


def _sizes(name: str, expression: str) -> dict[str, str]:
    return {name: f"({expression}) * {POINTS_OF_A_PIXEL:g}"} if expression else {}


def _dashes(dash: tuple[float, ...]) -> dict[str, str]:
    if not dash:
        return {}
    lengths = dash if len(dash) % 2 == 0 else (*dash, *dash)
    return {
        "use_custom_dash": "1", "customdash": ";".join(map(_points, lengths)), "customdash_unit": _UNIT,
    }  # fmt: skip


def _always(marker: Marker) -> Marker:
    """Return a marker visible at every zoom of the symbol that contains it."""
    return replace(marker, zooms=(0, 24))


def _points(pixels: float) -> str:
    return f"{round(pixels * POINTS_OF_A_PIXEL, 4):g}"
