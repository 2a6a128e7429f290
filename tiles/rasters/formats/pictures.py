"""Cells as a picture: PNG or WebP of 256 × 256 pixels.

A measure and codes are drawn with a palette, whose first colour is transparent: a byte a pixel, four times less than
colours in full. Pictures keep their colours; WebP loses some of them, and none of a palette.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from layers.parsing.raster_styles import RasterClass, RasterStyle
from layers.queries.rasters.legends import COLOURS, scale_of
from layers.sql.tile_matrix_sets import TILE_SIZE

MEDIA_TYPES = {"png": "image/png", "webp": "image/webp"}
_QUALITY = 85


def picture(cells: Any, style: RasterStyle, form: str) -> bytes:
    """Return the picture of a masked array of (bands, rows, columns), in ``form`` (png, webp)."""
    if style.is_picture:
        return _encoded(_coloured(cells, style), form, is_lossless=False)
    return _encoded(_indexed(cells[0], style), form, is_lossless=True)


@cache
def empty_picture(form: str) -> bytes:
    """Return an empty tile, since clients treat a missing one differently."""
    return _encoded(Image.new("RGBA", (TILE_SIZE, TILE_SIZE), (0, 0, 0, 0)), form, is_lossless=True)


def _indexed(cells: Any, style: RasterStyle) -> Image.Image:
    """Return a picture with a palette: index 0 is for cells without a value or a class."""
    numbers = _classified(cells, style.classes) if style.classes else _scaled(cells, style.ranges[0])
    numbers[np.ma.getmaskarray(cells)] = 0
    image = Image.fromarray(numbers, "L")
    image.putpalette(_palette(style.classes, style.colormap))
    image.info["transparency"] = 0
    return image


def _scaled(cells: Any, bounds: tuple[float, float]) -> Any:
    low, high = bounds
    # As numbers first: the end of a scale may be out of the range of the cells, which are bytes for instance.
    shares = (cells.astype("float64").filled(low) - low) / (high - low)
    return (1 + np.rint(np.clip(shares, 0, 1) * (COLOURS - 1))).astype("uint8")


def _classified(cells: Any, classes: tuple[RasterClass, ...]) -> Any:
    numbers = np.zeros(cells.shape, dtype="uint8")
    for number, each in enumerate(classes, 1):
        inside = (
            (cells.data == each.lower)
            if each.is_code
            else (cells.data >= each.lower) & (cells.data < each.upper)
        )
        numbers[inside] = number
    return numbers


@cache
def _palette(classes: tuple[RasterClass, ...], colormap: str) -> bytes:
    """Return red, green and blue of each number."""
    colours = [bytes.fromhex(each.colour[1:]) for each in classes] if classes else scale_of(colormap)
    return bytes(3) + b"".join(colours)


def _coloured(cells: Any, style: RasterStyle) -> Image.Image:
    """Return a picture of colours, transparent where a band has no value."""
    values = cells.filled(0)
    if style.ranges:
        low = np.array([bounds[0] for bounds in style.ranges], dtype="float32")[:, None, None]
        high = np.array([bounds[1] for bounds in style.ranges], dtype="float32")[:, None, None]
        values = np.rint(np.clip((values - low) / (high - low), 0, 1) * 255)
    alpha = np.where(np.ma.getmaskarray(cells).any(axis=0), 0, 255)
    return Image.fromarray(np.dstack([*values, alpha]).astype("uint8"), "RGBA")


def _encoded(image: Image.Image, form: str, *, is_lossless: bool) -> bytes:
    output = BytesIO()
    if form == "webp":
        rgba = image.convert("RGBA")
        rgba.save(output, "WEBP", lossless=is_lossless, quality=_QUALITY, method=0 if is_lossless else 2)
    elif image.mode == "P":
        image.save(output, "PNG", transparency=0)
    else:
        image.save(output, "PNG", compress_level=3)
    return output.getvalue()
