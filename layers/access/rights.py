"""Rights on a layer as a whole, published or not: replace all its rows, publish them, make a new one, delegate.

A grant limited to some rows gives none of these, since a file replaces every row; nor do several such grants
together. From a commune's portal, which shows part of the rows, nobody replaces them. A visitor delegates only rights
that they hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from layers.access.grants import grants_in_force, own_grants
from layers.errors import InvalidFilter, InvalidGeometry
from layers.models import Grant, Layer, ProtectedField
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.implication import implies_within
from layers.visitor import Visitor
from layers.vocabulary import LayerState

# A name, and the querysets of a visitor of which one row gives it.
NamedRows = tuple[str, Callable[[Visitor], Sequence[QuerySet[Any]]]]


@dataclass(frozen=True, slots=True)
class LayerRights:
    """What a visitor may do with every row of a layer at once.

    ``adds_every_row``, ``changes_every_row``, ``deletes_every_row`` and ``approves_every_row`` are what the grants in
    force give; who writes some fields alone writes no row as a whole. ``obstacle`` says, to people, why it cannot be
    used here whatever the grants; it is empty where nothing prevents it.
    """

    adds_every_row: bool
    changes_every_row: bool
    deletes_every_row: bool
    approves_every_row: bool
    obstacle: str = ""

    @property
    def edits_every_row(self) -> bool:
        """Whether the grants let the visitor replace every row: a file adds, changes and deletes."""
        return self.adds_every_row and self.changes_every_row and self.deletes_every_row

    @property
    def is_feeder(self) -> bool:
        """Whether the visitor loads or publishes versions of the layer, on this portal or another."""
        return self.edits_every_row or self.approves_every_row

    @property
    def can_load(self) -> bool:
        """Whether they may deliver a new version, which replaces every row."""
        return self.edits_every_row and not self.obstacle

    @property
    def can_publish(self) -> bool:
        """Whether they may put a version online, bring one back, thin the old ones or drop the layer."""
        return self.approves_every_row and not self.obstacle


def rights(visitor: Visitor, layer: Layer) -> LayerRights:
    """Return what a visitor may do with a layer as a whole, whatever the state of the layer."""
    return rights_on(visitor, [layer])[layer.pk]


def rights_on(visitor: Visitor, layers: Iterable[Layer]) -> dict[int, LayerRights]:
    """Return what a visitor may do with each of these layers as a whole, by layer id."""
    selected = list(layers)
    grants = {} if visitor.is_administrator else grants_in_force(visitor, selected)
    return {layer.pk: rights_by(visitor, grants.get(layer.pk, [])) for layer in selected}


def rights_by(visitor: Visitor, grants: Iterable[Grant]) -> LayerRights:
    """Return what a visitor may do with a layer as a whole by the grants they hold on it."""
    everything = visitor.is_administrator
    full_grants = [grant for grant in grants if grant.has_every_row]
    writing = [grant for grant in full_grants if not grant.written_fields]
    return LayerRights(
        adds_every_row=everything or any(grant.can_add for grant in writing),
        changes_every_row=everything or any(grant.can_change for grant in writing),
        deletes_every_row=everything or any(grant.can_change and grant.can_delete for grant in writing),
        approves_every_row=everything or any(grant.can_approve for grant in full_grants),
        obstacle=obstacle(visitor),
    )


def fed_layers(visitor: Visitor) -> QuerySet[Layer]:
    """Select the layers that a visitor feeds: those of which ``LayerRights.is_feeder`` is true."""
    return _written_fed_layers(visitor).all()  # a copy, which reads its rows itself


_ADDING = {"can_add": True}
_REPLACING = {"can_change": True, "can_delete": True}  # what replaces a row also removes it


# The menu of every page of who signed in selects them twice, and writing the query takes longer than reading its rows.
@lru_cache(maxsize=16)
def _written_fed_layers(visitor: Visitor) -> QuerySet[Layer]:
    if visitor.is_administrator:
        return Layer.objects.all()
    grants = own_grants(visitor).on_every_row()
    unlimited = grants.filter(written_fields=[])
    adds, replaces = (_opened_by(unlimited.filter(**flags)) for flags in (_ADDING, _REPLACING))
    return Layer.objects.filter((adds & replaces) | _opened_by(grants.filter(can_approve=True)))


def _opened_by(grants: QuerySet[Grant]) -> Q:
    """Return the condition of the layers that some grants are on, or on the theme of."""
    of_layers = grants.filter(layer__isnull=False).values("layer")
    of_themes = grants.filter(theme__isnull=False).values("theme")
    return Q(pk__in=of_layers) | Q(theme__in=of_themes)


def own_layers(visitor: Visitor) -> QuerySet[Layer]:
    """Select the layers that are a visitor's own: those that they feed, and those that a group of theirs produces."""
    if visitor.is_administrator:
        return Layer.objects.all()
    if visitor.is_anonymous:
        return Layer.objects.none()
    return Layer.objects.filter(Q(pk__in=fed_layers(visitor).values("pk")) | Q(producer__in=visitor.groups))


