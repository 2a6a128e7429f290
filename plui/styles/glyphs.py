"""The glyphs of the symbols, drawn anew: the CNIG takes them from Wingdings, Webdings and Arial.

A character is smaller than the size of its font: ``INK`` is the share of it that each one takes, measured on the plates
of the recommendations. Sizes and widths are in points.
"""

from __future__ import annotations

from layers.styles.symbols import Marker
from plui.styles.drawing import Glyph, pt

# Name of the glyph → share of the size of the font, and the character that it stands for.
INK = {
    "arrow": 0.68,  # Wingdings 3, 177
    "arrowhead": 0.67,  # Wingdings 3, 135
    "asterisk": 0.71,  # Wingdings 2, 225
    "asterism": 0.74,  # Wingdings 2, 249
    "bolt": 0.8,  # Webdings, 126
    "box-checked": 0.64,  # Wingdings 2, 82
    "bullseye": 0.68,  # Wingdings 2, 158
    "burst": 0.71,  # Wingdings 2, 240
    "check": 0.8,  # Wingdings, 252
    "circle-struck": 0.67,  # Wingdings 2, 88
    "diamond": 0.77,  # Wingdings 2, 191
    "diamond-dotted": 0.83,  # Wingdings 2, 176
    "diamond-nested": 0.75,  # Wingdings 2, 178
    "disc": 0.6,  # Webdings, 61
    "droplet": 0.74,  # Wingdings, 83
    "grass": 0.68,  # Webdings, 237
    "half-square": 0.92,  # Wingdings 3, 122, in Webdings, 99
    "hexagon": 0.7,  # Wingdings 2, 194
    "house": 1.0,  # Webdings, 72
    "letter-v": 0.72,  # Arial, 86
    "lozenge": 0.6,  # Wingdings 2, 183
    "recycling": 0.64,  # Webdings, 113
    "star": 0.72,  # Wingdings 2, 234
    "sun": 0.68,  # Wingdings, 82
    "triangle": 0.86,  # Wingdings 3, 112
}
# The drawing of a pictogram of lucide takes 20 of the 24 units of its box; those of maki fill it.
_BOX = 24 / 20
_THIN = 0.8


def shape(name: str, size: float, colour: str, *, angle: float = 0) -> Glyph:
    """Return a shape full of a colour, of ``size`` points."""
    return (Marker(name, pt(size), colour, "", 0, angle),)


def outlined(
    name: str, size: float, colour: str, *, inside: str = "", width: float = _THIN, angle: float = 0
) -> Glyph:
    """Return a shape drawn by its edge, over ``inside`` if it is a colour."""
    return (Marker(name, pt(size), inside, colour, pt(width), angle),)


def character(name: str, size: float, colour: str) -> Glyph:
    """Return what stands for a character of a font of ``size`` points."""
    inked = size * INK[name]
    if name in _SHAPES:
        return shape(_SHAPES[name], inked, colour)
    if name in _ICONS:
        return _icon(_ICONS[name], inked, colour)
    if name == "box-checked":
        return outlined("square", inked, colour) + _icon("check", inked * 0.8, colour)
    return tuple(
        marker
        for part, share, angle, is_full in _COMPOUNDS[name]
        for marker in (shape if is_full else outlined)(part, inked * share, colour, angle=angle)
    )


def _icon(name: str, size: float, colour: str) -> Glyph:
    box = 1 if name.startswith("maki:") else _BOX
    return (Marker("circle", pt(size * box), "", "", 0, icon=name, icon_colour=colour),)


_SHAPES = {
    "diamond": "diamond",
    "disc": "circle",
    "hexagon": "hexagon",
    "lozenge": "diamond",
    "star": "star",
    "triangle": "triangle",
}
# Pictograms of lucide, and of maki after ``maki:``.
_ICONS = {
    "arrow": "arrow-big-up",
    "arrowhead": "navigation-2",
    "asterism": "asterisk",
    "bolt": "zap",
    "check": "check",
    "droplet": "maki:water",
    "grass": "sprout",
    "house": "maki:home",
    "letter-v": "chevron-down",
    "recycling": "refresh-cw",
    "sun": "sun",
}
# Shapes one over another: name, share of the glyph, angle, whether it is full.
_COMPOUNDS: dict[str, tuple[tuple[str, float, float, bool], ...]] = {
    "asterisk": (("cross", 1, 0, False), ("x", 0.8, 0, False)),
    "bullseye": (("circle", 1, 0, False), ("circle", 0.55, 0, True)),
    "burst": (("star", 1, 0, True), ("star", 1, 36, True)),
    "circle-struck": (("circle", 1, 0, False), ("line", 1, 135, False)),
    "diamond-dotted": (("diamond", 1, 0, False), ("diamond", 0.3, 0, True)),
    "diamond-nested": (("diamond", 1, 0, False), ("diamond", 0.5, 0, True)),
    "half-square": (("square", 1, 0, False), ("triangle", 0.75, -45, True)),
}
