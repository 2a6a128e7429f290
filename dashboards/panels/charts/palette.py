"""Colours of charts by the name of their design token, so that one specification serves light, dark and paper.

A specification says ``token:brand``, or ``token:brand*40`` for four tenths of it over the paper. The page replaces the
names by what its style sheet says at that moment (``chart.js``), the server by what ``tokens.css`` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import interface
from layers.styles.colours import mixed, parts

_TOKENS = Path(interface.__file__).parent / "static" / "interface" / "design" / "tokens.css"
_NAMED = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")
_REFERENCE = re.compile(r"token:([a-z0-9-]+)(?:\*(\d{1,3}))?")
_DATA = frozenset({"data", "datasets"})

# Told apart by who sees colours otherwise: hues and lightness both change from one to the next.
SERIES = (
    "token:brand", "token:t-amenities*55", "token:t-mobility", "token:t-urbanism*60", "token:t-nature",
    "token:t-people*50", "token:t-waste", "token:t-territory*45",
)  # fmt: skip
# Lines and points are thin: they keep the whole of their colour, and differ by their strokes and shapes too.
LINES = (
    "token:brand", "token:t-amenities", "token:t-mobility", "token:t-urbanism", "token:t-nature", "token:t-people",
    "token:t-waste", "token:t-territory",
)  # fmt: skip
RAMP = ("token:brand*8", "token:brand*35", "token:brand*65", "token:brand")
MAIN, PALE, LATE, REST = "token:brand", "token:paper-3", "token:bad", "token:line-2*60"


@lru_cache(maxsize=2)
def palette(*, is_dark: bool = False) -> Mapping[str, str]:
    """Return the colours of the design tokens by name, as ``#rrggbb``."""
    light, _media, dark = _TOKENS.read_text("utf-8").partition("@media (prefers-color-scheme: dark)")
    colours = dict(_NAMED.findall(light))
    return colours | dict(_NAMED.findall(dark)) if is_dark else colours


def coloured(specification: Any, colours: Mapping[str, str]) -> Any:
    """Return a specification whose names of tokens are colours; its data are left alone."""
    if isinstance(specification, str):
        return colour(specification, colours)
    if isinstance(specification, list | tuple):
        return [coloured(item, colours) for item in specification]
    if isinstance(specification, Mapping):
        return {
            name: part if name in _DATA else coloured(part, colours) for name, part in specification.items()
        }
    return specification


def colour(text: str, colours: Mapping[str, str]) -> str:
    """Return the colour that a name stands for; any other text as it is."""
    found = _REFERENCE.fullmatch(text)
    if found is None or found[1] not in colours:
        return text
    if found[2] is None:
        return colours[found[1]]
    return _mixed(colours[found[1]], colours["paper"], min(int(found[2]), 100))


def _mixed(over: str, under: str, percent: int) -> str:
    pairs = ((int(over[place : place + 2], 16), int(under[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(
        f"{round((top * percent + bottom * (100 - percent)) / 100):02x}" for top, bottom in pairs
    )


def token(name: str, strength: float = 1.0) -> str:
    """Return a colour of a style as a specification names it; ``strength`` from 0 to 1 mixes it with the paper."""
    own, share = parts(mixed(name, strength))
    if own.startswith("#"):
        return own
    return f"token:{own}" if share >= 1 else f"token:{own}*{round(share * 100)}"
