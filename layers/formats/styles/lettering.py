"""Letters without a font at hand: outlines of words for pictures, and the glyphs that MapLibre reads.

They are drawn from the portal's own font, so that a legend or a map of another tool needs none.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import vl_convert
from django.conf import settings
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import distance_transform_edt

FONT = "Atkinson Hyperlegible Next SemiBold"
_FILE = (
    "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
)
_WEIGHT = 600
# Glyphs of MapLibre (its « glyphs » format, as node-fontnik writes it): letters 24 pixels high in a border of 3,
# distances over 8 pixels of which a quarter is outside, heights counted from 26 pixels above the line.
_SIZE, _BORDER, _RADIUS, _CUTOFF, _ASCENDER = 24, 3, 8, 0.25, 26
RANGE = 256
# Each pixel of a glyph is measured on so many dots a side.
_FINE = 4
_CELL = 48
_COLUMNS = 16
# What the font has not is drawn as another letter that reads the same.
_ALIKE = {0x202F: 0xA0, 0x2011: 0x2D}


@lru_cache(maxsize=1)
def _font() -> tuple[Any, dict[int, str], float]:
    """Return the glyphs of the font at one weight, their names by code point, and the units of its height."""
    font = TTFont(Path(settings.NODE_MODULES) / _FILE)
    fixed = instancer.instantiateVariableFont(font, {"wght": _WEIGHT})
    names = dict(fixed.getBestCmap())
    names |= {code: names[other] for code, other in _ALIKE.items() if code not in names and other in names}
    return fixed.getGlyphSet(), names, float(fixed["head"].unitsPerEm)


def outline_of(text: str, size: float) -> tuple[str, float]:
    """Return the SVG path of a line of text that starts at 0 0 on its baseline, and its width, both in pixels."""
    glyphs, names, height = _font()
    scale, x, parts = size / height, 0.0, []
    for letter in text:
        name = names.get(ord(letter))
        if name is None:
            continue
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.4g}")
        glyphs[name].draw(pen)
        if path := pen.getCommands():
            parts.append(
                f'<path transform="translate({x:.5g} 0) scale({scale:.5g} {-scale:.5g})" d="{path}"/>'
            )
        x += glyphs[name].width * scale
    return "".join(parts), x


@lru_cache(maxsize=64)
def glyph_range(start: int) -> bytes:
    """Return the glyphs of ``RANGE`` code points from ``start``: none of those that the font has not."""
    glyphs, names, height = _font()
    codes = [code for code in range(start, start + RANGE) if code in names]
    scale = _SIZE / height
    fields = _text(1, FONT) + _text(2, f"{start}-{start + RANGE - 1}")
    if codes:
        sheet = _sheet([names[code] for code in codes], scale)
        for place, code in enumerate(codes):
            advance = round(glyphs[names[code]].width * scale)
            fields += _bytes(3, _glyph(code, advance, _cell(sheet, place)))
    return _bytes(1, fields)


def _sheet(names: list[str], scale: float) -> NDArray[np.bool_]:
    """Return where letters have ink, ``_FINE`` dots a pixel, each in a cell whose line is a quarter from its foot."""
    glyphs, _names, _height = _font()
    parts = []
    for place, name in enumerate(names):
        pen = SVGPathPen(glyphs)
        glyphs[name].draw(pen)
        x = (place % _COLUMNS) * _CELL + _CELL / 4
        y = (place // _COLUMNS) * _CELL + _CELL * 3 / 4
        place_of = f"translate({x:g} {y:g}) scale({scale:.6g} {-scale:.6g})"
        parts.append(f'<path transform="{place_of}" d="{pen.getCommands()}"/>')
    width, high = _COLUMNS * _CELL, -(-len(names) // _COLUMNS) * _CELL
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{high}">{"".join(parts)}</svg>'
    picture = Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=_FINE)))
    return np.asarray(picture.convert("RGBA"))[:, :, 3] > 127


def _cell(sheet: NDArray[np.bool_], place: int) -> NDArray[np.bool_]:
    side = _CELL * _FINE
    row, column = divmod(place, _COLUMNS)
    return sheet[row * side : (row + 1) * side, column * side : (column + 1) * side]


def _glyph(code: int, advance: int, ink: NDArray[np.bool_]) -> bytes:
    """Return a glyph: the distances around its ink, its box, where it stands and how far it goes."""
    fields = _number(1, code)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return fields + b"".join(_number(field, 0) for field in (3, 4, 5, 6)) + _number(7, advance)
    left, top = int(columns[0]) // _FINE, int(rows[0]) // _FINE
    width, height = int(columns[-1]) // _FINE - left + 1, int(rows[-1]) // _FINE - top + 1
    window = _window(ink, left - _BORDER, top - _BORDER, width + 2 * _BORDER, height + 2 * _BORDER)
    outside, inside = distance_transform_edt(~window), distance_transform_edt(window)
    middles = slice(_FINE // 2, None, _FINE)
    distance = ((outside - inside) / _FINE)[middles, middles]
    bitmap = np.clip(np.rint(255 - 255 * (distance / _RADIUS + _CUTOFF)), 0, 255).astype(np.uint8)
    baseline, origin = _CELL * 3 // 4, _CELL // 4
    return (
        fields + _bytes(2, bitmap.tobytes()) + _number(3, width) + _number(4, height)
        + _number(5, _signed(left - origin)) + _number(6, _signed(baseline - top - _ASCENDER)) + _number(7, advance)
    )  # fmt: skip


def _window(ink: NDArray[np.bool_], left: int, top: int, width: int, height: int) -> NDArray[np.bool_]:
    """Return a part of a cell, in pixels; a cell is wider than any letter with its border."""
    return ink[top * _FINE : (top + height) * _FINE, left * _FINE : (left + width) * _FINE]


# Protocol Buffers, as much as the format needs: varints, and lengths before what they count.


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _signed(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())
