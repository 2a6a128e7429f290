"""The form of the studio, from texts to values: each fault is named by its input. ``changes`` makes a style of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from cartography.symbols import (
    EDGES,
    KEPT,
    SHAPES,
    DashForm,
    LineChoice,
    PatternForm,
    PointChoice,
    PointForm,
    SurfaceChoice,
    SymbolChoice,
    overlay_forms,
)
from interface.wording import number as written
from layers.definitions import GeometryType
from layers.errors import InvalidStyle
from layers.styles.colours import is_colour
from layers.styles.definitions import ClassMethod, ClusterKind, Heat, Labels, StyleKind
from layers.styles.documents import MAX_CLASSES, MAX_OVERLAY_VALUES, MAX_OVERLAYS, MAX_TEXT, is_text
from layers.styles.palettes import PALETTES
from layers.styles.symbols import ALL_ZOOMS, LAYER_ICON, Zooms
from styles.classification import FEWEST_CLASSES, MOST_CLASSES
from styles.pictures import pictogram

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A line of the table of classes; ``value`` is that of a category, ``low`` and ``high`` those of an interval."""

    title: str
    colour: str
    pattern: str = ""
    icon: str = ""
    value: str = ""
    low: float = 0
    high: float = 0


@dataclass(frozen=True, slots=True)
class OverlayRow:
    """What lies over the classes where ``field`` has one of ``values``; ``name`` begins the names of its inputs."""

    name: str
    field: str
    values: tuple[str, ...]
    title: str
    colour: str
    form: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class StyleInputs:
    """What the form sends. ``symbol`` is None where the symbol is kept as it was composed."""

    kind: StyleKind
    field: str
    token: str
    icon: str
    rows: tuple[ClassRow, ...]
    hides_others: bool
    method: ClassMethod
    count: int
    palette: str
    is_reversed: bool
    sizes: tuple[float, float]
    heat: Heat
    clusters: ClusterKind
    symbol: SymbolChoice | None
    labels: Labels | None
    zooms: Zooms
    rank: int
    adds: str = ""
    overlays: tuple[OverlayRow, ...] = ()
    adds_overlay: bool = False