def edits_something(visitor: Visitor) -> bool:
    """Whether a visitor changes rows of a published layer, or every layer as administrator."""
    if visitor.is_administrator or visitor.is_anonymous or not visitor.may_write:
        return visitor.is_administrator
    return editing_grants(visitor).exists()


def editing_grants(visitor: Visitor) -> QuerySet[Grant]:
    """Select the grants by which a visitor changes rows of published layers."""
    if not visitor.may_write:
        return Grant.objects.none()
    of_published = Q(layer__state=LayerState.PUBLISHED) | Q(theme__layers__state=LayerState.PUBLISHED)
    return own_grants(visitor).filter(of_published, Q(can_change=True) | Q(can_change_own=True))


def obstacle(visitor: Visitor) -> str:
    """Return why a visitor may not change any layer as a whole, in words for people; empty when they may."""
    if visitor.portal:
        return _(
            "Le portail d’une commune ne montre qu’une partie des lignes : "
            "les jeux de données s’alimentent depuis le portail de tout le territoire."
        )
    if visitor.plan is not None:
        return _("Un plan à une date se lit et ne se modifie pas : retirez plan-date de l’adresse.")
    if not visitor.may_write:
        return _("Cet accès ne permet que de lire.")
    return ""


def has_permission(visitor: Visitor, permission: str) -> bool:
    """Whether an account, or a group of it, holds one of Django's permissions, as ``application.codename``."""
    if visitor.is_administrator:
        return True
    if visitor.is_anonymous:
        return False
    return holding(visitor, permission).exists()


def holding(visitor: Visitor, permission: str) -> QuerySet[Permission]:
    """Select one of Django's permissions where an account, or a group of it, holds it."""
    application, _dot, codename = permission.partition(".")
    permissions = Permission.objects.filter(content_type__app_label=application, codename=codename)
    return permissions.filter(Q(user=visitor.user_id) | Q(group__in=visitor.groups))


def names_with_rows(visitor: Visitor, named: tuple[NamedRows, ...]) -> set[str]:
    """Return the names of which a queryset of a visitor has a row, in one statement.

    The querysets are those of the rights of whatever visitor they are called with, and read nothing themselves: the
    statement, which takes longer to write than to run, is written once for all with as many groups.
    """
    groups = sorted(visitor.groups)
    anybody = replace(
        visitor,
        instant=_INSTANT,
        user_id=visitor.user_id and _ACCOUNT,
        username="",
        groups=frozenset(_GROUPS - number for number in range(len(groups))),
        link_token="",
    )
    statement, parameters = _first_rows(anybody, named)
    if not statement:
        return set()
    own: dict[object, Any] = {_INSTANT: visitor.instant, _ACCOUNT: visitor.user_id}
    own |= {_GROUPS - number: group for number, group in enumerate(groups)}
    with connection.cursor() as cursor:
        cursor.execute(statement, [own[each] if _is_stand_in(each) else each for each in parameters])
        return {name for (name,) in cursor.fetchall()}


