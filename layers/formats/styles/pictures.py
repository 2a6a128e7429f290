"""Pictures of symbols as SVG: one source for map, legend, print and the styles of other tools.

A picture names its colours as a style does, after a ``@`` (``fill="@t-nature/60"``): who shows it puts the colours of a
theme there (``in_theme``), or classes of a style sheet. Each element has one colour at most. Lengths are CSS pixels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256

from layers.formats.styles.marker_shapes import outline
from layers.formats.styles.pictograms import known_pictogram
from layers.formats.styles.themes import DARK, LIGHT, Theme, resolved
from layers.styles.colours import parts
from layers.styles.symbols import FACE, Marker
from layers.styles.vision import contrast

# The pictogram in a marker, as a share of its size.
_INSIDE = 0.62
_COLOUR = re.compile(r"@(#[0-9a-f]{6}|[a-z0-9-]+(?:/\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class SvgPicture:
    """SVG shapes in a box ``width`` × ``height`` pixels large."""

    width: float
    height: float
    shapes: str

    @property
    def name(self) -> str:
        """A name that no other picture has."""
        return "i" + sha256(self.svg().encode()).hexdigest()[:12]

    def svg(self) -> str:
        """Return the document, its colours named as in a style."""
        size = f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{self.shapes}</svg>'


def in_theme(text: str, theme: Theme = LIGHT) -> str:
    """Return an SVG, or another text with colours after ``@``, in the colours of a theme."""
    return _COLOUR.sub(lambda found: resolved(found[1], theme), text)


def readable_on(colour: str) -> str:
    """Return what is told best from a colour in both themes: ``paper`` or ``ink``, white or black on a literal one."""
    if colour.startswith("#"):
        return max(("#ffffff", "#14242b"), key=lambda own: contrast(own, colour))
    if parts(colour)[0] not in LIGHT:
        return "paper"  # a colour of pages alone (brand, signal…): dark in light
    return max(
        ("paper", "ink"), key=lambda own: min(_contrast_in(theme, own, colour) for theme in (LIGHT, DARK))
    )


def _contrast_in(theme: Theme, one: str, other: str) -> float:
    return contrast(resolved(one, theme), resolved(other, theme))


def marker_picture(marker: Marker, face: str) -> SvgPicture:
    """Return a marker; ``face`` is the pictogram that ``symbols.FACE`` stands for."""
    side = _side(marker)
    return SvgPicture(side, side, _marker(marker, face, side / 2, side / 2))


def drawn_marker(marker: Marker, face: str, x: float, y: float) -> str:
    """Return the SVG of a marker around a place."""
    return _marker(marker, face, x, y)


def _side(marker: Marker) -> float:
    """Return the side of the box of a marker: an even number of pixels, so that its middle is sharp."""
    reach = marker.size * (1.5 if marker.angle % 90 else 1) + (marker.stroke_width if marker.stroke else 0)
    return 2 * -(-(reach + 0.5) // 2)


def _marker(marker: Marker, face: str, x: float, y: float) -> str:
    parts = []
    shape, is_line = outline(marker.shape, marker.size)
    place = f"translate({x:g} {y:g})" + (f" rotate({marker.angle:g})" if marker.angle else "")
    veil = f' opacity="{marker.opacity:g}"' if marker.opacity < 1 else ""
    if marker.fill and not is_line:
        parts.append(shape.format(f'fill="@{marker.fill}"'))
    if is_line or (marker.stroke and marker.stroke_width):
        colour = (marker.fill or marker.stroke) if is_line else marker.stroke
        if colour:
            width = max(marker.stroke_width, 1 if is_line else 0)
            parts.append(shape.format(f'fill="none" stroke="@{colour}" stroke-width="{width:g}"'))
    if marker.icon:
        parts.append(_pictogram(marker, face))
    return f'<g transform="{place}"{veil}>{"".join(parts)}</g>'


def pictogram_picture(marker: Marker, face: str) -> SvgPicture:
    """Return the pictogram of a marker alone: as large as in it, in its colour, upright."""
    colour, side = _pictogram_look(marker)
    alone = replace(marker, fill="", stroke="", icon_colour=colour, size=side, angle=0, opacity=1)
    return marker_picture(alone, face)


def _pictogram_look(marker: Marker) -> tuple[str, float]:
    """Return the colour and the side of the pictogram of a marker."""
    colour = marker.icon_colour or (readable_on(marker.fill) if marker.fill else marker.stroke or "ink")
    return colour, marker.size * (_INSIDE if marker.fill or marker.stroke else 1)


def _pictogram(marker: Marker, face: str) -> str:
    drawn = known_pictogram(face if marker.icon == FACE else marker.icon)
    colour, side = _pictogram_look(marker)
    scale = side / drawn.side
    upright = f" rotate({-marker.angle:g})" if marker.angle else ""
    return (
        f'<g transform="{upright.strip()}{" " if upright else ""}translate({-side / 2:g} {-side / 2:g}) '
        f'scale({scale:.4g})" {drawn.paint("@" + colour)}>{drawn.shapes}</g>'
    )
