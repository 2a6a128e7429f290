"""Bring back what was: a value, a row, all rows of an instant, or everything before a change.

Each is a new change, in the history as any other, which can be undone. Rights are those of whoever writes: rows before
and after are theirs to change, and what they do not read stays as it is. Records related to a feature are not brought
back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
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
from layers.services.features import (
    Expected,
    WrittenFeature,
    check_removable,
    check_row_values,
    check_written,
    is_addable,
    is_deletable,
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
    """How many rows were brought back: changed, created again, deleted; ``change`` undoes it."""

    changed: int = 0
    created: int = 0
    deleted: int = 0
    change: UUID | None = None

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


def restore_moment(*, scope: Scope, at: dt.datetime) -> Restored:
    """Write all rows of a layer as they were at an instant.

    Raises:
        Forbidden: the visitor does not write every row and field of the layer.
        InvalidParameter: the instant is to come, or before the version of the dataset that is online.
        InvalidFeature: the table refuses what was.
    """
    _check_everything(scope)
    online = next((version for version in registry.versions(scope.slug) if version.is_online), None)
    if at > scope.visitor.instant:
        raise InvalidParameter(_("Cet instant est à venir."), parameter="at")
    if online is not None and at < online.at:
        raise InvalidParameter(
            _("La version en ligne est plus récente que cet instant : remettez plutôt une ancienne version."),
            parameter="at",
        )
    return _restored(scope, _events(scope).filter(pgh_created_at__gt=at))


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
    return _restored(scope, events, check=partial(_check_latest, later))


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
    recorded = {column.attname for column in _recorded(scope)}
    columns = {name: column.attname for name, column in writable_columns(scope).items()}
    is_fixed = scope.written_fields is not None and GEOMETRY not in scope.written_fields
    if scope.definition.geometry.is_located and not is_fixed:
        columns[GEOMETRY] = "geom"
    return {name: attribute for name, attribute in columns.items() if attribute in recorded}


def _recorded(scope: Scope) -> list[models.Field[Any, Any]]:
    """Return the columns of the table that its history records, but for the key."""
    kind = events_of(scope.definition.model)
    recorded = {column.attname for column in kind._meta.concrete_fields} if kind else set()
    return [
        column
        for column in scope.definition.model._meta.concrete_fields
        if column.attname in recorded and not column.primary_key and not column.generated
    ]


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
    for column in _recorded(scope):
        setattr(instance, column.attname, getattr(source, column.attname))
    _check(scope, instance)
    instance.save(force_insert=True)
    check_written(scope, pk, WriteRight.ADD, stored_columns(scope))
    check_open(scope, instance)
    return WrittenFeature(pk, change=change)


def _check(scope: Scope, instance: Any) -> None:
    names = {column.name: name for name, column in writable_columns(scope).items()}
    check_row_values(instance, {"geom": GEOMETRY} | names)


def _check_everything(scope: Scope) -> None:
    reads_everything = len(scope.fields) == len(scope.definition.fields) and scope.has_every_row
    writes_everything = (
        scope.adds_every_row and scope.changes_every_row and scope.deletes_every_row and is_deletable(scope)
    )
    if scope.visitor.portal or not (
        reads_everything and (scope.visitor.is_administrator or writes_everything)
    ):
        raise Forbidden(
            _(
                "Rétablir toutes les lignes demande le droit d’ajouter, de modifier et de supprimer chacune d’elles."
            )
        )


def _restored(scope: Scope, events: Any, *, check: Callable[[], None] | None = None) -> Restored:
    """Write the rows of some events as they were before the first one of each; ``check`` runs once they are locked."""
    first = events.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    rows = list(first.values_list("pgh_obj_id", "pgh_id", "pgh_label")[: MAX_ROWS + 1])
    if len(rows) > MAX_ROWS:
        raise InvalidParameter(_("Plus de %d lignes à rétablir.") % MAX_ROWS, parameter="at")
    with writing(scope, limit="whole") as change:
        every = access.every_row(scope.definition)
        locked = for_update(every.filter(pk__in=[pk for pk, _id, _label in rows])).order_by("pk")
        existing = set(locked.values_list("pk", flat=True))
        if check is not None:
            check()
        added = [pk for pk, _id, label in rows if label == "insert" and pk in existing]
        changed = {pk: number for pk, number, label in rows if label != "insert" and pk in existing}
        deleted = {pk: number for pk, number, label in rows if label != "insert" and pk not in existing}
        check_rows(scope, [*added, *changed], _attributes(scope))
        if added:
            delete_rows(scope, added)
        count = _update(scope, changed.values()) if changed else 0
        if deleted:
            _insert(scope, deleted.values())
        check_rows(scope, changed)
        check_open_rows(scope, deleted)
        if deleted and access.addable(scope).filter(pk__in=deleted).count() < len(deleted):
            raise Forbidden(_("Des lignes supprimées sortent de ce que vous pouvez ajouter."))
    return Restored(count, len(deleted), len(added), change)


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
    quote, model = connection.ops.quote_name, scope.definition.model
    written = set(_attributes(scope).values())
    names = [quote(str(column.column)) for column in _recorded(scope) if column.attname in written]
    if not names:
        return 0
    values = ", ".join(f"{name} = e.{name}" for name in names)
    # ``updated_at`` is no value of the row: it says when it was written.
    times = ", updated_at = now()" if any(f.name == "updated_at" for f in model._meta.concrete_fields) else ""
    old, new = (", ".join(f"{alias}.{name}" for name in names) for alias in ("t", "e"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS t SET {values}{times} FROM {_event_table(scope)} AS e"  # noqa: S608 (quoted)
            f" WHERE e.pgh_id = ANY(%s) AND t.{_key(model)} = e.pgh_obj_id AND ROW({old}) IS DISTINCT FROM ROW({new})",
            [list(events)],
        )
        return int(cursor.rowcount)


def _insert(scope: Scope, events: Iterable[int]) -> None:
    quote, model = connection.ops.quote_name, scope.definition.model
    names = ", ".join(quote(str(column.column)) for column in _recorded(scope))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({_key(model)}, {names})"  # noqa: S608 (quoted)
            f" SELECT pgh_obj_id, {names} FROM {_event_table(scope)} WHERE pgh_id = ANY(%s)",
            [list(events)],
        )


def _event_table(scope: Scope) -> str:
    kind = events_of(scope.definition.model)
    assert kind is not None  # its events were read before
    return str(connection.ops.quote_name(kind._meta.db_table))


def _key(model: type[models.Model]) -> str:
    key = model._meta.pk
    assert key is not None
    return str(connection.ops.quote_name(str(key.column)))
