"""Symbols as few choices, for people who compose none: read from a symbol, written as one.

A symbol that no choices make is left as it is: see ``choice_of``. The first form of each list is the default one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from layers.definitions import GeometryType, Text
from layers.styles.colours import CLASS
from layers.styles.symbols import (
    LAYER_ICON,
    POINT_SYMBOL,
    Fill,
    LinePattern,
    Marker,
    PointPattern,
    Stroke,
    Symbol,
    SymbolLayer,
)
from styles.styled_layers import default_overlay

SHAPES = {
    "circle": _("Rond"),
    "square": _("Carré"),
    "triangle": _("Triangle"),
    "diamond": _("Losange"),
    "hexagon": _("Hexagone"),
    "star": _("Étoile"),
}
EDGES = {
    "class/100": _("De la classe"),
    "ink": _("Encre"),
    "paper": _("Papier"),
}
CASING = 3.0
# A symbol that was composed elsewhere, in the forms of the studio.
UNCHANGED = "kept"
_EDGE = Stroke(width=1.2)


class PointForm(TextChoices):
    """How a point is drawn."""

    DEFAULT = "usual", _("Point de loin, pictogramme de près")
    DOT = "dot", _("Point, à tous les zooms")
    PICTOGRAM = "pictogram", _("Pictogramme, à tous les zooms")


class DashForm(TextChoices):
    """How a line is dashed; the lengths are in ``DASHES``."""

    SOLID = "solid", _("Continu")
    DASHED = "dashed", _("Tirets")
    DOTTED = "dotted", _("Pointillés")
    MIXED = "mixed", _("Tiret et point")


class PatternForm(TextChoices):
    """The patterns of surfaces."""

    NONE = "none", _("Aucun")
    RISING = "rising", _("Hachures montantes")
    FALLING = "falling", _("Hachures descendantes")
    CROSSED = "crossed", _("Hachures croisées")
    HORIZONTAL = "horizontal", _("Lignes horizontales")
    DOTS = "dots", _("Points")


DASHES: dict[str, tuple[float, ...]] = {
    DashForm.SOLID: (),
    DashForm.DASHED: (6, 4),
    DashForm.DOTTED: (1, 3),
    DashForm.MIXED: (8, 3, 1, 3),
}
PATTERNS: dict[str, tuple[SymbolLayer, ...]] = {
    PatternForm.NONE: (),
    PatternForm.RISING: (LinePattern(spacing=7, angle=45, width=1.2),),
    PatternForm.FALLING: (LinePattern(spacing=7, angle=135, width=1.2),),
    PatternForm.CROSSED: (
        LinePattern(spacing=8, angle=45, width=1.2),
        LinePattern(spacing=8, angle=135, width=1.2),
    ),
    PatternForm.HORIZONTAL: (LinePattern(spacing=6, angle=0, width=1.2),),
    PatternForm.DOTS: (
        PointPattern(Marker(size=2.4, fill="class/100", stroke="", stroke_width=0), 7, 7, is_staggered=True),
    ),
}


@dataclass(frozen=True, slots=True)
class PointChoice:
    """A marker: its form, shape, size in pixels, and the pictogram in it (``LAYER_ICON``: the layer's own)."""

    form: str = PointForm.DEFAULT
    shape: str = "circle"
    size: float = 11
    icon: str = LAYER_ICON
    rim: float = 1.5

    @property
    def symbol(self) -> Symbol:
        """The symbol; empty for the usual one of points."""
        if self.form == PointForm.DEFAULT:
            return ()
        icon = self.icon if self.form == PointForm.PICTOGRAM else ""
        return (Marker(self.shape, self.size, stroke_width=self.rim, icon=icon),)


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A line: its width and casing in pixels, its dashes. A casing of 0 is none."""

    width: float = 3.5
    dash: str = DashForm.SOLID
    casing: str = ""

    @property
    def symbol(self) -> Symbol:
        """The symbol."""
        below = (Stroke(self.casing, self.width + CASING),) if self.casing else ()
        cap = "round" if self.dash in {DashForm.SOLID, DashForm.DOTTED} else "butt"
        return (*below, Stroke(CLASS, self.width, dash=DASHES[self.dash], cap=cap))


@dataclass(frozen=True, slots=True)
class SurfaceChoice:
    """A surface: the opacity of its inside, its pattern, its edge (a width of 0 is none)."""

    opacity: float = 0.45
    pattern: str = PatternForm.NONE
    width: float = 1.2
    dash: str = DashForm.SOLID
    edge: str = "class/100"

    @property
    def symbol(self) -> Symbol:
        """The symbol."""
        inside = (Fill(CLASS, self.opacity),) if self.opacity else ()
        edge = (Stroke(self.edge, self.width, dash=DASHES[self.dash]),) if self.width else ()
        layers = (*inside, *PATTERNS[self.pattern], *edge)
        return layers or (Fill(CLASS, 0),)


SymbolChoice = PointChoice | LineChoice | SurfaceChoice


def default_choice(geometry: GeometryType) -> SymbolChoice:
    """Return the choices that draw a geometry as when nobody chose."""
    if geometry.is_surface:
        return SurfaceChoice()
    return LineChoice() if _is_line(geometry) else PointChoice()


def choice_of(symbol: Symbol, geometry: GeometryType) -> SymbolChoice | None:
    """Return the choices that make a symbol; None when none do: it was composed elsewhere, and is kept as it is."""
    default = default_choice(geometry)
    if not symbol or symbol in (default.symbol, POINT_SYMBOL):
        return default
    match default:
        case PointChoice():
            choice: SymbolChoice | None = _point(symbol)
        case LineChoice():
            choice = _line(symbol)
        case _:
            choice = _surface(symbol)
    # What a choice leaves out (an angle, zooms, a cap) shows in what it writes.
    return choice if choice is not None and choice.symbol == symbol else None


def with_pattern(symbol: Symbol, pattern: str, geometry: GeometryType) -> Symbol | None:
    """Return a symbol of surfaces with a pattern; None where its choices are not known."""
    choice = choice_of(symbol, geometry)
    if not isinstance(choice, SurfaceChoice):
        return None
    return SurfaceChoice(choice.opacity, pattern, choice.width, choice.dash, choice.edge).symbol


def _is_line(geometry: GeometryType) -> bool:
    return geometry in {GeometryType.LINE, GeometryType.MULTI_LINE}


def _dash(lengths: tuple[float, ...]) -> str | None:
    return next((name for name, pattern in DASHES.items() if pattern == tuple(lengths)), None)


def _point(symbol: Symbol) -> PointChoice | None:
    match symbol:
        case (Marker() as marker,) if marker.shape in SHAPES:
            form = PointForm.PICTOGRAM if marker.icon else PointForm.DOT
            return PointChoice(
                form, marker.shape, marker.size, marker.icon or LAYER_ICON, marker.stroke_width
            )
    return None


def _line(symbol: Symbol) -> LineChoice | None:
    *below, last = symbol
    if not isinstance(last, Stroke) or (dash := _dash(last.dash)) is None:
        return None
    match below:
        case []:
            return LineChoice(last.width, dash)
        case [Stroke() as casing]:
            return LineChoice(last.width, dash, casing.colour)
    return None


def _surface(symbol: Symbol) -> SurfaceChoice | None:
    rest: list[SymbolLayer] = list(symbol)
    inside = rest.pop(0) if rest and isinstance(rest[0], Fill) else None
    edge = rest.pop() if rest and isinstance(rest[-1], Stroke) else None
    pattern = next((name for name, layers in PATTERNS.items() if layers == tuple(rest)), None)
    if pattern is None:
        return None
    opacity = inside.opacity if isinstance(inside, Fill) else 0
    if not isinstance(edge, Stroke):
        return SurfaceChoice(opacity, pattern, 0)
    dash = _dash(edge.dash)
    if dash is None or edge.colour not in EDGES:
        return None
    return SurfaceChoice(opacity, pattern, edge.width, dash, edge.colour)


def overlay_forms(geometry: GeometryType) -> dict[str, Text]:
    """Return the forms that suit a geometry, by their names."""
    if geometry.is_surface:
        return {form.value: form.label for form in PatternForm if form is not PatternForm.NONE}
    if geometry.is_point:
        return {"ring": _("Anneau"), "square": _("Cadre"), "diamond": _("Losange")}
    return {"dashed": _("Tirets"), "dotted": _("Pointillés"), "core": _("Filet")}


def form_symbol(form: str, geometry: GeometryType) -> Symbol:
    """Return the symbol of a form; empty for the usual one."""
    if form == next(iter(overlay_forms(geometry))):
        return ()
    if geometry.is_surface:
        return (*PATTERNS[form], _EDGE)
    if geometry.is_point:
        return tuple(
            replace(layer, shape=form, size=layer.size + (6 if form == "diamond" else 0))
            for layer in default_overlay(geometry)
            if isinstance(layer, Marker)
        )
    return (Stroke(CLASS, 1.8, dash=(0.1, 4)) if form == "dotted" else Stroke(CLASS, 1.4),)


def form_of(symbol: Symbol, geometry: GeometryType) -> str:
    """Return the form of a symbol; ``UNCHANGED`` for one that was composed elsewhere."""
    default = default_overlay(geometry)
    text = () if symbol == default else symbol
    return next((form for form in overlay_forms(geometry) if form_symbol(form, geometry) == text), UNCHANGED)
