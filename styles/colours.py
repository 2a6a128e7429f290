"""Colours of styles as numbers: each token in light and in dark, contrast and colour vision.

The tokens are chosen in ``interface/static/interface/design/tokens.css``; a test compares the two. Contrast and
difference are computed for usual vision and for dyschromatic vision. Sources: contrast and relative luminance, WCAG
2.2; OKLab, Björn Ottosson, 2020 ("A perceptual color space for image processing"); simulation of protanopia,
deuteranopia and tritanopia, G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), severity 1.0, applied to linear RGB. Colours of that part
are ``#rrggbb`` in sRGB.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import combinations

from layers.styles.colours import IN_THE_DARK, is_black, parts

Theme = Mapping[str, str]
"""Colours as ``#rrggbb``, by token."""

LIGHT: Theme = {
    "ink": "#14242b", "ink-2": "#44575f", "ink-3": "#55676e",
    "paper": "#ffffff", "paper-2": "#f4f6f5", "paper-3": "#e7ecea",
    "line": "#cfd8d5", "line-2": "#7b8c8c",
    "t-urbanism": "#8b3246", "t-nature": "#3d7a1f", "t-mobility": "#1a5fb4", "t-amenities": "#a85b00",
    "t-climate": "#00767a", "t-waste": "#6b4b3a", "t-people": "#4a4f8c", "t-territory": "#48606a",
    "c-brick": "#a51704", "c-wine": "#663746", "c-rust": "#591903", "c-amber": "#a15506",
    "c-olive": "#736941", "c-leaf": "#125705", "c-forest": "#18352b", "c-teal": "#0c7c6c",
    "c-lagoon": "#08597c", "c-blue": "#156ee7", "c-navy": "#10199c", "c-violet": "#651bcf",
    "c-plum": "#42015d", "c-raspberry": "#bd4b75", "c-magenta": "#9c2aa5", "c-cocoa": "#6f5146",
    "c-slate": "#677593", "c-mauve": "#472c60",
}  # fmt: skip
DARK: Theme = {
    "ink": "#eef3f1", "ink-2": "#b9c7c6", "ink-3": "#93a4a4",
    "paper": "#10191d", "paper-2": "#172329", "paper-3": "#213037",
    "line": "#2f4047", "line-2": "#6d8086",
    "t-urbanism": "#e08a9c", "t-nature": "#8fc96f", "t-mobility": "#82b4f5", "t-amenities": "#eeb06a",
    "t-climate": "#62c8cb", "t-waste": "#c9a48f", "t-people": "#a9adf0", "t-territory": "#9fb4bd",
    "c-brick": "#e0632c", "c-wine": "#feb6b5", "c-rust": "#c0926d", "c-amber": "#e9962b",
    "c-olive": "#edd785", "c-leaf": "#a9da35", "c-forest": "#9bfdc7", "c-teal": "#47e0cb",
    "c-lagoon": "#2fa5d2", "c-blue": "#5787e2", "c-navy": "#919efd", "c-violet": "#d1b4fd",
    "c-plum": "#e3d7fb", "c-raspberry": "#c46a7a", "c-magenta": "#aa73ad", "c-cocoa": "#d2ae84",
    "c-slate": "#a8abb3", "c-mauve": "#9b95a3",
}  # fmt: skip

_DARK_PAPER = 128
Rgb = tuple[float, float, float]
_Matrix = tuple[Rgb, Rgb, Rgb]
# Two patches of colour that touch are told apart with ease from about this difference on, in hundredths of OKLab.
CLEARLY_APART = 7.0
# Graphical objects, and text of a usual size: WCAG 2.2, 1.4.11 and 1.4.3.
MIN_GRAPHIC, MIN_TEXT = 3.0, 4.5


def rgb(colour: str, theme: Theme = LIGHT) -> tuple[int, int, int]:
    """Return the red, green and blue, 0 to 255, of a colour of a style; a share is mixed with the theme's paper."""
    name, share = parts(colour)
    if max(_channels(theme["paper"])) < _DARK_PAPER:
        name = "ink-2" if is_black(name) else IN_THE_DARK.get(name, name)
    channels = _channels(name if name.startswith("#") else theme[name])
    if share >= 1:
        return channels
    paper = _channels(theme["paper"])
    red, green, blue = (
        round(below + (own - below) * share) for own, below in zip(channels, paper, strict=True)
    )
    return red, green, blue


def resolved(colour: str, theme: Theme = LIGHT) -> str:
    """Return a colour of a style as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*rgb(colour, theme))


def _channels(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


class Vision(Enum):
    """How somebody sees colours."""

    NORMAL = "normal"
    DEUTERANOPIA = "deuteranopia"
    PROTANOPIA = "protanopia"
    TRITANOPIA = "tritanopia"


SIMULATION: dict[Vision, _Matrix] = {
    Vision.NORMAL: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    Vision.PROTANOPIA: (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    Vision.DEUTERANOPIA: (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    Vision.TRITANOPIA: (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> Rgb:
    """Return the linear light of a colour, from 0 to 1 each."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _to_linear(red), _to_linear(green), _to_linear(blue)


def _to_linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _to_text(light: Rgb) -> str:
    shares = (min(max(each, 0.0), 1.0) for each in light)
    coded = (12.92 * each if each <= 0.0031308 else 1.055 * each ** (1 / 2.4) - 0.055 for each in shares)
    return "#" + "".join(f"{round(each * 255):02x}" for each in coded)


def _times(matrix: _Matrix, light: Rgb) -> Rgb:
    first, second, third = (sum(a * b for a, b in zip(row, light, strict=True)) for row in matrix)
    return first, second, third


def simulated(colour: str, vision: Vision) -> str:
    """Simulate how a colour looks to this kind of colour vision."""
    return _to_text(_times(SIMULATION[vision], linear(colour)))


def mixed(colour: str, paper: str, share: float) -> str:
    """Return a colour over a paper at a share, mixed as CSS does in sRGB."""
    pairs = ((int(colour[at : at + 2], 16), int(paper[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(over * share + under * (1 - share)):02x}" for over, under in pairs)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _oklab(light: Rgb) -> Rgb:
    cones = _times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        light,
    )
    roots = tuple(max(each, 0.0) ** (1 / 3) for each in cones)
    return _times(
        (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        ),
        (roots[0], roots[1], roots[2]),
    )


def difference(one: str, other: str, vision: Vision = Vision.NORMAL) -> float:
    """Return how far apart two colours are seen, in hundredths of OKLab: black and white are 100 apart."""
    first, second = (_oklab(linear(simulated(colour, vision))) for colour in (one, other))
    return 100 * math.dist(first, second)


def smallest_difference(
    colours: Sequence[str], vision: Vision = Vision.NORMAL
) -> tuple[float, tuple[int, int]] | None:
    """Return the least difference between any two colours, and which two; None of fewer than two."""
    pairs: Iterable[tuple[int, int]] = combinations(range(len(colours)), 2)
    return min(((difference(colours[a], colours[b], vision), (a, b)) for a, b in pairs), default=None)
