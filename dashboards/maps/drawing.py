"""What a map shows, as values: places, classes, legend. The page and the stand-alone file are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.maps.categories import Corners, MapCategory
from dashboards.maps.classification import ValueClass
from dashboards.maps.definitions import MapOptions
from dashboards.panels.kinds import PanelAnswer, PanelTable
from dashboards.panels.labels import amount
from interface.standalone.picture import polygon
from layers.access import Scope
from layers.queries import Selection

# Strengths of the lightest and of the strongest class: the lightest stays apart from the paper.
LIGHTEST, STRONGEST = 0.2, 1.0
# The radius of the largest symbol, in pixels.
LARGEST_RADIUS = 26
UNCLASSED = -1
# The colour of features whose value is no category: not that of any.
UNCATEGORISED = "ink-3"
# The radius of a shape in its box of the legend.
SYMBOL_RADIUS = 7


@dataclass(frozen=True, slots=True)
class MapPlace:
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

    ``detail`` tells how many there are; ``filter`` is the page filter that the line sets, as field and value;
    ``corners`` are those of the shape of points.
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

    ``selection`` holds the rows drawn or measured, ``others`` the same ones without the filters of the page. ``joined``
    is the layer of surfaces that carry the places, None for communes. ``field`` is the page filter that a click sets;
    ``largest`` the value of the largest symbol; ``most`` how many features are drawn at most, 0 for all of them.
    ``total`` is the number that a notice compares; ``is_year`` tells that the measure is a year. ``categories`` are
    those that features are coloured by, none where they all have the colour ``token``.
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
    others: Selection | None = None
    joined: Scope | None = None
    places: tuple[MapPlace, ...] = ()
    classes: tuple[ValueClass, ...] = ()
    categories: tuple[MapCategory, ...] = ()
    legend: tuple[MapLegendLine, ...] = ()
    notes: tuple[str, ...] = ()
    largest: float = 0.0
    most: int = 0
    total: float | None = None

    def words(self, value: float) -> str:
        """Write a value of what the map measures."""
        return amount(value, self.unit, is_year=self.is_year)

    @property
    def scope(self) -> Scope:
        """What the visitor may know of the layer of the question."""
        return self.selection.scope

    @property
    def features_of(self) -> Scope | None:
        """The layer whose features a file of the map would hold; None when it draws the communes alone."""
        return self.joined or (None if self.is_of_places else self.scope)

    @property
    def is_of_places(self) -> bool:
        """Whether groups are drawn, not the features themselves."""
        return bool(self.places)


def strengths(count: int) -> tuple[float, ...]:
    """Return the strength of each of ``count`` classes, in steps of a twentieth as ``hues.css`` has them."""
    if count == 1:
        return (round((LIGHTEST + STRONGEST) / 2, 2),)
    span = STRONGEST - LIGHTEST
    return tuple(round((LIGHTEST + span * step / (count - 1)) * 20) / 20 for step in range(count))


def radius(value: float, largest: float) -> float:
    """Return the radius of a symbol in pixels: areas are proportional to values, whatever their sign."""
    share: float = (abs(value) / largest) ** 0.5 if largest > 0 else 0.0
    return LARGEST_RADIUS * share


def drawing_in(answer: PanelAnswer) -> MapDrawing | None:
    """Return the map that an answer shows; None where it shows something else."""
    drawing = (answer.context or {}).get("drawing")
    return drawing if isinstance(drawing, MapDrawing) else None
