"""A style as MapLibre draws it: style layers and the images that they name. The one compiler of the portal.

Style layers are those of the MapLibre Style Specification (version 8), without source: whoever draws them gives their
source and, before their ids, a name. ``source-layer`` is missing for the features of the layer, ``:anchors`` for the
point that stands for each surface (``layers.formats.mvt``). Colours are text after a ``@``, those of
``layers.styles.colours``. ``metadata`` tells the map kit what a style layer is for:

- ``role``: ``shape``; ``rim``, what parts points from the map, below the points; ``icon``, pictograms that stay apart;
  ``label``; ``room``, where labels may not lie; ``cluster``, what stands for several points;
- ``lit``: the properties of paint of a feature that is selected or under the pointer;
- ``pick``: whether it answers to a click.

Opacities are plain numbers: a map changes them without reading its tiles again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from layers.definitions import Field, GeometryType
from layers.styles.definitions import Style
from layers.styles.symbols import ALL_ZOOMS, Marker, Zooms
from styles.classes import classes_of
from styles.colours import Theme
from styles.frame import Frame, buckets
from styles.maplibre.labels import label_layers
from styles.maplibre.points import cluster_layers, heat_layers, marker_layers, room_layer
from styles.maplibre.shapes import hit_layers, shape_layers
from styles.pictures import SvgPicture, in_theme
from styles.styled_layers import overlay_styles

Layer = dict[str, Any]
# What is drawn under and over features, from the lowest: MapLibre places the highest first.
_ABOVE = {"rim": -1, "label": 1, "room": 2, "icon": 3}


@dataclass(frozen=True, slots=True)
class CompiledStyle:
    """The style layers of a style, the lowest first, and the pictures that they name."""

    layers: tuple[Layer, ...]
    pictures: Mapping[str, SvgPicture]


def drawing(
    style: Style,
    geometry: GeometryType,
    *,
    label: Field | None = None,
    unit: str = "",
    language: str = "fr",
    zooms: Zooms = ALL_ZOOMS,
    total: int = 0,
    is_portable: bool = False,
) -> CompiledStyle:
    """Return how features of a geometry are drawn.

    ``label`` is the field of the labels, ``unit`` its unit in words, ``language`` that of numbers; ``zooms`` those of
    the layer where the style does not say its own; ``total`` is how many features a density is made of
    (``styled_layers.density_total``). ``is_portable``: in what QGIS reads too (``styles.frame.Frame``).
    """
    own = style.zooms if style.zooms != ALL_ZOOMS else zooms
    return _drawing(style, geometry, label, unit, language, own, total, is_portable)


def images(compiled: CompiledStyle) -> dict[str, str]:
    """Return the SVG of each picture of a drawing by its name, its colours named after a ``@``."""
    return {name: picture.svg() for name, picture in compiled.pictures.items()}


def in_colours(value: Any, theme: Theme) -> Any:
    """Return style layers, or a part of one, in the colours of a theme, without the metadata of the map kit."""
    if isinstance(value, str):
        return in_theme(value, theme) if value.startswith("@") else value
    if isinstance(value, Mapping):
        return {name: in_colours(part, theme) for name, part in value.items() if name != "metadata"}
    if isinstance(value, list | tuple):
        return [in_colours(part, theme) for part in value]
    return value


@lru_cache(maxsize=256)
def _drawing(
    style: Style,
    geometry: GeometryType,
    label: Field | None,
    unit: str,
    language: str,
    zooms: Zooms,
    total: int,
    is_portable: bool,
) -> CompiledStyle:
    frame = Frame(style, geometry, classes_of(style), {}, language, total, is_portable)
    layers = list(_symbols(frame))
    if style.labels:
        layers += label_layers(frame, style.labels, label, unit=unit)
    limited = [layer for each in layers if (layer := _limited(each, zooms))]
    limited.sort(key=lambda layer: _ABOVE.get(layer["metadata"]["role"], 0))
    ids: dict[str, int] = {}
    for layer in limited:
        kind = layer["id"]
        ids[kind] = ids.get(kind, 0) + 1
        layer["id"] = kind if ids[kind] == 1 else f"{kind}-{ids[kind]}"
    return CompiledStyle(tuple(limited), frame.pictures)


def _symbols(frame: Frame) -> Iterable[Layer]:
    is_point = frame.is_point
    if is_point and frame.style.heat:
        yield from heat_layers(frame)
        return
    yield from _shapes(frame)
    for style in overlay_styles(frame.style, frame.geometry):
        yield from _shapes(replace(frame, style=style, classes=classes_of(style)))
    if not is_point:
        yield from hit_layers(frame)
        return
    yield from cluster_layers(frame)
    if not frame.is_portable or frame.style.labels:
        yield room_layer(frame)


def _shapes(frame: Frame) -> Iterable[Layer]:
    stack = buckets(frame)
    if frame.is_portable:
        parts = (part for bucket in stack for part in bucket.alike())
        stack = [part for part in parts if frame.classes.condition(part.items) is not False]
    for bucket in stack:
        if frame.is_point or isinstance(bucket.first, Marker):
            yield from marker_layers(frame, bucket)
        else:
            yield from shape_layers(frame, bucket)


def _limited(layer: Layer, zooms: Zooms) -> Layer | None:
    """Return a style layer between the zooms of its layer; None where they do not meet."""
    low = max(layer.pop("minzoom", 0), zooms[0])
    high = min(layer.pop("maxzoom", ALL_ZOOMS[1]), zooms[1])
    if low >= high:
        return None
    limits = ({"minzoom": low} if low > ALL_ZOOMS[0] else {}) | (
        {"maxzoom": high} if high < ALL_ZOOMS[1] else {}
    )
    return {"id": layer["id"], "type": layer["type"]} | limits | layer
