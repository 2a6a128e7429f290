"""Colours of a style as text: a design token, a token mixed with the paper, or a literal.

``t-nature`` is a token, which has a value in light and another in dark; ``t-nature/60`` the same at 60 % over the
paper; ``#2b8cbe`` a literal, the same in both but for those that dark paper would hide (``is_black``,
``IN_THE_DARK``). Inside a
symbol, ``class`` is the colour of the class that is drawn (of the layer where there is no class) and ``class/100`` the
same unmixed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THEME_TOKENS = (
    "t-urbanism", "t-nature", "t-mobility", "t-amenities", "t-climate", "t-waste", "t-people", "t-territory",
)  # fmt: skip
"""The colours of themes in the design tokens."""
LAYER_COLOURS: Mapping[str, Promise] = {
    "c-brick": _("brique"), "c-wine": _("lie-de-vin"), "c-rust": _("rouille"),
    "c-amber": _("ambre"), "c-olive": _("olive"), "c-leaf": _("feuille"),
    "c-forest": _("forêt"), "c-teal": _("sarcelle"), "c-lagoon": _("lagon"),
    "c-blue": _("bleu"), "c-navy": _("marine"), "c-violet": _("violet"),
    "c-plum": _("prune"), "c-raspberry": _("framboise"), "c-magenta": _("magenta"),
    "c-cocoa": _("cacao"), "c-slate": _("ardoise"), "c-mauve": _("mauve"),
}  # fmt: skip
"""The colours of layers, by token, with their names: each is told from the others by the colour-blind too
(``styles.layer_icons.APART``)."""
LAYER_TOKENS = tuple(LAYER_COLOURS)
COLOUR_TOKENS = (*THEME_TOKENS, *LAYER_TOKENS)
# What is neither a theme nor a layer: text and paper, for halos, rims and hatches.
NEUTRAL_TOKENS = ("ink", "ink-2", "ink-3", "paper", "paper-2", "paper-3", "line", "line-2")
CLASS = "class"
CLASS_STRONG = "class/100"

IN_THE_DARK: Mapping[str, str] = {
    "#0000ff": "#8f8fff", "#004c73": "#759eb3", "#004da8": "#709bce", "#2d6837": "#7da183",
    "#686868": "#989898", "#730000": "#d98c8c", "#732600": "#c99a82", "#894444": "#c88f8f",
    "#895a44": "#b99a8a", "#8f21aa": "#c783da", "#940abd": "#cb7fe3", "#b00006": "#d0484a",
    "#d40006": "#f8b0b8",
}  # fmt: skip
"""The literals of the CNIG's symbols that have less than 3 : 1 with dark paper, and what they are there: 3 : 1 with it,
and with zones U and N. Their hues stay; palettes of classes have none of them, so that no order of classes changes."""

_DARKEST, _GREY = 0x50, 8
_LITERAL = re.compile(r"#[0-9a-f]{6}")
_MIXED = re.compile(r"([a-z]+(?:-[a-z0-9]+)*)(?:/(\d{1,3}))?")


def is_colour(text: object, *, of_class: bool = False) -> bool:
    """Return whether a text is a colour of a style; ``of_class`` where the colour of the class may be named."""
    if not isinstance(text, str):
        return False
    if _LITERAL.fullmatch(text):
        return True
    match = _MIXED.fullmatch(text)
    if match is None or (match[2] is not None and not 0 <= int(match[2]) <= 100):
        return False
    names = {*COLOUR_TOKENS, *NEUTRAL_TOKENS}
    return match[1] in names or (of_class and match[1] == CLASS)


def mixed(colour: str, strength: float) -> str:
    """Return a colour at a share from 0 (the paper) to 1 (itself); a literal stays as it is."""
    if colour.startswith("#") or strength >= 1:
        return colour
    return f"{colour.partition('/')[0]}/{round(strength * 100)}"


def parts(colour: str) -> tuple[str, float]:
    """Return the token or literal of a colour, and its share over the paper from 0 to 1."""
    name, _, percent = colour.partition("/")
    return name, int(percent) / 100 if percent else 1.0


def is_black(colour: str) -> bool:
    """Return whether a literal is a grey so dark that dark paper would hide it: there it is drawn in ``ink-2``."""
    if not _LITERAL.fullmatch(colour):
        return False
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return max(channels) <= _DARKEST and max(channels) - min(channels) <= _GREY
