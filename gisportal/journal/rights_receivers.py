"""Who may do what: accounts, groups, permissions, grants, protected fields, readers of layers and dashboards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from dashboards.models import Dashboard
from gisportal.accounts.models import User
from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from layers.models import Grant, Layer, ProtectedField

_BEFORE = "_journal_before"


@dataclass(frozen=True, slots=True)
class _Watched:
    """Columns of a model that are rights, and how its rows are called."""

    event: Event
    columns: tuple[str, ...]
    subject: Callable[[Any], str]

    def values(self, instance: Model) -> dict[str, Any]:
        """Return what the columns hold."""
        return {name: _plain(getattr(instance, name)) for name in self.columns}


def _layer_of(instance: Any) -> str:
    return f"layer {instance.layer.slug}"


WATCHED: dict[type[Model], _Watched] = {
    User: _Watched(
        Event.ACCOUNT,
        ("username", "is_active", "is_staff", "is_superuser"),
        lambda user: f"account {user.pk}",
    ),
    Group: _Watched(Event.GROUP, ("name",), lambda group: f"group {group.pk}"),
    Grant: _Watched(
        Event.GRANT,
        ("group_id", "rows", "can_download", "can_edit", "can_approve", "valid_from", "valid_until"),
        _layer_of,
    ),
    ProtectedField: _Watched(Event.PROTECTED_FIELD, ("name",), _layer_of),
    Layer: _Watched(
        Event.LAYER,
        ("visibility", "state", "producer_id", "smallest_count"),
        lambda layer: f"layer {layer.slug}",
    ),
    Dashboard: _Watched(
        Event.DASHBOARD, ("is_public", "producer_id", "portal_id"), lambda row: f"dashboard {row.slug}"
    ),
}
# What the names of rows are made of, beside their own columns.
_NAMED_WITH: dict[type[Model], tuple[str, ...]] = {Permission: ("content_type",)}
# Relations that give rights, with their event.
_RELATIONS = (
    (User.groups.through, Event.MEMBERSHIP),
    (User.user_permissions.through, Event.PERMISSIONS),
    (Group.permissions.through, Event.PERMISSIONS),
    (ProtectedField.groups.through, Event.PROTECTED_FIELD),
    (Dashboard.groups.through, Event.DASHBOARD),
    (Dashboard.persons.through, Event.DASHBOARD),
)


def connect_rights() -> None:
    """Listen to the models and the relations of rights."""
    for model in WATCHED:
        pre_save.connect(_remember, sender=model, dispatch_uid="journal")
        post_save.connect(_saved, sender=model, dispatch_uid="journal")
        post_delete.connect(_deleted, sender=model, dispatch_uid="journal")
    for through, event in _RELATIONS:
        receiver = _RelationReceiver(event, through)
        m2m_changed.connect(receiver, sender=through, weak=False, dispatch_uid="journal")
        for end in _ends(through):
            pre_delete.connect(
                receiver.end_deleted,
                sender=end.related_model,
                weak=False,
                dispatch_uid=f"journal {through._meta.label} {end.name}",
            )


def _remember(sender: type[Model], instance: Model, raw: bool = False, **_signal: Any) -> None:
    """Read what the row holds before it is written."""
    watched = WATCHED[sender]
    is_new = instance.pk is None or instance._state.adding
    stored = (
        None
        if is_new or raw
        else sender._default_manager.filter(pk=instance.pk).values(*watched.columns).first()
    )
    setattr(instance, _BEFORE, {name: _plain(value) for name, value in stored.items()} if stored else None)


def _saved(sender: type[Model], instance: Model, raw: bool = False, **_signal: Any) -> None:
    watched, before = WATCHED[sender], getattr(instance, _BEFORE, None)
    after = watched.values(instance)
    if raw or before == after:
        return
    changed = [name for name in watched.columns if before is None or before[name] != after[name]]
    previous = (before or {}).items()
    record(
        watched.event,
        subject=watched.subject(instance),
        id=instance.pk,
        before={name: value for name, value in previous if name in changed},
        after={name: after[name] for name in changed},
    )


def _deleted(sender: type[Model], instance: Model, **_signal: Any) -> None:
    watched = WATCHED[sender]
    record(
        watched.event,
        subject=watched.subject(instance),
        id=instance.pk,
        before=watched.values(instance),
        after=None,
    )


class _RelationReceiver:
    """Records what was added to a relation and removed from it, from either side."""

    def __init__(self, event: Event, through: Any) -> None:
        self.event, self.through = event, through

    def __call__(
        self,
        instance: Any,
        action: str,
        reverse: bool,
        model: type[Model],
        pk_set: set[int] | None,
        **signal: Any,
    ) -> None:
        """Write an entry for an addition, a removal, or all at once."""
        if action not in {"post_add", "post_remove", "pre_clear"}:
            return
        if action == "pre_clear":
            pk_set = self._all(instance, reverse, signal["sender"])
        if not pk_set:
            return
        rows = model._default_manager.filter(pk__in=pk_set).select_related(*_NAMED_WITH.get(model, ()))
        names = sorted(map(str, rows))
        key = "added" if action == "post_add" else "removed"
        detail: dict[str, Any] = {key: names, f"{key}_ids": sorted(pk_set)}
        record(self.event, subject=_subject(instance), **detail)

    def end_deleted(self, instance: Any, sender: type[Model], **_signal: Any) -> None:
        """Record what is deleted with an account, a group or a protected field, which sends no signal of relations."""
        ends = _ends(self.through)
        reverse = ends[1].related_model is sender
        other = ends[0 if reverse else 1].related_model
        self(instance, "pre_clear", reverse, other, None, sender=self.through)

    def _all(self, instance: Any, reverse: bool, through: Any) -> set[int]:
        own, other = _ends(through) if not reverse else reversed(_ends(through))
        return set(through.objects.filter(**{own.attname: instance.pk}).values_list(other.attname, flat=True))


def _ends(through: Any) -> list[Any]:
    """Return the two links of a relation: to the model that declares it, and to the other one."""
    return [field for field in through._meta.fields if field.remote_field]


def _subject(instance: Any) -> str:
    if type(instance) in WATCHED:
        return WATCHED[type(instance)].subject(instance)
    return f"{instance._meta.model_name} {instance.pk}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value
