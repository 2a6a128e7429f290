"""Choices of the form: kinds that suit the layer, fields that suit a kind, palettes with their colour vision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cartography.classes.queries import is_listed, is_measured, suitability
from cartography.studio.warnings import VISIONS
from layers.access import Scope
from layers.definitions import Field, FieldType, GeometryType, Text
from layers.styles.definitions import Style, StyleKind
from layers.styles.palettes import PALETTES, Palette, PaletteKind
from layers.vocabulary import STYLE_KINDS
from styles.colours import CLEARLY_APART, Vision, simulated, smallest_difference

SWATCHES = 5


@dataclass(frozen=True, slots=True)
class KindCard:
    """A kind of style as the form offers it; ``reason`` says why it does not suit the layer."""

    value: str
    title: Text
    is_chosen: bool
    is_offered: bool


@dataclass(frozen=True, slots=True)
class StyleChoice:
    """One of a list."""

    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PaletteCard:
    """A palette: a few of its colours, and whether its classes stay apart in every vision."""

    name: str
    title: Text
    colours: tuple[str, ...]
    is_chosen: bool
    is_safe: bool


@dataclass(frozen=True, slots=True)
class SimulatedColours:
    """Colours as a vision sees them, and the least difference between two."""

    title: Text
    colours: tuple[str, ...]
    gap: int
    is_apart: bool


_FITS = {
    StyleKind.CATEGORIES: is_listed,
    StyleKind.GRADUATED: is_measured,
    StyleKind.PROPORTIONAL: is_measured,
    StyleKind.HEAT: is_measured,
}


def kinds(scope: Scope, style: Style) -> list[KindCard]:
    """Return the kinds, those that suit the layer first offered."""
    return [
        KindCard(kind.value, title, kind is style.kind, suits(scope, kind))
        for kind, title in STYLE_KINDS.items()
    ]


def suits(scope: Scope, kind: StyleKind) -> bool:
    """Whether a layer may be drawn so: by its geometry, and by the fields that its visitor reads."""
    geometry = scope.definition.geometry
    if kind is StyleKind.HEAT:
        return geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}
    return kind is StyleKind.SINGLE or any(_FITS[kind](field) for field in scope.fields)


def field_choices(scope: Scope, kind: StyleKind, chosen: str) -> list[StyleChoice]:
    """Return the fields that suit a kind, those that suit it best first."""
    choices = [field for field in scope.fields if _FITS[kind](field)]
    return _choices(sorted(choices, key=suitability(kind)), chosen)


def listed_choices(scope: Scope, chosen: str) -> list[StyleChoice]:
    """Return the fields whose values may be chosen, code lists first."""
    return field_choices(scope, StyleKind.CATEGORIES, chosen)


def label_choices(scope: Scope, chosen: str) -> list[StyleChoice]:
    """Return the fields that labels may show: the title of features first."""
    choices = [field for field in scope.fields if field.type is not FieldType.TEXTS]
    choices.sort(key=lambda field: field.name != scope.definition.title_field)
    return _choices(choices, chosen)


def priority_choices(scope: Scope, chosen: str) -> list[StyleChoice]:
    """Return the fields that may say which label stays."""
    return _choices([field for field in scope.fields if is_measured(field)], chosen)


def _choices(fields: Iterable[Field], chosen: str) -> list[StyleChoice]:
    return [StyleChoice(field.name, _titled(field), field.name == chosen) for field in fields]


def _titled(field: Field) -> str:
    title = str(field.title)
    return f"{title[:1].upper()}{title[1:]}" + (f" ({field.unit})" if field.unit else "")


def palette_cards(style: Style) -> list[PaletteCard]:
    """Return the palettes that suit the classes of a style: of order for numbers, without for values."""
    is_ordered = bool(style.intervals)
    count = len(style.intervals or style.categories)
    return [
        PaletteCard(
            palette.name,
            palette.title,
            palette.colours(SWATCHES if is_ordered else min(max(count, 3), 7)),
            palette.name == style.palette,
            _is_safe(palette.name, count),
        )
        for palette in PALETTES.values()
        if (palette.kind is not PaletteKind.QUALITATIVE) == is_ordered
    ]


def heat_cards(chosen: str) -> list[PaletteCard]:
    """Return the palettes of a map of heat."""
    return [
        PaletteCard(
            palette.name, palette.title, palette.colours(SWATCHES), palette.name == chosen, is_safe=True
        )
        for palette in PALETTES.values()
        if palette.kind is PaletteKind.SEQUENTIAL
    ]


def simulated_colours(colours: tuple[str, ...]) -> list[SimulatedColours]:
    """Return colours as each vision but the usual one sees them."""
    return [
        SimulatedColours(
            title,
            tuple(simulated(colour, vision) for colour in colours),
            gap := round((smallest_difference(colours, vision) or (0.0, (0, 0)))[0]),
            gap >= CLEARLY_APART,
        )
        for vision, title in VISIONS.items()
        if vision is not Vision.NORMAL
    ]


@lru_cache(maxsize=512)
def _is_safe(name: str, count: int) -> bool:
    palette: Palette = PALETTES[name]
    colours = palette.colours(max(count, 2))
    return all((smallest_difference(colours, vision) or (0.0,))[0] >= CLEARLY_APART for vision in Vision)
