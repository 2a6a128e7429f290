"""The names of what entries of the journal are about, read for a page: an entry stores numbers, people read names.

What has left has no name any more and is called by its number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import Manager, Q
from django.utils.text import capfirst

from dashboards.models import Dashboard
from gisportal.accounts.models import DirectoryToken, User
from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from layers.models import Commune, Layer, Theme

Names = Mapping[tuple[str, str], str]
"""Names by kind of object and number or slug: ``("group", "18")`` is « Urbanisme »."""

_NAMED: Mapping[str, tuple[Manager[Any], str, str]] = {
    "account": (User.objects, "pk", "username"),
    "accounts.user": (User.objects, "pk", "username"),
    "auth.group": (Group.objects, "pk", "name"),
    "commune": (Commune.objects, "pk", "nom"),
    "dashboard": (Dashboard.objects, "slug", "title"),
    "dashboards.dashboard": (Dashboard.objects, "pk", "title"),
    "directory": (DirectoryToken.objects, "pk", "name"),
    "group": (Group.objects, "pk", "name"),
    "layer": (Layer.objects, "slug", "title"),
    "layers.commune": (Commune.objects, "pk", "nom"),
    "layers.layer": (Layer.objects, "pk", "title"),
    "layers.theme": (Theme.objects, "pk", "title"),
}
"""Where the name of an object is, by its kind: manager of its model, column that subjects hold, column of the name."""

KINDS: Mapping[str, str] = {
    "group_id": "group",
    "producer_id": "group",
    "heir_id": "account",
    "portal_id": "commune",
    "layer": "layer",
}
"""Kinds of what a part of a detail holds, by its name."""


def names_of(entries: Iterable[JournalEntry]) -> Names:
    """Return the names of what entries are about and hold, in one statement a kind."""
    keys_by_kind: dict[str, set[str]] = {}
    for entry in entries:
        for kind, key in _references(entry):
            keys_by_kind.setdefault(kind, set()).add(key)
    names: dict[tuple[str, str], str] = {}
    for kind, keys in keys_by_kind.items():
        manager, column, name = _NAMED[kind]
        numbers = {key for key in keys if column != "pk" or manager.model is Commune or key.isdecimal()}
        pairs = manager.filter(**{f"{column}__in": numbers}).values_list(column, name)
        names |= {(kind, str(key)): str(text) for key, text in pairs}
    return names


def sign_ins_of(user_id: int, *, count: int = 10) -> list[JournalEntry]:
    """Return the last sign-ins of an account that the journal still has, the latest first."""
    entries = JournalEntry.objects.filter(event=Event.SIGN_IN, actor_id=user_id)
    return list(entries.order_by("-at", "-pk")[:count])


def last_deed(user_id: int | None) -> int:
    """Return the number of the last entry that an account is the author of; 0 without any."""
    entries = JournalEntry.objects.filter(actor_id=user_id).order_by("-at").values_list("pk", flat=True)
    return entries.first() or 0


def directory_calls(token_id: int, *, count: int = 20) -> list[JournalEntry]:
    """Return the last calls of the token of a directory that the journal still has, the latest first."""
    entries = JournalEntry.objects.filter(
        event=Event.DIRECTORY, subject=f"directory {token_id}", detail__has_key="call"
    )
    return list(entries.order_by("-at", "-pk")[:count])


def lost_management(user_id: int, *, since: dt.datetime) -> dt.datetime | None:
    """Return when an account last stopped managing a group after an instant; None when it did not."""
    entries = JournalEntry.objects.filter(event=Event.GROUP, at__gte=since, detail__before__user_id=user_id)
    return entries.filter(detail__after=None).order_by("-at").values_list("at", flat=True).first()


def memberships_since(account: int, groups: Iterable[int], *, until: dt.datetime) -> dict[int, dt.datetime]:
    """Return when an account last joined each of some groups, by id; without those that the journal does not date.

    Entries after ``until`` do not count.
    """
    ids = set(groups)
    from_account = Q(subject=f"account {account}")
    from_group = Q(subject__in=[f"group {pk}" for pk in ids], detail__added_ids__contains=[account])
    entries = JournalEntry.objects.filter(from_account | from_group, event=Event.MEMBERSHIP, at__lte=until)
    since: dict[int, dt.datetime] = {}
    for entry in entries.order_by("at", "pk"):
        kind, _space, key = entry.subject.partition(" ")
        joined = {int(key)} if kind == "group" else set(entry.detail.get("added_ids", ()))
        since |= dict.fromkeys(joined & ids, entry.at)
    return since


def model_name(label: str) -> str:
    """Return what the objects of a model are called, ``layers.layer`` « couche »; empty for none of the portal's."""
    try:
        return str(capfirst(apps.get_model(label)._meta.verbose_name))
    except (LookupError, ValueError):
        return ""


def _references(entry: JournalEntry) -> Iterator[tuple[str, str]]:
    """Yield kind and number or slug of each object that an entry names."""
    kind, _space, key = entry.subject.partition(" ")
    if key and kind in _NAMED:
        yield kind, key
    detail: dict[str, Any] = entry.detail
    for part in (detail, detail.get("before") or {}, detail.get("after") or {}):
        for name, value in part.items():
            if name in KINDS and value not in (None, ""):
                yield KINDS[name], str(value)
