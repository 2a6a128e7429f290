"""Labels as style layers of MapLibre: beside a point, along a line, inside a surface, once each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from layers.definitions import Field, FieldType
from layers.styles.definitions import Labels
from layers.styles.symbols import Marker, Stroke
from styles.classes import Expression, is_number, number
from styles.frame import ANCHORS, Frame
from styles.maplibre.points import FONT, NOT_CLUSTER, Layer, own_colour

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_GAP = 3.0
_HALO = 1.6
_PIXELS_OF_A_POINT = 4 / 3
_SMALLEST, _LARGEST = 6, 72
# From this zoom on a tile shows some 400 m.
_NEAR = 16
# Where the middle of a surface is taken, its label moves a little, and stays inside.
_AROUND_THE_MIDDLE = {
    "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
    "text-radial-offset": 0.6,
    "text-justify": "auto",
}
# Choices of a field that a label writes by their titles.
_MAX_CHOICES = 200


def label_layers(frame: Frame, labels: Labels, field: Field | None, *, unit: str) -> Iterator[Layer]:
    """Yield the labels of a layer; ``field`` is theirs, ``unit`` follows its numbers."""
    text = _text(frame, labels, field, unit=unit if labels.has_unit else "")
    layout: dict[str, Any] = {
        "text-field": text,
        "text-font": FONT,
        "text-size": labels.size,
        "text-max-width": 9,
        "text-padding": 3,
    }
    if frame.is_point and labels.size_field and not frame.is_portable:
        layout["text-size"] = _text_size(labels)
    if labels.priority:
        layout["symbol-sort-key"] = ["-", 0, number(labels.priority)]
    # Near, a surface is larger than the window: its name is written in the part that each tile holds, where the map kit
    # does not write it once in what is seen (``interface/map/part-labels.js``).
    zooms = (
        [(labels.zoom, _NEAR), (max(labels.zoom, _NEAR), 24)]
        if frame.geometry.is_surface and frame.is_portable
        else [(labels.zoom, 24)]
    )
    for low, high in zooms:
        if low < high:
            yield _label(frame, labels, layout, low, high)


def _label(frame: Frame, labels: Labels, layout: dict[str, Any], low: float, high: float) -> Layer:
    is_part = frame.is_portable and low >= _NEAR
    return (
        {"id": "label", "type": "symbol", "minzoom": low, "maxzoom": high}
        | ({"filter": NOT_CLUSTER} if frame.is_point or is_part else {})
        | ({"source-layer": ANCHORS} if frame.geometry.is_surface and not is_part else {})
        | {
            "layout": layout | _placement(frame, labels),
            "paint": {
                "text-color": own_colour(frame, f"@{labels.colour}"),
                "text-halo-color": f"@{labels.halo}",
                "text-halo-width": _HALO,
                "text-opacity": 1.0,
            },
            "metadata": {"role": "label", "pick": False},
        }
    )


def _placement(frame: Frame, labels: Labels) -> dict[str, Any]:
    size = labels.size
    if frame.is_point and labels.angle_field and not frame.is_portable:
        return _along_an_angle(labels.angle_field)
    if frame.is_point:
        return {
            "text-variable-anchor": ["left", "right", "top", "bottom"],
            "text-radial-offset": _radial_offset(frame, size),
            "text-justify": "auto",
        }
    if frame.geometry.is_surface:
        if frame.is_portable:
            return {"text-max-width": 7}
        placement = {"text-max-width": 7, "text-padding": 1} | _AROUND_THE_MIDDLE
        return placement | ({"text-overlap": "cooperative"} if labels.is_complete else {})
    strokes = [layer for member in frame.classes.members for layer in frame.symbol(member)]
    widest = max((layer.width for layer in strokes if isinstance(layer, Stroke)), default=0.0)
    above = round(-(widest / 2 + size / 2 + 1) / size, 2)
    return {
        "symbol-placement": "line",
        "symbol-spacing": 350,
        "text-max-angle": 30,
        "text-offset": [0, above],
    }


def _along_an_angle(field: str) -> dict[str, Any]:
    """Return the placement of a text that begins at its point and is turned: MapLibre counts clockwise."""
    return {
        "text-rotate": ["-", 0, ["to-number", ["get", field], 0]],
        "text-rotation-alignment": "map",
        "text-anchor": "bottom-left",
        "text-max-width": 100,
    }


def _text_size(labels: Labels) -> Expression:
    """Return the size in pixels of a text whose field has points, between the bounds of what can be read and drawn."""
    pixels = ["*", ["to-number", ["get", labels.size_field], 0], _PIXELS_OF_A_POINT]
    return [
        "case", ["has", labels.size_field], ["max", _SMALLEST, ["min", _LARGEST, pixels]], labels.size,
    ]  # fmt: skip


def _radial_offset(frame: Frame, size: float) -> Expression:
    """Return how far from its point a label is, in heights of its text, by the markers of each zoom."""
    markers = [
        layer
        for member in frame.classes.members
        for layer in frame.symbol(member)
        if isinstance(layer, Marker)
    ]
    if frame.style.proportion:
        return round((frame.style.proportion.largest / 2 + _GAP) / size, 2)
    steps: list[Any] = []
    for zoom in sorted({0, *(marker.zooms[0] for marker in markers)}):
        visible = [marker for marker in markers if marker.zooms[0] <= zoom < marker.zooms[1]]
        radius = max((marker.size / 2 + marker.stroke_width for marker in visible), default=0.0)
        steps += [zoom, round((radius + _GAP) / size, 2)]
    return steps[1] if len(steps) == 2 else ["step", ["zoom"], *steps[1:]]


def _text(frame: Frame, labels: Labels, field: Field | None, *, unit: str) -> Expression:
    name = labels.field
    # QGIS reads the name of the field where ``get`` has it, and compares a number with a text as a text.
    value: Expression = (
        ["get", name]
        if frame.is_portable and field and field.type is FieldType.TEXT
        else ["to-string", ["get", name]]
    )
    if field and field.choices and len(field.choices) <= _MAX_CHOICES:
        titles = [part for code, title in field.choices for part in (str(code), str(title))]
        return ["match", value, *titles, ["to-string", ["get", name]]]
    if field and field.type in _NUMBERS:
        options = {"locale": frame.language, "max-fraction-digits": labels.decimals}
        written: Expression = ["number-format", number(name), options]
        return ["case", is_number(name), ["concat", written, f"\u00a0{unit}"] if unit else written, ""]
    if field and field.type is FieldType.BOOLEAN:
        text: Expression = ["to-string", ["get", name]]
        return ["case", ["==", text, "true"], _("Oui"), ["==", text, "false"], _("Non"), ""]
    return ["to-string", ["get", name]]
