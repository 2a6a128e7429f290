"""What the visitor may enter: their features, the records of each, and those due this year or month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from interface.titles import name_of
from interface.wording import field_value
from layers import access
from layers.access import Scope
from layers.definitions import Due, Field, Periodic, Relation
from layers.errors import UnknownFeature
from layers.queries import latest_related_rows, related_rows, unknown_feature, version_text
from layers.registry import coded_definitions
from layers.services.records import may_enter, writable_relations
from layers.sql.limits import time_limit
from layers.sql.rows import RowVersion
from layers.visitor import Visitor

LAST_RECORDS = 5
MAX_WAITING = 200


@dataclass(frozen=True, slots=True)
class WaitingFeature:
    """A feature whose last record is old; ``last`` is its period, None when it has none; ``text`` helps to know it.

    ``due`` is the first day that something fell due, of relations that fall due, and ``kind`` what it was. ``lonlat``
    is the place of a point, longitude first.
    """

    pk: int
    title: str
    last: Any
    text: str
    due: dt.date | None = None
    kind: str = ""
    lonlat: str = ""


@dataclass(frozen=True, slots=True)
class WaitingRelation:
    """The features that wait for a record of a relation: the first of them, and how many there are."""

    scope: Scope
    relation: Relation
    features: tuple[WaitingFeature, ...]
    count: int


def editable_feature(scope: Scope, pk: int) -> Any:
    """Return a feature that the visitor may enter something of, with its ``row_version``.

    Raises:
        UnknownFeature: there is none, or it is not theirs to edit.
    """
    rows = access.editable(scope).annotate(row_version=RowVersion())
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None or not may_enter(scope):
        raise unknown_feature(scope, pk)
    row.row_version = version_text(row.row_version)
    return row


def editable_record(scope: Scope, relation: Relation, pk: int, record: int) -> Any:
    """Return a record of a feature, with its ``row_version``.

    Raises:
        UnknownFeature: there is none.
    """
    rows = related_rows(scope, relation, [pk]).annotate(row_version=RowVersion())
    row = rows.filter(pk=record).first() if record < 2**63 else None
    if row is None:
        raise UnknownFeature(f"{relation.title} {record}", parameter="record")
    row.row_version = version_text(row.row_version)
    return row


def last_records(scope: Scope, relation: Relation, pk: int) -> list[Any]:
    """Return the last records of the series that counts, latest first; nothing where nothing is periodic."""
    periodic = relation.periodic
    if periodic is None:
        return []
    rows = _series(scope, relation, periodic, [pk])
    return list(rows.order_by(F(periodic.field).desc(), "-pk")[:LAST_RECORDS])


def last_like(scope: Scope, relation: Relation, pk: int, values: dict[str, Any], *, but: int | None) -> Any:
    """Return the last record of the series that ``values`` belong to, before their period; None without any."""
    periodic = relation.periodic
    if periodic is None or values.get(periodic.field) is None:
        return None
    sources = {field.name: field.source for field in relation.fields}
    same = {sources[name]: values[name] for name in periodic.apart if values.get(name)}
    empty = [name for name in periodic.apart if not values.get(name)]
    rows = related_rows(scope, relation, [pk]).filter(_empty(relation, empty), **same)
    earlier = rows.filter(**{f"{periodic.field}__lt": values[periodic.field]}).exclude(pk=but)
    return earlier.order_by(F(periodic.field).desc(), "-pk").first()


def waiting(visitor: Visitor, *, today: dt.date) -> list[WaitingRelation]:
    """Return what waits to be entered by a visitor, layer by layer; nothing for who edits nothing."""
    if not access.edits_something(visitor):
        return []
    requested = [
        relations for relations in coded_definitions() if any(map(_is_required, relations.relations))
    ]
    relations = []
    with time_limit("page"):
        for scope in access.visible(visitor, requested):
            for relation in filter(_is_required, writable_relations(scope)):
                rows = waiting_rows(scope, relation, today=today)
                if count := rows.count():
                    relations.append(
                        WaitingRelation(scope, relation, _named(scope, relation, rows[:MAX_WAITING]), count)
                    )
    return relations


def next_waiting(scope: Scope, relation: Relation, pk: int, *, today: dt.date) -> WaitingFeature | None:
    """Return the feature that waits after another, the first one after the last; None when no other waits."""
    if not _is_required(relation):
        return None
    title = scope.filterable.get(scope.definition.title_field)
    rows = waiting_rows(scope, relation, today=today).exclude(pk=pk)
    if title is None or relation.due is not None:
        return next(iter(_named(scope, relation, rows[:1])), None)
    here = field_value(title, scope.queryset.get(pk=pk))
    later = rows.filter(Q(**{f"{title.source}__gt": here}) | Q(**{title.source: here}, pk__gt=pk))
    return next(iter(_named(scope, relation, later[:1]) or _named(scope, relation, rows[:1])), None)


def waiting_rows(scope: Scope, relation: Relation, *, today: dt.date) -> QuerySet[Any]:
    """Select the features that the visitor edits whose last record is older than its period, by title.

    Of records that fall due, those that are the longest overdue come first.
    """
    rows = access.editable(scope)
    title = scope.filterable.get(scope.definition.title_field)
    ordered = rows.order_by(*([title.source] if title else []), "pk")
    if relation.periodic is None:
        return _overdue(scope, relation, ordered, today) if relation.due else ordered.none()
    periodic = relation.periodic
    records = _series(scope, relation, periodic, OuterRef("pk")).order_by()
    last = records.values(relation.link).annotate(last=Max(periodic.field)).values("last")
    limit = last_complete(_column(relation, periodic.field), today)
    query: QuerySet[Any] = ordered.filter(periodic.required or Q()).annotate(last_period=Subquery(last))
    if not periodic.cadence:
        return query.filter(Q(last_period__lt=limit) | Q(last_period__isnull=True))
    last_or_start = Coalesce("last_period", periodic.since) if periodic.since else F("last_period")
    due: QuerySet[Any] = query.annotate(due_period=last_or_start + _step(periodic))
    return due.filter(Q(due_period__lte=limit) | Q(due_period__isnull=True))


def _step(periodic: Periodic) -> Case:
    """Return how many years are between two records of each feature."""
    rarer = (When(**{periodic.cadence: code}, then=Value(years)) for code, years in periodic.years)
    return Case(*rarer, default=Value(1))


def last_complete(column: models.Field[Any, Any], today: dt.date) -> Any:
    """Return the last period that has ended: the year before, or the first day of the month before."""
    if not isinstance(column, models.DateField):
        return today.year - 1
    return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def last_periods(scope: Scope, relation: Relation, pks: Sequence[int]) -> dict[int, Any]:
    """Return the last period of the series that counts, by feature; those without any record are not there."""
    periodic = relation.periodic
    if periodic is None:
        return {}
    rows = _series(scope, relation, periodic, pks).order_by()
    return dict(rows.values_list(relation.link).annotate(Max(periodic.field)))


def next_period(relation: Relation, feature: Any, last: Any, today: dt.date) -> Any:
    """Return the period to propose: the one after the last; without any record, the last that ended."""
    periodic = relation.periodic
    assert periodic is not None
    column = _column(relation, periodic.field)
    if isinstance(column, models.DateField):
        return last_complete(column, today) if last is None else _next_month(last)
    if last is not None:
        return last + periodic.step(feature)
    ended, since = last_complete(column, today), getattr(feature, periodic.since, None)
    return ended if since is None else ended - (ended - since) % periodic.step(feature)


def _next_month(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=7)).replace(day=1)


def _is_required(relation: Relation) -> bool:
    return relation.periodic is not None or relation.due is not None


def _column(relation: Relation, name: str) -> models.Field[Any, Any]:
    column = relation.model._meta.get_field(name)
    assert isinstance(column, models.Field)
    return column


def _series(
    scope: Scope, relation: Relation, periodic: Periodic, features: OuterRef | Sequence[int]
) -> QuerySet[Any]:
    return related_rows(scope, relation, features).filter(_empty(relation, periodic.apart))


def _empty(relation: Relation, names: Sequence[str]) -> Q:
    """Select the records where some fields say nothing."""
    result = Q()
    for name in names:
        column = _column(relation, name)
        nothing = Q(**{f"{name}__isnull": True})
        result &= (
            nothing | Q(**{name: ""}) if column.empty_strings_allowed and not column.is_relation else nothing
        )
    return result


def _overdue(scope: Scope, relation: Relation, rows: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Select the features of which something fell due and was not done: of each kind the latest record counts."""
    due: Due | None = relation.due
    assert due is not None
    late = _late_records(scope, relation, scope.queryset, today)
    first = late.filter(**{relation.link: OuterRef("pk")}).order_by(due.field, due.kind)
    overdue: QuerySet[Any] = rows.filter(pk__in=late.values(f"{relation.link}_id"))
    ordered: QuerySet[Any] = overdue.annotate(
        due_date=Subquery(first.values(due.field)[:1]), due_kind=Subquery(first.values(due.kind)[:1])
    ).order_by("due_date", *rows.query.order_by)
    return ordered


