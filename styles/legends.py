"""Legends: the one of a layer as a picture, for reports and other maps, and scales of sizes and of densities for pages.

In the picture symbols are as drawn and words are outlines. Lengths are CSS pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from layers.definitions import GeometryType
from layers.lazy import lazy_module
from layers.styles.definitions import Heat, Proportion, Style
from layers.styles.palettes import PALETTES
from layers.styles.symbols import Marker, Stroke
from styles.colours import LIGHT, Theme
from styles.frame import default_symbol
from styles.glyphs import outline_of
from styles.pictures import SvgPicture, in_theme
from styles.styled_layers import StyledClass, StyledLayer, StyledOverlay
from styles.swatches import HEIGHT, SIDE, swatch

if TYPE_CHECKING:
    import vl_convert
else:
    vl_convert = lazy_module("vl_convert")

_MARGIN, _GAP, _LINE = 12.0, 10.0, 26.0
_TITLE, _TEXT = 15.0, 13.0
_HEAT_WIDTH, _HEAT_STEPS = 140.0, 20
_MAX_SIZES = 3
_COLUMN = 40
"""Lines of a column: what is more stands beside."""
# Words are cut where a picture would be too wide to be placed.
_MAX_LETTERS = 80
_SIZES = 3
_SCALE_TEXT, _SCALE_GAP, _SCALE_MARGIN = 11.0, 6.0, 2.0
# A letter over the height of the text, in the font of the portal.
_LETTER = 0.58
_RAMP, _HIGH, _STEPS = 140.0, 12.0, 6


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A line: a drawing ``width`` × ``height`` pixels large, at 0 0, and its words."""

    width: float
    height: float
    drawing: str
    words: str


def legend_svg(styled: StyledLayer, theme: Theme = LIGHT) -> str:
    """Return the legend as SVG, its title first; a reader that sees no picture finds the words in its description."""
    rows = list(_rows(styled))
    parts, top, right = list[str](), _MARGIN, 0.0
    if [row.words for row in rows] != [styled.title]:
        title, right = _words(styled.title, _MARGIN, _MARGIN + _TITLE, _TITLE)
        parts.append(title)
        top += _TITLE + _GAP
    x, lowest = _MARGIN, top
    for start in range(0, len(rows), _COLUMN):
        column, edge, foot = _column(rows[start : start + _COLUMN], x, top)
        parts.append(column)
        x, right, lowest = edge + 2 * _GAP, max(right, edge), max(lowest, foot)
    width, height = right + _MARGIN, lowest + _MARGIN - 4
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="0 0 {width:.0f} {height:.0f}" role="img">'
        f"<title>{escape(styled.title)}</title><desc>{escape(', '.join(row.words for row in rows))}</desc>"
        f'<rect width="100%" height="100%" fill="@paper"/>{"".join(parts)}</svg>'
    )
    return in_theme(svg, theme)


def _column(rows: Sequence[LegendRow], x: float, y: float) -> tuple[str, float, float]:
    """Return lines one under another from a place, and where they end to the right and below."""
    across = max((row.width for row in rows), default=0.0)
    parts, right = list[str](), x + across
    for row in rows:
        high = max(row.height, _LINE)
        transform = f"translate({x + (across - row.width) / 2:g} {y + (high - row.height) / 2:g})"
        words, edge = _words(row.words, x + across + _GAP, y + high / 2 + _TEXT * 0.35, _TEXT)
        parts += [f'<g transform="{transform}">{row.drawing}</g>', words]
        right, y = max(right, edge), y + high
    return "".join(parts), right, y


def legend_png(styled: StyledLayer, *, ratio: int = 2, theme: Theme = LIGHT) -> bytes:
    """Return the legend as PNG, ``ratio`` dots a pixel."""
    return bytes(vl_convert.svg_to_png(legend_svg(styled, theme), scale=ratio))


