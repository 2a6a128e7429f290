"""A layer's style as SLD, for map servers (GeoServer, MapServer) and OGC clients. Colours are those of light."""

from __future__ import annotations

from xml.etree.ElementTree import Element, QName, SubElement, register_namespace, tostring

from layers.formats.styles.sld.dialects import OGC, SE, SLD, XLINK, XSI, SldDialect, SldVersion
from layers.formats.styles.sld.rules import feature_type_styles
from layers.formats.styles.styled_layers import StyledLayer

MEDIA_TYPES = {version: f"application/vnd.ogc.sld+xml;version={version.value[:3]}" for version in SldVersion}
"""As OGC API – Styles (20-009) names them."""
_PREFIXES = {"": SLD, "se": SE, "ogc": OGC, "xlink": XLINK, "xsi": XSI}

__all__ = ["MEDIA_TYPES", "SldVersion", "sld"]


def sld(styled: StyledLayer, version: SldVersion) -> str:
    """Return the document: one named layer, one style, the rules of its classes and scales."""
    dialect = SldDialect(version)
    for prefix, namespace in _PREFIXES.items():
        register_namespace(prefix, namespace)
    root = Element(QName(SLD, "StyledLayerDescriptor").text, {"version": version.value})
    schema = f"{SLD} http://schemas.opengis.net/sld/{version.value}/StyledLayerDescriptor.xsd"
    root.set(QName(XSI, "schemaLocation").text, schema)
    named = SubElement(root, QName(SLD, "NamedLayer").text)
    dialect.describe(named, styled.slug, "" if not dialect.is_newer else styled.title)
    style = SubElement(named, QName(SLD, "UserStyle").text)
    dialect.describe(style, styled.slug, styled.title)
    SubElement(style, QName(SLD, "IsDefault").text).text = "1"
    feature_type_styles(styled, dialect, style)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")
