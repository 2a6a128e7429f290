"""The two editions of SLD: 1.0.0 (OGC 02-070), and 1.1.0 (OGC 05-078r4) with Symbology Encoding 1.1.0 (OGC 05-077r4).

They say the same in other namespaces and with other names; 1.1 moves lines aside and spaces the graphics along them.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import Enum
from xml.etree.ElementTree import Element, QName, SubElement

SLD = "http://www.opengis.net/sld"
SE = "http://www.opengis.net/se"
OGC = "http://www.opengis.net/ogc"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


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
        found = SubElement(parent, QName(self.namespace, name).text)
        if text:
            found.text = text
        return found

    def describe(self, parent: Element, name: str, title: str) -> None:
        """Add the name and the title of a layer, a style or a rule."""
        self.add(parent, "Name", name)
        if not title:
            return
        self.add(self.add(parent, "Description") if self.is_newer else parent, "Title", title)

    def parameter(self, parent: Element, name: str, value: str) -> None:
        """Add a parameter of CSS or SVG: the colour, the width, the dashes of a fill, a stroke or a font."""
        tag = "SvgParameter" if self.is_newer else "CssParameter"
        self.add(parent, tag, value).set("name", name)

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
