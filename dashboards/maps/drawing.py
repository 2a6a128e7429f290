"""What a map shows, as values: places, classes, categories, legend. The page, files and paper are drawn from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.documents.document import Panel
from dashboards.maps.classification import ValueClass
from dashboards.maps.definitions import MapOptions
from dashboards.panels.charts.marks import with_distinct_colours
from dashboards.panels.charts.theme import height_of, width_of
from dashboards.panels.kinds import PanelAnswer, PanelTable
from dashboards.panels.labels import amount
from interface.map_config import shape
from interface.standalone.svg import polygon
from layers.access import Scope
from layers.queries import Selection

# Strengths of the lightest and of the strongest class: the lightest stays apart from the paper.
LIGHTEST, STRONGEST = 0.2, 1.0
# The radius of the largest symbol, in pixels: the most and the least, and the part of the side of a circle's share of
# the map, where many share it.
LARGEST_RADIUS, LEAST_RADIUS, _PART_OF_SIDE = 26.0, 4.0, 0.16
UNCLASSED = -1
# The colour of features whose value is no category: not that of any.
UNCATEGORISED = "ink-3"
# The radius of a shape in its box of the legend.
SYMBOL_RADIUS = 7


@dataclass(frozen=True, slots=True)
class MapArea:
    """A commune or a surface that carries a measure.

    ``key`` is the value of the group, ``text`` the measure in words (empty: no value), ``step`` the index of its class
    or ``UNCLASSED``. ``ids`` are the features of the joined layer that have this key; communes have none. ``position``
    is where its circle stands, a longitude and a latitude inside it; None where circles are not drawn.
    """

    key: str
    title: str
    value: float | None
    text: str
    step: int = UNCLASSED
    ids: tuple[int, ...] = ()
    position: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class MapLegendLine:
    """A line of the legend: ``token`` at ``strength``, or a circle of ``radius`` pixels.

    ``detail`` is their number; ``filter`` is the page filter that the line sets, as field and value; ``corners`` are
    those of the shape of points.
    """

    title: str
    token: str
    strength: float = 1.0
    shape: str = "surface"
    detail: str = ""
    radius: float = 0.0
    filter: tuple[str, str] | None = None
    corners: Corners = ()

    @property
    def percent(self) -> float:
        """The strength in percents."""
        return 100 * self.strength

    @property
    def polygon(self) -> str:
        """The shape of points as SVG draws it, in a box of 20 around 0 0; empty for what is no such shape."""
        return polygon(self.corners, SYMBOL_RADIUS)

    @property
    def size(self) -> float:
        """The width of what holds the circle with its rim, in pixels."""
        return round(2 * self.radius + 2, 1)

    @property
    def box(self) -> str:
        """The view box of that, with the circle's middle as its origin."""
        return f"{-self.size / 2} {-self.size / 2} {self.size} {self.size}"


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """Everything that a map shows.

    ``selection`` holds the rows drawn or measured, ``unfiltered`` the same ones without the filters of the page.
    ``joined`` is the layer of surfaces that carry the places, None for communes. ``field`` is the page filter that a
    click sets; ``largest`` the value of the largest symbol and ``radius`` its pixels; ``most`` how many features are
    drawn at most, 0 for all of them. ``total`` is the number that a notice compares; ``is_year``: the measure is a
    year. ``categories`` are those that features are coloured by, none where they all have the colour ``token``.
    """

    options: MapOptions
    selection: Selection
    table: PanelTable
    matched: int | None
    token: str
    field: str
    title: str = ""
    unit: str = ""
    is_year: bool = False
    unfiltered: Selection | None = None
    joined: Scope | None = None
    areas: tuple[MapArea, ...] = ()
    classes: tuple[ValueClass, ...] = ()
    categories: tuple[MapCategory, ...] = ()
    legend: tuple[MapLegendLine, ...] = ()
    notes: tuple[str, ...] = ()
    largest: float = 0.0
    radius: float = LARGEST_RADIUS
    most: int = 0
    total: float | None = None
    context: tuple[Scope, ...] = ()

    def words(self, value: float) -> str:
        """Write a value of what the map measures."""
        return amount(value, self.unit, is_year=self.is_year, decimals=self.options.decimals)

    @property
    def scope(self) -> Scope:
        """What the visitor may know of the layer of the question."""
        return self.selection.scope

    @property
    def features_of(self) -> Scope | None:
        """The layer whose features a file of the map would hold; None when it draws the communes alone."""
        return self.joined or (None if self.has_areas else self.scope)

    @property
    def has_areas(self) -> bool:
        """Whether groups are drawn, not the features themselves."""
        return bool(self.areas)


def strengths(count: int) -> tuple[float, ...]:
    """Return the strength of each of ``count`` classes, in steps of a twentieth as ``hues.css`` has them."""
    if count == 1:
        return (round((LIGHTEST + STRONGEST) / 2, 2),)
    span = STRONGEST - LIGHTEST
    return tuple(round((LIGHTEST + span * step / (count - 1)) * 20) / 20 for step in range(count))


def largest_radius(count: int, area: float) -> float:
    """Return the radius of the largest of ``count`` circles on a map of so many square pixels.

    Circles that share a map are smaller the more they are, so that each is told from its neighbours.
    """
    side = math.sqrt(area / max(count, 1))
    return round(min(max(_PART_OF_SIDE * side, LEAST_RADIUS), LARGEST_RADIUS), 1)


def map_area(panel: Panel) -> int:
    """Return the square pixels of a map in its panel on a desk; a page corrects it by the room that it has."""
    return width_of(panel) * height_of(panel, has_legend=True)


def radius(value: float, drawing: MapDrawing) -> float:
    """Return the radius of a symbol in pixels: areas are proportional to values, whatever their sign."""
    share: float = (abs(value) / drawing.largest) ** 0.5 if drawing.largest > 0 else 0.0
    return drawing.radius * share


def drawing_in(answer: PanelAnswer) -> MapDrawing | None:
    """Return the map that an answer shows; None where it shows something else."""
    drawing = (answer.context or {}).get("drawing")
    return drawing if isinstance(drawing, MapDrawing) else None


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
        MapCategory(str(each.value), str(each.title), each.token, each.strength, shapes[index % len(shapes)])
        for index, each in enumerate(with_distinct_colours(style.categories))
    )


def _regular(count: int, *, turn: float = 0.0, inner: float = 1.0, size: float = 1.0) -> Corners:
    """Return the corners of a regular shape, the first one up; ``inner`` draws every other one nearer, as of a star."""
    corners = []
    for index in range(count):
        angle = 2 * math.pi * (index + turn) / count
        radius = size * (inner if index % 2 else 1.0)
        corners.append((round(radius * math.sin(angle), 3), round(-radius * math.cos(angle), 3)))
    return tuple(corners)


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
