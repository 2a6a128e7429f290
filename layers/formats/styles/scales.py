"""What a legend shows of a scale: proportional symbols one in another, and the colours of a density."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from layers.definitions import GeometryType
from layers.formats.styles.buckets import usual_symbol
from layers.formats.styles.pictures import SvgPicture
from layers.styles.definitions import Heat, Proportion, Style
from layers.styles.palettes import PALETTES
from layers.styles.symbols import Marker, Stroke

_SIZES = 3
_TEXT, _GAP, _MARGIN = 11.0, 6.0, 2.0
# A letter over the height of the text, in the font of the portal.
_LETTER = 0.58
_RAMP, _HIGH, _STEPS = 140.0, 12.0, 6


def sizes(proportion: Proportion) -> list[tuple[float, float]]:
    """Return the values that a legend tells, the largest first, with the pixels across their symbol.

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
    drawn = _lines(style, geometry, across) if is_line else _circles(style, geometry, across)
    wide = across[0] if not is_line else 2 * _TEXT
    tops = _heights(across, is_line=is_line)
    left = _MARGIN + wide + _GAP
    words = "".join(
        f'<text x="{left + _GAP:g}" y="{top + _TEXT * 0.35:g}" font-size="{_TEXT:g}" fill="@ink-2">{text}</text>'
        f'<path d="M{_MARGIN + wide / 2:g} {top:g}H{left + _GAP / 2:g}" fill="none" stroke="@line-2"/>'
        for top, text in zip(tops, map(escape, texts), strict=True)
    )
    width = left + _GAP + max(len(text) for text in texts) * _TEXT * _LETTER
    height = max(tops[-1] + _TEXT, _MARGIN + across[0]) + _MARGIN
    return SvgPicture(round(width), round(height), drawn + words)


def _heights(across: Sequence[float], *, is_line: bool) -> list[float]:
    """Return where the texts stand: at the top of each circle, a line of text apart at least."""
    bottom = _MARGIN + _TEXT / 2 + across[0]
    tops: list[float] = []
    for size in across:
        top = _MARGIN + _TEXT / 2 if is_line else bottom - size
        tops.append(max(top, tops[-1] + _TEXT + 2) if tops else top)
    return tops


def _circles(style: Style, geometry: GeometryType, across: Sequence[float]) -> str:
    symbol = style.symbol_of(None, usual_symbol(style, geometry))
    marker = next((layer for layer in symbol if isinstance(layer, Marker)), Marker(fill=style.token))
    bottom, middle = _MARGIN + _TEXT / 2 + across[0], _MARGIN + across[0] / 2
    return "".join(
        f'<circle cx="{middle:g}" cy="{bottom - size / 2:g}" r="{size / 2:g}" fill="@{marker.fill or style.token}"'
        f' fill-opacity="0.35"/><circle cx="{middle:g}" cy="{bottom - size / 2:g}" r="{size / 2:g}" fill="none"'
        f' stroke="@{marker.fill or style.token}"/>'
        for size in across
    )


def _lines(style: Style, geometry: GeometryType, across: Sequence[float]) -> str:
    symbol = style.symbol_of(None, usual_symbol(style, geometry))
    stroke = next((layer for layer in symbol if isinstance(layer, Stroke)), Stroke(colour=style.token))
    return "".join(
        f'<path d="M{_MARGIN:g} {top:g}H{_MARGIN + 2 * _TEXT:g}" fill="none" stroke="@{stroke.colour}"'
        f' stroke-width="{size:g}"/>'
        for top, size in zip(_heights(across, is_line=True), across, strict=True)
    )


def density_scale(heat: Heat) -> SvgPicture:
    """Return the colours of a density, the lowest first."""
    colours = PALETTES.get(heat.palette, PALETTES["YlOrRd"]).colours(_STEPS)
    step = _RAMP / len(colours)
    shapes = "".join(
        f'<rect x="{place * step:g}" y="0" width="{step + 0.4:g}" height="{_HIGH:g}" fill="@{colour}"/>'
        for place, colour in enumerate(colours)
    )
    return SvgPicture(_RAMP, _HIGH, shapes)


def cluster_picture(*, is_pie: bool) -> SvgPicture:
    """Return what stands for several points: a disc of paper with a count, in a ring, or in parts of classes."""
    ring = (
        '<path d="M12 3a9 9 0 0 1 9 9" fill="none" stroke="@ink" stroke-width="3"/>'
        '<path d="M21 12a9 9 0 1 1 -9 -9" fill="none" stroke="@ink-3/50" stroke-width="3"/>'
        if is_pie
        else '<circle cx="12" cy="12" r="9" fill="none" stroke="@ink-2" stroke-width="2.5"/>'
    )
    look = 'font-size="9" font-weight="600" text-anchor="middle" fill="@ink"'
    count = f'<text x="12" y="15.2" {look}>12</text>'
    return SvgPicture(24, 24, f'<circle cx="12" cy="12" r="9" fill="@paper"/>{ring}{count}')
