"""The classes of a ``style.json``, and the window in which two programs draw them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIDE = 480
"""Pixels of a picture."""
_WORLD = 40_075_016.685578488


@dataclass(frozen=True, slots=True)
class Window:
    """A square in Web Mercator: ``SIDE`` pixels of 512 a tile at a whole zoom."""

    longitude: float
    latitude: float
    zoom: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        x = self.longitude / 360 * _WORLD
        y = math.asinh(math.tan(math.radians(self.latitude))) / (2 * math.pi) * _WORLD
        half = _WORLD / 512 / 2**self.zoom * SIDE / 2
        return x - half, y - half, x + half, y + half


@dataclass(frozen=True, slots=True)
class Picture:
    """What was drawn of a class: ``ink``, in pixels of full colour, and its mean colour."""

    ink: float
    colour: tuple[float, float, float]

    def is_like(self, other: Picture) -> bool:
        """Whether another program drew the same, but for smoothing."""
        least, most = sorted((self.ink, other.ink))
        if most - least > max(SIDE * SIDE / 500, 0.25 * most):
            return False
        # So little is smoothed into its neighbourhood.
        return most < 30 or math.dist(self.colour, other.colour) < 20


def classes(style: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the ids of the style layers of each class, by the condition that chooses its features.

    What is written, and pictograms that stay apart, are placed by each program in its own way, and left out.
    """
    ids: dict[str, list[str]] = {}
    for layer in style["layers"]:
        layout = layer.get("layout", {})
        if layer["type"] == "heatmap" or "text-field" in layout:
            continue
        if "icon-image" in layout and not layout.get("icon-allow-overlap"):
            continue
        ids.setdefault(_condition(layer.get("filter")), []).append(layer["id"])
    return ids


def _condition(condition: Sequence[Any] | None) -> str:
    if condition is None:
        return "all"
    return str(condition)
