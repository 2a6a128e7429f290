"""Labels of QGIS: the value as people read it, its halo, from which scale, and who stays where labels meet."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.definitions import Field, FieldType, GeometryType
from layers.formats.styles.qml.symbols import POINTS_OF_A_PIXEL, properties, rgba_text
from layers.formats.styles.styled_layers import StyledLayer, css_scales
from layers.styles.definitions import Labels

HALO = 1.6
"""The width of a halo in pixels, as on the map."""
_NUMBERS = {FieldType.INTEGER, FieldType.NUMBER}
_ROUND_POINT, _ALONG_LINE, _INSIDE = "6", "3", "4"
"""Placements of ``Qgis::LabelPlacement``: ordered positions around a point, curved, horizontal."""


def labeling(styled: StyledLayer, labels: Labels) -> Element:
    """Return the element ``labeling`` of a layer; both fields of the labels have a name there."""
    root = Element("labeling", {"type": "simple"})
    settings = SubElement(root, "settings", {"calloutType": "simple"})
    text = SubElement(
        settings,
        "text-style",
        {
            "fieldName": expression(styled, labels), "isExpression": "1",
            "fontFamily": "Open Sans", "fontSize": _points(labels.size), "fontSizeUnit": "Point",
            "fontWeight": "63", "textColor": rgba_text(labels.colour), "textOpacity": "1",
        },
    )  # fmt: skip
    SubElement(
        text,
        "text-buffer",
        {
            "bufferDraw": "1", "bufferSize": _points(HALO), "bufferSizeUnits": "Point",
            "bufferColor": rgba_text(labels.halo), "bufferOpacity": "1", "bufferJoinStyle": "128", "bufferNoFill": "1",
        },
    )  # fmt: skip
    SubElement(settings, "placement", _placement(styled.geometry))
    _none, largest = css_scales((labels.zoom, 24))
    # In this element alone the smallest and the largest are those of the scale itself: 1 over the denominator.
    scales = {"scaleVisibility": "1", "scaleMin": "0", "scaleMax": f"{largest:.0f}"} if largest else {}
    SubElement(
        settings, "rendering", {"drawLabels": "1", "obstacle": "1", "fontMaxPixelSize": "10000", **scales}
    )
    if labels.priority:
        properties(settings, "dd_properties", {"Priority": _priority(styled.named[labels.priority])})
    return root


def expression(styled: StyledLayer, labels: Labels) -> str:
    """Return the text of a label in the language of QGIS: numbers rounded and written as the portal does."""
    field = next(field for field in styled.fields if field.name == labels.field)
    name = quoted(styled.named[labels.field])
    if field.type in _NUMBERS:
        language = (get_language() or "fr").partition("-")[0]
        written = f"format_number({name}, {labels.decimals}, '{language}')"
        unit = field.unit if labels.has_unit else ""
        return f"{written} || '\u00a0{_doubled(unit)}'" if unit else written
    if field.type is FieldType.BOOLEAN:
        return f"if({name}, '{_doubled(_('Oui'))}', '{_doubled(_('Non'))}')"
    return _coded(field, name) if field.choices else name


def quoted(name: str) -> str:
    """Return a field's name as expressions of QGIS name it."""
    return '"' + name.replace('"', '""') + '"'


def text_value(value: str) -> str:
    """Return a text as expressions of QGIS write it."""
    return f"'{_doubled(value)}'"


def _doubled(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "''")


def _coded(field: Field, name: str) -> str:
    """Return the words of a code: a map of them, the code where it is in none."""
    pairs = ", ".join(f"{text_value(str(code))}, {text_value(str(title))}" for code, title in field.choices)
    return f"coalesce(map_get(map({pairs}), {name}), {name})"


def _priority(name: str) -> str:
    """Return a priority from 0 to 10 that grows with a number, whatever its order of magnitude."""
    return f"min(10, 2 * log10(1 + max(0, coalesce({quoted(name)}, 0))))"


def _placement(geometry: GeometryType) -> dict[str, str]:
    if geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}:
        return {
            "placement": _ROUND_POINT, "predefinedPositionOrder": "BSR,TSR,R,L,TR,TL,BR,BL", "dist": "3",
            "distUnits": "Point", "offsetType": "1",
        }  # fmt: skip
    return {"placement": _INSIDE if geometry.is_surface else _ALONG_LINE, "placementFlags": "9"}


def _points(pixels: float) -> str:
    return f"{round(pixels * POINTS_OF_A_PIXEL, 4):g}"
