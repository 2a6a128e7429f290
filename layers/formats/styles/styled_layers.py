"""What every format of styles starts from: a layer with its style, its classes as drawn, and the scales of zooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import Field, GeometryType
from layers.formats.styles.buckets import usual_symbol
from layers.formats.styles.class_expressions import classes_of
from layers.formats.styles.overlays import overlay_symbol
from layers.formats.styles.totals import density_total
from layers.styles.definitions import Category, NumberInterval, Style
from layers.styles.symbols import ALL_ZOOMS, Symbol, Zooms

STYLE_NAME = "portail"
"""The one style of a layer, in the API and in a GeoPackage: that of the portal's own map."""
# Circumference of the Earth (EPSG:3857) over a tile of 512 px at zoom 0, with the pixel of 0.28 mm that the OGC has
# agreed on (SE 1.1.0, 10.2), and with that of 96 to the inch, which QGIS and CSS count in.
_OGC_DENOMINATOR = 559_082_264.028 / 2
_CSS_DENOMINATOR = _OGC_DENOMINATOR * 0.28 / (25.4 / 96)


@dataclass(frozen=True, slots=True)
class DrawnClass:
    """A class with its symbol in its colours; ``found`` is None for what is in no class, or where there is none."""

    found: Category | NumberInterval | None
    title: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class DrawnOverlay:
    """What lies over the classes where ``field`` has one of ``values``, in its colours."""

    field: str
    values: tuple[str, ...]
    title: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class StyledLayer:
    """A layer that another tool is to draw. ``names`` are what its fields are called there, in their order.

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
        """What each field is called there, by its published name."""
        return {field.name: name for field, name in zip(self.fields, self.names, strict=True)}

    @property
    def classes(self) -> tuple[DrawnClass, ...]:
        """The classes in their order, what is in none of them last; one where the style has none."""
        style, usual = self.style, usual_symbol(self.style, self.geometry)
        found = classes_of(style)
        drawn = [DrawnClass(one, str(one.title), style.symbol_of(one, usual)) for one in found.found]
        if found.has_rest:
            drawn.append(DrawnClass(None, _("Autres") if drawn else self.title, style.symbol_of(None, usual)))
        return tuple(drawn)

    @property
    def overlays(self) -> tuple[DrawnOverlay, ...]:
        """What lies over the classes, the lowest first."""
        style, geometry = self.style, self.geometry
        said = () if style.heat else style.overlays
        return tuple(
            DrawnOverlay(one.field, one.values, str(one.title), overlay_symbol(style, one, geometry))
            for one in said
        )


def styled_layer(scope: Scope, columns: Iterable[tuple[Field, str]] | None = None) -> StyledLayer:
    """Return a scope's layer with its style; ``columns`` are the fields that the target has, and their names there.

    None: the readable fields under their own names.
    """
    pairs = list(columns) if columns is not None else [(field, field.name) for field in scope.fields]
    known = {field.name for field, _name in pairs}
    return StyledLayer(
        slug=scope.slug,
        title=scope.layer.title,
        geometry=scope.definition.geometry,
        style=scope.style.readable(known),
        fields=tuple(field for field, _name in pairs),
        names=tuple(name for _field, name in pairs),
        zooms=(scope.definition.min_zoom, ALL_ZOOMS[1]),
        total=density_total(scope, scope.style),
    )


def scale_steps(symbol: Symbol) -> tuple[Zooms, ...]:
    """Return the ranges of zooms, in order, in each of which the same layers of a symbol are drawn."""
    limits = sorted({limit for layer in symbol for limit in layer.zooms} | set(ALL_ZOOMS))
    return tuple(pairwise(limits))


def drawn_at(symbol: Symbol, zooms: Zooms) -> Symbol:
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
    """Return the same for who counts 96 pixels to the inch."""
    return _denominators(zooms, _CSS_DENOMINATOR)


def _denominators(zooms: Zooms, at_zero: float) -> tuple[float | None, float | None]:
    low, high = zooms
    smallest = at_zero / 2**high if high < ALL_ZOOMS[1] else None
    largest = at_zero / 2**low if low > ALL_ZOOMS[0] else None
    return smallest, largest
