"""The input of every style format: a layer with its style, its classes and overlays as drawn, and its scales.

An overlay is a style of one symbol, so that every format draws it as it draws categories where the rest is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import Field, GeometryType
from layers.errors import TooSlow
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.sql.limits import time_limit
from layers.styles.colours import CLASS
from layers.styles.definitions import Category, ClusterKind, NumberInterval, Overlay, Style
from layers.styles.symbols import ALL_ZOOMS, POINT_SYMBOL, Fill, LinePattern, Marker, Stroke, Symbol, Zooms
from styles.classes import classes_of
from styles.frame import default_symbol

MAX_COLOURS = 60
"""Colours of features that a document without expressions has a rule for."""
STYLE_NAME = "portail"
"""The one style of a layer, in the API and in a GeoPackage: that of the portal's own map."""
# Circumference of the Earth (EPSG:3857) over a tile of 512 px at zoom 0, with the pixel of 0.28 mm that the OGC has
# agreed on (SE 1.1.0, 10.2), and with that of 96 to the inch, which QGIS and CSS count in.
_OGC_DENOMINATOR = 559_082_264.028 / 2
_CSS_DENOMINATOR = _OGC_DENOMINATOR * 0.28 / (25.4 / 96)
_HATCHES: Symbol = (LinePattern(spacing=7, width=1.2), Stroke(width=1.2))
# Told from a line of any colour by the paper around.
_DASHES: Symbol = (
    Stroke("paper", 3.5, dash=(5, 4), cap="butt"),
    Stroke(CLASS, 1.8, dash=(5, 4), cap="butt"),
)
# Around the rim of each usual marker.
_RING: Symbol = tuple(
    Marker(size=one.size + 2 * one.stroke_width + 3, fill="", stroke=CLASS, stroke_width=2, zooms=one.zooms)
    for one in POINT_SYMBOL
    if isinstance(one, Marker)
)


@dataclass(frozen=True, slots=True)
class StyledClass:
    """A class with its symbol in its colours; ``style_class`` is None for values without a class."""

    style_class: Category | NumberInterval | None
    title: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class StyledOverlay:
    """A symbol over the classes where ``field`` has one of ``values``, in its colours."""

    field: str
    values: tuple[str, ...]
    title: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class StyledLayer:
    """A layer for another tool. ``names`` are those of its fields there, in their order.

    The style holds nothing of a field that has no name there. ``zooms`` are those of the layer's tiles, for a style
    that does not say its own; ``total`` is how many features a density is made of.
    """

    slug: str
    title: str
    geometry: GeometryType
    style: Style
    fields: tuple[Field, ...]
    names: tuple[str, ...]
    zooms: Zooms = ALL_ZOOMS
    total: int = 0

    @property
    def named(self) -> dict[str, str]:
        """The name of each field there, by its published name."""
        return {field.name: name for field, name in zip(self.fields, self.names, strict=True)}

    @property
    def classes(self) -> tuple[StyledClass, ...]:
        """The classes in their order, the rest last; a single one where the style has none."""
        style, default = self.style, default_symbol(self.style, self.geometry)
        groups = classes_of(style)
        styled = [
            StyledClass(one, str(one.title), style.symbol_of(one, default)) for one in groups.style_classes
        ]
        if groups.has_rest:
            styled.append(
                StyledClass(None, _("Autres") if styled else self.title, style.symbol_of(None, default))
            )
        return tuple(styled)

    @property
    def overlays(self) -> tuple[StyledOverlay, ...]:
        """The overlays, the lowest first."""
        style, geometry = self.style, self.geometry
        overlays_of_style = () if style.heat else style.overlays
        return tuple(
            StyledOverlay(one.field, one.values, str(one.title), overlay_symbol(style, one, geometry))
            for one in overlays_of_style
        )


def styled_layer(scope: Scope, columns: Iterable[tuple[Field, str]] | None = None) -> StyledLayer:
    """Return a scope's layer with its style; ``columns`` are the fields that the target has, and their names there.

    None: the readable fields under their own names.
    """
    pairs = list(columns) if columns is not None else [(field, field.name) for field in scope.fields]
    named_fields = {field.name for field, _name in pairs}
    return StyledLayer(
        slug=scope.slug,
        title=scope.layer.title,
        geometry=scope.definition.geometry,
        style=scope.style.readable(named_fields),
        fields=tuple(field for field, _name in pairs),
        names=tuple(name for _field, name in pairs),
        zooms=(scope.definition.min_zoom, ALL_ZOOMS[1]),
        total=density_total(scope, scope.style),
    )


