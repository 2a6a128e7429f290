"""Bring back what was: a value, a row, all rows of an instant, or everything before a change.

Each is a new change, in the history as any other, which can be undone. Rights are those of whoever writes: rows before
and after are theirs to change, and what they do not read stays as it is. A row that comes back has the records that
were deleted with it (``deleted_records``); those of rows that stayed are left as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers import access, registry
from layers.access import Scope
from layers.definitions import GEOMETRY
from layers.errors import Forbidden, InvalidParameter, StaleFeature, UnknownFeature
from layers.models import events_of
from layers.queries import unknown_feature
from layers.services.deleted_records import insert_events, recorded_columns, restore_records
from layers.services.features import (
    Expected,
    WrittenFeature,
    check_removable,
    check_row_values,
    check_written,
    is_addable,
    is_deletable,
    is_recorded,
    locked_feature,
    stored_columns,
    writable_columns,
    writing,
)
from layers.services.moderation import check_open, check_open_rows
from layers.services.photos import remove_features
from layers.sql.rows import for_update
from layers.vocabulary import WriteRight

MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Restored:
    """How many rows were brought back: changed, created again, deleted; ``change`` undoes it.

    ``records`` counts those that came back with the rows created again.
    """

    changed: int = 0
    created: int = 0
    deleted: int = 0
    change: UUID | None = None
    records: int = 0

    @property
    def rows(self) -> int:
        """All rows that were written."""
        return self.changed + self.created + self.deleted


def restore_value(*, scope: Scope, pk: int, event: int, name: str, expected: Expected) -> WrittenFeature:
    """Give a field, or the geometry (``GEOMETRY``), the value that it had before an event of the row's history.

    Raises:
        UnknownFeature: no such feature or event for this visitor.
        InvalidParameter: the visitor writes no field of this name.
        InvalidFeature, Forbidden, StaleFeature: as ``features.update_feature``.
    """
    attributes = _attributes(scope)
    if name not in attributes:
        raise InvalidParameter(
            _("« %s » n’est pas un champ que vous modifiez.") % name[:63], parameter="field"
        )
    with writing(scope) as change:
        instance = locked_feature(scope, pk, expected, names=[name])
        return _rewritten(scope, instance, _event(scope, pk, event), {name: attributes[name]}, change)


def restore_row(*, scope: Scope, pk: int, event: int, expected: Expected) -> WrittenFeature:
    """Write a row as an event of its history holds it: as it was before, or as it was added; a deleted row comes back.

    Raises:
        UnknownFeature: no such event for this visitor, or the row would not be theirs to add.
        InvalidFeature, Forbidden, StaleFeature: as ``features.update_feature``.
    """
    with writing(scope) as change:
        source = _event(scope, pk, event)
        if access.every_row(scope.definition).filter(pk=pk).exists():
            instance = locked_feature(scope, pk, expected)
            fields = check_written(scope, pk, WriteRight.CHANGE).fields if scope.limits_fields else None
            attributes = {
                name: attribute
                for name, attribute in _attributes(scope).items()
                if fields is None or name in fields
            }
            return _rewritten(scope, instance, source, attributes, change)
        if not is_addable(scope):
            raise unknown_feature(scope, pk)
        try:
            return _created_again(scope, pk, source, change)
        except Forbidden as error:
            raise unknown_feature(scope, pk) from error


@dataclass(frozen=True, slots=True)
class RestorationPlan:
    """What restoring would write, by id of row: the events that rows are changed to and created again from.

    ``deleted`` are rows that would go, since they were added later; ``last`` is the id of the last event of the table.
    """

    changed: dict[int, int]
    created: dict[int, int]
    deleted: tuple[int, ...]
    last: int


def moment_plan(*, scope: Scope, at: dt.datetime) -> RestorationPlan:
    """Return what ``restore_moment`` would write; rows that are as they were are left out.

    Raises:
        Forbidden, InvalidParameter: as ``restore_moment``.
    """
    _check_moment(scope, at)
    events = _events(scope)
    last = events.aggregate(last=models.Max("pgh_id"))["last"] or 0
    plan = _plan(scope, events.filter(pgh_created_at__gt=at), last)
    return replace(plan, changed=_differing(scope, plan.changed))


def restore_moment(*, scope: Scope, at: dt.datetime, last: int | None = None, reason: str = "") -> Restored:
    """Write all rows of a layer as they were at an instant; nobody else writes meanwhile, everybody reads.

    ``last`` is the last event of the plan that a person read (``moment_plan``); ``reason`` goes into the history.

    Raises:
        Forbidden: the visitor does not write every row and field of the layer.
        InvalidParameter: the instant is to come, or before the version of the dataset that is online.
        StaleFeature: a row was written since the plan was read.
        InvalidFeature: the table refuses what was.
    """
    _check_moment(scope, at)
    events = _events(scope)
    with writing(scope, limit="whole", reason=reason) as change:
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(scope.definition.model._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        current = events.aggregate(last=models.Max("pgh_id"))["last"] or 0
        if last is not None and last != current:
            raise StaleFeature(
                _("Des lignes ont changé depuis que vous avez lu cet aperçu : relisez-le, puis confirmez."),
                parameter="last",
            )
        return _written_back(scope, _plan(scope, events.filter(pgh_created_at__gt=at), current), change)


def _check_moment(scope: Scope, at: dt.datetime) -> None:
    check_restorable(scope)
    online = next((version for version in registry.versions(scope.slug) if version.is_online), None)
    if at > scope.visitor.instant:
        raise InvalidParameter(_("Cet instant est à venir."), parameter="at")
    if online is not None and at < online.at:
        raise InvalidParameter(
            _("La version en ligne est plus récente que cet instant : remettez plutôt une ancienne version."),
            parameter="at",
        )


def undo_change(*, scope: Scope, change: UUID, undone: Collection[UUID] = ()) -> Restored:
    """Write the rows that a change touched as they were before it.

    ``undone`` are later changes that leave rows as they were: changes that were undone, and what undid them.

    Raises:
        UnknownFeature: the change wrote no row of the layer that is the visitor's to change.
        StaleFeature: one of the rows changed since.
        Forbidden, InvalidFeature: as ``features.update_feature``.
    """
    kind = _events(scope)
    events = kind.filter(pgh_context=change)
    last = events.aggregate(last=models.Max("pgh_id"))["last"]
    if last is None:
        raise UnknownFeature(_("Ce changement n’est pas dans l’historique de la couche."), parameter="change")
    touched = events.values("pgh_obj_id")
    later = kind.filter(pgh_obj_id__in=touched, pgh_id__gt=last).exclude(pgh_context__in=[change, *undone])
    with writing(scope, limit="whole") as own:
        rows = access.every_row(scope.definition).filter(pk__in=touched).order_by("pk")
        list(for_update(rows).values_list("pk"))  # nobody changes them between the check and the writing
        _check_latest(later)
        return _written_back(scope, _plan(scope, events, last), own)


def _check_latest(later: Any) -> None:
    """Check that nothing came after a change; call it once the rows are locked.

    Raises:
        StaleFeature: some of the rows changed.
    """
    count = later.values("pgh_obj_id").distinct().count()
    if count:
        raise StaleFeature(
            ngettext(
                "%d ligne a changé depuis : annulez d’abord ce changement-là.",
                "%d lignes ont changé depuis : annulez d’abord ces changements-là.",
                count,
            )
            % count,
            parameter="change",
        )


def _events(scope: Scope) -> Any:
    kind = events_of(scope.definition.model)
    if kind is None:
        raise Forbidden(_("L’historique de cette couche n’est pas enregistré."))
    rows: Any = kind._default_manager  # an event model is made by the library: its columns have no types
    return rows.order_by()


def _event(scope: Scope, pk: int, event: int) -> Any:
    """Return an event of a row."""
    match = _events(scope).filter(pgh_obj_id=pk, pgh_id=event).first() if max(pk, event) < 2**63 else None
    if match is None:
        raise unknown_feature(scope, pk)
    return match


def _attributes(scope: Scope) -> dict[str, str]:
    """Return the attributes that the visitor writes and the history records, by published name."""
    recorded = {column.attname for column in recorded_columns(scope.definition.model)}
    columns = {name: column.attname for name, column in writable_columns(scope).items()}
    is_fixed = scope.written_fields is not None and GEOMETRY not in scope.written_fields
    if scope.definition.geometry.is_located and not is_fixed:
        columns[GEOMETRY] = "geom"
    return {name: attribute for name, attribute in columns.items() if attribute in recorded}


def _rewritten(
    scope: Scope, instance: Any, source: Any, attributes: dict[str, str], change: UUID
) -> WrittenFeature:
    names = [
        name
        for name, attribute in attributes.items()
        if getattr(instance, attribute) != getattr(source, attribute)
    ]
    check_written(scope, instance.pk, WriteRight.CHANGE, names)
    for name in names:
        setattr(instance, attributes[name], getattr(source, attributes[name]))
    _check(scope, instance)
    instance.save()
    check_written(scope, instance.pk, WriteRight.CHANGE)
    return WrittenFeature(instance.pk, change=change)


def _created_again(scope: Scope, pk: int, source: Any, change: UUID) -> WrittenFeature:
    instance = scope.definition.model(pk=pk)
    for column in recorded_columns(scope.definition.model):
        setattr(instance, column.attname, getattr(source, column.attname))
    _check(scope, instance)
    instance.save(force_insert=True)
    check_written(scope, pk, WriteRight.ADD, stored_columns(scope))
    check_open(scope, instance)
    restore_records(scope.definition.model, [pk])
    return WrittenFeature(pk, change=change)


def _check(scope: Scope, instance: Any) -> None:
    names = {column.name: name for name, column in writable_columns(scope).items()}
    check_row_values(instance, {"geom": GEOMETRY} | names)


def check_restorable(scope: Scope) -> None:
    """Check that the visitor may restore all rows of a layer.

    Raises:
        Forbidden: they may not.
    """
    if not is_restorable(scope):
        raise Forbidden(
            _(
                "Rétablir toutes les lignes demande le droit d’ajouter, de modifier et de supprimer chacune d’elles."
            )
        )


def is_restorable(scope: Scope) -> bool:
    """Whether the visitor may restore all rows of a layer: they read and write each row and field."""
    reads_everything = len(scope.fields) == len(scope.definition.fields) and scope.has_every_row
    writes_everything = (
        scope.adds_every_row and scope.changes_every_row and scope.deletes_every_row and is_deletable(scope)
    )
    return (
        is_recorded(scope.definition)
        and not scope.visitor.portal
        and reads_everything
        and (scope.visitor.is_administrator or writes_everything)
    )


def _plan(scope: Scope, events: Any, last: int) -> RestorationPlan:
    """Return what writes the rows of some events as they were before the first one of each."""
    first = events.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    rows = list(first.values_list("pgh_obj_id", "pgh_id", "pgh_label")[: MAX_ROWS + 1])
    if len(rows) > MAX_ROWS:
        raise InvalidParameter(_("Plus de %d lignes à rétablir.") % MAX_ROWS, parameter="at")
    every = access.every_row(scope.definition)
    existing = set(every.filter(pk__in=[pk for pk, _id, _label in rows]).values_list("pk", flat=True))
    return RestorationPlan(
        changed={pk: number for pk, number, label in rows if label != "insert" and pk in existing},
        created={pk: number for pk, number, label in rows if label != "insert" and pk not in existing},
        deleted=tuple(pk for pk, _id, label in rows if label == "insert" and pk in existing),
        last=last,
    )


def _written_back(scope: Scope, plan: RestorationPlan, change: UUID) -> Restored:
    """Write a plan, in the transaction of ``change``."""
    changed, created, deleted = plan.changed, plan.created, plan.deleted
    check_rows(scope, [*deleted, *changed], _attributes(scope))
    if deleted:
        delete_rows(scope, deleted)
    count = _update(scope, changed.values()) if changed else 0
    if created:
        insert_events(scope.definition.model, created.values())
    check_rows(scope, changed)
    check_open_rows(scope, created)
    if created and access.addable(scope).filter(pk__in=created).count() < len(created):
        raise Forbidden(_("Des lignes supprimées sortent de ce que vous pouvez ajouter."))
    records = restore_records(scope.definition.model, created) if created else 0
    return Restored(count, len(created), len(deleted), change, records)


def check_rows(scope: Scope, pks: Collection[int], names: Collection[str] = ()) -> None:
    """Check that the visitor may change each of some rows, in the fields of ``names``.

    Raises:
        Forbidden: one of them is outside, or public where somebody else approves it.
    """
    check_open_rows(scope, pks)
    if not pks or access.editable(scope, names).filter(pk__in=pks).count() == len(pks):
        return
    if names and access.editable(scope).filter(pk__in=pks).count() == len(pks):
        raise Forbidden(
            _("Vos droits ne permettent pas d’écrire : %s.") % ", ".join(sorted(names)),
            parameter=min(names),
        )
    raise Forbidden(_("Des lignes, avant ou après la modification, sortent de ce que vous pouvez modifier."))


def delete_rows(scope: Scope, pks: Collection[int]) -> None:
    """Delete rows: in one statement where nothing belongs to them.

    Raises:
        Forbidden: one of them is not the visitor's to delete.
    """
    check_open_rows(scope, pks)
    if access.deletable(scope).filter(pk__in=pks).count() < len(pks):
        raise Forbidden(_("Des lignes sortent de ce que vous pouvez supprimer."))
    model = scope.definition.model
    rows = access.every_row(scope.definition).filter(pk__in=pks)
    check_removable(scope, rows)
    if model._meta.related_objects:
        remove_features(features=list(rows))
    else:
        rows.delete()


def _update(scope: Scope, events: Iterable[int]) -> int:
    """Give rows the values of events, of the columns that the visitor writes; return how many changed."""
    quote, model, names = connection.ops.quote_name, scope.definition.model, _written_columns(scope)
    if not names:
        return 0
    values = ", ".join(f"{name} = e.{name}" for name in names)
    # ``updated_at`` is no value of the row: it says when it was written.
    times = ", updated_at = now()" if any(f.name == "updated_at" for f in model._meta.concrete_fields) else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS t SET {values}{times} FROM {_event_table(scope)} AS e"  # noqa: S608 (quoted)
            f" WHERE {_is_other(scope, names)}",
            [list(events)],
        )
        return int(cursor.rowcount)


def _differing(scope: Scope, events: Mapping[int, int]) -> dict[int, int]:
    """Return those of some events, by row, that differ from the row in the columns that the visitor writes."""
    names, table = _written_columns(scope), connection.ops.quote_name(scope.definition.model._meta.db_table)
    if not names or not events:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.pgh_obj_id FROM {table} AS t, {_event_table(scope)} AS e"  # noqa: S608 (quoted)
            f" WHERE {_is_other(scope, names)}",
            [list(events.values())],
        )
        return {pk: events[pk] for (pk,) in cursor.fetchall()}


def _written_columns(scope: Scope) -> list[str]:
    """Return the quoted names of the columns that the visitor writes and the history records."""
    written = set(_attributes(scope).values())
    columns = recorded_columns(scope.definition.model)
    return [
        str(connection.ops.quote_name(str(column.column))) for column in columns if column.attname in written
    ]


def _is_other(scope: Scope, names: list[str]) -> str:
    """Return the condition that the row ``t`` of one of some events ``e`` differs from it; ``%s`` are their ids."""
    old, new = (", ".join(f"{alias}.{name}" for name in names) for alias in ("t", "e"))
    key = _key(scope.definition.model)
    return f"e.pgh_id = ANY(%s) AND t.{key} = e.pgh_obj_id AND ROW({old}) IS DISTINCT FROM ROW({new})"


def _event_table(scope: Scope) -> str:
    kind = events_of(scope.definition.model)
    assert kind is not None  # its events were read before
    return str(connection.ops.quote_name(kind._meta.db_table))


def _key(model: type[models.Model]) -> str:
    key = model._meta.pk
    assert key is not None
    return str(connection.ops.quote_name(str(key.column)))
