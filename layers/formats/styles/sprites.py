"""Pictures of a style as one image and its index, as MapLibre reads them (Style Specification 8, « Sprite »)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import vl_convert

from layers.formats.styles.pictures import SvgPicture, in_theme
from layers.formats.styles.themes import LIGHT, Theme

# Rows are no wider, unless one picture is.
_WIDEST = 512
_GAP = 1


@dataclass(frozen=True, slots=True)
class SpritePlace:
    """Where a picture is on the sheet, in pixels from its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sprite:
    """Pictures side by side, by name: their places on a sheet ``width`` × ``height`` pixels large."""

    pictures: Mapping[str, SvgPicture]
    places: Mapping[str, SpritePlace]
    width: int
    height: int

    def index(self, ratio: int = 1) -> dict[str, dict[str, int]]:
        """Return the index of the sheet at 1 or 2 dots a pixel."""
        return {
            name: {
                "x": place.x * ratio, "y": place.y * ratio, "width": place.width * ratio,
                "height": place.height * ratio, "pixelRatio": ratio,
            }
            for name, place in self.places.items()
        }  # fmt: skip

    def svg(self, theme: Theme = LIGHT) -> str:
        """Return the sheet in the colours of a theme; each picture is cut at its own sides."""
        drawn = "".join(
            f'<svg x="{place.x}" y="{place.y}" width="{place.width}" height="{place.height}"'
            f' viewBox="0 0 {place.width} {place.height}">{self.pictures[name].shapes}</svg>'
            for name, place in self.places.items()
        )
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        return in_theme(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>', theme)

    def png(self, ratio: int = 1, theme: Theme = LIGHT) -> bytes:
        """Return the sheet as PNG at 1 or 2 dots a pixel."""
        return bytes(vl_convert.svg_to_png(self.svg(theme), scale=ratio))


def sprite(pictures: Mapping[str, SvgPicture]) -> Sprite:
    """Return pictures in rows, the highest first."""
    sizes = {name: (math.ceil(found.width), math.ceil(found.height)) for name, found in pictures.items()}
    places: dict[str, SpritePlace] = {}
    x = y = row = widest = 0
    for name, (width, height) in sorted(sizes.items(), key=lambda pair: (-pair[1][1], pair[0])):
        if x and x + width > _WIDEST:
            x, y, row = 0, y + row + _GAP, 0
        places[name] = SpritePlace(x, y, width, height)
        x, row, widest = x + width + _GAP, max(row, height), max(widest, x + width)
    return Sprite(pictures, places, max(widest, 1), max(y + row, 1))
