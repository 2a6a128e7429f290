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
    SHAPES,
    UNCHANGED,
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
from styles.classification import MAX_INTERVALS, MIN_INTERVALS
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
    """An overlay where ``field`` has one of ``values``; ``name`` begins the names of its inputs."""

    name: str
    field: str
    values: tuple[str, ...]
    title: str
    colour: str
    form: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class StyleInputs:
    """The values of the form. ``symbol`` is None where the composed symbol is unchanged."""

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

    def text(self, name: str, default: str = "") -> str:
        """Return a text without the spaces around it."""
        return self.value(name, default).strip()

    def value(self, name: str, default: str = "") -> str:
        """Return a text as it is written."""
        result = self.texts.get(name, default)
        if not is_text(result):
            self.faults[name] = _("%d caractères au plus, sans caractère de contrôle.") % MAX_TEXT
            return default
        return result

    def flag(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return bool(self.texts.get(name))

    def number(self, name: str, default: float, low: float = -1e15, high: float = 1e15) -> float:
        """Return a number, its decimals after a comma or a point."""
        text = self.texts.get(name, "").strip().replace("\u202f", "").replace("\u00a0", "")
        if not text:
            return default
        try:
            result = float(text.replace(",", "."))
        except ValueError:
            self.faults[name] = _("« %s » n’est pas un nombre.") % text[:40]
            return default
        if not math.isfinite(result) or not low <= result <= high:
            self.faults[name] = _("Un nombre de %(low)s à %(high)s.") % {
                "low": written(low),
                "high": written(high),
            }
            return default
        return int(result) if result.is_integer() else result

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number; another one is refused, not rounded."""
        result = self.number(name, default, low, high)
        if not float(result).is_integer():
            self.faults[name] = _("« %s » n’est pas un nombre entier.") % written(result)
            return default
        return int(result)

    def choice(self, name: str, kind: type[Choice], default: Choice) -> Choice:
        """Return one of a list."""
        text = self.texts.get(name, "")
        try:
            return kind(text) if text else default
        except ValueError:
            self.faults[name] = _("« %s » n’est pas l’un des choix.") % text[:40]
            return default

    def one_of(self, name: str, allowed: Iterable[str], default: str) -> str:
        """Return one of some names."""
        text = self.texts.get(name, "") or default
        if text not in {*allowed}:
            self.faults[name] = _("« %s » n’est pas l’un des choix.") % text[:40]
            return default
        return text

    def icon(self, name: str, default: str = "") -> str:
        """Return the name of a pictogram; ``LAYER_ICON`` is that of the layer."""
        result = self.text(name) or default
        if result and result != LAYER_ICON and pictogram(result) is None:
            self.faults[name] = _("Il n’y a pas de pictogramme « %s ».") % result[:40]
            return default
        return result

    def colour(self, name: str, default: str) -> str:
        """Return a colour of a style: a token, a share of one, or ``#rrggbb``."""
        text = self.texts.get(name, "").strip().lower() or default
        if not is_colour(text):
            self.faults[name] = _("« %s » n’est pas une couleur : écrivez-la comme #2b8cbe.") % text[:40]
            return default
        return text


def style_inputs(texts: Mapping[str, str], geometry: GeometryType) -> StyleInputs:
    """Read the values of the form for a layer of a geometry.

    Raises:
        RefusedInputs: values that cannot be read, all of them, by the names of their inputs.
    """
    form = Inputs(texts)
    kind = form.choice("kind", StyleKind, StyleKind.SINGLE)
    inputs = StyleInputs(
        kind=kind,
        field=form.text(f"field_{kind.value}"),
        token=form.colour("token", "t-territory"),
        icon=form.icon("icon"),
        rows=_rows(form, kind),
        hides_others=form.flag("hides_others"),
        method=form.choice("method", ClassMethod, ClassMethod.QUANTILES),
        count=form.integer("count", 5, MIN_INTERVALS, MAX_INTERVALS),
        palette=form.one_of("palette", {*PALETTES, ""}, ""),
        is_reversed=form.flag("is_reversed"),
        sizes=_sizes(form),
        heat=_heat(form),
        clusters=form.choice("clusters", ClusterKind, ClusterKind.PIE),
        symbol=_symbol(form, geometry),
        labels=_labels(form),
        zooms=_zooms(form),
        rank=form.integer("rank", 0, -1000, 1000),
        adds=form.text("add"),
        overlays=_overlays(form, geometry),
        adds_overlay=form.flag("overlay"),
    )
    if form.faults:
        raise RefusedInputs(form.faults)
    return inputs


def _rows(inputs: Inputs, kind: StyleKind) -> tuple[ClassRow, ...]:
    """Read the lines of the table of classes, in their order, without those that are taken out."""
    first = {StyleKind.CATEGORIES: "c", StyleKind.GRADUATED: "i"}.get(kind)
    if first is None:
        return ()
    count = inputs.integer(f"{first}_count", 0, 0, MAX_CLASSES)
    rows = [_row(inputs, f"{first}{at}") for at in range(count) if not inputs.flag(f"{first}{at}_out")]
    if kind is StyleKind.GRADUATED:
        # A class begins where the one before ends: the form asks each limit once.
        rows = [row if at == 0 else replace(row, low=rows[at - 1].high) for at, row in enumerate(rows)]
        _check_limits(inputs, rows)
        return tuple(rows)
    indexes = {row.value: at for at, row in enumerate(rows)}
    moved = inputs.texts.get("move", "")
    value, _sep, step = moved.rpartition(":")
    if value in indexes and step in {"-1", "1"}:
        at, to = indexes[value], indexes[value] + int(step)
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    return tuple(rows)


def _row(inputs: Inputs, name: str) -> ClassRow:
    return ClassRow(
        title=inputs.text(f"{name}_title"),
        colour=inputs.colour(f"{name}_colour", "t-territory"),
        pattern=inputs.one_of(f"{name}_pattern", {*PatternForm.values, UNCHANGED, ""}, ""),
        icon=inputs.icon(f"{name}_icon"),
        value=inputs.value(f"{name}_value"),
        low=inputs.number(f"{name}_low", 0),
        high=inputs.number(f"{name}_high", 0),
    )


def _check_limits(inputs: Inputs, rows: list[ClassRow]) -> None:
    """Check that the classes of numbers go up."""
    for at, row in enumerate(rows):
        is_over = at + 1 < len(rows) and row.low > rows[at + 1].low
        if row.low > row.high or is_over:
            inputs.faults.setdefault(f"i{at}_high", _("Les limites vont en croissant."))


def _overlays(inputs: Inputs, geometry: GeometryType) -> tuple[OverlayRow, ...]:
    """Read the overlays; each value has a checkbox."""
    forms = overlay_forms(geometry)
    count = inputs.integer("o_count", 0, 0, MAX_OVERLAYS)
    return tuple(
        OverlayRow(
            name=(name := f"o{at}"),
            field=inputs.text(f"{name}_field"),
            values=tuple(
                inputs.value(box)
                for index in range(MAX_OVERLAY_VALUES)
                if (box := f"{name}_v{index}") in inputs.texts
            ),
            title=inputs.text(f"{name}_title"),
            colour=inputs.colour(f"{name}_colour", "ink"),
            form=inputs.one_of(f"{name}_form", {*forms, UNCHANGED}, next(iter(forms))),
            is_out=inputs.flag(f"{name}_out"),
        )
        for at in range(count)
    )


def _sizes(inputs: Inputs) -> tuple[float, float]:
    smallest, largest = inputs.number("smallest", 6, 1, 100), inputs.number("largest", 40, 2, 200)
    if smallest >= largest:
        inputs.faults["largest"] = _("La plus grande taille dépasse la plus petite.")
    return smallest, largest


def _heat(inputs: Inputs) -> Heat:
    return Heat(inputs.number("radius", 24, 2, 200), inputs.one_of("heat_palette", PALETTES, "YlOrRd"))


def _symbol(inputs: Inputs, geometry: GeometryType) -> SymbolChoice | None:
    if inputs.texts.get("symbol") == UNCHANGED:
        return None
    readers: list[tuple[bool, Callable[[Inputs], SymbolChoice]]] = [
        (geometry.is_surface, _surface),
        (geometry in {GeometryType.LINE, GeometryType.MULTI_LINE}, _line),
        (True, _point),
    ]
    return next(read(inputs) for fits, read in readers if fits)


def _point(inputs: Inputs) -> PointChoice:
    default = PointChoice()
    return PointChoice(
        form=inputs.one_of("point_form", PointForm.values, default.form),
        shape=inputs.one_of("point_shape", SHAPES, default.shape),
        size=inputs.number("point_size", default.size, 3, 80),
        icon=inputs.icon("point_icon", default.icon),
        rim=inputs.number("point_rim", default.rim, 0, 8),
    )


def _line(inputs: Inputs) -> LineChoice:
    return LineChoice(
        width=inputs.number("line_width", 3.5, 0.5, 40),
        dash=inputs.one_of("line_dash", DashForm.values, DashForm.SOLID),
        casing=inputs.one_of("line_casing", {"", "ink", "paper"}, ""),
    )


def _surface(inputs: Inputs) -> SurfaceChoice:
    return SurfaceChoice(
        opacity=inputs.number("surface_opacity", 45, 0, 100) / 100,
        pattern=inputs.one_of("surface_pattern", PatternForm.values, PatternForm.NONE),
        width=inputs.number("surface_width", 1.2, 0, 20),
        dash=inputs.one_of("surface_dash", DashForm.values, DashForm.SOLID),
        edge=inputs.one_of("surface_edge", EDGES, "class/100"),
    )


def _labels(inputs: Inputs) -> Labels | None:
    if not inputs.flag("has_labels"):
        return None
    field = inputs.text("label_field")
    if not field:
        inputs.faults["label_field"] = _("Choisissez le champ des étiquettes.")
    return Labels(
        field=field,
        size=inputs.number("label_size", 12, 8, 32),
        colour=inputs.colour("label_colour", "ink"),
        halo=inputs.colour("label_halo", "paper"),
        zoom=inputs.number("label_zoom", 13, *ALL_ZOOMS),
        priority=inputs.text("label_priority"),
        decimals=inputs.integer("label_decimals", 0, 0, 6),
        has_unit=inputs.flag("label_unit"),
        is_complete=inputs.flag("label_complete"),
    )


def _zooms(inputs: Inputs) -> Any:
    low = inputs.number("zoom_from", ALL_ZOOMS[0], *ALL_ZOOMS)
    high = inputs.number("zoom_to", ALL_ZOOMS[1], *ALL_ZOOMS)
    if low >= high:
        inputs.faults["zoom_to"] = _("Le plus près vient après le plus loin.")
    return low, high
