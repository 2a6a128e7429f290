"""Who may change which account, and what rights: nobody gives rights they do not hold, nor any to themselves.

Only an administrator (a superuser) changes an account that holds more than the visitor does: its rights, password and
e-mail address would become theirs. The last administrator stays one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from gisportal.accounts.models import Token, User
from layers import access
from layers.errors import Forbidden
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class AccountRights:
    """What an account may do: Django's flags, its end, and ids of groups and of permissions given to it directly."""

    is_active: bool = True
    ends_at: dt.datetime | None = None
    is_staff: bool = False
    is_superuser: bool = False
    groups: frozenset[int] = frozenset()
    user_permissions: frozenset[int] = frozenset()


RIGHTS = tuple(field.name for field in fields(AccountRights))


def rights_of(user: User) -> AccountRights:
    """Return the rights of an account as the database has them."""
    return AccountRights(
        is_active=user.is_active,
        ends_at=user.ends_at,
        is_staff=user.is_staff,
        is_superuser=user.is_superuser,
        groups=frozenset(user.groups.values_list("pk", flat=True)),
        user_permissions=frozenset(user.user_permissions.values_list("pk", flat=True)),
    )


def manageable_accounts(visitor: Visitor) -> QuerySet[User]:
    """Select the accounts that a visitor may change: those that hold nothing the visitor does not."""
    if visitor.is_administrator:
        return User.objects.all()
    own_account = {"user_id": OuterRef("pk")}
    groups = User.groups.through.objects.filter(**own_account).exclude(
        group_id__in=access.groups_within(visitor)
    )
    own_permissions = User.user_permissions.through.objects.filter(**own_account)
    not_own = own_permissions.exclude(permission_id__in=access.own_permissions(visitor))
    accounts = User.objects.filter(~Exists(groups), ~Exists(not_own), is_superuser=False)
    return accounts.exclude(pk__in=access.accounts_beyond(visitor) - {visitor.user_id})


def manageable_tokens(visitor: Visitor) -> QuerySet[Token]:
    """Select the tokens that a visitor may see and revoke: those of the accounts that they may change."""
    return Token.objects.filter(user__in=manageable_accounts(visitor))


def deletable_accounts(visitor: Visitor) -> QuerySet[User]:
    """Select the accounts that a visitor may delete: those that they may change, and never their own."""
    return manageable_accounts(visitor).exclude(pk=visitor.user_id or 0)


def manageable_groups(visitor: Visitor) -> QuerySet[Group]:
    """Select the groups that a visitor may change: those that give nothing more than theirs, and are not theirs."""
    groups = access.groups_within(visitor)
    return groups if visitor.is_administrator else groups.exclude(pk__in=visitor.groups)


def managed_groups(visitor: Visitor) -> QuerySet[Group]:
    """Select the groups whose members and rights a visitor manages: all of them for an administrator."""
    if visitor.is_administrator:
        return Group.objects.all()
    return (
        Group.objects.filter(managers__user_id=visitor.user_id) if visitor.user_id else Group.objects.none()
    )


def lock_groups(pks: Iterable[int]) -> None:
    """Lock groups before they are deleted, for the time of a transaction: a grant that is written to one ends first.

    Otherwise the grant is not among what is deleted with the group, and the database refuses to delete it.
    """
    list(Group.objects.select_for_update().filter(pk__in=list(pks)).order_by("pk"))


def managed_accounts(visitor: Visitor) -> QuerySet[User]:
    """Select the active accounts whose rights a visitor manages: the members of their groups, all for an administrator.

    Administrators and the visitor are never among the members.
    """
    active = User.objects.filter(is_active=True)
    if visitor.is_administrator:
        return active
    members = User.groups.through.objects.filter(user_id=OuterRef("pk"), group__in=managed_groups(visitor))
    return active.filter(Exists(members), is_superuser=False).exclude(pk=visitor.user_id or 0)


def may_manage(visitor: Visitor) -> bool:
    """Whether a visitor enters the pages of management."""
    return visitor.is_administrator or managed_groups(visitor).exists()


def editable_rights(visitor: Visitor, account: User | None) -> frozenset[str]:
    """Return the names of the rights that a visitor may change on an account; on a new one, none before it exists."""
    if account is None or account.pk is None:
        return frozenset()
    if account.pk == visitor.user_id:
        may_resign = visitor.is_administrator and _other_administrators(account).exists()
        return frozenset({"is_superuser"} if may_resign else ())
    if not manageable_accounts(visitor).filter(pk=account.pk).exists():
        return frozenset()
    return frozenset(RIGHTS) - (frozenset() if visitor.is_administrator else {"is_superuser"})


def check_rights(visitor: Visitor, account: User, requested: AccountRights) -> None:
    """Check that a visitor may give an account, as the database has it, the rights wanted.

    Raises:
        Forbidden: they may not; ``parameter`` is the name of the right.
    """
    before = rights_of(account)
    changed = [name for name in RIGHTS if getattr(before, name) != getattr(requested, name)]
    for name in changed:
        if name not in editable_rights(visitor, account):
            raise Forbidden(_reason(visitor, account), parameter=name)
    if account.pk == visitor.user_id and requested.is_superuser and not before.is_superuser:
        raise Forbidden(_reason(visitor, account), parameter="is_superuser")
    _check_delegated(visitor, "groups", before.groups ^ requested.groups)
    _check_delegated(visitor, "user_permissions", before.user_permissions ^ requested.user_permissions)


def check_group_permissions(visitor: Visitor, permissions: Iterable[Permission]) -> None:
    """Check that a visitor may give permissions to a group.

    Raises:
        Forbidden: one of them is not theirs.
    """
    _check_delegated(visitor, "permissions", frozenset(permission.pk for permission in permissions))


def check_resignation(accounts: Iterable[User]) -> None:
    """Check, for the time of a transaction, that an administrator is left when these accounts are none any more.

    Raises:
        Forbidden: none is.
    """
    leaving = [account.pk for account in accounts if account.is_superuser]
    remaining = (
        User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=leaving).select_for_update()
    )
    if leaving and not list(remaining.values_list("pk", flat=True)):
        raise Forbidden(_("Le dernier administrateur reste administrateur."), parameter="is_superuser")


def _check_delegated(visitor: Visitor, name: str, pks: frozenset[int]) -> None:
    """Check that groups or permissions that come or go are the visitor's to give."""
    if visitor.is_administrator or not pks:
        return
    own = access.groups_within(visitor) if name == "groups" else access.own_permissions(visitor)
    if pks - set(own.values_list("pk", flat=True)):
        raise Forbidden(_("Vous ne donnez ni ne retirez un droit que vous n’avez pas."), parameter=name)


def _other_administrators(account: User) -> QuerySet[User]:
    return User.objects.filter(~Q(pk=account.pk), is_superuser=True, is_active=True)


def _reason(visitor: Visitor, account: User) -> str:
    if account.pk == visitor.user_id:
        return _("Personne ne change ses propres droits : demandez-le à un administrateur.")
    return _("Seul un administrateur donne ou retire ce droit.")
