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
}  # fmt: skip
DARK: Theme = {
    "ink": "#eef3f1", "ink-2": "#b9c7c6", "ink-3": "#93a4a4",
    "paper": "#10191d", "paper-2": "#172329", "paper-3": "#213037",
    "line": "#2f4047", "line-2": "#6d8086",
    "t-urbanism": "#e08a9c", "t-nature": "#8fc96f", "t-mobility": "#82b4f5", "t-amenities": "#eeb06a",
    "t-climate": "#62c8cb", "t-waste": "#c9a48f", "t-people": "#a9adf0", "t-territory": "#9fb4bd",
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
