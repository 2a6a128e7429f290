"""What the pages of entry say: the last values beside the next one, what changed, where to go next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from interface.territory import COMMUNE_FIELD, label_communes
from interface.wording import field_value, is_empty, number, period, words
from layers.access import Scope
from layers.definitions import Field, FieldType, Relation

# A value is to be confirmed when it is more than this many times the last one, or than this many times less.
FAR = 2


@dataclass(frozen=True, slots=True)
class LastValue:
    """The last value of a measured field, in words, with what was expected."""

    name: str
    title: str
    told: str


@dataclass(frozen=True, slots=True)
class LastValues:
    """The last values of the fields that are measured: ``rows`` are periods, each with a text for each of ``titles``.

    Of a single field, the difference with the period before is beside its value.
    """

    told: tuple[LastValue, ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


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


def last_values(scope: Scope, relation: Relation, feature: Any, records: list[Any]) -> LastValues | None:
    """Return the last values of the fields that are measured, latest first; None without any."""
    periodic = relation.periodic
    if periodic is None or not records:
        return None
    by_name = {field.name: field for field in relation.fields}
    when, unit = by_name[periodic.field], units(scope, relation, feature)
    measured = [replace(by_name[name], unit=unit[name]) for name in periodic.values]
    shown = [field for field in measured if any(field_value(field, record) is not None for record in records)]
    titles = [f"{_title(field)} ({field.unit})" if field.unit else _title(field) for field in shown]
    rows = [[_amount(field_value(field, record)) for field in shown] for record in records]
    if len(shown) == 1:
        titles.append(_("Écart"))
        rows = [[*row, apart] for row, apart in zip(rows, _differences(shown[0], records), strict=True)]
    expected = scope.filterable.get(periodic.expected) if periodic.expected else None
    hoped = {periodic.values[0]: field_value(expected, feature)} if expected else {}
    told = (
        LastValue(field.name, _title(field), _told(when, field, records[0], hoped.get(field.name)))
        for field in shown
        if field_value(field, records[0]) is not None
    )
    periods = (period_words(when, record) for record in records)
    return LastValues(tuple(told), tuple(titles), tuple(zip(periods, map(tuple, rows), strict=True)))


def _differences(field: Field, records: list[Any]) -> list[str]:
    """Return how far each value is from the one before, with its sign; nothing for the oldest one."""
    values = [field_value(field, record) for record in records]
    pairs = zip(values, [*values[1:], None], strict=True)
    return ["" if None in (value, before) else _signed(value - before) for value, before in pairs]


def _amount(value: Any) -> str:
    return "" if value is None else number(round(value, 3) if isinstance(value, float) else value)


def _told(when: Field, field: Field, last: Any, expected: Any) -> str:
    value = field_value(field, last)
    told = _("%(value)s en %(period)s") % {
        "value": _written(field, value),
        "period": period_words(when, last),
    }
    if expected is None:
        return told
    places = len(str(round(float(value), 3)).partition(".")[2].rstrip("0"))  # no finer than what was measured
    return _("%(told)s ; attendu %(expected)s") % {
        "told": told,
        "expected": _written(field, round(float(expected), places)),
    }


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
        if value is None or not before or 1 / FAR <= float(value) / float(before) <= FAR:
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


def far_periods(relation: Relation, feature: Any, value: Any, *, today: dt.date) -> list[str]:
    """Return, in words, why a period is surprising: it has not begun, or is before the series of the feature begins."""
    periodic = relation.periodic
    if periodic is None or value is None:
        return []
    field = next(field for field in relation.fields if field.name == periodic.field)
    told = {"name": _title(field), "period": period_text(value)}
    since = getattr(feature, periodic.since, None) if periodic.since else None
    if value > (today.year if isinstance(value, int) else today):
        return [_("%(name)s : %(period)s n’a pas commencé.") % told]
    if since is not None and value < since:
        return [_("%(name)s : %(period)s précède la référence (%(since)s).") % (told | {"since": since})]
    return []


def summary(fields: Iterable[Field], row: Any, most: int = 3) -> str:
    """Return what a record says in a line: its first fields that say something."""
    told = tuple(fields)
    return values_text(told, {field.name: field_value(field, row) for field in told}, most=most)


def values_text(fields: Iterable[Field], values: Mapping[str, Any], most: int = 3) -> str:
    """Return the same of values by name."""
    told = [
        f"{_title(field)} {_value_text(field, values[field.name])}"
        for field in shown_fields(fields)
        if not is_empty(values.get(field.name)) and field.type is not FieldType.BOOLEAN
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


def _title(field: Field) -> str:
    return capfirst(str(field.title))
