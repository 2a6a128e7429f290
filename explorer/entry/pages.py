"""What each page of entry shows: the records of a feature, or one record beside the last ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from explorer.entry import queries
from explorer.entry.forms import CONFIRMED, NEXT, VERSION, EntryForm, initial_values, record_inputs
from explorer.entry.presenters import (
    LastValue,
    far_periods,
    far_values,
    last_values,
    period_text,
    shown_fields,
    summary,
    units,
)
from interface.titles import feature_title
from interface.wording import field_value, is_empty
from layers.access import Scope
from layers.definitions import COMMUNE_COLUMN, Field, Relation
from layers.queries import related
from layers.services.records import record_columns, writable_relations


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
    """Return what the page of a feature shows beside the form of its own fields."""
    records = {found.relation.name: list(found.records) for found in related(scope, feature)}
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
        "fields_first": not any(found.relation.periodic for found in lists),
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
        for field in shown_fields(relation.fields)
        if any(not is_empty(field_value(field, record)) for record in records)
    )
    return RelationList(
        relation=relation,
        fields=fields,
        rows=tuple(RecordRow(record, summary(relation.fields, record, most=2)) for record in records),
        last=last.told if last else (),
        next=queries.next_waiting(scope, relation, feature.pk, today=today),
    )


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The page of a record, of a new one when ``record`` is None."""

    scope: Scope
    feature: Any
    relation: Relation
    record: Any
    today: dt.date

    def inputs(self) -> dict[str, forms.Field]:
        """Return the inputs of the form; those of a new record say the last value of what they ask."""
        found = record_inputs(self.scope, self.relation)
        last = None
        if self.record is None:
            last = last_values(self.scope, self.relation, self.feature, self._last())
        for value in last.told if last else ():
            told = _("Dernière valeur : %s.") % value.told
            found[value.name].help_text = " ".join(filter(None, (str(found[value.name].help_text), told)))
        return found

    def initial(self) -> dict[str, Any]:
        """Return what the form begins with: the record; else the next period or today, of the commune of the portal."""
        columns = record_columns(self.relation)
        if self.record is not None:
            return initial_values(columns, self.record) | {VERSION: self.record.row_version}
        found = _defaults(columns)
        towns = [name for name, column in columns.items() if column.attname == COMMUNE_COLUMN]
        found |= dict.fromkeys(towns, self.scope.visitor.portal or None)
        if self.relation.periodic is not None:
            last = queries.last_periods(self.scope, self.relation, [self.feature.pk]).get(self.feature.pk)
            proposed = queries.next_period(self.relation, self.feature, last, self.today)
            found[self.relation.periodic.field] = proposed
        if self.relation.due is not None:
            found[self.relation.due.since] = self.today  # who inspects writes it down there and then
        return found

    def far_values(self, form: EntryForm) -> list[str]:
        """Return, in words, what of a valid form is surprising: its period, or values far from the last ones."""
        values, but = form.values, self.record.pk if self.record is not None else None
        last = queries.last_like(self.scope, self.relation, self.feature.pk, values, but=but)
        when = values.get(self.relation.periodic.field) if self.relation.periodic else None
        surprising = far_periods(self.relation, self.feature, when, today=self.today)
        return surprising + far_values(self.relation, values, last)

    def context(self) -> dict[str, Any]:
        """Return what the page shows beside the form."""
        return {
            "scope": self.scope,
            "pk": self.feature.pk,
            "title": feature_title(self.scope, self.feature),
            "known_by": queries.known_by(self.scope, self.relation, self.feature),
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

    def summary(self) -> str:
        """Return what the record says in a line."""
        return summary(self.relation.fields, self.record)

    def added(self, record: int) -> str:
        """Return what a record that was just added says in a line."""
        row = queries.editable_record(self.scope, self.relation, self.feature.pk, record)
        return summary(self.relation.fields, row)

    def _last(self) -> list[Any]:
        return queries.last_records(self.scope, self.relation, self.feature.pk)


def _defaults(columns: dict[str, models.Field[Any, Any]]) -> dict[str, Any]:
    return {name: column.get_default() for name, column in columns.items() if column.has_default()}


def waiting_period(feature: queries.WaitingFeature) -> str:
    """Write the period of the last record of a feature that waits; empty when it has none."""
    return "" if feature.last is None else period_text(feature.last)