# What stands for the instant, the account and the groups of a visitor in a statement: no value of a rule is so low.
_INSTANT = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_ACCOUNT, _GROUPS = -2_000_000_000, -2_000_000_001


def _is_stand_in(value: object) -> bool:
    return (
        value == _INSTANT if isinstance(value, dt.datetime) else isinstance(value, int) and value <= _ACCOUNT
    )


@lru_cache(maxsize=64)
def _first_rows(visitor: Visitor, named: tuple[NamedRows, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of the names, with its values; an empty one where no queryset can have a row."""
    first_rows = [
        rows.order_by().annotate(named=Value(name, TextField())).values_list("named", flat=True)[:1]
        for name, querysets in named
        for rows in querysets(visitor)
    ]
    if not first_rows:
        return "", ()
    try:
        statement, parameters = first_rows[0].union(*first_rows[1:], all=True).query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return statement, tuple(parameters)


def producer_groups(visitor: Visitor, *, current: int | None = None) -> QuerySet[Group]:
    """Select the groups a visitor may name as producer: their own and the current one, or any as administrator."""
    groups = Group.objects.order_by("name")
    return groups if visitor.is_administrator else groups.filter(Q(pk__in=visitor.groups) | Q(pk=current))


_READING = ("can_download", "can_approve")
_WRITING = ("can_add", "can_change_own", "can_change", "can_delete")


@dataclass(frozen=True, slots=True)
class Delegation:
    """The rights of a visitor on some layers, as what they may give of them.

    ``readers`` are the groups that read each protected name, by layer id and name.
    """

    visitor: Visitor
    grants: dict[int, list[Grant]] = field(default_factory=dict)
    readers: dict[tuple[int, str], frozenset[int]] = field(default_factory=dict)

    def covers(self, grant: Grant) -> bool:
        """Whether a grant gives nothing that the visitor does not hold: rows, period, and what may be done there."""
        if self.visitor.is_administrator:
            return True
        covering = [own for own in self._on(grant) if _has_rows(own, grant) and _lasts(own, grant)]
        flags = [flag for flag in _READING if getattr(grant, flag)]
        opened = {name for own in covering for name in own.fields}
        return (
            bool(covering)
            and all(any(getattr(own, flag) for own in covering) for flag in flags)
            and all(_writes(flag, grant, covering) for flag in _WRITING if getattr(grant, flag))
            and all(name in opened or self._in_group(grant.layer_id, name) for name in grant.fields)
        )

    def reads(self, layer_id: int, name: str) -> bool:
        """Whether the visitor reads a protected field or relation of a layer, by a group or by a grant."""
        return (
            self.visitor.is_administrator
            or self._in_group(layer_id, name)
            or any(name in own.fields for own in self.grants.get(layer_id, []))
        )

    def _in_group(self, layer_id: int | None, name: str) -> bool:
        readers = self.readers.get((layer_id or 0, name), frozenset())
        return bool(readers & self.visitor.groups)

    def _on(self, grant: Grant) -> list[Grant]:
        """Return the visitor's grants that may cover one: of a theme, whose layers are to come, those on it alone."""
        layer = grant.layer
        if layer is None:
            every = (own for grants in self.grants.values() for own in grants)
            return [own for own in every if own.theme_id == grant.theme_id]
        own = self.grants.get(layer.pk, [])
        is_public = layer.is_open and layer.state == LayerState.PUBLISHED
        return [*own, Grant(layer=layer, can_download=True)] if is_public else own


def delegation(visitor: Visitor, layers: Iterable[Layer]) -> Delegation:
    """Return the rights of a visitor on some layers, as what they may give of them."""
    selected = list(layers)
    return Delegation(visitor, grants_in_force(visitor, selected), _readers(selected))


def own_permissions(visitor: Visitor) -> QuerySet[Permission]:
    """Select Django's permissions that an account holds, by itself or by a group; every one for an administrator."""
    if visitor.is_administrator:
        return Permission.objects.all()
    permissions = Permission.objects.filter(Q(user=visitor.user_id) | Q(group__in=visitor.groups))
    return Permission.objects.filter(pk__in=permissions.values("pk"))


def groups_within(visitor: Visitor) -> QuerySet[Group]:
    """Select the groups that give nothing the visitor does not hold, their own among them."""
    if visitor.is_administrator:
        return Group.objects.all()
    own_rights = delegation(visitor, _layers_with_rights())
    beyond = _with_other_permissions(visitor) | _reading_more(own_rights)
    beyond |= {grant.group_id for grant in _other_grants(own_rights, person=None) if grant.group_id}
    return Group.objects.exclude(pk__in=beyond - visitor.groups)


def accounts_beyond(visitor: Visitor) -> set[int]:
    """Return the ids of the accounts that have a grant by themselves, begun or to come, which the visitor lacks."""
    if visitor.is_administrator:
        return set()
    own_rights = delegation(visitor, _layers_with_rights())
    return {grant.person_id for grant in _other_grants(own_rights, group=None) if grant.person_id is not None}


def _layers_with_rights() -> QuerySet[Layer]:
    has_rights = Q(grants__isnull=False) | Q(theme__grants__isnull=False) | Q(protected__isnull=False)
    return Layer.objects.filter(has_rights).distinct()


def _with_other_permissions(visitor: Visitor) -> set[int]:
    links = Group.permissions.through.objects.exclude(permission__in=own_permissions(visitor))
    return set(links.values_list("group", flat=True))


def _other_grants(own_rights: Delegation, **recipient: None) -> list[Grant]:
    """Return the grants, begun or to come, that are not covered."""
    living = Grant.objects.not_ended(at=own_rights.visitor.instant).filter(**recipient)
    return [grant for grant in living.select_related("layer") if not own_rights.covers(grant)]


def _reading_more(own_rights: Delegation) -> set[int]:
    hidden = [
        readers
        for (layer_id, name), readers in own_rights.readers.items()
        if not own_rights.reads(layer_id, name)
    ]
    return {group for readers in hidden for group in readers}


def _readers(layers: Iterable[Layer]) -> dict[tuple[int, str], frozenset[int]]:
    protected = ProtectedField.objects.filter(layer__in=list(layers)).prefetch_related("groups")
    return {
        (entry.layer_id, entry.name): frozenset(group.pk for group in entry.groups.all())
        for entry in protected
    }


def _has_rows(own: Grant, grant: Grant) -> bool:
    """Whether the rows of a grant are among those of another, whatever is written later."""
    if own.has_every_row or (own.rows.strip() == grant.rows.strip() and grant.margin_m <= own.margin_m):
        return True
    try:
        narrow, wide = (parse_filter(text, parameter="rows").tree for text in (grant.rows, own.rows))
    except (InvalidFilter, InvalidGeometry):
        return False
    return implies_within(narrow, grant.margin_m, wide, own.margin_m)


def _writes(flag: str, grant: Grant, covering: Iterable[Grant]) -> bool:
    """Whether grants that are held have a right of another to write, on each field that it lets write.

    Who changes all rows changes their own. Who deletes their own rows alone gives no right to delete others.
    """
    holders = [own for own in covering if _holds(flag, own, grant)]
    written = {name for own in holders for name in own.written_fields}
    if any(not own.written_fields for own in holders):
        return True
    return bool(holders and grant.written_fields) and written.issuperset(grant.written_fields)


def _holds(flag: str, own: Grant, grant: Grant) -> bool:
    if flag == "can_change_own":
        return own.can_change_own or own.can_change
    if flag == "can_delete":
        return own.can_delete and (own.can_change or not grant.can_change)
    return bool(getattr(own, flag))


def _lasts(own: Grant, grant: Grant) -> bool:
    """Whether a right that is held lasts as long as the one to give."""
    if own.valid_until is None:
        return True
    return grant.valid_until is not None and grant.valid_until <= own.valid_until
