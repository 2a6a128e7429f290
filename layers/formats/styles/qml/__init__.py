"""A layer's style as QGIS writes it (QML), so that a file opens drawn as on the portal. Colours are those of light."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from layers.formats.styles.qml.labels import labeling
from layers.formats.styles.qml.renderers import renderer
from layers.formats.styles.styled_layers import StyledLayer, css_scales

MEDIA_TYPE = "application/vnd.qgis.qml+xml"
"""No registered type: QGIS names none, and finds its own files by ``.qml``."""
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def qml(styled: StyledLayer) -> str:
    """Return the style document: how features are drawn and named, at which scales, and the titles of fields."""
    return _DOCTYPE + tostring(qml_element(styled), encoding="unicode")


def qml_element(styled: StyledLayer) -> Element:
    """Return the root of the document; what it holds and its attributes are also those of a layer in a project."""
    said = {"version": "3.28.0", "styleCategories": "Symbology|Labeling|Fields|Rendering"}
    root = Element("qgis", said)
    labels = styled.style.labels
    if styled.geometry.is_located:
        root.attrib |= {"labelsEnabled": "1" if labels else "0", **_visibility(styled)}
        root.append(renderer(styled))
        if labels:
            root.append(labeling(styled, labels))
    aliases = SubElement(root, "aliases")
    for position, (field, name) in enumerate(zip(styled.fields, styled.names, strict=True)):
        SubElement(aliases, "alias", {"field": name, "index": str(position), "name": str(field.title)})
    return root


def _visibility(styled: StyledLayer) -> dict[str, str]:
    """Return the scales of the whole layer: QGIS calls the largest denominator the minimum scale."""
    smallest, largest = css_scales(styled.style.zooms)
    if smallest is None and largest is None:
        return {"hasScaleBasedVisibilityFlag": "0"}
    return {
        "hasScaleBasedVisibilityFlag": "1",
        "minScale": f"{largest:.0f}" if largest else "0",
        "maxScale": f"{smallest:.0f}" if smallest else "0",
    }
