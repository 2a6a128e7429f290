"""Colours by the name of their design token, where no style sheet applies: files, pictures, paper.

A text says ``token:brand``, or ``token:brand*40`` for four tenths of it over the paper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from layers.styles.colours import mixed, parts

_TOKENS = Path(__file__).parent / "static" / "interface" / "design" / "tokens.css"
_NAMED = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")
_REFERENCE = re.compile(r"token:([a-z0-9-]+)(?:\*(\d{1,3}))?")


@lru_cache(maxsize=2)
def palette(*, is_dark: bool = False) -> Mapping[str, str]:
    """Return the colours of the design tokens by name, as ``#rrggbb``."""
    light, _media, dark = _TOKENS.read_text("utf-8").partition("@media (prefers-color-scheme: dark)")
    colours = dict(_NAMED.findall(light))
    return colours | dict(_NAMED.findall(dark)) if is_dark else colours


def colour(text: str, colours: Mapping[str, str]) -> str:
    """Return the colour that a name stands for; any other text as it is."""
    match = _REFERENCE.fullmatch(text)
    if match is None or match[1] not in colours:
        return text
    if match[2] is None:
        return colours[match[1]]
    return mixed_over(colours[match[1]], colours["paper"], min(int(match[2]), 100))


def mixed_over(over: str, under: str, percent: int) -> str:
    """Return a colour at some percents over another one, as ``#rrggbb``."""
    pairs = ((int(over[index : index + 2], 16), int(under[index : index + 2], 16)) for index in (1, 3, 5))
    return "#" + "".join(
        f"{round((top * percent + bottom * (100 - percent)) / 100):02x}" for top, bottom in pairs
    )


def token(name: str, strength: float = 1.0) -> str:
    """Return a colour of a style as a specification names it; ``strength`` from 0 to 1 mixes it with the paper."""
    own, share = parts(mixed(name, strength))
    if own.startswith("#"):
        return own
    return f"token:{own}" if share >= 1 else f"token:{own}*{round(share * 100)}"


def literal(name: str, strength: float = 1.0) -> str:
    """Return the light colour of a token mixed with the paper: Leaflet and pictures read no style sheet."""
    return colour(token(name, strength), palette())
