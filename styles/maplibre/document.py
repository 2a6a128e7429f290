"""Whole style documents of MapLibre (tiles, pictures, style layers, in light) and their pictures as one image (sprite).

What the portal's own map adds (selection, pies of clusters) is left out: a stand-alone style comes without a script.
Its expressions are those that QGIS reads as MapLibre does (``styles.frame.Frame.is_portable``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import get_language
from PIL import Image

from layers.lazy import lazy_module
from layers.styles.definitions import ClusterKind
from styles.colours import LIGHT, Theme
from styles.maplibre.compiler import CompiledStyle, drawing, in_colours
from styles.pictures import SvgPicture, in_theme
from styles.styled_layers import StyledLayer

if TYPE_CHECKING:
    import vl_convert
else:
    vl_convert = lazy_module("vl_convert")

MEDIA_TYPE = "application/vnd.mapbox.style+json"
"""As OGC API – Styles (20-009) names it."""
Bounds = tuple[float, float, float, float]
# Style layers that draw nothing: they answer to a pointer.
_UNSEEN = ("inside", "reach")
_WORLD_PIXELS = 512
_WINDOW = 600
# Rows are no wider, unless one picture is.
_WIDEST = 512
_GAP = 1


@dataclass(frozen=True, slots=True)
class StyleAddresses:
    """Absolute addresses: the TileJSON of each layer by its slug, the pictures without extension, the glyphs."""

    tiles: Mapping[str, str]
    sprite: str
    glyphs: str


def standing_alone(styled: StyledLayer) -> CompiledStyle:
    """Return the style as drawn without a script: clusters have their count."""
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
        is_portable=True,
    )


def style_json(
    styled: StyledLayer, addresses: StyleAddresses, font: str, bounds: Bounds | None
) -> dict[str, Any]:
    """Return the document; ``bounds`` (degrees, EPSG:4326) are what it opens on, ``font`` the font of its texts."""
    compiled = standing_alone(styled)
    document: dict[str, Any] = {
        "version": 8,
        "name": styled.title,
        **(_camera(bounds) if bounds else {}),
        "sources": {styled.slug: {"type": "vector", "url": addresses.tiles[styled.slug]}},
        **({"sprite": addresses.sprite} if compiled.pictures else {}),
        "glyphs": addresses.glyphs,
        "layers": list(_layers(styled, compiled, font)),
    }
    return document


def portal_style_json(
    styled_layers: Sequence[StyledLayer], addresses: StyleAddresses, font: str, bounds: Bounds
) -> dict[str, Any]:
    """Return the document of several layers, the lowest first, opening on ``bounds`` (degrees, EPSG:4326).

    Names come after every symbol, so that no layer covers those of another one.
    """
    layers = [layer for styled in styled_layers for layer in _layers(styled, standing_alone(styled), font)]
    pictures = portal_pictures(styled_layers)
    return {
        "version": 8,
        **_camera(bounds),
        "sources": {
            each.slug: {"type": "vector", "url": addresses.tiles[each.slug]} for each in styled_layers
        },
        **({"sprite": addresses.sprite} if pictures else {}),
        "glyphs": addresses.glyphs,
        "layers": sorted(layers, key=lambda layer: "text-field" in layer.get("layout", {})),
    }


def portal_pictures(styled_layers: Sequence[StyledLayer]) -> dict[str, SvgPicture]:
    """Return the pictures that several layers name: the same name is the same picture in every layer."""
    return {name: each for styled in styled_layers for name, each in standing_alone(styled).pictures.items()}


def _layers(styled: StyledLayer, compiled: CompiledStyle, font: str) -> Iterator[dict[str, Any]]:
    for layer in in_colours(compiled.layers, LIGHT):
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


@dataclass(frozen=True, slots=True)
class SpriteBox:
    """Where a picture is on the sheet, in pixels from its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sprite:
    """Pictures side by side, by name: their boxes on a sheet ``width`` × ``height`` pixels large.

    MapLibre reads it as an image and its index (Style Specification 8, « Sprite »).
    """

    pictures: Mapping[str, SvgPicture]
    boxes: Mapping[str, SpriteBox]
    width: int
    height: int

    def index(self, ratio: int = 1) -> dict[str, dict[str, int]]:
        """Return the index of the sheet at 1 or 2 dots a pixel."""
        return {
            name: {
                "x": box.x * ratio, "y": box.y * ratio, "width": box.width * ratio,
                "height": box.height * ratio, "pixelRatio": ratio,
            }
            for name, box in self.boxes.items()
        }  # fmt: skip

    def svg(self, theme: Theme = LIGHT) -> str:
        """Return the sheet in the colours of a theme; each picture is cut at its own sides."""
        shapes = "".join(
            f'<svg x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
            f' viewBox="0 0 {box.width} {box.height}">{self.pictures[name].shapes}</svg>'
            for name, box in self.boxes.items()
        )
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        return in_theme(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{shapes}</svg>', theme)

    def png(self, ratio: int = 1, theme: Theme = LIGHT) -> bytes:
        """Return the sheet as PNG at 1 or 2 dots a pixel."""
        return _clear_png(self.svg(theme), ratio)


def _clear_png(svg: str, ratio: int) -> bytes:
    """Return a picture with its transparency, from what it covers of a black and of a white ground.

    The renderer cuts each channel of a pixel at its opacity, which darkens the edges of light shapes; opaque pixels are
    right.
    """
    grounds = [
        np.asarray(Image.open(BytesIO(_on_ground(svg, colour, ratio))).convert("RGB"), dtype=np.float32)
        for colour in ("#000000", "#ffffff")
    ]
    opacity = 255 - (grounds[1] - grounds[0]).mean(axis=2, keepdims=True)
    colours = np.divide(grounds[0] * 255, opacity, out=np.zeros_like(grounds[0]), where=opacity > 0)
    pixels = np.concatenate([colours, opacity], axis=2).round().clip(0, 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(pixels, "RGBA").save(file, "PNG", optimize=True)
    return file.getvalue()


def _on_ground(svg: str, colour: str, ratio: int) -> bytes:
    opening, shapes = svg.split(">", 1)
    ground = f'<rect width="100%" height="100%" fill="{colour}"/>'
    return bytes(vl_convert.svg_to_png(f"{opening}>{ground}{shapes}", scale=ratio))


def sprite(pictures: Mapping[str, SvgPicture]) -> Sprite:
    """Return pictures in rows, the highest first."""
    sizes = {
        name: (math.ceil(picture.width), math.ceil(picture.height)) for name, picture in pictures.items()
    }
    boxes: dict[str, SpriteBox] = {}
    x = y = row = widest = 0
    for name, (width, height) in sorted(sizes.items(), key=lambda pair: (-pair[1][1], pair[0])):
        if x and x + width > _WIDEST:
            x, y, row = 0, y + row + _GAP, 0
        boxes[name] = SpriteBox(x, y, width, height)
        x, row, widest = x + width + _GAP, max(row, height), max(widest, x + width)
    return Sprite(pictures, boxes, max(widest, 1), max(y + row, 1))
