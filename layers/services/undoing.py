"""Undo a write of a visitor: every row that it touched is again as it was, in one transaction, as new changes.

A write is named by the context of its events (``pghistory``), which all events of a request share. A row that changed
since is left as it is, and the whole undo is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import Forbidden, StaleFeature, UnknownFeature
from layers.models import events_of
from layers.services.features import (
    check_added,
    check_editable,
    check_row_values,
    is_deletable,
    locked_feature,
    writable_columns,
    writing,
)
from layers.services.photos import remove_features

MAX_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class UndoneWrite:
    """The ids of the rows that are as they were before: changed back, created again, or deleted again."""

    changed: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()


def undo_write(*, scope: Scope, context: str) -> UndoneWrite:
    """Give back their former values to the rows of the layer that the visitor wrote under ``context``.

    Fields that the visitor does not read stay as they are; a deleted row comes back whole, with its records.

    Raises:
        UnknownFeature: the visitor wrote nothing under this context in the layer.
        StaleFeature: a row changed since.
        Forbidden: outside the rows that the visitor may change, add or delete.
        InvalidFeature: the layer refuses the former values.
    """
    kind: Any = events_of(scope.definition.model)
    changed, restored, removed = [], [], []
    with writing(scope):
        for event in _first_events(scope, kind, context):
            if event.pgh_label == "insert":
                if not is_deletable(scope):
                    raise Forbidden(
                        _("Vos droits ne permettent pas de supprimer l’objet %d.") % event.pgh_obj_id
                    )
                remove_features(features=[locked_feature(scope, event.pgh_obj_id, None)])
                removed.append(event.pgh_obj_id)
            elif scope.definition.model._default_manager.filter(pk=event.pgh_obj_id).exists():
                _change_back(scope, event)
                changed.append(event.pgh_obj_id)
            else:
                _create_again(scope, event, context)
                restored.append(event.pgh_obj_id)
    return UndoneWrite(tuple(changed), tuple(restored), tuple(removed))


def _first_events(scope: Scope, kind: Any, context: str) -> list[Any]:
    """Return the first event of each row under a context, the last row first; locks nothing.

    Raises:
        UnknownFeature: there is none of the visitor.
        StaleFeature: a row has a later event.
    """
    own = kind._default_manager.filter(
        pgh_context_id=context, pgh_context__metadata__user=scope.visitor.user_id
    )
    firsts: dict[int, Any] = {}
    lasts: dict[int, int] = {}
    for event in own.order_by("pgh_id")[: MAX_ROWS + 1]:
        firsts.setdefault(event.pgh_obj_id, event)
        lasts[event.pgh_obj_id] = event.pgh_id
    if not firsts:
        raise UnknownFeature(_("Il n’y a rien à annuler ici."), parameter="id")
    latest = (
        kind._default_manager.filter(pgh_obj_id__in=firsts)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values_list("pgh_obj_id", "pgh_id")
    )
    for pk, last in latest:
        if last != lasts[pk]:
            raise StaleFeature(
                _("L’objet %d a changé depuis : votre changement ne s’annule plus d’ici.") % pk,
                parameter="id",
            )
    return list(reversed(firsts.values()))


def _change_back(scope: Scope, event: Any) -> None:
    row = locked_feature(scope, event.pgh_obj_id, None)
    columns = writable_columns(scope)
    for column in columns.values():
        setattr(row, column.attname, getattr(event, column.attname))
    if scope.definition.geometry.is_located:
        row.geom = event.geom
    check_row_values(row, {"geom": "geometry"} | {column.name: name for name, column in columns.items()})
    row.save()
    check_editable(scope, row.pk)


def _create_again(scope: Scope, event: Any, context: str) -> None:
    """Write a deleted row again under its id, then its records that left with it."""
    _insert(scope.definition.model, event)
    for relation in scope.definition.relations:
        records: Any = events_of(relation.model)
        if records is not None:
            left = {"pgh_context_id": context, "pgh_label": "delete", relation.link: event.pgh_obj_id}
            for record in records._default_manager.filter(**left).order_by("pgh_id"):
                _insert(relation.model, record)
    check_added(scope, event.pgh_obj_id)


def _insert(model: Any, event: Any) -> None:
    stored = {column.attname for column in event._meta.concrete_fields}
    columns = [
        column for column in model._meta.concrete_fields if not column.generated and column.attname in stored
    ]
    values = {column.attname: getattr(event, column.attname) for column in columns}
    model(**values | {model._meta.pk.attname: event.pgh_obj_id}).save(force_insert=True)