def own_colours(scope: Scope) -> tuple[str, ...]:
    """Return the values of the field of colours in the rows that somebody reads: ``MAX_COLOURS`` of them at most.

    None for a style without such a field, and where they took too long: features are then drawn as the symbol is.
    """
    field = scope.style.colour_field
    if not field or field not in scope.filterable:
        return ()
    rows = select(scope, FeatureQuery()).queryset.exclude(**{field: ""}).order_by(field)
    try:
        with time_limit("tile"):
            return tuple(rows.values_list(field, flat=True).distinct()[:MAX_COLOURS])
    except TooSlow:
        return ()


def in_own_colour(symbol: Symbol, value: str) -> Symbol:
    """Return a symbol in a colour of the field of colours (``RRR-VVV-BBB``): its lines, fills and discs."""
    colour = "#{:02x}{:02x}{:02x}".format(*(min(int(level), 255) for level in value.split("-")))
    return tuple(
        replace(layer, colour=colour)
        if isinstance(layer, Fill | Stroke)
        else replace(layer, fill=colour)
        if isinstance(layer, Marker) and layer.fill
        else layer
        for layer in symbol
    )


def scale_steps(symbol: Symbol) -> tuple[Zooms, ...]:
    """Return the ranges of zooms, in order, in each of which the same layers of a symbol are drawn."""
    limits = sorted({limit for layer in symbol for limit in layer.zooms} | set(ALL_ZOOMS))
    return tuple(pairwise(limits))


def layers_at(symbol: Symbol, zooms: Zooms) -> Symbol:
    """Return the layers of a symbol that are drawn in a range of ``scale_steps``, at every zoom."""
    return tuple(
        replace(layer, zooms=ALL_ZOOMS)
        for layer in symbol
        if layer.zooms[0] <= zooms[0] and layer.zooms[1] >= zooms[1]
    )


def ogc_scales(zooms: Zooms) -> tuple[float | None, float | None]:
    """Return the smallest and largest scale denominators of zooms; None where there is no limit."""
    return _denominators(zooms, _OGC_DENOMINATOR)


def css_scales(zooms: Zooms) -> tuple[float | None, float | None]:
    """Return the same scales at 96 pixels to the inch."""
    return _denominators(zooms, _CSS_DENOMINATOR)


def _denominators(zooms: Zooms, at_zero: float) -> tuple[float | None, float | None]:
    low, high = zooms
    smallest = at_zero / 2**high if high < ALL_ZOOMS[1] else None
    largest = at_zero / 2**low if low > ALL_ZOOMS[0] else None
    return smallest, largest


def default_overlay(geometry: GeometryType) -> Symbol:
    """Return the default symbol of an overlay on a geometry: hatches, a ring around points, dashes."""
    if geometry.is_surface:
        return _HATCHES
    return _RING if geometry.is_point else _DASHES


def overlay_symbol(style: Style, overlay: Overlay, geometry: GeometryType) -> Symbol:
    """Return the symbol of an overlay in its colours."""
    alone = overlay_style(style, overlay, geometry)
    return alone.symbol_of(alone.categories[0], ())


def overlay_style(style: Style, overlay: Overlay, geometry: GeometryType) -> Style:
    """Return the style that draws an overlay alone: a category for each value, nothing else."""
    symbol = overlay.symbol or default_overlay(geometry)
    overlay_categories = tuple(
        Category(value, overlay.title, overlay.token, symbol=symbol) for value in overlay.values
    )
    return replace(
        style,
        field=overlay.field,
        categories=overlay_categories,
        intervals=(),
        proportion=None,
        heat=None,
        symbol=(),
        hides_others=True,
        clusters=ClusterKind.COUNT,
        labels=None,
        fill_opacity=1.0,
        overlays=(),
    )


def overlay_styles(style: Style, geometry: GeometryType) -> tuple[Style, ...]:
    """Return the styles of the overlays of a style, the lowest first; a density has none."""
    if style.heat:
        return ()
    return tuple(overlay_style(style, overlay, geometry) for overlay in style.overlays)


def density_total(scope: Scope, style: Style) -> int:
    """Return how many rows of a layer somebody reads, for a style that is a density.

    0 for another style, and where the count took too long: the density is then fuller than it should be.
    """
    if style.heat is None or not scope.definition.geometry.is_point:
        return 0
    try:
        return select(scope, FeatureQuery()).timed_count("tile")
    except TooSlow:
        return 0