def _words(text: str, x: float, y: float, size: float) -> tuple[str, float]:
    """Return words drawn from a place, and where they end."""
    visible = text if len(text) <= _MAX_LETTERS else text[: _MAX_LETTERS - 1].rstrip() + "…"
    path, width = outline_of(visible, size)
    return f'<g transform="translate({x:g} {y:g})" fill="@ink">{path}</g>', x + width


def _rows(styled: StyledLayer) -> Iterator[LegendRow]:
    style = styled.style
    if style.heat is not None:
        yield _heat(style.heat)
        return
    if style.proportion is not None:
        yield from _sizes(styled, style.proportion)
    is_single_size = len(styled.classes) == 1 and style.proportion is not None
    entries: list[StyledClass | StyledOverlay] = [
        *(() if is_single_size else styled.classes),
        *styled.overlays,
    ]
    for entry in entries:
        picture = swatch(entry.symbol, styled.geometry, style.icon)
        yield LegendRow(picture.width, picture.height, picture.shapes, entry.title)


def _heat(heat: Heat) -> LegendRow:
    colours = PALETTES.get(heat.palette, PALETTES["YlOrRd"]).colours(6)
    step = _HEAT_WIDTH / len(colours)
    boxes = "".join(
        f'<rect x="{index * step:g}" width="{step + 0.5:g}" height="{HEIGHT - 6:g}" fill="{colour}"/>'
        for index, colour in enumerate(colours)
    )
    return LegendRow(_HEAT_WIDTH, HEIGHT - 6, boxes, _("Du moins dense au plus dense"))


def _sizes(styled: StyledLayer, proportion: Proportion) -> Iterator[LegendRow]:
    """Yield the largest size, that of the middle, and the smallest, with their values."""
    symbol = styled.classes[-1].symbol
    marker = next((layer for layer in symbol if isinstance(layer, Marker)), Marker())
    field = next(field for field in styled.fields if field.name == styled.style.field)
    for step in range(_MAX_SIZES):
        share = 1 - step / (_MAX_SIZES - 1)
        value = proportion.low + (proportion.high - proportion.low) * share
        area = proportion.smallest**2 + (proportion.largest**2 - proportion.smallest**2) * share
        size = area**0.5
        side = max(size + 2 * marker.stroke_width, SIDE / 2)
        circle = (
            f'<circle cx="{side / 2:g}" cy="{side / 2:g}" r="{size / 2:g}" fill="@{marker.fill or "ink-3"}"/>'
        )
        yield LegendRow(side, side, circle, f"{value:.6g}\u00a0{field.unit}".strip())


def sizes(proportion: Proportion) -> list[tuple[float, float]]:
    """Return the values of a legend, the largest first, with the diameter of their symbol in pixels.

    The area goes with the value, so the middle value is not the middle size.
    """
    shares = [1 - step / (_SIZES - 1) for step in range(_SIZES)]
    low, high = proportion.low, proportion.high
    area, most = proportion.smallest**2, proportion.largest**2
    return [(low + (high - low) * share, (area + (most - area) * share) ** 0.5) for share in shares]


def size_scale(style: Style, geometry: GeometryType, texts: Sequence[str]) -> SvgPicture:
    """Return the symbols of ``sizes`` with their ``texts``: circles stand one in another, lines one over another."""
    assert style.proportion is not None
    across = [size for _value, size in sizes(style.proportion)]
    is_line = not (geometry.is_point or geometry.is_surface)
    shapes = _lines(style, geometry, across) if is_line else _circles(style, geometry, across)
    wide = across[0] if not is_line else 2 * _SCALE_TEXT
    tops = _heights(across, is_line=is_line)
    left = _SCALE_MARGIN + wide + _SCALE_GAP
    words = "".join(
        f'<text x="{left + _SCALE_GAP:g}" y="{top + _SCALE_TEXT * 0.35:g}" font-size="{_SCALE_TEXT:g}"'
        f' fill="@ink-2">{text}</text>'
        f'<path d="M{_SCALE_MARGIN + wide / 2:g} {top:g}H{left + _SCALE_GAP / 2:g}" fill="none" stroke="@line-2"/>'
        for top, text in zip(tops, map(escape, texts), strict=True)
    )
    width = left + _SCALE_GAP + max(len(text) for text in texts) * _SCALE_TEXT * _LETTER
    height = max(tops[-1] + _SCALE_TEXT, _SCALE_MARGIN + across[0]) + _SCALE_MARGIN
    return SvgPicture(round(width), round(height), shapes + words)


