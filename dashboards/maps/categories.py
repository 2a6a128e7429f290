"""Categories of a map told apart: by colours of their own, and points by a shape too, for not all see colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.panels.charts.colours import told_apart
from interface.map_config import shape
from layers.access import Scope

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class MapCategory:
    """A value that a map is coloured by; ``corners`` are those of its shape around 0 0, none of a circle."""

    value: str
    title: str
    token: str
    strength: float = 1.0
    corners: Corners = ()


def map_categories(scope: Scope) -> tuple[MapCategory, ...]:
    """Return the categories that a layer is drawn by, for a visitor who reads their field."""
    style = scope.style
    if style.field not in scope.filterable:
        return ()
    shapes = SHAPES if shape(scope) == "point" else ((),)
    return tuple(
        MapCategory(str(each.value), str(each.title), each.token, each.strength, shapes[place % len(shapes)])
        for place, each in enumerate(told_apart(style.categories))
    )


def _regular(count: int, *, turn: float = 0.0, inner: float = 1.0, size: float = 1.0) -> Corners:
    """Return the corners of a regular shape, the first one up; ``inner`` draws every other one nearer, as of a star."""
    found = []
    for place in range(count):
        angle = 2 * math.pi * (place + turn) / count
        radius = size * (inner if place % 2 else 1.0)
        found.append((round(radius * math.sin(angle), 3), round(-radius * math.cos(angle), 3)))
    return tuple(found)


_ARM = 0.36
_CROSS: Corners = (
    (-_ARM, -1), (_ARM, -1), (_ARM, -_ARM), (1, -_ARM), (1, _ARM), (_ARM, _ARM),
    (_ARM, 1), (-_ARM, 1), (-_ARM, _ARM), (-1, _ARM), (-1, -_ARM), (-_ARM, -_ARM),
)  # fmt: skip
# By the rank of the category; circles come first.
SHAPES: Sequence[Corners] = (
    (),
    _regular(3, size=1.25),
    _regular(4, turn=0.5, size=1.2),
    _regular(4, size=1.2),
    _CROSS,
    _regular(3, turn=0.5, size=1.25),
    _regular(10, inner=0.5, size=1.3),
    _regular(6, size=1.1),
)
