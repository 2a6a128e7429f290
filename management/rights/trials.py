"""Try changes of rights in a savepoint that is rolled back: nothing of them stays, in the database nor in a cache.

The writes send no signal, so the journal has no entry of them, and their rows have ids of their own, so that no
sequence moves. Counters of the catalogue go back with the savepoint, and what was computed under them is not cached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from gisportal.accounts.models import User
from layers.cache import uncached
from layers.models import Layer, ProtectedField
from management.rights.services import AnyGrant, columns_of

_TRIED = -1  # the id of what is added for a trial: sequences give positive ones


@dataclass(frozen=True, slots=True)
class GrantWritten:
    """A grant that is added (without an id) or changed."""

    grant: AnyGrant

    def apply(self) -> None:
        """Write it."""
        table: type[Any] = type(self.grant)
        columns = {name: getattr(self.grant, name) for name in columns_of(self.grant)}
        if self.grant._state.adding:
            table.objects.bulk_create([table(pk=_TRIED, **columns)])
        else:
            table.objects.filter(pk=self.grant.pk).update(**columns)


@dataclass(frozen=True, slots=True)
class GrantRemoved:
    """A grant that is removed."""

    grant: AnyGrant

    def apply(self) -> None:
        """Delete its row."""
        table: type[Any] = type(self.grant)
        delete_rows(table.objects.filter(pk=self.grant.pk))


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """A person who joins a group, or leaves it."""

    person: User
    group: Group
    is_member: bool

    def apply(self) -> None:
        """Write the membership, or delete it."""
        through: Any = User.groups.through
        rows = through.objects.filter(user_id=self.person.pk, group_id=self.group.pk)
        if not self.is_member:
            delete_rows(rows)
        elif not rows.exists():
            through.objects.bulk_create([through(pk=_TRIED, user_id=self.person.pk, group_id=self.group.pk)])


@dataclass(frozen=True, slots=True)
class ProtectionChanged:
    """A field or a relation of a layer that is reserved to groups, or, with None, open to all who read the layer."""

    layer: Layer
    name: str
    groups: tuple[Group, ...] | None

    def apply(self) -> None:
        """Write the protection with its readers, or delete it."""
        through: Any = ProtectedField.groups.through
        entries = ProtectedField.objects.filter(layer=self.layer, name=self.name)
        delete_rows(through.objects.filter(protectedfield__in=entries.values("pk")))
        if self.groups is None:
            delete_rows(entries)
            return
        entry = entries.first()
        if entry is None:
            (entry,) = ProtectedField.objects.bulk_create(
                [ProtectedField(pk=_TRIED, layer=self.layer, name=self.name)]
            )
        through.objects.bulk_create(
            through(pk=_TRIED - at, protectedfield_id=entry.pk, group_id=group.pk)
            for at, group in enumerate(self.groups)
        )


Change = GrantWritten | GrantRemoved | MembershipChanged | ProtectionChanged


@contextmanager
def trial(changes: Sequence[Change]) -> Iterator[None]:
    """Apply changes for the statements of a block alone, then roll them back.

    Compute rights in it, and count rows after it: as long as it lasts, other writers of the catalogue wait.
    """
    with discarded():
        for change in changes:
            change.apply()
        yield


@contextmanager
def discarded() -> Iterator[None]:
    """Roll back what a block writes, and let no cache of the process read nor remember it."""
    with uncached(), transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def delete_rows(rows: QuerySet[Any]) -> None:
    """Delete rows without signals, and without what refers to them."""
    rows._raw_delete(rows.db)