def _heights(across: Sequence[float], *, is_line: bool) -> list[float]:
    """Return where the texts stand: at the top of each circle, a line of text apart at least."""
    bottom = _SCALE_MARGIN + _SCALE_TEXT / 2 + across[0]
    tops: list[float] = []
    for size in across:
        top = _SCALE_MARGIN + _SCALE_TEXT / 2 if is_line else bottom - size
        tops.append(max(top, tops[-1] + _SCALE_TEXT + 2) if tops else top)
    return tops


def _circles(style: Style, geometry: GeometryType, across: Sequence[float]) -> str:
    symbol = style.symbol_of(None, default_symbol(style, geometry))
    marker = next((layer for layer in symbol if isinstance(layer, Marker)), Marker(fill=style.token))
    bottom, middle = _SCALE_MARGIN + _SCALE_TEXT / 2 + across[0], _SCALE_MARGIN + across[0] / 2
    return "".join(
        f'<circle cx="{middle:g}" cy="{bottom - size / 2:g}" r="{size / 2:g}" fill="@{marker.fill or style.token}"'
        f' fill-opacity="0.35"/><circle cx="{middle:g}" cy="{bottom - size / 2:g}" r="{size / 2:g}" fill="none"'
        f' stroke="@{marker.fill or style.token}"/>'
        for size in across
    )


def _lines(style: Style, geometry: GeometryType, across: Sequence[float]) -> str:
    symbol = style.symbol_of(None, default_symbol(style, geometry))
    stroke = next((layer for layer in symbol if isinstance(layer, Stroke)), Stroke(colour=style.token))
    return "".join(
        f'<path d="M{_SCALE_MARGIN:g} {top:g}H{_SCALE_MARGIN + 2 * _SCALE_TEXT:g}" fill="none"'
        f' stroke="@{stroke.colour}" stroke-width="{size:g}"/>'
        for top, size in zip(_heights(across, is_line=True), across, strict=True)
    )


def density_scale(heat: Heat) -> SvgPicture:
    """Return the colours of a density, the lowest first."""
    colours = PALETTES.get(heat.palette, PALETTES["YlOrRd"]).colours(_STEPS)
    step = _RAMP / len(colours)
    shapes = "".join(
        f'<rect x="{index * step:g}" y="0" width="{step + 0.4:g}" height="{_HIGH:g}" fill="@{colour}"/>'
        for index, colour in enumerate(colours)
    )
    return SvgPicture(_RAMP, _HIGH, shapes)


def cluster_picture(*, is_pie: bool) -> SvgPicture:
    """Return the picture of a cluster: a disc of paper with a count, in a ring, or in parts of classes."""
    ring = (
        '<path d="M12 3a9 9 0 0 1 9 9" fill="none" stroke="@ink" stroke-width="3"/>'
        '<path d="M21 12a9 9 0 1 1 -9 -9" fill="none" stroke="@ink-3/50" stroke-width="3"/>'
        if is_pie
        else '<circle cx="12" cy="12" r="9" fill="none" stroke="@ink-2" stroke-width="2.5"/>'
    )
    look = 'font-size="9" font-weight="600" text-anchor="middle" fill="@ink"'
    count = f'<text x="12" y="15.2" {look}>12</text>'
    return SvgPicture(24, 24, f'<circle cx="12" cy="12" r="9" fill="@paper"/>{ring}{count}')