def _late_records(scope: Scope, relation: Relation, features: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Select the latest record of each kind of some features, where its next date has passed."""
    assert relation.due is not None
    latest = latest_related_rows(scope, relation, features)
    late: QuerySet[Any] = latest.filter(**{f"{relation.due.field}__lt": today}).order_by()
    return late


def overdue_kind(scope: Scope, relation: Relation, pk: int, *, today: dt.date) -> Any:
    """Return the kind of record of a feature that is the longest overdue, None where nothing is."""
    due = relation.due
    if due is None:
        return None
    late = _late_records(scope, relation, scope.queryset.filter(pk=pk), today)
    return late.order_by(due.field, due.kind).values_list(due.kind, flat=True).first()


def identifying_text(scope: Scope, relation: Relation, feature: Any) -> str:
    """Return the fields that identify a feature for people, besides its title; empty where its layer names none."""
    names = relation.periodic.identifying_fields if relation.periodic else ()
    fields = [scope.filterable[name] for name in names if name in scope.filterable]
    return ", ".join(str(field.label(value)) for field in fields if (value := field_value(field, feature)))


def _lonlat(scope: Scope, row: Any) -> str:
    """Return the longitude and the latitude of a point, empty for what has no place or more than one."""
    point = row.geom if scope.definition.geometry.is_point else None
    return f"{point.x:.6f} {point.y:.6f}" if point else ""


def _kind_words(relation: Relation, kind: Any) -> str:
    """Return what people call a kind of record; empty where nothing falls due."""
    if relation.due is None or kind is None:
        return ""
    kinds = next(field for field in relation.fields if field.name == relation.due.kind)
    return str(kinds.label(kind))


def _named(scope: Scope, relation: Relation, rows: QuerySet[Any]) -> tuple[WaitingFeature, ...]:
    title: Field | None = scope.filterable.get(scope.definition.title_field)
    return tuple(
        WaitingFeature(
            row.pk,
            name_of(scope, row.pk, field_value(title, row) if title else None),
            getattr(row, "last_period", None),
            identifying_text(scope, relation, row),
            getattr(row, "due_date", None),
            _kind_words(relation, getattr(row, "due_kind", None)),
            _lonlat(scope, row),
        )
        for row in rows
    )
