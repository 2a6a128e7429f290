"""Who may do what: accounts, groups, permissions, grants, protected fields, readers of layers and dashboards."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import translation

from dashboards.models import Dashboard, DashboardGrant
from gisportal.accounts.models import GroupManager, User
from gisportal.journal.services import is_recorded, record
from gisportal.journal.vocabulary import Event
from layers.models import Grant, Layer, ProtectedField
from publication.models import PublicationPolicy

_BEFORE = "_journal_before"


@dataclass(frozen=True, slots=True)
class _RightsColumns:
    """Columns of a model that are rights, and how its rows are called.

    Of columns that were one, ``joint_columns``, an entry has all where one changes: older entries have the first alone.
    """

    event: Event
    columns: tuple[str, ...]
    subject: Callable[[Any], str]
    joint_columns: tuple[str, ...] = ()

    def values(self, instance: Model) -> dict[str, Any]:
        """Return what the columns hold."""
        return {name: _plain(getattr(instance, name)) for name in self.columns}


_GRANT = ("group_id", "person_id", "valid_from", "valid_until", "reason")


def _layer_of(instance: Any) -> str:
    return f"layer {instance.layer.slug}"


RIGHTS_MODELS: dict[type[Model], _RightsColumns] = {
    User: _RightsColumns(
        Event.ACCOUNT,
        ("username", "is_active", "ends_at", "is_staff", "is_superuser"),
        lambda user: f"account {user.pk}",
    ),
    Group: _RightsColumns(Event.GROUP, ("name",), lambda group: f"group {group.pk}"),
    GroupManager: _RightsColumns(
        Event.GROUP, ("user_id", "group_id"), lambda manager: f"group {manager.group_id}"
    ),
    Grant: _RightsColumns(
        Event.GRANT,
        (
            *_GRANT,
            "theme_id",
            "rows",
            "margin_m",
            "fields",
            "written_fields",
            "can_download",
            "can_add",
            "can_change_own",
            "can_change",
            "can_delete",
            "can_approve",
        ),
        lambda grant: f"theme {grant.theme.slug}" if grant.theme else _layer_of(grant),
        joint_columns=("can_change", "can_delete"),
    ),
    DashboardGrant: _RightsColumns(Event.GRANT, _GRANT, lambda grant: f"dashboard {grant.dashboard.slug}"),
    ProtectedField: _RightsColumns(Event.PROTECTED_FIELD, ("name",), _layer_of),
    Layer: _RightsColumns(
        Event.LAYER,
        (
            "visibility",
            "state",
            "producer_id",
            "smallest_count",
            "is_requestable",
            "is_use_public",
            "allows_links",
            "is_sensitive",
            "sensitive_fields",
        ),
        lambda layer: f"layer {layer.slug}",
    ),
    PublicationPolicy: _RightsColumns(
        Event.PUBLICATION,
        ("producers_approve", "is_automatic", "most_lost_rows", "most_extent_shift", "reminder_days"),
        _layer_of,
    ),
    Dashboard: _RightsColumns(
        Event.DASHBOARD,
        ("is_public", "is_requestable", "producer_id", "portal_id"),
        lambda row: f"dashboard {row.slug}",
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
)


def connect_rights() -> None:
    """Listen to the models and the relations of rights."""
    for model in RIGHTS_MODELS:
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
    rights_columns = RIGHTS_MODELS[sender]
    is_new = instance.pk is None or instance._state.adding
    stored = (
        None
        if is_new or raw
        else sender._default_manager.filter(pk=instance.pk).values(*rights_columns.columns).first()
    )
    setattr(instance, _BEFORE, {name: _plain(value) for name, value in stored.items()} if stored else None)


def _saved(sender: type[Model], instance: Model, raw: bool = False, **_signal: Any) -> None:
    rights_columns, before = RIGHTS_MODELS[sender], getattr(instance, _BEFORE, None)
    after = rights_columns.values(instance)
    if raw or before == after:
        return
    changed = [name for name in rights_columns.columns if before is None or before[name] != after[name]]
    if not {*changed}.isdisjoint(rights_columns.joint_columns):
        changed += [name for name in rights_columns.joint_columns if name not in changed]
    previous = (before or {}).items()
    record(
        rights_columns.event,
        subject=rights_columns.subject(instance),
        id=instance.pk,
        before={name: value for name, value in previous if name in changed},
        after={name: after[name] for name in changed},
    )


def _deleted(sender: type[Model], instance: Model, **_signal: Any) -> None:
    rights_columns = RIGHTS_MODELS[sender]
    record(
        rights_columns.event,
        subject=rights_columns.subject(instance),
        id=instance.pk,
        before=rights_columns.values(instance),
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
        detail: dict[str, Any] = {key: names, f"{key}_ids": sorted(pk_set)} | _which(instance)
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


def _which(instance: Any) -> dict[str, Any]:
    """Return what tells a relation from the others of its subject: the protected field."""
    return {"id": instance.pk, "name": instance.name} if isinstance(instance, ProtectedField) else {}


def tells_itself(entry: LogEntry) -> bool:
    """Whether events of rights tell all that an action of the administration did, so that one entry is enough."""
    model = entry.content_type.model_class() if entry.content_type else None
    rights_columns = RIGHTS_MODELS.get(model) if model else None
    if model is None or rights_columns is None or entry.action_flag == DELETION:
        return rights_columns is not None
    row = model._default_manager.filter(pk=entry.object_id).first()
    if row is None or not is_recorded(rights_columns.subject(row)):
        return False
    return entry.action_flag == ADDITION or set(changed_titles(entry)) <= _titles(model)


def changed_titles(entry: LogEntry) -> list[str]:
    """Return what an action changed: titles of fields, and names of the kinds of records, as the code writes them."""
    try:
        messages = json.loads(entry.change_message or "[]")
    except ValueError:
        return []
    changes = [change for message in messages for change in message.values()]
    names = [
        name
        for change in changes
        for name in ([change["name"]] if "name" in change else change.get("fields", []))
    ]
    return list(dict.fromkeys(str(name).lower() for name in names))


def _titles(model: type[Model]) -> set[str]:
    """Return the titles of what the events of a model tell: its columns, its relations, and records with events."""
    relations = {through for through, _event in _RELATIONS}
    with translation.override(None):
        names = {*RIGHTS_MODELS[model].columns}
        columns = [field for field in model._meta.concrete_fields if names & {field.name, field.attname}]
        links = [link for link in model._meta.many_to_many if link.remote_field.through in relations]
        titled: list[Any] = [*columns, *links, *(kind._meta for kind in RIGHTS_MODELS)]
        return {str(each.verbose_name).lower() for each in titled}


def _ends(through: Any) -> list[Any]:
    """Return the two links of a relation: to the model that declares it, and to the other one."""
    return [field for field in through._meta.fields if field.remote_field]


def _subject(instance: Any) -> str:
    if type(instance) in RIGHTS_MODELS:
        return RIGHTS_MODELS[type(instance)].subject(instance)
    return f"{instance._meta.model_name} {instance.pk}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value