class RefusedInputs(InvalidStyle):
    """Values of the form cannot be read; ``faults`` are the reasons by the name of their input."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        name, reason = next(iter(faults.items()))
        super().__init__(f"{name} : {reason}", parameter=name)
        self.faults = faults


class Inputs:
    """Texts of a form by name, read one by one; ``faults`` are those that could not be, in words."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts, self.faults = texts, dict[str, str]()

    def text(self, name: str, usual: str = "") -> str:
        """Return a text without the spaces around it."""
        return self.value(name, usual).strip()

    def value(self, name: str, usual: str = "") -> str:
        """Return a text as it is written."""
        found = self.texts.get(name, usual)
        if not is_text(found):
            self.faults[name] = _("%d caractères au plus, sans caractère de contrôle.") % MAX_TEXT
            return usual
        return found

    def flag(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return bool(self.texts.get(name))

    def number(self, name: str, usual: float, low: float = -1e15, high: float = 1e15) -> float:
        """Return a number, its decimals after a comma or a point."""
        text = self.texts.get(name, "").strip().replace("\u202f", "").replace("\u00a0", "")
        if not text:
            return usual
        try:
            found = float(text.replace(",", "."))
        except ValueError:
            self.faults[name] = _("« %s » n’est pas un nombre.") % text[:40]
            return usual
        if not math.isfinite(found) or not low <= found <= high:
            self.faults[name] = _("Un nombre de %(low)s à %(high)s.") % {
                "low": written(low),
                "high": written(high),
            }
            return usual
        return int(found) if found.is_integer() else found

    def whole(self, name: str, usual: int, low: int, high: int) -> int:
        """Return a whole number; another one is refused, not rounded."""
        found = self.number(name, usual, low, high)
        if not float(found).is_integer():
            self.faults[name] = _("« %s » n’est pas un nombre entier.") % written(found)
            return usual
        return int(found)

    def choice(self, name: str, kind: type[Choice], usual: Choice) -> Choice:
        """Return one of a list."""
        text = self.texts.get(name, "")
        try:
            return kind(text) if text else usual
        except ValueError:
            self.faults[name] = _("« %s » n’est pas l’un des choix.") % text[:40]
            return usual

    def one_of(self, name: str, known: Iterable[str], usual: str) -> str:
        """Return one of some names."""
        text = self.texts.get(name, "") or usual
        if text not in {*known}:
            self.faults[name] = _("« %s » n’est pas l’un des choix.") % text[:40]
            return usual
        return text

    def icon(self, name: str, usual: str = "") -> str:
        """Return the name of a pictogram; ``face`` is that of the layer."""
        found = self.text(name) or usual
        if found and found != LAYER_ICON and pictogram(found) is None:
            self.faults[name] = _("Il n’y a pas de pictogramme « %s ».") % found[:40]
            return usual
        return found

    def colour(self, name: str, usual: str) -> str:
        """Return a colour of a style: a token, a share of one, or ``#rrggbb``."""
        text = self.texts.get(name, "").strip().lower() or usual
        if not is_colour(text):
            self.faults[name] = _("« %s » n’est pas une couleur : écrivez-la comme #2b8cbe.") % text[:40]
            return usual
        return text


def style_inputs(texts: Mapping[str, str], geometry: GeometryType) -> StyleInputs:
    """Read what the form sends for a layer of a geometry.

    Raises:
        RefusedInputs: values that cannot be read, all of them, by the names of their inputs.
    """
    given = Inputs(texts)
    kind = given.choice("kind", StyleKind, StyleKind.SINGLE)
    found = StyleInputs(
        kind=kind,
        field=given.text(f"field_{kind.value}"),
        token=given.colour("token", "t-territory"),
        icon=given.icon("icon"),
        rows=_rows(given, kind),
        hides_others=given.flag("hides_others"),
        method=given.choice("method", ClassMethod, ClassMethod.QUANTILES),
        count=given.whole("count", 5, FEWEST_CLASSES, MOST_CLASSES),
        palette=given.one_of("palette", {*PALETTES, ""}, ""),
        is_reversed=given.flag("is_reversed"),
        sizes=_sizes(given),
        heat=_heat(given),
        clusters=given.choice("clusters", ClusterKind, ClusterKind.COUNT),
        symbol=_symbol(given, geometry),
        labels=_labels(given),
        zooms=_zooms(given),
        rank=given.whole("rank", 0, -1000, 1000),
        adds=given.text("add"),
        overlays=_overlays(given, geometry),
        adds_overlay=given.flag("overlay"),
    )
    if given.faults:
        raise RefusedInputs(given.faults)
    return found


def _rows(given: Inputs, kind: StyleKind) -> tuple[ClassRow, ...]:
    """Read the lines of the table of classes, in their order, without those that are taken out."""
    first = {StyleKind.CATEGORIES: "c", StyleKind.GRADUATED: "i"}.get(kind)
    if first is None:
        return ()
    count = given.whole(f"{first}_count", 0, 0, MAX_CLASSES)
    rows = [_row(given, f"{first}{at}") for at in range(count) if not given.flag(f"{first}{at}_out")]
    if kind is StyleKind.GRADUATED:
        # A class begins where the one before ends: the form asks each limit once.
        rows = [row if at == 0 else replace(row, low=rows[at - 1].high) for at, row in enumerate(rows)]
        _check_limits(given, rows)
        return tuple(rows)
    places = {row.value: at for at, row in enumerate(rows)}
    moved = given.texts.get("move", "")
    value, _sep, step = moved.rpartition(":")
    if value in places and step in {"-1", "1"}:
        at, to = places[value], places[value] + int(step)
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    return tuple(rows)


def _row(given: Inputs, name: str) -> ClassRow:
    return ClassRow(
        title=given.text(f"{name}_title"),
        colour=given.colour(f"{name}_colour", "t-territory"),
        pattern=given.one_of(f"{name}_pattern", {*PatternForm.values, KEPT, ""}, ""),
        icon=given.icon(f"{name}_icon"),
        value=given.value(f"{name}_value"),
        low=given.number(f"{name}_low", 0),
        high=given.number(f"{name}_high", 0),
    )


def _check_limits(given: Inputs, rows: list[ClassRow]) -> None:
    """Check that the classes of numbers go up."""
    for at, row in enumerate(rows):
        is_over = at + 1 < len(rows) and row.low > rows[at + 1].low
        if row.low > row.high or is_over:
            given.faults.setdefault(f"i{at}_high", _("Les limites vont en croissant."))


def _overlays(given: Inputs, geometry: GeometryType) -> tuple[OverlayRow, ...]:
    """Read what lies over the classes; a value is a box each."""
    forms = overlay_forms(geometry)
    count = given.whole("o_count", 0, 0, MAX_OVERLAYS)
    return tuple(
        OverlayRow(
            name=(name := f"o{at}"),
            field=given.text(f"{name}_field"),
            values=tuple(
                given.value(box)
                for place in range(MAX_OVERLAY_VALUES)
                if (box := f"{name}_v{place}") in given.texts
            ),
            title=given.text(f"{name}_title"),
            colour=given.colour(f"{name}_colour", "ink"),
            form=given.one_of(f"{name}_form", {*forms, KEPT}, next(iter(forms))),
            is_out=given.flag(f"{name}_out"),
        )
        for at in range(count)
    )


def _sizes(given: Inputs) -> tuple[float, float]:
    smallest, largest = given.number("smallest", 6, 1, 100), given.number("largest", 40, 2, 200)
    if smallest >= largest:
        given.faults["largest"] = _("La plus grande taille dépasse la plus petite.")
    return smallest, largest


def _heat(given: Inputs) -> Heat:
    return Heat(given.number("radius", 24, 2, 200), given.one_of("heat_palette", PALETTES, "YlOrRd"))


def _symbol(given: Inputs, geometry: GeometryType) -> SymbolChoice | None:
    if given.texts.get("symbol") == KEPT:
        return None
    readers: list[tuple[bool, Callable[[Inputs], SymbolChoice]]] = [
        (geometry.is_surface, _surface),
        (geometry in {GeometryType.LINE, GeometryType.MULTI_LINE}, _line),
        (True, _point),
    ]
    return next(read(given) for fits, read in readers if fits)


def _point(given: Inputs) -> PointChoice:
    usual = PointChoice()
    return PointChoice(
        form=given.one_of("point_form", PointForm.values, usual.form),
        shape=given.one_of("point_shape", SHAPES, usual.shape),
        size=given.number("point_size", usual.size, 3, 80),
        icon=given.icon("point_icon", usual.icon),
        rim=given.number("point_rim", usual.rim, 0, 8),
    )


def _line(given: Inputs) -> LineChoice:
    return LineChoice(
        width=given.number("line_width", 3.5, 0.5, 40),
        dash=given.one_of("line_dash", DashForm.values, DashForm.SOLID),
        casing=given.one_of("line_casing", {"", "ink", "paper"}, ""),
    )


def _surface(given: Inputs) -> SurfaceChoice:
    return SurfaceChoice(
        opacity=given.number("surface_opacity", 45, 0, 100) / 100,
        pattern=given.one_of("surface_pattern", PatternForm.values, PatternForm.NONE),
        width=given.number("surface_width", 1.2, 0, 20),
        dash=given.one_of("surface_dash", DashForm.values, DashForm.SOLID),
        edge=given.one_of("surface_edge", EDGES, "class/100"),
    )


def _labels(given: Inputs) -> Labels | None:
    if not given.flag("has_labels"):
        return None
    field = given.text("label_field")
    if not field:
        given.faults["label_field"] = _("Choisissez le champ des étiquettes.")
    return Labels(
        field=field,
        size=given.number("label_size", 12, 8, 32),
        colour=given.colour("label_colour", "ink"),
        halo=given.colour("label_halo", "paper"),
        zoom=given.number("label_zoom", 13, *ALL_ZOOMS),
        priority=given.text("label_priority"),
        decimals=given.whole("label_decimals", 0, 0, 6),
        has_unit=given.flag("label_unit"),
    )


def _zooms(given: Inputs) -> Any:
    low = given.number("zoom_from", ALL_ZOOMS[0], *ALL_ZOOMS)
    high = given.number("zoom_to", ALL_ZOOMS[1], *ALL_ZOOMS)
    if low >= high:
        given.faults["zoom_to"] = _("Le plus près vient après le plus loin.")
    return low, high
