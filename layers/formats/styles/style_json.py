"""A whole style document of MapLibre for one layer: its tiles, its pictures, its style layers, in light.

What the portal's own map adds (selection, pies of clusters) is left out: a stand-alone style has no script beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from layers.formats.styles.maplibre import CompiledStyle, drawing, in_colours
from layers.formats.styles.pictures import SvgPicture
from layers.formats.styles.styled_layers import StyledLayer
from layers.formats.styles.themes import LIGHT
from layers.styles.definitions import ClusterKind

MEDIA_TYPE = "application/vnd.mapbox.style+json"
"""As OGC API – Styles (20-009) names it."""
Bounds = tuple[float, float, float, float]
# Style layers that draw nothing: they answer to a pointer.
_UNSEEN = ("inside", "reach")
_WORLD_PIXELS = 512
_WINDOW = 600


@dataclass(frozen=True, slots=True)
class StyleAddresses:
    """Absolute addresses: the TileJSON of each layer by its slug, the pictures without extension, the glyphs."""

    tiles: Mapping[str, str]
    sprite: str
    glyphs: str


def standing_alone(styled: StyledLayer) -> CompiledStyle:
    """Return what is drawn without a script beside it: clusters have their count."""
    style = replace(styled.style, clusters=ClusterKind.COUNT)
    labels = style.labels
    field = next((field for field in styled.fields if labels and field.name == labels.field), None)
    language = (get_language() or "fr").partition("-")[0]
    unit = field.unit if field else ""
    return drawing(
        style,
        styled.geometry,
        label=field,
        unit=unit,
        language=language,
        zooms=styled.zooms,
        total=styled.total,
    )


def style_json(
    styled: StyledLayer, addresses: StyleAddresses, font: str, bounds: Bounds | None
) -> dict[str, Any]:
    """Return the document; ``bounds`` (degrees, EPSG:4326) are what it opens on, ``font`` the font of its texts."""
    found = standing_alone(styled)
    document: dict[str, Any] = {
        "version": 8,
        "name": styled.title,
        **(_camera(bounds) if bounds else {}),
        "sources": {styled.slug: {"type": "vector", "url": addresses.tiles[styled.slug]}},
        **({"sprite": addresses.sprite} if found.pictures else {}),
        "glyphs": addresses.glyphs,
        "layers": list(_layers(styled, found, font)),
    }
    return document


def portal_style_json(
    drawn: Sequence[StyledLayer], addresses: StyleAddresses, font: str, bounds: Bounds
) -> dict[str, Any]:
    """Return the document of several layers, the lowest first, opening on ``bounds`` (degrees, EPSG:4326).

    Names come after every symbol, so that no layer covers those of another one.
    """
    layers = [layer for styled in drawn for layer in _layers(styled, standing_alone(styled), font)]
    pictures = portal_pictures(drawn)
    return {
        "version": 8,
        **_camera(bounds),
        "sources": {each.slug: {"type": "vector", "url": addresses.tiles[each.slug]} for each in drawn},
        **({"sprite": addresses.sprite} if pictures else {}),
        "glyphs": addresses.glyphs,
        "layers": sorted(layers, key=lambda layer: "text-field" in layer.get("layout", {})),
    }


def portal_pictures(drawn: Sequence[StyledLayer]) -> dict[str, SvgPicture]:
    """Return the pictures that several layers name: a name tells what is drawn, whatever the layer."""
    return {name: each for styled in drawn for name, each in standing_alone(styled).pictures.items()}


def _layers(styled: StyledLayer, found: CompiledStyle, font: str) -> Iterator[dict[str, Any]]:
    for layer in in_colours(found.layers, LIGHT):
        if layer["id"].startswith(_UNSEEN):
            continue
        named = {
            **layer,
            "id": f"{styled.slug}:{layer['id']}",
            "source": styled.slug,
            "source-layer": styled.slug + layer.get("source-layer", ""),
        }
        if "text-font" in named.get("layout", {}):
            named["layout"] = {**named["layout"], "text-font": [font]}
        yield named


def _camera(bounds: Bounds) -> dict[str, Any]:
    """Return a place to open on: the middle of a box, at the zoom that shows it in a small window."""
    west, south, east, north = bounds
    wide = max((east - west) / 360, 1e-6)
    high = max(abs(_mercator(north) - _mercator(south)), 1e-6)
    zoom = math.log2(_WINDOW / _WORLD_PIXELS / max(wide, high))
    middle = [round((west + east) / 2, 6), round((south + north) / 2, 6)]
    return {"center": middle, "zoom": round(min(max(zoom, 0), 18), 2)}


def _mercator(latitude: float) -> float:
    """Return how far north a latitude is in Web Mercator, as a share of the world's height."""
    return math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)
