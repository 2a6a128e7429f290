"""Colours of charts by the name of their design token, so that one specification serves light, dark and paper.

A specification says ``token:brand``, or ``token:brand*40`` for four tenths of it over the paper. The page replaces the
names by what its style sheet says at that moment (``chart.js``), the server by what ``tokens.css`` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interface.palette import colour

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
