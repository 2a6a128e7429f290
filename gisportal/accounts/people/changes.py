"""Changes of several accounts at once: planned first, then applied together or not at all, and undone for a month.

A plan is what a preview lists. It is applied under a lock of the accounts, and refused when one is not the visitor's to
change any more. Undoing puts back only what is still as the change left it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gisportal.accounts.access import check_resignation, check_rights, managed_groups, rights_of
from gisportal.accounts.jobs import send_invitation
from gisportal.accounts.models import AccountBatch, GroupManager, User, tokens_of
from gisportal.accounts.people.team import changeable
from gisportal.accounts.services import UNDO_DAYS, AccountState, close_access, invite, state_of
from gisportal.accounts.vocabulary import BatchKind
from layers.errors import Forbidden
from layers.visitor import Visitor

_INVITABLE = (AccountState.INVITED, AccountState.EXPIRED, AccountState.NOT_INVITED)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """The change of an account: ``values`` are before and after by field, ``joined`` and ``left`` ids of groups.

    ``account`` is 0 for one that is to be created, with its values. Values are those of JSON: an instant is its ISO
    text in UTC, empty for none.
    """

    account: int
    name: str
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    is_new: bool = False
    is_invited: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.values or self.joined or self.left or self.is_new or self.is_invited)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, and who is left out of it with the reason."""

    kind: BatchKind
    changes: tuple[AccountChange, ...]
    omitted: tuple[tuple[str, str], ...] = ()


def plain_value(user: User, name: str) -> Any:
    """Return the value of a field of an account as changes have it."""
    return end_text(user.ends_at) if name == "ends_at" else getattr(user, name)


def end_text(ends_at: dt.datetime | None) -> str:
    """Return the end of an account as changes have it."""
    return ends_at.astimezone(dt.UTC).isoformat() if ends_at else ""


def end_of_text(text: str) -> dt.datetime | None:
    """Return the instant that a change has."""
    return dt.datetime.fromisoformat(text) if text else None


def display_name(user: User) -> str:
    """Return the name of a person, of their account when it has none."""
    return user.get_full_name() or user.get_username()


def plan_action(visitor: Visitor, kind: BatchKind, accounts: Iterable[User], group: Group | None) -> Plan:
    """Return what an action on chosen accounts would do.

    ``group`` is one that the visitor manages, for ``BatchKind.JOIN`` and ``BatchKind.LEAVE``.
    """
    allowed = set(changeable(visitor).values_list("pk", flat=True))
    changes, omitted = [], []
    for user in accounts:
        name = display_name(user)
        if user.pk not in allowed:
            omitted.append(
                (name, _("votre propre compte") if user.pk == visitor.user_id else _("hors de vos groupes"))
            )
            continue
        change, reason = _planned(kind, user, name, group)
        if change is None:
            omitted.append((name, reason))
        else:
            changes.append(change)
    return Plan(kind, tuple(changes), tuple(omitted))


def _planned(kind: BatchKind, user: User, name: str, group: Group | None) -> tuple[AccountChange | None, str]:
    if kind in {BatchKind.JOIN, BatchKind.LEAVE}:
        assert group is not None
        is_member = group in user.groups.all()
        if kind is BatchKind.JOIN:
            return (
                (None, _("déjà dans ce groupe"))
                if is_member
                else (AccountChange(user.pk, name, joined=(group.pk,)), "")
            )
        return (
            (AccountChange(user.pk, name, left=(group.pk,)), "")
            if is_member
            else (None, _("pas dans ce groupe"))
        )
    if kind is BatchKind.INVITE:
        if not user.email:
            return None, _("sans adresse")
        is_waiting = state_of(user, at=timezone.now()) in _INVITABLE
        return (
            (AccountChange(user.pk, name, is_invited=True), "")
            if is_waiting
            else (None, _("déjà venu, ou désactivé"))
        )
    is_active = kind is BatchKind.ENABLE
    if user.is_active is is_active:
        return None, _("déjà actif") if is_active else _("déjà désactivé")
    return AccountChange(user.pk, name, values={"is_active": (user.is_active, is_active)}), ""


@transaction.atomic
def apply_plan(visitor: Visitor, plan: Plan) -> AccountBatch:
    """Do what a plan says, all of it or nothing; return the batch that undoes it.

    Raises:
        Forbidden: an account or a group is not the visitor's to change, or no administrator would be left.
    """
    pks = [change.account for change in plan.changes if not change.is_new]
    _check_groups(visitor, {pk for change in plan.changes for pk in (*change.joined, *change.left)})
    if set(pks) - set(changeable(visitor).filter(pk__in=pks).values_list("pk", flat=True)):
        raise Forbidden(_("Un des comptes n’est pas à vous : rien n’a été fait."), parameter="comptes")
    accounts = User.objects.select_for_update().in_bulk(pks)
    ending = [change.account for change in plan.changes if change.values.get("is_active", (0, 1))[1] is False]
    check_resignation([accounts[pk] for pk in ending])
    done = [
        _create(change) if change.is_new else _write(accounts[change.account], change)
        for change in plan.changes
    ]
    stored = [asdict(change) for change in done]
    return AccountBatch.objects.create(actor_id=visitor.user_id, kind=plan.kind, changes=stored)


def _create(change: AccountChange) -> AccountChange:
    """Create an account without password; it is invited when the plan says so."""
    user = User(username=change.values["email"][1])
    _set(user, change)
    user.set_unusable_password()
    user.save()
    user.groups.add(*change.joined)
    if change.is_invited:
        _invite(user)
    return AccountChange(
        user.pk, change.name, change.values, change.joined, is_new=True, is_invited=change.is_invited
    )


