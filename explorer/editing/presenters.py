"""Pages of entry: links, last values, changes in words, values far from the last ones, entries that wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from explorer.editing import queries
from explorer.editing.forms import CONFIRMED, NEXT, VERSION, EntryForm, initial_values, record_inputs
from explorer.editing.queries import waiting
from interface.page_parts import PagePart
from interface.territory import COMMUNE_FIELD, label_communes
from interface.titles import feature_title
from interface.wording import field_value, is_empty, number, period, words
from layers.access import Scope
from layers.definitions import COMMUNE_COLUMN, Field, FieldType, Relation
from layers.queries import related
from layers.services.records import record_columns, writable_relations
from layers.visitor import Visitor

# A value is to be confirmed when it is more than this many times the last one, or than this many times less.
FAR = 2


@dataclass(frozen=True, slots=True)
class LastValue:
    """The last value of a measured field, in words, with what was expected."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class LastValues:
    """The last values of the measured fields: ``rows`` are periods, each with a text for each of ``titles``.

    For a single field, each value has its difference from the previous period.
    """

    text: tuple[LastValue, ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def units(scope: Scope, relation: Relation, feature: Any) -> dict[str, str]:
    """Return the units of the fields of a relation, by name: their own, or that of the feature."""
    periodic = relation.periodic
    shared = scope.filterable.get(periodic.unit) if periodic and periodic.unit else None
    unit = str(field_value(shared, feature) or "") if shared else ""
    measured = periodic.values if periodic else ()
    return {field.name: field.unit or (unit if field.name in measured else "") for field in relation.fields}


def display_fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return the fields of records as people read them: communes by name."""
    result = tuple(fields)
    return label_communes(result) if any(field.name == COMMUNE_FIELD for field in result) else result


def last_values(scope: Scope, relation: Relation, feature: Any, records: list[Any]) -> LastValues | None:
    """Return the last values of the fields that are measured, latest first; None without any."""
    periodic = relation.periodic
    if periodic is None or not records:
        return None
    by_name = {field.name: field for field in relation.fields}
    when, unit = by_name[periodic.field], units(scope, relation, feature)
    measured = [replace(by_name[name], unit=unit[name]) for name in periodic.values]
    visible = [
        field for field in measured if any(field_value(field, record) is not None for record in records)
    ]
    titles = [f"{_title(field)} ({field.unit})" if field.unit else _title(field) for field in visible]
    rows = [[_amount(field_value(field, record)) for field in visible] for record in records]
    if len(visible) == 1:
        titles.append(_("Écart"))
        rows = [[*row, apart] for row, apart in zip(rows, _differences(visible[0], records), strict=True)]
    expected = scope.filterable.get(periodic.expected) if periodic.expected else None
    hoped = {periodic.values[0]: field_value(expected, feature)} if expected else {}
    text = (
        LastValue(field.name, _title(field), _last_value_text(when, field, records[0], hoped.get(field.name)))
        for field in visible
        if field_value(field, records[0]) is not None
    )
    periods = (period_words(when, record) for record in records)
    return LastValues(tuple(text), tuple(titles), tuple(zip(periods, map(tuple, rows), strict=True)))


def _differences(field: Field, records: list[Any]) -> list[str]:
    """Return how far each value is from the one before, with its sign; nothing for the oldest one."""
    values = [field_value(field, record) for record in records]
    pairs = zip(values, [*values[1:], None], strict=True)
    return ["" if None in (value, before) else _signed(value - before) for value, before in pairs]


def _amount(value: Any) -> str:
    return "" if value is None else number(round(value, 3) if isinstance(value, float) else value)


def _last_value_text(when: Field, field: Field, last: Any, expected: Any) -> str:
    value = field_value(field, last)
    text = _("%(value)s en %(period)s") % {
        "value": _written(field, value),
        "period": period_words(when, last),
    }
    if expected is None:
        return text
    decimals = len(
        str(round(float(value), 3)).partition(".")[2].rstrip("0")
    )  # no finer than what was measured
    return _("%(value)s ; attendu %(expected)s") % {
        "value": text,
        "expected": _written(field, round(float(expected), decimals)),
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
    result = []
    for name in periodic.values:
        value, before = values.get(name), field_value(by_name[name], last)
        if value is None or not before or 1 / FAR <= float(value) / float(before) <= FAR:
            continue
        text = _("%(name)s : %(value)s, alors que la valeur de %(period)s est %(before)s.")
        result.append(
            text
            % {
                "name": _title(by_name[name]),
                "value": _written(by_name[name], value),
                "period": period_words(by_name[periodic.field], last),
                "before": _written(by_name[name], before),
            }
        )
    return result


def far_periods(relation: Relation, feature: Any, value: Any, *, today: dt.date) -> list[str]:
    """Return, in words, why a period is surprising: it has not begun, or is before the series of the feature begins."""
    periodic = relation.periodic
    if periodic is None or value is None:
        return []
    field = next(field for field in relation.fields if field.name == periodic.field)
    parts = {"name": _title(field), "period": period_text(value)}
    since = getattr(feature, periodic.since, None) if periodic.since else None
    if value > (today.year if isinstance(value, int) else today):
        return [_("%(name)s : %(period)s n’a pas commencé.") % parts]
    if since is not None and value < since:
        return [_("%(name)s : %(period)s précède la référence (%(since)s).") % (parts | {"since": since})]
    return []


def summary(fields: Iterable[Field], row: Any, most: int = 3) -> str:
    """Return a record in a line: its first fields with a value."""
    text = tuple(fields)
    return values_text(text, {field.name: field_value(field, row) for field in text}, most=most)


def values_text(fields: Iterable[Field], values: Mapping[str, Any], most: int = 3) -> str:
    """Return the same of values by name."""
    texts = [
        f"{_title(field)} {_value_text(field, values[field.name])}"
        for field in display_fields(fields)
        if not is_empty(values.get(field.name)) and field.type is not FieldType.BOOLEAN
    ]
    return ", ".join(texts[:most])


def changes(fields: Iterable[Field], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return, in words, what a change does to each field that it names: « Valeur : 5 520 → 5 567 »."""
    visible = display_fields(field for field in fields if field.name in after)
    text = _("%(name)s : %(before)s → %(after)s")
    return [
        text
        % {
            "name": _title(field),
            "before": _value_text(field, before[field.name]),
            "after": _value_text(field, after[field.name]),
        }
        for field in visible
    ]


def _value_text(field: Field, value: Any) -> str:
    if is_empty(value):
        return _("vide")
    is_label = (bool(field.choices) or field.type is FieldType.TEXT) and not isinstance(value, list)
    return str(field.label(value)) if is_label else _written(field, value)


def _title(field: Field) -> str:
    return capfirst(str(field.title))


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in the list of its relation: ``label`` names it in the words of its buttons."""

    record: Any
    label: str


@dataclass(frozen=True, slots=True)
class RelationList:
    """The records of a relation: fields that hold something, rows, and what waits after this feature."""

    relation: Relation
    fields: tuple[Field, ...]
    rows: tuple[RecordRow, ...]
    last: Sequence[LastValue]
    next: queries.WaitingFeature | None


def entry_context(scope: Scope, feature: Any, *, today: dt.date) -> dict[str, Any]:
    """Return the context of the page of a feature, besides the form of its own fields."""
    records = {
        relation_records.relation.name: list(relation_records.records)
        for relation_records in related(scope, feature)
    }
    lists = [
        _list(scope, feature, relation, records[relation.name], today=today)
        for relation in writable_relations(scope)
    ]
    return {
        "scope": scope,
        "pk": feature.pk,
        "title": feature_title(scope, feature),
        "lists": lists,
        # What is entered each month or year comes first; elsewhere, what changes most are the feature's own fields.
        "fields_first": not any(relation_records.relation.periodic for relation_records in lists),
    }


def _list(
    scope: Scope, feature: Any, relation: Relation, records: list[Any], *, today: dt.date
) -> RelationList:
    periodic = relation.periodic
    if periodic is not None:
        records = sorted(records, key=lambda row: (getattr(row, periodic.field), row.pk), reverse=True)
    unit = units(scope, relation, feature)
    last = last_values(scope, relation, feature, queries.last_records(scope, relation, feature.pk))
    fields = tuple(
        replace(field, unit=unit[field.name])
        for field in display_fields(relation.fields)
        if any(not is_empty(field_value(field, record)) for record in records)
    )
    return RelationList(
        relation=relation,
        fields=fields,
        rows=tuple(RecordRow(record, summary(relation.fields, record, most=2)) for record in records),
        last=last.text if last else (),
        next=queries.next_waiting(scope, relation, feature.pk, today=today),
    )


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The page of a record, of a new one when ``record`` is None. ``author`` is the name of who enters it."""

    scope: Scope
    feature: Any
    relation: Relation
    record: Any
    today: dt.date
    author: str = ""

    def inputs(self) -> dict[str, forms.Field]:
        """Return the inputs of the form; those of a new record show the last value of their field."""
        result = record_inputs(self.scope, self.relation)
        last = None
        if self.record is None:
            last = last_values(self.scope, self.relation, self.feature, self._last())
        for value in last.text if last else ():
            text = _("Dernière valeur : %s.") % value.text
            result[value.name].help_text = " ".join(filter(None, (str(result[value.name].help_text), text)))
        due = self.relation.due
        if self.record is None and due is not None and due.field in result:
            result[due.field].help_text = _("Laissée vide, elle suit l’intervalle habituel de ce type.")
        return result

    def initial(self) -> dict[str, Any]:
        """Return what the form begins with: the record; else the next period or today, of the commune of the portal."""
        columns = record_columns(self.relation)
        if self.record is not None:
            return initial_values(columns, self.record) | {VERSION: self.record.row_version}
        result = _defaults(columns)
        towns = [name for name, column in columns.items() if column.attname == COMMUNE_COLUMN]
        result |= dict.fromkeys(towns, self.scope.visitor.portal or None)
        if self.relation.periodic is not None:
            last = queries.last_periods(self.scope, self.relation, [self.feature.pk]).get(self.feature.pk)
            proposed = queries.next_period(self.relation, self.feature, last, self.today)
            result[self.relation.periodic.field] = proposed
        if self.relation.due is not None:
            result[self.relation.due.since] = self.today  # who inspects writes it down there and then
            kind = queries.overdue_kind(self.scope, self.relation, self.feature.pk, today=self.today)
            result |= {self.relation.due.kind: kind} if kind is not None else {}
            if self.relation.due.author in columns:
                result[self.relation.due.author] = self.author[: columns[self.relation.due.author].max_length]
        return result

    def far_values(self, form: EntryForm) -> list[str]:
        """Return, in words, what of a valid form is surprising: its period, or values far from the last ones."""
        values, but = form.values, self.record.pk if self.record is not None else None
        last = queries.last_like(self.scope, self.relation, self.feature.pk, values, but=but)
        when = values.get(self.relation.periodic.field) if self.relation.periodic else None
        surprising = far_periods(self.relation, self.feature, when, today=self.today)
        return surprising + far_values(self.relation, values, last)

    def context(self) -> dict[str, Any]:
        """Return the context of the page, besides the form."""
        return {
            "scope": self.scope,
            "pk": self.feature.pk,
            "title": feature_title(self.scope, self.feature),
            "identifying_text": queries.identifying_text(self.scope, self.relation, self.feature),
            "relation": self.relation,
            "record": self.record,
            "units": units(self.scope, self.relation, self.feature),
            "last": last_values(self.scope, self.relation, self.feature, self._last()),
            "next": self.next(),
            "confirmation": CONFIRMED,
            "then_next": NEXT,
        }

    def next(self) -> queries.WaitingFeature | None:
        """Return the feature that waits after this one, of a new record."""
        if self.record is not None:
            return None
        return queries.next_waiting(self.scope, self.relation, self.feature.pk, today=self.today)

    def saved_address(self) -> str:
        """Return where one goes once the record is saved or deleted: to the records of its kind.

        Of what falls due (an inspection) these are on the sheet, which tells what it changed; the others are entered
        in rows, and their page stays open.
        """
        if self.relation.due is not None:
            sheet = reverse("explorer:feature", args=[self.scope.slug, self.feature.pk])
            return f"{sheet}#lignes-{self.relation.name}"
        entry = reverse("explorer:entry", args=[self.scope.slug, self.feature.pk])
        return f"{entry}#{self.relation.name}"

    def summary(self) -> str:
        """Return the record in a line."""
        return summary(self.relation.fields, self.record)

    def added(self, record: int) -> str:
        """Return the record just added in a line."""
        row = queries.editable_record(self.scope, self.relation, self.feature.pk, record)
        return summary(self.relation.fields, row)

    def _last(self) -> list[Any]:
        return queries.last_records(self.scope, self.relation, self.feature.pk)


def _defaults(columns: dict[str, models.Field[Any, Any]]) -> dict[str, Any]:
    return {name: column.get_default() for name, column in columns.items() if column.has_default()}


def waiting_period(feature: queries.WaitingFeature) -> str:
    """Write the period of the last record of a feature that waits; empty when it has none."""
    return "" if feature.last is None else period_text(feature.last)


def waiting_entries(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the features whose last record is old, of the layers that a visitor edits; None when none waits."""
    if visitor.is_anonymous:
        return None
    relations = waiting(visitor, today=timezone.localdate(visitor.instant))
    return PagePart("explorer/editing/waiting.html", {"waiting": relations}) if relations else None
