"""The colours of a style where there is no style sheet: what each token is in light and in dark.

``interface/static/interface/design/tokens.css`` is where they are chosen; a test holds these to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from layers.styles.colours import is_black, parts

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


def rgb(colour: str, theme: Theme = LIGHT) -> tuple[int, int, int]:
    """Return the red, green and blue, 0 to 255, of a colour of a style; a share is mixed with the theme's paper."""
    name, share = parts(colour)
    if is_black(name) and max(_channels(theme["paper"])) < _DARK_PAPER:
        name = "ink-2"
    shown = _channels(name if name.startswith("#") else theme[name])
    if share >= 1:
        return shown
    paper = _channels(theme["paper"])
    red, green, blue = (round(below + (own - below) * share) for own, below in zip(shown, paper, strict=True))
    return red, green, blue


def resolved(colour: str, theme: Theme = LIGHT) -> str:
    """Return a colour of a style as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*rgb(colour, theme))


def _channels(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