def _write(user: User, change: AccountChange) -> AccountChange:
    _set(user, change)
    if change.values:
        user.save(update_fields=[*change.values])
    if change.joined:
        user.groups.add(*change.joined)
    if change.left:
        user.groups.remove(*change.left)
    if change.values.get("is_active", (True, True))[1] is False:
        close_access(user=user, tokens=tokens_of(user))
    if change.is_invited:
        _invite(user)
    return change


def _set(user: User, change: AccountChange) -> None:
    for name, (_before, after) in change.values.items():
        setattr(user, name, end_of_text(after) if name == "ends_at" else after)


def renew_account(visitor: Visitor, user: User, *, until: dt.datetime) -> None:
    """Let an account that ends last until another instant, excluded.

    Raises:
        Forbidden: the visitor may not, or the account has no end.
    """
    with transaction.atomic():
        current = User.objects.select_for_update().get(pk=user.pk)
        if current.ends_at is None:
            raise Forbidden(_("Ce compte n’a pas de fin."), parameter="ends_at")
        check_rights(visitor, current, replace(rights_of(current), ends_at=until))
        current.ends_at = until
        current.save(update_fields=["ends_at"])


def _invite(user: User) -> None:
    """Invite an account, whose message leaves once the transaction is committed: procrastinate's jobs are its rows."""
    invite(user)
    send_invitation.defer(user_id=user.pk, language=user.message_language)


def _check_groups(visitor: Visitor, pks: set[int]) -> None:
    if pks - set(managed_groups(visitor).filter(pk__in=pks).values_list("pk", flat=True)):
        raise Forbidden(_("Un des groupes n’est pas à vous : rien n’a été fait."), parameter="groupe")


def batches(visitor: Visitor) -> Any:
    """Select the batches that a visitor may read and undo: their own, all of them for an administrator."""
    rows = AccountBatch.objects.select_related("actor")
    return rows if visitor.is_administrator else rows.filter(actor_id=visitor.user_id or 0)


def can_undo(batch: AccountBatch, *, at: dt.datetime) -> bool:
    """Whether a batch can be undone: not yet, nor after a month, nor when it sent messages alone."""
    is_recent = batch.created_at > at - dt.timedelta(days=UNDO_DAYS)
    return batch.undone_at is None and is_recent and batch.kind != BatchKind.INVITE


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did: how many accounts are as before, and who is not, since somebody changed them meanwhile."""

    count: int
    left_as_is: tuple[str, ...]


@transaction.atomic
def undo(visitor: Visitor, batch: AccountBatch) -> Undone:
    """Put accounts back as they were before a batch, where they still are as it left them.

    An account that the batch created is deleted when nobody ever opened it, else disabled. What a disabled account had
    open (sessions, tokens) stays closed.

    Raises:
        Forbidden: the batch was undone or is too old, or its groups are not the visitor's any more.
    """
    batch = AccountBatch.objects.select_for_update().get(pk=batch.pk)
    if not can_undo(batch, at=timezone.now()):
        raise Forbidden(_("Ce lot ne s’annule plus."), parameter="lot")
    changes = [stored_change(change) for change in batch.changes]
    _check_groups(visitor, {pk for change in changes for pk in (*change.joined, *change.left)})
    pks = [change.account for change in changes]
    accounts = changeable(visitor).select_for_update(of=("self",)).in_bulk(pks)
    count, left_as_is = 0, []
    for change in changes:
        user = accounts.get(change.account)
        if user is not None and _undo(user, change):
            count += 1
        else:
            left_as_is.append(change.name)
    batch.undone_at = timezone.now()
    batch.save(update_fields=["undone_at"])
    return Undone(count, tuple(left_as_is))


def stored_change(values: Mapping[str, Any]) -> AccountChange:
    """Return a change as the database stores it."""
    pairs = {name: (before, after) for name, (before, after) in values["values"].items()}
    numbers = {name: tuple(values[name]) for name in ("joined", "left")}
    return AccountChange(**{**values, **numbers, "values": pairs})


def _undo(user: User, change: AccountChange) -> bool:
    """Put an account back; return whether it is as before."""
    if change.is_new:
        if user.last_login is None:
            user.delete()
        else:
            _write(user, AccountChange(user.pk, "", values={"is_active": (True, False)}))
        return True
    present = {name: plain_value(user, name) for name in change.values}
    if present != {name: after for name, (_before, after) in change.values.items()}:
        return False
    groups = set(user.groups.values_list("pk", flat=True))
    if set(change.joined) - groups or set(change.left) & groups:
        return False
    values = {name: (after, before) for name, (before, after) in change.values.items()}
    _write(user, AccountChange(user.pk, "", values=values, joined=change.left, left=change.joined))
    return True


def group_names(changes: Sequence[AccountChange]) -> dict[int, str]:
    """Return the names of the groups of changes, by id."""
    pks = {pk for change in changes for pk in (*change.joined, *change.left)}
    return dict(Group.objects.filter(pk__in=pks).values_list("pk", "name"))


@transaction.atomic
def set_managers(*, group: Group, users: Iterable[User]) -> None:
    """Make these accounts the managers of a group, one by one: each that comes or goes is an entry of the journal."""
    chosen = {user.pk for user in users}
    present = {
        manager.user_id: manager for manager in GroupManager.objects.filter(group=group).select_for_update()
    }
    for pk, manager in present.items():
        if pk not in chosen:
            manager.delete()
    for pk in sorted(chosen - set(present)):
        GroupManager.objects.create(group=group, user_id=pk)
