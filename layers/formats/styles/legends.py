"""The legend of a layer as one picture, for reports and other people's maps: symbols as drawn, words as outlines.

Lengths are CSS pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import vl_convert
from django.utils.translation import gettext as _

from layers.formats.styles.lettering import outline_of
from layers.formats.styles.pictures import in_theme
from layers.formats.styles.styled_layers import DrawnClass, DrawnOverlay, StyledLayer
from layers.formats.styles.swatches import HEIGHT, SIDE, swatch
from layers.formats.styles.themes import LIGHT, Theme
from layers.styles.definitions import Heat, Proportion
from layers.styles.palettes import PALETTES
from layers.styles.symbols import Marker

_MARGIN, _GAP, _LINE = 12.0, 10.0, 26.0
_TITLE, _TEXT = 15.0, 13.0
_HEAT_WIDTH, _HEAT_STEPS = 140.0, 20
_MOST_SIZES = 3
_COLUMN = 40
"""Lines of a column: what is more stands beside."""
# Words are cut where a picture would be too wide to be placed.
_MOST_LETTERS = 80


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
        drawn, edge, foot = _column(rows[start : start + _COLUMN], x, top)
        parts.append(drawn)
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
        place = f"translate({x + (across - row.width) / 2:g} {y + (high - row.height) / 2:g})"
        words, edge = _words(row.words, x + across + _GAP, y + high / 2 + _TEXT * 0.35, _TEXT)
        parts += [f'<g transform="{place}">{row.drawing}</g>', words]
        right, y = max(right, edge), y + high
    return "".join(parts), right, y


def legend_png(styled: StyledLayer, *, ratio: int = 2, theme: Theme = LIGHT) -> bytes:
    """Return the legend as PNG, ``ratio`` dots a pixel."""
    return bytes(vl_convert.svg_to_png(legend_svg(styled, theme), scale=ratio))


def _words(text: str, x: float, y: float, size: float) -> tuple[str, float]:
    """Return words drawn from a place, and where they end."""
    shown = text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1].rstrip() + "…"
    path, width = outline_of(shown, size)
    return f'<g transform="translate({x:g} {y:g})" fill="@ink">{path}</g>', x + width


def _rows(styled: StyledLayer) -> Iterator[LegendRow]:
    style = styled.style
    if style.heat is not None:
        yield _heat(style.heat)
        return
    if style.proportion is not None:
        yield from _sizes(styled, style.proportion)
    is_told = len(styled.classes) == 1 and style.proportion is not None
    shown: list[DrawnClass | DrawnOverlay] = [*(() if is_told else styled.classes), *styled.overlays]
    for drawn in shown:
        picture = swatch(drawn.symbol, styled.geometry, style.icon)
        yield LegendRow(picture.width, picture.height, picture.shapes, drawn.title)


def _heat(heat: Heat) -> LegendRow:
    colours = PALETTES.get(heat.palette, PALETTES["YlOrRd"]).colours(6)
    step = _HEAT_WIDTH / len(colours)
    boxes = "".join(
        f'<rect x="{place * step:g}" width="{step + 0.5:g}" height="{HEIGHT - 6:g}" fill="{colour}"/>'
        for place, colour in enumerate(colours)
    )
    return LegendRow(_HEAT_WIDTH, HEIGHT - 6, boxes, _("Du moins dense au plus dense"))


def _sizes(styled: StyledLayer, proportion: Proportion) -> Iterator[LegendRow]:
    """Yield the largest size, that of the middle, and the smallest, with their values."""
    symbol = styled.classes[-1].symbol
    marker = next((layer for layer in symbol if isinstance(layer, Marker)), Marker())
    field = next(field for field in styled.fields if field.name == styled.style.field)
    for step in range(_MOST_SIZES):
        share = 1 - step / (_MOST_SIZES - 1)
        value = proportion.low + (proportion.high - proportion.low) * share
        area = proportion.smallest**2 + (proportion.largest**2 - proportion.smallest**2) * share
        size = area**0.5
        side = max(size + 2 * marker.stroke_width, SIDE / 2)
        circle = (
            f'<circle cx="{side / 2:g}" cy="{side / 2:g}" r="{size / 2:g}" fill="@{marker.fill or "ink-3"}"/>'
        )
        yield LegendRow(side, side, circle, f"{value:.6g}\u00a0{field.unit}".strip())
