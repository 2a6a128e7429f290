"""Overlays in the form of the studio: read from it, made of a field and its values, rendered in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from cartography.classes.queries import FieldValue, is_listed, suitability, values_of
from cartography.studio.fields import StyleChoice, listed_choices
from cartography.studio.parsing import OverlayRow, RefusedInputs, StyleInputs
from cartography.symbols import UNCHANGED, form_of, form_symbol, overlay_forms
from interface.wording import number
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.styles.definitions import Overlay, Style, StyleKind
from layers.styles.documents import MAX_OVERLAY_VALUES, MAX_OVERLAYS, MAX_TEXT
from styles.pictures import SvgPicture
from styles.styled_layers import overlay_symbol
from styles.swatches import swatch

_TRUE = "true"


@dataclass(frozen=True, slots=True)
class OverlayForm:
    """A form that may be chosen, drawn in the colour of the overlay."""

    value: str
    title: str
    picture: SvgPicture
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OverlayLine:
    """An overlay as the form shows it.

    ``name`` begins those of its inputs; ``forms`` is empty for a composed symbol.
    """

    name: str
    title: str
    colour: str
    picture: SvgPicture
    fields: list[StyleChoice]
    values: list[StyleChoice]
    forms: list[OverlayForm]
    count: str


def with_overlays(scope: Scope, before: Style, inputs: StyleInputs) -> tuple[Overlay, ...]:
    """Return the previous overlays, changed by the values of the form.

    Raises:
        RefusedInputs: a field that the layer does not have or whose values are no categories, or no value.
    """
    overlays = []
    for at, row in enumerate(inputs.overlays):
        if row.is_out:
            continue
        _check(scope, f"o{at}", row)
        existing = before.overlays[at] if at < len(before.overlays) else None
        overlays.append(_overlay(scope, existing, row))
    if inputs.adds_overlay and len(overlays) < MAX_OVERLAYS:
        overlays.append(_first(scope, overlays))
    return tuple(overlays)


def _check(scope: Scope, name: str, row: OverlayRow) -> None:
    field = scope.filterable.get(row.field)
    if field is None:
        raise RefusedInputs({f"{name}_field": _("La couche n’a pas de champ « %s ».") % row.field})
    if not is_listed(field):
        raise RefusedInputs({f"{name}_field": _("« %s » n’a pas de valeurs à choisir.") % field.title})


def _overlay(scope: Scope, existing: Overlay | None, row: OverlayRow) -> Overlay:
    field, geometry = scope.filterable[row.field], scope.definition.geometry
    symbol = existing.symbol if row.form == UNCHANGED and existing else form_symbol(row.form, geometry)
    if existing is None or existing.field != row.field:
        return replace(_default_overlay(scope, field), token=row.colour, symbol=symbol)
    if not row.values:
        raise RefusedInputs({f"{row.name}_v0": _("Choisissez une valeur au moins, ou retirez cette ligne.")})
    titles = {each.value: each.title for each in values_of(scope, row.field)[0]}
    had_default_title = row.title in {"", _title(field, existing.values, titles)}
    title = _title(field, row.values, titles) if had_default_title else row.title
    remaining = existing.title if title == str(existing.title) else title  # its translations stay
    return Overlay(row.field, row.values, remaining, row.colour, symbol)


def _default_overlay(scope: Scope, field: Field) -> Overlay:
    """Return an overlay on a field: true of a boolean, else its first value."""
    values = values_of(scope, field.name)[0]
    chosen = _TRUE if field.type is FieldType.BOOLEAN or not values else values[0].value
    return Overlay(
        field.name, (chosen,), _title(field, (chosen,), {each.value: each.title for each in values})
    )


def _first(scope: Scope, overlays: Sequence[Overlay]) -> Overlay:
    """Return an overlay on the field that suits it best, in another form than the others: yes or no, then code lists.

    Raises:
        RefusedInputs: no field of the layer has values to choose.
    """
    suits, geometry = suitability(StyleKind.CATEGORIES), scope.definition.geometry
    used, used_forms = {one.field for one in overlays}, {form_of(one.symbol, geometry) for one in overlays}
    result = min(
        filter(is_listed, scope.fields),
        key=lambda field: (field.name in used, field.type is not FieldType.BOOLEAN, suits(field)),
        default=None,
    )
    if result is None:
        raise RefusedInputs({"overlay": _("Aucun champ de cette couche n’a de valeurs à choisir.")})
    form = next((form for form in overlay_forms(geometry) if form not in used_forms), UNCHANGED)
    return replace(
        _default_overlay(scope, result), symbol=() if form == UNCHANGED else form_symbol(form, geometry)
    )


def _title(field: Field, values: tuple[str, ...], titles: Mapping[str, str]) -> str:
    """Return the default title in the legend: « Prioritaire », « Propriétaire : Ville, État »."""
    name = str(field.title)
    name = f"{name[:1].upper()}{name[1:]}"
    if field.type is FieldType.BOOLEAN and values == (_TRUE,):
        return name
    words = ", ".join(titles.get(value, value) for value in values)
    return (_("%(field)s : %(values)s") % {"field": name, "values": words})[:MAX_TEXT]


def overlays_context(scope: Scope, style: Style) -> dict[str, Any]:
    """Return the context of the overlays in the form: empty for a density, which has none."""
    if style.heat:
        return {"overlays": [], "can_overlay": False, "has_overlays": False}
    lines = [_line(scope, style, one, at) for at, one in enumerate(style.overlays)]
    listed = any(is_listed(field) for field in scope.fields)
    return {
        "overlays": lines,
        "can_overlay": listed and len(lines) < MAX_OVERLAYS,
        "has_overlays": listed or lines,
    }


def _line(scope: Scope, style: Style, one: Overlay, at: int) -> OverlayLine:
    geometry = scope.definition.geometry
    values = values_of(scope, one.field)[0] if one.field in scope.filterable else ()
    form = form_of(one.symbol, geometry)
    forms = (
        []
        if form == UNCHANGED
        else [
            OverlayForm(
                value,
                str(title),
                swatch(
                    overlay_symbol(style, replace(one, symbol=form_symbol(value, geometry)), geometry),
                    geometry,
                    style.icon,
                ),
                value == form,
            )
            for value, title in overlay_forms(geometry).items()
        ]
    )
    counts = [each.count for each in values if each.value in one.values]
    return OverlayLine(
        name=f"o{at}",
        title=str(one.title),
        colour=one.token,
        picture=swatch(overlay_symbol(style, one, geometry), geometry, style.icon),
        fields=listed_choices(scope, one.field),
        values=list(_values(values, one.values)),
        forms=forms,
        count=number(sum(counts)),
    )


def _values(values: tuple[FieldValue, ...], chosen: tuple[str, ...]) -> Iterator[StyleChoice]:
    """Yield the values that may be chosen, those that are in the style in any case."""
    titles = {each.value: f"{each.title} ({number(each.count)})" for each in values}
    room = MAX_OVERLAY_VALUES - sum(value not in titles for value in chosen)
    visible = [value for value in titles if value in chosen]
    visible += [value for value in titles if value not in chosen][: max(room - len(visible), 0)]
    for value in (*(value for value in titles if value in visible), *(v for v in chosen if v not in titles)):
        yield StyleChoice(value, titles.get(value, value), value in chosen)
