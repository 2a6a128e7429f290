"""A symbol as few choices, and back. A symbol that no choices say is kept as it is: see ``choice_of``."""

from __future__ import annotations

from dataclasses import dataclass

from cartography.symbols.vocabulary import DASHES, EDGES, PATTERNS, SHAPES, DashForm, PatternForm, PointForm
from layers.definitions import GeometryType
from layers.styles.colours import CLASS
from layers.styles.symbols import LAYER_ICON, POINT_SYMBOL, Fill, Marker, Stroke, Symbol, SymbolLayer

CASING = 3.0


@dataclass(frozen=True, slots=True)
class PointChoice:
    """A marker: its form, shape, size in pixels, and the pictogram in it (``face``: that of the layer)."""

    form: str = PointForm.USUAL
    shape: str = "circle"
    size: float = 11
    icon: str = LAYER_ICON
    rim: float = 1.5

    @property
    def symbol(self) -> Symbol:
        """The symbol; empty for the usual one of points."""
        if self.form == PointForm.USUAL:
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
        found = (*inside, *PATTERNS[self.pattern], *edge)
        return found or (Fill(CLASS, 0),)


SymbolChoice = PointChoice | LineChoice | SurfaceChoice


def usual_choice(geometry: GeometryType) -> SymbolChoice:
    """Return the choices that draw a geometry as when nobody chose."""
    if geometry.is_surface:
        return SurfaceChoice()
    return LineChoice() if _is_line(geometry) else PointChoice()


def choice_of(symbol: Symbol, geometry: GeometryType) -> SymbolChoice | None:
    """Return the choices that make a symbol; None when none do: it was composed elsewhere, and is kept as it is."""
    usual = usual_choice(geometry)
    if not symbol or symbol in (usual.symbol, POINT_SYMBOL):
        return usual
    match usual:
        case PointChoice():
            found: SymbolChoice | None = _point(symbol)
        case LineChoice():
            found = _line(symbol)
        case _:
            found = _surface(symbol)
    # What a choice leaves out (an angle, zooms, a cap) shows in what it writes.
    return found if found is not None and found.symbol == symbol else None


def with_pattern(symbol: Symbol, pattern: str, geometry: GeometryType) -> Symbol | None:
    """Return a symbol of surfaces with a pattern; None where its choices are not known."""
    found = choice_of(symbol, geometry)
    if not isinstance(found, SurfaceChoice):
        return None
    return SurfaceChoice(found.opacity, pattern, found.width, found.dash, found.edge).symbol


def _is_line(geometry: GeometryType) -> bool:
    return geometry in {GeometryType.LINE, GeometryType.MULTI_LINE}


def _dash(lengths: tuple[float, ...]) -> str | None:
    return next((name for name, known in DASHES.items() if known == tuple(lengths)), None)


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
