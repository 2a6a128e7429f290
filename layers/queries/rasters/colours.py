"""Colour maps of rio-tiler, as the numbers that tiles draw and legends name."""

from __future__ import annotations

from functools import cache
from typing import Any

from rio_tiler.colormap import cmap

COLOURS = 255
"""Colours of a scale: a palette has 256 numbers, of which the first is for what has no value."""


@cache
def scale_of(name: str) -> tuple[bytes, ...]:
    """Return the colours of a map, red, green and blue, from the least to the most."""
    colours: Any = cmap.get(name)  # by number, from 0 to 255
    return tuple(bytes(colours[round(number * 255 / (COLOURS - 1))][:3]) for number in range(COLOURS))
