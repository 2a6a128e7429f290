"""Apply the form to the previous style: classes are computed again only where their inputs changed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from django.utils.translation import gettext as _

from cartography.classes.queries import is_listed, is_measured, limits_of, suitability, values_of
from cartography.classes.services import (
    MAX_CATEGORIES,
    default_palette,
    interval_title,
    is_reversed,
    recoloured,
    with_categories,
    with_intervals,
    with_proportion,
    without_classes,
)
from cartography.studio.fields import suits
from cartography.studio.overlays import with_overlays
from cartography.studio.parsing import ClassRow, RefusedInputs, StyleInputs
from cartography.symbols import UNCHANGED, SurfaceChoice, choice_of, default_choice, with_pattern
from layers.access import Scope
from layers.styles.colours import mixed
from layers.styles.definitions import Category, ClassMethod, Labels, NumberInterval, Style, StyleKind
from layers.styles.palettes import PALETTES, PaletteKind
from layers.styles.symbols import POINT_SYMBOL, Marker, Symbol

_FITS = {
    StyleKind.CATEGORIES: is_listed,
    StyleKind.GRADUATED: is_measured,
    StyleKind.PROPORTIONAL: is_measured,
}


def apply_inputs(scope: Scope, before: Style, inputs: StyleInputs) -> Style:
    """Return the previous style, changed by the values of the form.

    Raises:
        RefusedInputs: a field that the layer does not have or that does not fit the kind.
        InvalidStyle: no class can be made of a field.
    """
    _check_fields(scope, inputs)
    style = replace(
        before,
        token=inputs.token,
        icon=inputs.icon or before.icon,
        hides_others=inputs.hides_others,
        clusters=inputs.clusters,
        labels=_labels(before, inputs),
        zooms=inputs.zooms,
        rank=inputs.rank,
        symbol=_symbol(scope, before, inputs),
        overlays=before.overlays if before.heat else with_overlays(scope, before, inputs),
    )
    return _KINDS[inputs.kind](scope, style, inputs)


def _labels(before: Style, inputs: StyleInputs) -> Labels | None:
    """Return the labels that are chosen; the fields of size and angle, which the form has not, stay with their text."""
    if inputs.labels is None or before.labels is None or before.labels.field != inputs.labels.field:
        return inputs.labels
    return replace(inputs.labels, size_field=before.labels.size_field, angle_field=before.labels.angle_field)


def _check_fields(scope: Scope, inputs: StyleInputs) -> None:
    faults = {}
    filterable = scope.filterable
    fits = _FITS.get(inputs.kind)
    name = f"field_{inputs.kind.value}"
    if inputs.field and inputs.field not in filterable:
        faults[name] = _("La couche n’a pas de champ « %s ».") % inputs.field
    elif fits is not None and inputs.field and not fits(filterable[inputs.field]):
        faults[name] = _("« %s » ne convient pas à ce style.") % filterable[inputs.field].title
    labels = (inputs.labels.field, inputs.labels.priority) if inputs.labels else ("", "")
    for input_name, label in zip(("label_field", "label_priority"), labels, strict=True):
        if label and label not in filterable:
            faults[input_name] = _("La couche n’a pas de champ « %s ».") % label
    if faults:
        raise RefusedInputs(faults)


def _symbol(scope: Scope, before: Style, inputs: StyleInputs) -> Symbol:
    """Return the symbol that is chosen; the usual one of the geometry stays unsaid, a composed one stays as it is."""
    if inputs.symbol is None:
        return before.symbol
    geometry = scope.definition.geometry
    if inputs.symbol == choice_of(before.symbol, geometry):
        return before.symbol
    return () if inputs.symbol == default_choice(geometry) else inputs.symbol.symbol


def _single(_scope: Scope, style: Style, _inputs: StyleInputs) -> Style:
    return without_classes(style)


def _categories(scope: Scope, style: Style, inputs: StyleInputs) -> Style:
    field = inputs.field or _first_field(scope, StyleKind.CATEGORIES)
    palette = _palette(inputs.palette, PaletteKind.QUALITATIVE, style)
    if field != style.field or style.kind is not StyleKind.CATEGORIES:
        return with_categories(scope, style, field, palette)
    categories = {each.value: each for each in style.categories}
    rows = tuple(_category(scope, style, categories.get(row.value), row) for row in inputs.rows)
    result = replace(
        without_classes(style), field=field, categories=_added(scope, field, rows, inputs, palette)
    )
    return _coloured(result, style, inputs)


def _added(
    scope: Scope, field: str, rows: tuple[Category, ...], inputs: StyleInputs, palette: str
) -> tuple[Category, ...]:
    """Return the categories with one more value of the field, or every one that is left."""
    if not inputs.adds:
        return rows
    existing = {row.value for row in rows}
    requested = [each for each in values_of(scope, field)[0] if each.value not in existing]
    if inputs.adds != "*":
        requested = [each for each in requested if each.value == inputs.adds]
    room = max(MAX_CATEGORIES - len(rows), 0)
    colours = PALETTES[palette].colours(len(rows) + len(requested))[len(rows) :]
    more = [Category(each.value, each.title, colour) for each, colour in zip(requested, colours, strict=True)]
    return (*rows, *more[:room])


def _graduated(scope: Scope, style: Style, inputs: StyleInputs) -> Style:
    field = inputs.field or _first_field(scope, StyleKind.GRADUATED)
    palette = _palette(inputs.palette, PaletteKind.SEQUENTIAL, style)
    is_same = field == style.field and style.kind is StyleKind.GRADUATED
    method = inputs.method
    if is_same and method is style.method and inputs.rows and _limits(inputs.rows) != limits_of(style):
        method = ClassMethod.MANUAL
    has_new_count = inputs.count != len(style.intervals)
    if is_same and method is ClassMethod.MANUAL and not has_new_count:
        return _coloured(_by_hand(scope, style, inputs), style, inputs)
    if is_same and method is style.method and not has_new_count:
        return _coloured(_by_hand(scope, style, inputs, keeps_method=True), style, inputs)
    requested = ClassMethod.QUANTILES if method is ClassMethod.MANUAL else method
    return with_intervals(
        scope,
        style,
        field,
        count=inputs.count,
        method=requested,
        palette=palette,
        is_reversed=inputs.is_reversed,
    )


def _by_hand(scope: Scope, style: Style, inputs: StyleInputs, *, keeps_method: bool = False) -> Style:
    """Return a style whose classes are those of the table; a title that was the limits in words follows them."""
    limits, field = _limits(inputs.rows), scope.filterable[style.field]
    rows = []
    last = len(inputs.rows) - 1
    for at, (row, before, (low, high)) in enumerate(
        zip(inputs.rows, style.intervals, pairwise(limits), strict=False)
    ):
        had_default_title = row.title in {
            "",
            interval_title(field, before.low, before.high, is_last=at == last),
        }
        title = interval_title(field, low, high, is_last=at == last) if had_default_title else row.title
        colour = _unchanged_colour(before, row.colour)
        symbol = _class_symbol(scope, style, before.symbol, row)
        rows.append(NumberInterval(low, high, title, *colour, symbol))
    method = style.method if keeps_method else ClassMethod.MANUAL
    return replace(without_classes(style), field=style.field, intervals=tuple(rows), method=method)


def _limits(rows: tuple[ClassRow, ...]) -> tuple[float, ...]:
    return (*(row.low for row in rows), rows[-1].high) if rows else ()


def _proportional(scope: Scope, style: Style, inputs: StyleInputs) -> Style:
    field = inputs.field or _first_field(scope, StyleKind.PROPORTIONAL)
    proportional = style
    if field != style.field or style.kind is not StyleKind.PROPORTIONAL:
        proportional = with_proportion(scope, style, field)
    proportion = proportional.proportion
    assert proportion is not None
    smallest, largest = inputs.sizes
    if scope.definition.geometry.is_surface:  # a disc over the usual surface
        proportional = replace(proportional, symbol=())
    return replace(proportional, proportion=replace(proportion, smallest=smallest, largest=largest))


def _heat(scope: Scope, style: Style, inputs: StyleInputs) -> Style:
    if not suits(scope, StyleKind.HEAT):
        raise RefusedInputs({"kind": _("La chaleur est une densité de points.")})
    if inputs.field and not is_measured(scope.filterable[inputs.field]):
        raise RefusedInputs({"field_heat": _("Le poids est un champ de nombres.")})
    return replace(without_classes(style), field=inputs.field, heat=inputs.heat)


_KINDS = {
    StyleKind.SINGLE: _single,
    StyleKind.CATEGORIES: _categories,
    StyleKind.GRADUATED: _graduated,
    StyleKind.PROPORTIONAL: _proportional,
    StyleKind.HEAT: _heat,
}


def _first_field(scope: Scope, kind: StyleKind) -> str:
    """Return the field that suits a kind best.

    Raises:
        RefusedInputs: there is none.
    """
    suiting = [field for field in scope.fields if _FITS[kind](field)]
    suiting.sort(key=suitability(kind))
    if not suiting:
        raise RefusedInputs({"kind": _("Aucun champ de cette couche ne convient à ce style.")})
    return suiting[0].name


def _palette(name: str, kind: PaletteKind, style: Style) -> str:
    """Return the palette that is chosen, where it fits classes that are ordered or not; else the usual one."""
    is_ordered = kind is not PaletteKind.QUALITATIVE
    palette = PALETTES.get(name) or PALETTES.get(style.palette)
    if palette is None or (palette.kind is not PaletteKind.QUALITATIVE) != is_ordered:
        return default_palette(kind)
    return palette.name


def _coloured(style: Style, before: Style, inputs: StyleInputs) -> Style:
    """Return a style in the colours of a palette that was just chosen or turned round."""
    has_new = bool(inputs.palette) and inputs.palette != before.palette
    if has_new or (before.palette and inputs.is_reversed != is_reversed(before)):
        return recoloured(style, inputs.palette or before.palette, is_reversed=inputs.is_reversed)
    return style


def _category(scope: Scope, style: Style, before: Category | None, row: ClassRow) -> Category:
    if before is None:
        return Category(row.value, row.title or row.value, row.colour)
    title = before.title if row.title in {"", str(before.title)} else row.title
    token, strength = _unchanged_colour(before, row.colour)
    return Category(row.value, title, token, strength, _class_symbol(scope, style, before.symbol, row))


def _unchanged_colour(before: Category | NumberInterval, colour: str) -> tuple[str, float]:
    """Return the colour and the strength of a class, as they were written where nobody changed them."""
    if colour == mixed(before.token, before.strength):
        return before.token, before.strength
    return colour, 1.0


def _class_symbol(scope: Scope, style: Style, before: Symbol, row: ClassRow) -> Symbol:
    """Return the symbol of one class: that of the style, its own pattern or pictogram, or its composed symbol."""
    geometry = scope.definition.geometry
    if row.pattern == UNCHANGED:
        return before
    if geometry.is_surface and row.pattern:
        return with_pattern(style.symbol, row.pattern, geometry) or before
    return with_icon(style.symbol or POINT_SYMBOL, row.icon) if row.icon and geometry.is_point else ()


def with_icon(symbol: Symbol, icon: str) -> Symbol:
    """Return a symbol of points with another pictogram in each marker that has one."""
    return tuple(
        replace(layer, icon=icon) if isinstance(layer, Marker) and layer.icon else layer for layer in symbol
    )


def row_symbol(scope: Scope, style: Style, symbol: Symbol) -> tuple[str, str]:
    """Return the pattern and the pictogram that the symbol of a class has in the table; ``UNCHANGED`` for others."""
    if not symbol:
        return "", ""
    geometry = scope.definition.geometry
    chosen = choice_of(symbol, geometry)
    if isinstance(chosen, SurfaceChoice) and with_pattern(style.symbol, chosen.pattern, geometry) == symbol:
        return chosen.pattern, ""
    icons = {layer.icon for layer in symbol if isinstance(layer, Marker) and layer.icon}
    if geometry.is_point and len(icons) == 1:
        (icon,) = icons
        if with_icon(style.symbol or POINT_SYMBOL, icon) == symbol:
            return "", icon
    return UNCHANGED, ""
