"""Somebody leaves, or had two accounts: the account is disabled, and what it alone owned goes to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.models import DashboardGrant, DashboardSubscription, DashboardVersion
from datasets.models import Delivery, Upload
from explorer.models import EntryImport, FeatureReport, SavedView
from gisportal.accounts.access import check_resignation
from gisportal.accounts.links.services import links_of, revoke_links
from gisportal.accounts.models import DirectoryAccount, GroupManager, ShareLink, User, tokens_of
from gisportal.accounts.people.team import changeable
from gisportal.accounts.services import close_access
from layers.definitions import Text
from layers.errors import Forbidden, InvalidParameter
from layers.models import Grant
from layers.visitor import Visitor
from reuses.models import Reuse

# Sent with ``user``, ``heir`` (None without one), ``counts`` by kind, ``is_merge``.
account_left = Signal()
_TITLE_MAX = SavedView._meta.get_field("title").max_length or 0


@dataclass(frozen=True, slots=True)
class OwnedKind:
    """A kind of what an account owns: its model, the column of the owner, what it is called."""

    model: type[Model]
    column: str
    title: Text


OWNED = (
    OwnedKind(SavedView, "owner", gettext_lazy("vues enregistrées")),
    OwnedKind(Upload, "owner", gettext_lazy("fichiers déposés")),
    OwnedKind(EntryImport, "author", gettext_lazy("imports de saisie")),
    OwnedKind(DashboardSubscription, "author", gettext_lazy("envois de tableaux de bord par courriel")),
    OwnedKind(GroupManager, "user", gettext_lazy("groupes gérés")),
)
# What a person signed, links and may read by name follows them to their other account; else it stays of who leaves.
_FOLLOWS: tuple[tuple[type[Model], str], ...] = (
    (FeatureReport, "author"),
    (Reuse, "author"),
    (DashboardVersion, "author"),
    (Delivery, "delivered_by"),
    (Delivery, "published_by"),
    (Grant, "person"),
    (DashboardGrant, "person"),
    (ShareLink, "author"),
)


@dataclass(frozen=True, slots=True)
class Possession:
    """What an account owns of a kind, by name."""

    title: Text
    names: tuple[str, ...]


def possessions(user: User) -> list[Possession]:
    """Return what an account alone owns; kinds of which it owns nothing are left out."""
    owned = [Possession(kind.title, tuple(map(str, _owned(kind, user)))) for kind in OWNED]
    return [possession for possession in owned if possession.names]


def _owned(kind: OwnedKind, user: User) -> Any:
    return kind.model._default_manager.filter(**{kind.column: user}).order_by("pk")


@transaction.atomic
def leave(visitor: Visitor, user: User, *, heir: User | None, is_merge: bool = False) -> dict[str, int]:
    """Disable an account, end its sessions, tokens and links, hand over what it owns; return how many of each kind.

    ``is_merge``: ``heir`` is the other account of the same person, and also gets the groups, the accesses, the links
    and what was signed.

    Raises:
        Forbidden: the account is not the visitor's to change, or is the last administrator.
        InvalidParameter: it owns something and no open account takes it over, or the heir is itself.
    """
    accounts = User.objects.select_for_update().in_bulk({user.pk, heir.pk if heir else user.pk})
    user = accounts[user.pk]
    heir = accounts[heir.pk] if heir is not None else None
    if not visitor.is_administrator or not changeable(visitor).filter(pk=user.pk).exists():
        raise Forbidden(_("Ce compte ne se ferme pas d’ici."), parameter="compte")
    if heir is not None and (heir.pk == user.pk or not heir.is_active):
        raise InvalidParameter(_("Choisissez le compte actif d’une autre personne."), parameter="heir")
    if heir is None and (is_merge or possessions(user)):
        raise InvalidParameter(_("Dites à qui va ce que ce compte possède seul."), parameter="heir")
    check_resignation([user])
    counts = _hand_over(user, heir) if heir is not None else {}
    if heir is not None and is_merge:
        _merge(user, heir)
    user.is_active = False
    user.save(update_fields=["is_active"])
    close_access(user=user, tokens=tokens_of(user))
    revoke_links(links_of(user.pk))
    account_left.send(sender=User, user=user, heir=heir, counts=counts, is_merge=is_merge)
    return counts


def _hand_over(user: User, heir: User) -> dict[str, int]:
    counts = {}
    for kind in OWNED:
        rows = list(_owned(kind, user))
        for row in rows:
            _hand_over_row(kind, row, heir)
        if rows:
            counts[kind.model._meta.model_name or ""] = len(rows)
    return counts


def _hand_over_row(kind: OwnedKind, row: Any, heir: User) -> None:
    """Give a row to its new owner; the name of a view that they have already gets a number, a group once is enough."""
    if isinstance(row, GroupManager):
        if not GroupManager.objects.filter(user=heir, group=row.group).exists():
            GroupManager.objects.create(user=heir, group=row.group)
        row.delete()
        return
    if isinstance(row, SavedView):
        row.title = _free_title(row.title, heir)
    setattr(row, kind.column, heir)
    row.save(update_fields=[kind.column, *(["title"] if isinstance(row, SavedView) else [])])


def _free_title(title: str, heir: User) -> str:
    taken = set(SavedView.objects.filter(owner=heir).values_list("title", flat=True))
    number, free = 1, title
    while free in taken:
        number += 1
        mark = f" ({number})"
        free = title[: _TITLE_MAX - len(mark)] + mark
    return free


def _merge(user: User, heir: User) -> None:
    heir.groups.add(*user.groups.all())
    for model, column in _FOLLOWS:
        model._default_manager.filter(**{column: user}).update(**{column: heir})
    linked = DirectoryAccount.objects.filter(user=heir).values("token")
    DirectoryAccount.objects.filter(user=user).exclude(token__in=linked).update(user=heir)
