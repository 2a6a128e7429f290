"""A style: the face of a layer, and how its features are drawn and named. Frozen values.

A coded layer declares a ``Style`` in its catalogue; a document (``Layer.style``) replaces parts of it:
``layers.styles.documents``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum

from django.utils.functional import Promise

from layers.styles.symbols import ALL_ZOOMS, LAYER_ICON, Fill, Marker, Symbol, Zooms, coloured

Text = str | Promise


class StyleKind(Enum):
    """How the style distinguishes features: by category, interval, size…"""

    SINGLE = "single"
    CATEGORIES = "categories"
    GRADUATED = "graduated"
    PROPORTIONAL = "proportional"
    HEAT = "heat"


class ClassMethod(Enum):
    """How the limits of graduated classes were found."""

    QUANTILES = "quantiles"
    EQUAL = "equal"
    JENKS = "jenks"
    MANUAL = "manual"


class ClusterKind(Enum):
    """The symbol of a cluster of points: a disc with their count, a small pie of their categories."""

    COUNT = "count"
    PIE = "pie"


@dataclass(frozen=True, slots=True)
class Category:
    """A value of the style's field: its colour, mixed with the paper by ``strength`` (0 to 1).

    ``symbol`` draws it instead of the symbol of the style.
    """

    value: str
    title: Text
    token: str
    strength: float = 1.0
    symbol: Symbol = ()


@dataclass(frozen=True, slots=True)
class NumberInterval:
    """A class of numbers: from ``low`` up to ``high`` excluded, included in the last class."""

    low: float
    high: float
    title: Text
    token: str
    strength: float = 1.0
    symbol: Symbol = ()


@dataclass(frozen=True, slots=True)
class Proportion:
    """Symbols whose area grows with a field: ``low`` is drawn ``smallest`` pixels across, ``high`` ``largest``.

    Lines grow in width instead.
    """

    low: float
    high: float
    smallest: float = 6
    largest: float = 40


@dataclass(frozen=True, slots=True)
class Heat:
    """Density of points: each spreads over ``radius`` pixels, with the weight of a field when the style names one.

    ``palette`` is a sequential one of ``layers.styles.palettes``.
    """

    radius: float = 24
    palette: str = "YlOrRd"


@dataclass(frozen=True, slots=True)
class Labels:
    """Names on the map: the value of ``field``, from ``zoom``, ``size`` pixels high, in a halo.

    Where labels meet, the one with the largest value of ``priority`` stays; empty: as they come. Numbers are rounded to
    ``decimals``; ``has_unit`` adds the unit of the field. ``is_complete``: of surfaces none is without its label, which
    lies over another one where there is no room beside it, but never under the name of a commune.

    Of points, ``angle_field`` turns each text (degrees, anticlockwise), which then begins at its point, and
    ``size_field`` has its size in points (1/72 inch); without a value a text is level, or of ``size``.
    """

    field: str
    size: float = 12
    colour: str = "ink"
    halo: str = "paper"
    zoom: float = 13
    priority: str = ""
    decimals: int = 0
    has_unit: bool = False
    is_complete: bool = False
    size_field: str = ""
    angle_field: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that labels need, without repetition: that of their text first."""
        names = (self.field, self.priority, self.size_field, self.angle_field)
        return tuple(dict.fromkeys(name for name in names if name))

    def readable(self, names: Collection[str]) -> Labels | None:
        """Return the labels without the parts that name other fields than these; None without their text."""
        if self.field not in names:
            return None
        priority, size, angle = (
            name if name in names else "" for name in (self.priority, self.size_field, self.angle_field)
        )
        return replace(self, priority=priority, size_field=size, angle_field=angle)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A symbol over those of the classes, where ``field`` has one of ``values``: for example hatches on priorities.

    ``token`` is the colour of its classes of colour; an empty symbol is the usual one: hatches, a ring, dashes.
    """

    field: str
    values: tuple[str, ...]
    title: Text
    token: str = "ink"  # noqa: S105 (a colour)
    symbol: Symbol = ()


@dataclass(frozen=True, slots=True)
class Style:
    """How a layer is drawn. ``token`` and ``icon`` are its face: colour and pictogram on every list, chip and legend.

    ``field`` is that of categories, intervals, proportion or weight. ``symbol`` draws each feature, in the colour of
    its class; empty: the usual one of the geometry. What is in no class is drawn as ``symbol`` in the colour of the
    face unless ``hides_others``. ``method`` and ``palette`` record how classes were made. ``zooms`` replace those of
    the definition; ``rank`` orders layers that nobody ordered, the lowest drawn first. ``fill_opacity`` from 0 to 1
    is a share of that of every fill: so that lower layers show through the symbols of a standard. ``overlays`` are
    drawn over classes and sizes, the first one lowest; a density has none. ``colour_field`` has a colour of each
    feature (``RRR-VVV-BBB``, 000 to 255), in which its lines, fills, discs and labels are drawn instead of that of
    the symbol.
    """

    token: str
    icon: str
    field: str = ""
    categories: tuple[Category, ...] = ()
    intervals: tuple[NumberInterval, ...] = ()
    proportion: Proportion | None = None
    heat: Heat | None = None
    symbol: Symbol = ()
    hides_others: bool = False
    method: ClassMethod = ClassMethod.MANUAL
    palette: str = ""
    clusters: ClusterKind = ClusterKind.PIE
    labels: Labels | None = None
    zooms: Zooms = ALL_ZOOMS
    rank: int = 0
    fill_opacity: float = 1.0
    overlays: tuple[Overlay, ...] = ()
    colour_field: str = ""

    @property
    def kind(self) -> StyleKind:
        """What the drawing depends on."""
        if self.heat:
            return StyleKind.HEAT
        if self.proportion:
            return StyleKind.PROPORTIONAL
        if self.intervals:
            return StyleKind.GRADUATED
        return StyleKind.CATEGORIES if self.field and self.categories else StyleKind.SINGLE

    @property
    def symbol_fields(self) -> tuple[str, ...]:
        """The names of the fields that symbols need, without repetition: all but those of labels."""
        over = () if self.heat else self.overlays
        names = (self.field, self.colour_field, *(one.field for one in over))
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that drawing needs, without repetition."""
        labels = self.labels.fields if self.labels else ()
        overlays = (one.field for one in self.overlays)
        names = (self.field, self.colour_field, *overlays, *labels)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """All symbols of the style: its own, those of classes, those of overlays; empty ones among them."""
        parts: tuple[Category | NumberInterval | Overlay, ...] = (
            *self.categories,
            *self.intervals,
            *self.overlays,
        )
        return (self.symbol, *(part.symbol for part in parts))

    @property
    def icons(self) -> tuple[str, ...]:
        """The names of the pictograms that drawing needs, without repetition: that of the face first."""
        markers = [getattr(layer, "marker", layer) for symbol in self.symbols for layer in symbol]
        named = [marker.icon for marker in markers if isinstance(marker, Marker)]
        return tuple(dict.fromkeys(name for name in (self.icon, *named) if name not in {"", LAYER_ICON}))

    def symbol_of(self, style_class: Category | NumberInterval | None, default: Symbol) -> Symbol:
        """Return the symbol of a class in its colours, of the rest for None; ``default`` is that of the geometry."""
        symbol = (style_class.symbol if style_class else ()) or self.symbol or default
        if style_class is None:
            return coloured(self._thinned(symbol), self.token)
        return coloured(self._thinned(symbol), style_class.token, style_class.strength)

    def _thinned(self, symbol: Symbol) -> Symbol:
        if self.fill_opacity == 1:
            return symbol
        share = self.fill_opacity
        return tuple(
            replace(layer, opacity=round(layer.opacity * share, 3)) if isinstance(layer, Fill) else layer
            for layer in symbol
        )

    def readable(self, names: Collection[str]) -> Style:
        """Return the style without the parts that name other fields than these; itself where it names none."""
        if all(name in names for name in self.fields):
            return self
        style = replace(self, overlays=tuple(one for one in self.overlays if one.field in names))
        if style.field and style.field not in names:
            style = replace(style, field="", categories=(), intervals=(), proportion=None, hides_others=False)
        if style.colour_field not in names:
            style = replace(style, colour_field="")
        return replace(style, labels=style.labels.readable(names)) if style.labels else style
