"""The values that a field may be asked: those it has, or what people type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from explorer.filters.queries import FilterKind, askable, choices, kind_of
from explorer.map_state.parsing import MapQuery
from explorer.question.changes import with_values
from explorer.question.choices import TYPED, Menu, MenuChoice, MenuChoices, MenuMaker, TypedValue
from explorer.question.sentence import Part
from interface import wording
from interface.conditions import BEFORE, EMPTY, RANGE, value_text, value_words
from layers.access import Scope
from layers.definitions import Field

# Values that cost a count each, values that one query counts together, fields.
MOST_VALUES, MOST_LISTED, MOST_FIELDS = 12, 60, 40
_INPUTS = {FilterKind.RANGE: "number", FilterKind.DAYS: "date", FilterKind.TEXT: "search"}


def askable_fields(scope: Scope) -> list[Field]:
    """Return the fields that people choose by, the key facts of the layer first."""
    rank = {name: number for number, name in enumerate((scope.style.field, *scope.definition.summary))}
    return sorted(askable(scope), key=lambda field: rank.get(field.name, len(rank)))


def values_of(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], field: Field, asked: Sequence[str]
) -> list[str]:
    """Return the most frequent values of a field among the features of its layer, those that are asked included."""
    if kind_of(field) is FilterKind.SWITCH:
        return ["true", "false"]
    if 0 < len(field.choices) <= MOST_VALUES:
        return [code for code, _title in field.choices]
    found = choices(scope, query.asking(scope.slug, {field.name: asked}), scopes, field.name, "")
    listed = found.facet.values if found and found.facet else ()
    texts = [value_text(each.value) for each in listed if value_text(each.value) != EMPTY]
    return list(dict.fromkeys([*asked, *texts]))[: max(MOST_VALUES, len(asked))]


def typed_value(
    query: MapQuery, scope: Scope, field: Field, asked: Sequence[str], *, subject: str
) -> TypedValue | None:
    """Return what people may type for a field: bounds, days or words; None for a list of values."""
    kind = kind_of(field)
    if kind not in _INPUTS:
        return None
    parameter = f"{scope.slug}.{field.name}"
    value = next((one for one in asked if one != EMPTY), "")
    if kind is FilterKind.TEXT:
        fields: tuple[tuple[str, str, str], ...] = ((parameter, _("Contient"), value),)
    else:
        first, separator, last = value.partition(RANGE)
        last = last.removeprefix(BEFORE) if separator else first
        fields = ((f"{parameter}.de", _("De"), first), (f"{parameter}.a", _("À"), last))
    changed = with_values(query, subject, scope.slug, field.name, [TYPED])
    return TypedValue(
        label=str(field.title).capitalize(),
        kind=_INPUTS[kind],
        fields=fields,
        address=changed.link,
        kept=(*query.shown, *(pair for pair in query.pairs() if pair[0] != parameter)),
        unit=wording.unit(field.unit) if field.unit else "",
    )


def condition_menu(maker: MenuMaker, field: Field, part: Part | None) -> Menu:
    """Return the values that a field of the subject may be asked, each with its count under all else that is asked."""
    scope, asked = maker.subject, maker.query.own.get(maker.subject.slug, {}).get(field.name, ())
    found = choices(scope, maker.query, maker.scopes, field.name, "") if _is_listed(field) else None
    groups = []
    if found is not None and found.facet is not None:
        counts = {value_text(each.value): each.count for each in found.facet.values}
        every = list(dict.fromkeys([*asked, *counts]))
        listed = every[: max(MOST_LISTED, len(asked))]
        values = tuple(_value(maker, field, one, counts.get(one, 0)) for one in listed)
        more = len(every) - len(listed) + found.facet.more
        none = with_values(maker.query, scope.slug, scope.slug, field.name, ())
        boxes = maker.boxes(f"{scope.slug}.{field.name}", none)
        groups.append(MenuChoices("", values, more=more, boxes=boxes))
    elif kind_of(field) is FilterKind.SWITCH:
        groups.append(MenuChoices("", tuple(_counted_value(maker, field, one) for one in ("true", "false"))))
    title = str(field.title).capitalize()
    typed = typed_value(maker.query, scope, field, asked, subject=scope.slug)
    return Menu(title, tuple(groups), typed, maker.removal(part) if part else None)


def _is_listed(field: Field) -> bool:
    return kind_of(field) is FilterKind.CHOICES


def _value(maker: MenuMaker, field: Field, value: str, count: int | None) -> MenuChoice:
    scope = maker.subject
    query = with_values(maker.query, scope.slug, scope.slug, field.name, [value])
    asked = maker.query.own.get(scope.slug, {}).get(field.name, ())
    label = _("non renseigné") if value == EMPTY else value_words(field, value)
    return maker.told(MenuChoice(label, query.link, is_chosen=value in asked, value=value), count)


def _counted_value(maker: MenuMaker, field: Field, value: str) -> MenuChoice:
    scope = maker.subject
    query = with_values(maker.query, scope.slug, scope.slug, field.name, [value])
    asked = maker.query.own.get(scope.slug, {}).get(field.name, ())
    return maker.choice(MenuChoice(value_words(field, value), is_chosen=value in asked), query)
