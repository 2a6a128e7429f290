"""Letters without a font at hand: outlines of words for pictures, and the glyphs that MapLibre reads.

They are drawn from the portal's own font, so that a legend or a map of another tool needs none.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from layers.lazy import lazy_module

if TYPE_CHECKING:
    import fontTools.pens.basePen
    import fontTools.pens.recordingPen
    import fontTools.pens.svgPathPen
    import fontTools.ttLib
    import fontTools.varLib.instancer
else:
    fontTools = lazy_module(  # noqa: N816  (its name)
        "fontTools", "pens.basePen", "pens.recordingPen", "pens.svgPathPen", "ttLib", "varLib.instancer"
    )

FONT = "Atkinson Hyperlegible Next SemiBold"
_FILE = (
    "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
)
_WEIGHT = 600
# Glyphs of MapLibre (its « glyphs » format, as node-fontnik writes it): letters 24 pixels high in a border of 3,
# distances over 8 pixels of which a quarter is outside, heights counted from 26 pixels above the line.
_SIZE, _BORDER, _RADIUS, _CUTOFF, _ASCENDER = 24, 3, 8, 0.25, 26
RANGE = 256
# A curve is so many straight lines: the finest part of a letter is a tenth of a pixel from them.
_PARTS = 6
# What the font has not is drawn as another letter that reads the same.
_ALIKE = {0x202F: 0xA0, 0x2011: 0x2D}


@lru_cache(maxsize=1)
def _font() -> tuple[Any, dict[int, str], float]:
    """Return the glyphs of the font at one weight, their names by code point, and the units of its height."""
    font = fontTools.ttLib.TTFont(Path(settings.NODE_MODULES) / _FILE)
    fixed = fontTools.varLib.instancer.instantiateVariableFont(font, {"wght": _WEIGHT})
    names = dict(fixed.getBestCmap())
    names |= {code: names[other] for code, other in _ALIKE.items() if code not in names and other in names}
    return fixed.getGlyphSet(), names, float(fixed["head"].unitsPerEm)


def outline_of(text: str, size: float) -> tuple[str, float]:
    """Return the SVG path of a line of text that starts at 0 0 on its baseline, and its width, both in pixels."""
    _glyphs, names, height = _font()
    scale, x, parts = size / height, 0.0, []
    for letter in text:
        name = names.get(ord(letter))
        if name is None:
            continue
        path, width = _outline(name)
        if path:
            parts.append(
                f'<path transform="translate({x:.5g} 0) scale({scale:.5g} {-scale:.5g})" d="{path}"/>'
            )
        x += width * scale
    return "".join(parts), x


@lru_cache(maxsize=1_000)
def _outline(name: str) -> tuple[str, float]:
    """Return the SVG path of a letter and its width, in units of the font: the same for every word that has it."""
    glyphs, _names, _height = _font()
    pen = fontTools.pens.svgPathPen.SVGPathPen(glyphs, ntos=lambda value: f"{value:.4g}")
    glyphs[name].draw(pen)
    return pen.getCommands(), glyphs[name].width


@lru_cache(maxsize=64)
def glyph_range(start: int) -> bytes:
    """Return the glyphs of ``RANGE`` code points from ``start``: none of those that the font has not."""
    glyphs, names, height = _font()
    fields = _text(1, FONT) + _text(2, f"{start}-{start + RANGE - 1}")
    for code in range(start, start + RANGE):
        if code in names:
            advance = round(glyphs[names[code]].width * _SIZE / height)
            fields += _bytes(3, _glyph(code, advance, _lines(glyphs, names[code]) * _SIZE / height))
    return _bytes(1, fields)


def _lines(glyphs: Any, name: str) -> NDArray[np.float64]:
    """Return an outline as straight lines: x and y of both ends, in units of the font, y upwards."""
    pen = fontTools.pens.recordingPen.DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    lines: list[tuple[float, ...]] = []
    first = here = (0.0, 0.0)
    for step, points in pen.value:
        if step == "moveTo":
            first = here = points[0]
            continue
        ends = [first] if step == "closePath" else points
        for bend, end in (
            fontTools.pens.basePen.decomposeQuadraticSegment(ends)
            if step == "qCurveTo"
            else [(None, end) for end in ends]
        ):
            lines += _curve(here, bend, end)
            here = end
    return np.array(lines, float).reshape(-1, 4)


def _curve(begin: Any, bend: Any, end: Any) -> list[tuple[float, ...]]:
    """Return a line, or a quadratic curve as lines: TrueType has no other."""
    if bend is None:
        return [(*begin, *end)]
    shares = np.linspace(0, 1, _PARTS + 1)[:, None]
    points = (
        (1 - shares) ** 2 * begin + 2 * shares * (1 - shares) * np.array(bend) + shares**2 * np.array(end)
    )
    return [(*one, *other) for one, other in pairwise(points.tolist())]


def _glyph(code: int, advance: int, lines: NDArray[np.float64]) -> bytes:
    """Return a glyph: the distances around its outline, its box, where it stands and how far it goes, in pixels."""
    fields = _number(1, code)
    if not len(lines):
        return fields + b"".join(_number(field, 0) for field in (3, 4, 5, 6)) + _number(7, advance)
    xs, ys = lines[:, ::2], lines[:, 1::2]
    left, right = int(np.floor(xs.min())), int(np.ceil(xs.max()))
    low, top = int(np.floor(ys.min())), int(np.ceil(ys.max()))
    x = np.arange(left - _BORDER, right + _BORDER) + 0.5
    y = np.arange(top + _BORDER, low - _BORDER, -1) - 0.5
    distance = _distance(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2), lines)
    bitmap = np.clip(np.rint(255 - 255 * (distance / _RADIUS + _CUTOFF)), 0, 255).astype(np.uint8)
    return (
        fields + _bytes(2, bitmap.tobytes()) + _number(3, right - left) + _number(4, top - low)
        + _number(5, _signed(left)) + _number(6, _signed(top - _ASCENDER)) + _number(7, advance)
    )  # fmt: skip


def _distance(points: NDArray[np.float64], lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far points are from an outline, less than 0 inside (where it winds around them)."""
    begin, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    to = points[:, None, :] - begin
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip((to * along).sum(axis=2) / length, 0, 1)
    nearest = np.sqrt(((to - share[:, :, None] * along) ** 2).sum(axis=2).min(axis=1))
    y = points[:, None, 1]
    upwards = (lines[:, 1] <= y) & (lines[:, 3] > y)
    downwards = (lines[:, 3] <= y) & (lines[:, 1] > y)
    side = along[:, 0] * to[:, :, 1] - along[:, 1] * to[:, :, 0]
    winding = (upwards & (side > 0)).sum(axis=1) - (downwards & (side < 0)).sum(axis=1)
    signed: NDArray[np.float64] = np.where(winding != 0, -nearest, nearest)
    return signed


# Protocol Buffers, as much as the format needs: varints, and lengths before what they count.


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def _signed(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())
