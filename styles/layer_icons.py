"""Icons of layers (a colour and a pictogram): which look alike, and the one that a new layer gets.

Two are alike when they have the same pictogram and colours nearer than ``APART`` to anybody, in light or in dark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from layers.definitions import GeometryType
from layers.styles.colours import LAYER_TOKENS
from layers.styles.definitions import Style
from styles.colours import DARK, LIGHT, Vision, difference, resolved

APART = 5.0
"""The least distance of two colours of layers, in hundredths of OKLab: two and a half times what is just noticed (2,
CSS Color Module Level 4, 13.2). Colours that all have 4.5 : 1 with the paper share a third of the lightness, and who
does not see one kind of cone tells them by lightness and one hue: a set of eighteen reaches five to six. Pictograms
tell the rest; classes, which have none, ask for more (``styles.colours.CLEARLY_APART``)."""
_ICONS = {
    GeometryType.POINT: ("map-pin", "maki:circle-stroked", "maki:diamond", "maki:triangle", "maki:star"),
    GeometryType.LINE: ("route", "spline", "waypoints", "milestone"),
    GeometryType.SURFACE: ("square", "pentagon", "hexagon", "land-plot"),
    GeometryType.NONE: ("table", "table-2", "sheet", "list"),
}
_LIKE = {
    GeometryType.MULTI_POINT: GeometryType.POINT,
    GeometryType.MULTI_LINE: GeometryType.LINE,
    GeometryType.MULTI_SURFACE: GeometryType.SURFACE,
}


@dataclass(frozen=True, slots=True)
class LayerIcon:
    """A colour of a style and the name of a pictogram."""

    token: str
    icon: str


@dataclass(frozen=True, slots=True)
class Gap:
    """How near two colours come: the least distance, who sees it, and whether on dark paper."""

    distance: float
    vision: Vision
    is_dark: bool


def layer_icon(style: Style) -> LayerIcon:
    """Return the icon of a layer drawn in a style."""
    return LayerIcon(style.token, style.icon)


@lru_cache(maxsize=4096)
def gap(one: str, other: str) -> Gap:
    """Return how near two colours of a style come, over every vision and both themes."""
    gaps = (
        Gap(difference(resolved(one, theme), resolved(other, theme), vision), vision, theme is DARK)
        for theme in (LIGHT, DARK)
        for vision in Vision
    )
    return min(gaps, key=lambda each: each.distance)


def are_alike(one: LayerIcon, other: LayerIcon) -> bool:
    """Return whether two icons look the same on a map."""
    return one.icon == other.icon and gap(one.token, other.token).distance < APART


def alike(icons: Sequence[LayerIcon]) -> list[tuple[int, int]]:
    """Return the indexes of the pairs of icons that are alike."""
    return [
        (first, second)
        for (first, one), (second, other) in combinations(enumerate(icons), 2)
        if are_alike(one, other)
    ]


def free_icon(used: Iterable[LayerIcon], geometry: GeometryType) -> LayerIcon:
    """Return an icon for a new layer: the colour of layers that is farthest from those ``used``, and a pictogram.

    When every colour is used, one of those used least often, with a pictogram that none of them has where there is.
    """
    icons = list(used)
    counts = Counter(icon.token for icon in icons if icon.token in LAYER_TOKENS)
    least = min((counts[token] for token in LAYER_TOKENS), default=0)
    candidates = [token for token in LAYER_TOKENS if counts[token] == least]
    used_tokens = {icon.token for icon in icons}
    token = max(candidates, key=lambda own: _distance_to(used_tokens - {own}, own))
    pictograms = _ICONS[_LIKE.get(geometry, geometry)]
    used_pictograms = {icon.icon for icon in icons if icon.token == token}
    free = (pictogram for pictogram in pictograms if pictogram not in used_pictograms)
    return LayerIcon(token, next(free, pictograms[0]))


def _distance_to(tokens: Iterable[str], token: str) -> float:
    return min((gap(token, other).distance for other in tokens), default=100.0)
