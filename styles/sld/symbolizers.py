"""Symbolizers in the two editions of SLD: 1.0.0 (OGC 02-070), and 1.1.0 (OGC 05-078r4) with Symbology Encoding 1.1.0.

The editions say the same in other namespaces and with other names; 1.1 (SE: OGC 05-077r4) moves lines aside and spaces
the graphics along them. Patterns and pictograms are the pictures of the map, as SVG. Lengths are pixels, which both
editions mean where no unit is said.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, replace
from enum import Enum
from xml.etree.ElementTree import Element, QName, SubElement

from layers.definitions import GeometryType
from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, PointPattern, Stroke, SymbolLayer
from styles.colours import resolved
from styles.patterns import pattern_picture
from styles.pictures import OPEN_SHAPES, SvgPicture, in_theme, marker_picture

SLD = "http://www.opengis.net/sld"
SE = "http://www.opengis.net/se"
OGC = "http://www.opengis.net/ogc"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# The well-known names of both editions (SE 1.1.0, 11.3.2); other shapes are pictures.
_SHAPE_NAMES = frozenset({"square", "circle", "triangle", "star", "cross", "x"})
_MAX_COPIES = 36
_JOINS = {"miter": "mitre"}


class SldVersion(Enum):
    """An edition of the standard, by its number."""

    V1_0 = "1.0.0"
    V1_1 = "1.1.0"


@dataclass(frozen=True, slots=True)
class SldDialect:
    """Makes elements as an edition names them."""

    version: SldVersion

    @property
    def is_newer(self) -> bool:
        """Whether it is 1.1, whose symbols are Symbology Encoding."""
        return self.version is SldVersion.V1_1

    @property
    def namespace(self) -> str:
        """The namespace of rules and symbolizers."""
        return SE if self.is_newer else SLD

    def add(self, parent: Element, name: str, text: str = "") -> Element:
        """Add an element of rules and symbolizers."""
        element = SubElement(parent, QName(self.namespace, name).text)
        if text:
            element.text = text
        return element

    def describe(self, parent: Element, name: str, title: str) -> None:
        """Add the name and the title of a layer, a style or a rule."""
        self.add(parent, "Name", name)
        if not title:
            return
        self.add(self.add(parent, "Description") if self.is_newer else parent, "Title", title)

    def parameter(self, parent: Element, name: str, value: str) -> Element:
        """Add a parameter of CSS or SVG: the colour, the width, the dashes of a fill, a stroke or a font."""
        element = self.add(parent, "SvgParameter" if self.is_newer else "CssParameter", value)
        element.set("name", name)
        return element

    def picture(self, graphic: Element, svg: str) -> None:
        """Add an SVG picture to a graphic, inside the document itself (RFC 2397)."""
        external = self.add(graphic, "ExternalGraphic")
        written = base64.b64encode(svg.encode()).decode()
        resource = self.add(external, "OnlineResource")
        resource.set(QName(XLINK, "type").text, "simple")
        resource.set(QName(XLINK, "href").text, f"data:image/svg+xml;base64,{written}")
        self.add(external, "Format", "image/svg+xml")


def add_filter(parent: Element, name: str) -> Element:
    """Add an element of Filter Encoding (1.0 and 1.1 share its namespace)."""
    return SubElement(parent, QName(OGC, name).text)


def add_property(parent: Element, name: str) -> None:
    """Add the name of a property of the features."""
    add_filter(parent, "PropertyName").text = name


@dataclass(frozen=True, slots=True)
class SymbolizerWriter:
    """Writes symbolizers in an edition, for a geometry; ``icon`` is the pictogram of the layer."""

    dialect: SldDialect
    geometry: GeometryType
    icon: str

    def write(self, rule: Element, layer: SymbolLayer) -> None:
        """Add the symbolizer of a symbol layer; none where the geometry has no such part (the inside of a line)."""
        if isinstance(layer, Marker):
            self.graphic(self.dialect.add(rule, "PointSymbolizer"), layer)
        elif self.geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}:
            return
        elif isinstance(layer, Stroke):
            self._line(rule, layer)
        elif isinstance(layer, MarkerLine):
            self._marker_line(rule, layer)
        elif self.geometry.is_surface:
            self._inside(rule, layer)

    def draws(self, layer: SymbolLayer) -> bool:
        """Whether a symbol layer draws something of the geometry."""
        holder = Element("holder")
        self.write(holder, layer)
        return len(holder) > 0

    def graphic(self, parent: Element, marker: Marker) -> None:
        """Add a marker: its well-known name, or its picture and, for readers without SVG, a shape."""
        dialect = self.dialect
        graphic = dialect.add(parent, "Graphic")
        picture = None
        if marker.icon or marker.shape not in _SHAPE_NAMES:
            # The picture is upright: its angle is said beside.
            picture = marker_picture(replace(marker, angle=0, opacity=1), self.icon)
            dialect.picture(graphic, in_theme(picture.svg()))
        self._mark(graphic, marker)
        if marker.opacity < 1:
            dialect.add(graphic, "Opacity", f"{marker.opacity:g}")
        dialect.add(graphic, "Size", f"{picture.height if picture else marker.size:g}")
        if marker.angle:
            dialect.add(graphic, "Rotation", f"{marker.angle:g}")

    def _mark(self, graphic: Element, marker: Marker) -> None:
        dialect, is_open = self.dialect, marker.shape in OPEN_SHAPES
        mark = dialect.add(graphic, "Mark")
        dialect.add(mark, "WellKnownName", marker.shape if marker.shape in _SHAPE_NAMES else "circle")
        colour = marker.fill or (marker.icon_colour if marker.icon and not marker.stroke else "")
        edge = (marker.fill or marker.stroke) if is_open else marker.stroke if marker.stroke_width else ""
        if colour:
            dialect.parameter(dialect.add(mark, "Fill"), "fill", resolved(colour))
        if edge:
            stroke = dialect.add(mark, "Stroke")
            dialect.parameter(stroke, "stroke", resolved(edge))
            width = max(marker.stroke_width, 1 if is_open else 0)
            dialect.parameter(stroke, "stroke-width", f"{width:g}")

    def _line(self, rule: Element, stroke: Stroke) -> None:
        symbolizer = self.dialect.add(rule, "LineSymbolizer")
        self._stroke(symbolizer, stroke)
        if stroke.offset:
            self._offset(symbolizer, stroke.offset)

    def _stroke(self, symbolizer: Element, stroke: Stroke) -> None:
        dialect = self.dialect
        element = dialect.add(symbolizer, "Stroke")
        dialect.parameter(element, "stroke", resolved(stroke.colour))
        if stroke.opacity < 1:
            dialect.parameter(element, "stroke-opacity", f"{stroke.opacity:g}")
        dialect.parameter(element, "stroke-width", f"{stroke.width:g}")
        dialect.parameter(element, "stroke-linejoin", _JOINS.get(stroke.join, stroke.join))
        dialect.parameter(element, "stroke-linecap", stroke.cap)
        if stroke.dash:
            dialect.parameter(element, "stroke-dasharray", " ".join(f"{part:g}" for part in stroke.dash))

    def _offset(self, symbolizer: Element, offset: float) -> None:
        """Move a line aside: 1.0 has no word for it.

        SE 1.1.0, 11.1.4 counts to the left of a line; the left of the outer ring of a surface is its inside (OGC
        06-103r4, 6.1.11.1), where QGIS counts to as well.
        """
        if self.dialect.is_newer:
            aside = offset if self.geometry.is_surface else -offset
            self.dialect.add(symbolizer, "PerpendicularOffset", f"{aside:g}")

    def _marker_line(self, rule: Element, layer: MarkerLine) -> None:
        """Add markers along a line; 1.0 has no word for their spacing, GeoServer reads it in the dashes.

        SE 1.1.0, 11.1.3 has « the distance between two graphics » for the gap: from middle to middle, as QGIS reads it.
        """
        dialect = self.dialect
        symbolizer = dialect.add(rule, "LineSymbolizer")
        line = dialect.add(symbolizer, "Stroke")
        stroke = dialect.add(line, "GraphicStroke")
        gap = max(0, layer.interval - layer.marker.size)
        self.graphic(stroke, layer.marker)
        if dialect.is_newer:
            dialect.add(stroke, "InitialGap", f"{layer.interval / 2:g}")
            dialect.add(stroke, "Gap", f"{layer.interval:g}")
        else:
            dialect.parameter(line, "stroke-dasharray", f"{layer.marker.size:g} {gap:g}")
        if layer.offset:
            self._offset(symbolizer, layer.offset)

    def _inside(self, rule: Element, layer: Fill | LinePattern | PointPattern) -> None:
        dialect = self.dialect
        fill = dialect.add(dialect.add(rule, "PolygonSymbolizer"), "Fill")
        if not isinstance(layer, Fill):
            graphic = dialect.add(dialect.add(fill, "GraphicFill"), "Graphic")
            tile = squared(pattern_picture(layer, self.icon))
            dialect.picture(graphic, in_theme(tile.svg()))
            dialect.add(graphic, "Size", f"{tile.height:g}")
            return
        dialect.parameter(fill, "fill", resolved(layer.colour))
        if layer.opacity < 1:
            dialect.parameter(fill, "fill-opacity", f"{layer.opacity:g}")


def squared(tile: SvgPicture) -> SvgPicture:
    """Return a tile as wide as high, repeated until it is: the size of a graphic is its height (SE 1.1.0, 11.3.2), and
    its width to QGIS. What would take too many copies stays as it is.
    """
    width, height = round(tile.width), round(tile.height)
    side = math.lcm(width, height)
    across, down = side // width, side // height
    if across * down == 1 or across * down > _MAX_COPIES:
        return tile
    copies = (
        f'<g transform="translate({column * width} {row * height})">{tile.shapes}</g>'
        for row in range(down)
        for column in range(across)
    )
    return SvgPicture(side, side, "".join(copies))
