"""Which accounts and groups a visitor manages in ``/gestion/``, and which groups no file nor directory may fill."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

from gisportal.accounts.access import managed_groups
from gisportal.accounts.models import User
from layers import access
from layers.visitor import Visitor

# A permission on one of these is a way to more rights: on accounts and their secrets, on groups, on who reads layers.
_RIGHTS_APPLICATIONS = frozenset({"accounts", "admin", "auth", "journal", "mfa", "sessions", "socialaccount"})
_RIGHTS_MODELS = frozenset({"grant", "layer", "protectedfield"})
_DEEDS = ("add_", "change_", "delete_")


def team(visitor: Visitor) -> QuerySet[User]:
    """Select the accounts that a visitor manages: all for an administrator, else members of the groups they manage.

    An account is left out when it administers, or when another of its groups or a permission of its own gives what the
    visitor neither holds nor manages: whoever manages a group takes over nobody.
    """
    if visitor.is_administrator:
        return User.objects.all()
    managed = managed_groups(visitor)
    links = User.groups.through.objects.filter(user_id=OuterRef("pk"))
    own = access.groups_within(visitor)
    beyond = links.exclude(Q(group_id__in=managed.values("pk")) | Q(group_id__in=own.values("pk")))
    permissions = User.user_permissions.through.objects.filter(user_id=OuterRef("pk"))
    more = permissions.exclude(permission_id__in=access.own_permissions(visitor).values("pk"))
    members = links.filter(group_id__in=managed.values("pk"))
    return User.objects.filter(Exists(members), ~Exists(beyond), ~Exists(more), is_superuser=False)


def changeable(visitor: Visitor) -> QuerySet[User]:
    """Select the accounts that a visitor may change here: those they manage, but their own."""
    return team(visitor).exclude(pk=visitor.user_id or 0)


def administering_groups() -> QuerySet[Group]:
    """Select the groups whose permissions give administration: of accounts, groups, grants or protected fields."""
    rights = Q(content_type__app_label__in=_RIGHTS_APPLICATIONS) | Q(
        content_type__app_label="layers", content_type__model__in=_RIGHTS_MODELS
    )
    deeds = Q()
    for deed in _DEEDS:
        deeds |= Q(codename__startswith=deed)
    return Group.objects.filter(permissions__in=Permission.objects.filter(rights & deeds)).distinct()


def fillable_groups(visitor: Visitor) -> QuerySet[Group]:
    """Select the groups that a visitor may fill from a file: those they manage, never one that administers."""
    return managed_groups(visitor).exclude(pk__in=administering_groups().values("pk"))
