"""Faces of layers: which are told apart, and the one that a new layer gets.

A face is a colour and a pictogram. Two are alike when they have the same pictogram and colours nearer than ``APART``
to anybody, in light or in dark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from layers.definitions import GeometryType
from layers.formats.styles.themes import DARK, LIGHT, resolved
from layers.styles.colours import LAYER_TOKENS
from layers.styles.definitions import Style
from layers.styles.vision import Vision, difference

APART = 5.0
"""The least distance of two colours of layers, in hundredths of OKLab: two and a half times what is just noticed (2,
CSS Color Module Level 4, 13.2). Colours that all have 4.5 : 1 with the paper share a third of the lightness, and who
does not see one kind of cone tells them by lightness and one hue: a set of eighteen reaches five to six. Pictograms
tell the rest; classes, which have none, ask for more (``layers.styles.vision.CLEARLY_APART``)."""
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
class Face:
    """A colour of a style and the name of a pictogram."""

    token: str
    icon: str


@dataclass(frozen=True, slots=True)
class Gap:
    """How near two colours come: the least distance, who sees it, and whether on dark paper."""

    distance: float
    vision: Vision
    is_dark: bool


def face_of(style: Style) -> Face:
    """Return the face of a layer drawn in a style."""
    return Face(style.token, style.icon)


@lru_cache(maxsize=4096)
def gap(one: str, other: str) -> Gap:
    """Return how near two colours of a style come, over every vision and both themes."""
    found = (
        Gap(difference(resolved(one, theme), resolved(other, theme), vision), vision, theme is DARK)
        for theme in (LIGHT, DARK)
        for vision in Vision
    )
    return min(found, key=lambda each: each.distance)


def are_alike(one: Face, other: Face) -> bool:
    """Return whether two faces cannot be told apart on a map."""
    return one.icon == other.icon and gap(one.token, other.token).distance < APART


def alike(faces: Sequence[Face]) -> list[tuple[int, int]]:
    """Return the places of the pairs of faces that are alike."""
    return [
        (first, second)
        for (first, one), (second, other) in combinations(enumerate(faces), 2)
        if are_alike(one, other)
    ]


def free_face(used: Iterable[Face], geometry: GeometryType) -> Face:
    """Return a face for a new layer: the colour of layers that is farthest from those ``used``, and a pictogram.

    When every colour is taken, one of those taken least often, with a pictogram that none of them has where there is.
    """
    known = list(used)
    often = Counter(face.token for face in known if face.token in LAYER_TOKENS)
    least = min((often[token] for token in LAYER_TOKENS), default=0)
    free = [token for token in LAYER_TOKENS if often[token] == least]
    taken = {face.token for face in known}
    token = max(free, key=lambda own: _distance_to(taken - {own}, own))
    icons = _ICONS[_LIKE.get(geometry, geometry)]
    beside = {face.icon for face in known if face.token == token}
    return Face(token, next((icon for icon in icons if icon not in beside), icons[0]))


def _distance_to(taken: Iterable[str], token: str) -> float:
    return min((gap(token, other).distance for other in taken), default=100.0)
