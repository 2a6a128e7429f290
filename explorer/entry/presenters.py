"""What the pages of entry say: the last values beside the next one, what changed, where to go next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from interface.territory import COMMUNE_FIELD, label_communes
from interface.wording import field_value, is_empty, number, period, words
from layers.access import Scope
from layers.definitions import Field, FieldType, Relation

# A value that differs from the last one by more than this share of it is to be confirmed.
FAR = 0.5


@dataclass(frozen=True, slots=True)
class LastValue:
    """A value of a period, and how far it is from the one before: « +2,5 », empty for the oldest one."""

    period: str
    value: str
    difference: str


@dataclass(frozen=True, slots=True)
class LastValues:
    """The last values of a measured field; ``told`` is the last one in words, with what was expected."""

    title: str
    told: str
    rows: tuple[LastValue, ...]


def units(scope: Scope, relation: Relation, feature: Any) -> dict[str, str]:
    """Return the units of the fields of a relation, by name: their own, or that of the feature."""
    periodic = relation.periodic
    shared = scope.filterable.get(periodic.unit) if periodic and periodic.unit else None
    unit = str(field_value(shared, feature) or "") if shared else ""
    measured = periodic.values if periodic else ()
    return {field.name: field.unit or (unit if field.name in measured else "") for field in relation.fields}


def shown_fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return the fields of records as people read them: communes by name."""
    found = tuple(fields)
    return label_communes(found) if any(field.name == COMMUNE_FIELD for field in found) else found


def last_values(scope: Scope, relation: Relation, feature: Any, records: list[Any]) -> list[LastValues]:
    """Return, for each field that is measured, its last values, latest first."""
    periodic = relation.periodic
    if periodic is None or not records:
        return []
    by_name = {field.name: field for field in relation.fields}
    when, unit = by_name[periodic.field], units(scope, relation, feature)
    expected = scope.filterable.get(periodic.expected) if periodic.expected else None
    hoped = field_value(expected, feature) if expected else None
    found = []
    for place, name in enumerate(periodic.values):
        field = replace(by_name[name], unit=unit[name])
        rows = tuple(_rows(when, field, records))
        if rows and rows[0].value:
            found.append(LastValues(_title(field), _told(field, rows[0], hoped if not place else None), rows))
    return found


def _rows(when: Field, field: Field, records: list[Any]) -> Iterable[LastValue]:
    values = [field_value(field, record) for record in records]
    for record, value, before in zip(records, values, [*values[1:], None], strict=True):
        if value is not None:
            apart = _signed(value - before) if before is not None else ""
            yield LastValue(period_words(when, record), _written(field, value), apart)


def _told(field: Field, last: LastValue, expected: Any) -> str:
    told = _("%(value)s en %(period)s") % {"value": last.value, "period": last.period}
    if expected is None:
        return told
    return _("%(told)s ; attendu %(expected)s") % {"told": told, "expected": _written(field, expected)}


def period_words(field: Field, record: Any) -> str:
    """Write the period of a record: « 2024 », « octobre 2026 »."""
    value = field_value(field, record)
    return period_text(value)


def period_text(value: Any) -> str:
    """Write a period: a year as it is, the month of a day."""
    return period(value, value, "month") if hasattr(value, "month") else str(value)


def _written(field: Field, value: Any) -> str:
    return str(words(field, {field.name: round(value, 3) if isinstance(value, float) else value}))


def _signed(difference: Any) -> str:
    amount = round(float(difference), 3)
    return f"+{number(amount)}" if amount > 0 else number(amount).replace("-", "\u2212")


def far_values(relation: Relation, values: Mapping[str, Any], last: Any) -> list[str]:
    """Return, in words, the values that are far from those of the record before."""
    periodic = relation.periodic
    if periodic is None or last is None:
        return []
    by_name = {field.name: field for field in relation.fields}
    found = []
    for name in periodic.values:
        value, before = values.get(name), field_value(by_name[name], last)
        if value is None or not before or abs(float(value) - float(before)) <= FAR * abs(float(before)):
            continue
        told = _("%(name)s : %(value)s, alors que la valeur de %(period)s est %(before)s.")
        found.append(
            told
            % {
                "name": _title(by_name[name]),
                "value": _written(by_name[name], value),
                "period": period_words(by_name[periodic.field], last),
                "before": _written(by_name[name], before),
            }
        )
    return found


def summary(fields: Iterable[Field], row: Any, most: int = 3) -> str:
    """Return what a record says in a line: its first fields that say something."""
    told = [
        f"{_title(field)} {_plain(field, row)}"
        for field in shown_fields(fields)
        if not is_empty(field_value(field, row)) and field.type is not FieldType.BOOLEAN
    ]
    return ", ".join(told[:most])


def changes(fields: Iterable[Field], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return, in words, what a change does to each field that it names: « Valeur : 5 520 → 5 567 »."""
    shown = shown_fields(field for field in fields if field.name in after)
    told = _("%(name)s : %(before)s → %(after)s")
    return [
        told
        % {
            "name": _title(field),
            "before": _value_text(field, before[field.name]),
            "after": _value_text(field, after[field.name]),
        }
        for field in shown
    ]


def _value_text(field: Field, value: Any) -> str:
    if is_empty(value):
        return _("vide")
    is_label = (bool(field.choices) or field.type is FieldType.TEXT) and not isinstance(value, list)
    return str(field.label(value)) if is_label else _written(field, value)


def _plain(field: Field, row: Any) -> str:
    return _value_text(field, field_value(field, row))


def _title(field: Field) -> str:
    return capfirst(str(field.title))
