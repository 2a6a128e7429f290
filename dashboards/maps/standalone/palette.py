"""Colours of the stand-alone map: the light tokens of the design system as literal values, for Leaflet reads no CSS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders

_TOKENS = "interface/design/tokens.css"
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\s*;")
_DEFAULT = "t-territory"
_STEPS = 20


@lru_cache(maxsize=1)
def light_tokens() -> Mapping[str, str]:
    """Return the colours of the first block of the tokens, by name.

    Raises:
        FileNotFoundError: the style sheet of the tokens is not among the static files.
    """
    light, _dark = static_text(_TOKENS).split("@media", 1)
    return dict(_TOKEN.findall(light))


def static_text(name: str) -> str:
    """Return the text of a static file of the project.

    Raises:
        FileNotFoundError: there is none of this name.
    """
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found).read_text("utf-8")


def colour(token: str, strength: float = 1.0) -> str:
    """Return a token mixed with the paper, in steps of a twentieth, as the style sheets and the map kit mix them."""
    tokens = light_tokens()
    front, back = (_channels(tokens[name]) for name in (token if token in tokens else _DEFAULT, "paper"))
    share = min(max(round(strength * _STEPS), 1), _STEPS) / _STEPS
    mixed = (round(one * share + other * (1 - share)) for one, other in zip(front, back, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(text: str) -> tuple[int, ...]:
    return tuple(int(text[at : at + 2], 16) for at in (1, 3, 5))
