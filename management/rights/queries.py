"""Grants that a manager sees, who reads a layer by them, and what a grant would change before it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dashboards import access as dashboard_access
from dashboards.models import DashboardGrant
from dashboards.publication.audience import member_counts
from gisportal.accounts.access import managed_accounts, managed_groups
from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.models import User
from interface import wording
from interface.territory import visible_communes
from layers import access
from layers.access import RowCount, Scope
from layers.errors import UnknownLayer
from layers.models import Grant, Layer
from layers.visitor import Visitor, open_account, public_of
from layers.vocabulary import GrantState
from management.rights.past_rights import PastRights, rights_at
from management.rights.presenters import (
    CommuneState,
    GrantLine,
    SmallMap,
    commune_states,
    grant_line,
    labelled,
    small_map,
)
from management.rights.services import DASHBOARD, AnyGrant
from management.rights.trials import GrantWritten, trial


@dataclass(frozen=True, slots=True)
class GrantFilters:
    """What a list of grants is limited to: texts of its address, empty for no limit."""

    layer: str = ""
    group: int | None = None
    person: str = ""
    state: GrantState | None = None


def layer_grants(visitor: Visitor) -> QuerySet[Grant]:
    """Select the grants on layers and themes that a visitor manages: of their groups, on what they see themselves."""
    related = ("group", "person", "layer", "theme", "author")
    rows = Grant.objects.select_related(*related).filter(_is_managed(visitor))
    if visitor.is_administrator:
        return rows
    return rows.filter(Q(layer__in=access.listed_layers(visitor).values("pk")) | Q(theme__isnull=False))


def dashboard_grants(visitor: Visitor) -> QuerySet[DashboardGrant]:
    """Select the grants on dashboards that a visitor manages: of their groups, on what they see themselves."""
    rows = DashboardGrant.objects.select_related("group", "person", "dashboard", "author")
    return rows.filter(_is_managed(visitor), dashboard__in=dashboard_access.visible(visitor).values("pk"))


def get_grant(visitor: Visitor, kind: str, pk: int) -> AnyGrant | None:
    """Return one of the grants that a visitor manages, None for any other."""
    rows: QuerySet[Any] = dashboard_grants(visitor) if kind == DASHBOARD else layer_grants(visitor)
    return rows.filter(pk=pk).first()


def _is_managed(visitor: Visitor) -> Q:
    if visitor.is_administrator:
        return Q()
    return Q(group__in=managed_groups(visitor)) | Q(person__in=managed_accounts(visitor))


class GrantList(Sequence[AnyGrant]):
    """Grants on layers and themes, then on dashboards, read by slices: what a paginator takes."""

    def __init__(self, visitor: Visitor, filters: GrantFilters) -> None:
        layers = _filtered(layer_grants(visitor), filters, visitor)
        boards = _filtered(dashboard_grants(visitor), filters, visitor)
        if filters.layer:
            theme = Layer.objects.filter(slug=filters.layer).values("theme")
            layers = layers.filter(Q(layer__slug=filters.layer) | Q(theme__in=theme))
            boards = boards.none()
        self._layers = layers.order_by(
            "layer__title", "theme__title", "group__name", "person__username", "pk"
        )
        self._boards = boards.order_by("dashboard__title", "group__name", "person__username", "pk")
        self._first = self._layers.count()
        self._count = self._first + self._boards.count()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, key: Any) -> Any:
        start, stop, _step = key.indices(self._count) if isinstance(key, slice) else (key, key + 1, 1)
        of_layers = list(self._layers[min(start, self._first) : min(stop, self._first)])
        of_boards = list(self._boards[max(start - self._first, 0) : max(stop - self._first, 0)])
        rows = [*of_layers, *of_boards]
        return rows if isinstance(key, slice) else rows[0]

    def __iter__(self) -> Iterator[AnyGrant]:
        yield from self._layers
        yield from self._boards


def _filtered(rows: QuerySet[Any], filters: GrantFilters, visitor: Visitor) -> QuerySet[Any]:
    if filters.group is not None:
        rows = rows.filter(group=filters.group)
    if filters.person:
        person = filters.person
        names = Q(person__username__icontains=person) | Q(person__last_name__icontains=person)
        rows = rows.filter(names | Q(person__first_name__icontains=person))
    return rows.in_state(filters.state, at=visitor.instant) if filters.state else rows  # type: ignore[attr-defined]  # AccessGrantQuerySet


def grant_lines(visitor: Visitor, grants: Sequence[AnyGrant]) -> list[GrantLine]:
    """Return grants as the list shows them, in words of the layers that the visitor sees."""
    slugs = {each.layer.slug for each in grants if isinstance(each, Grant) and each.layer is not None}
    scopes = {
        each.layer.pk: labelled(each) for each in access.scopes_by_slug(visitor, sorted(slugs)).values()
    }
    members = member_counts()
    return [
        grant_line(
            each,
            scope=scopes.get(each.layer_id or 0) if isinstance(each, Grant) else None,
            members=members,
            visitor=visitor,
        )
        for each in grants
    ]


@dataclass(frozen=True, slots=True)
class LayerRights:
    """Who reads a layer by which grant: ``public`` and ``every`` are counts of rows, None of a layer without rows."""

    layer: Layer
    lines: tuple[GrantLine, ...]
    ground: SmallMap | None
    public: int | None
    public_communes: tuple[CommuneState, ...]
    every: int | None


def listed_layer(visitor: Visitor, slug: str) -> Layer:
    """Return a layer or a raster that a visitor knows of.

    Raises:
        UnknownLayer: there is none of that name, or it is hidden from the visitor.
    """
    layer = access.listed_layers(visitor).select_related("theme", "producer").filter(slug=slug).first()
    if layer is None:
        raise UnknownLayer(slug)
    return layer


def layer_rights(visitor: Visitor, layer: Layer) -> LayerRights:
    """Return the grants on a layer, or its theme, that have not ended, with their rows counted in one statement.

    A manager counts among the rows that they read themselves.

    Raises:
        TooSlow, TooCostly, Busy: the rows cannot be counted now.
    """
    scope = access.scopes_by_slug(visitor, [layer.slug]).get(layer.slug)
    on_layer = Q(layer=layer) | Q(theme=layer.theme_id)
    grants = list(
        layer_grants(visitor)
        .filter(on_layer)
        .exclude(valid_until__lte=visitor.instant)
        .order_by("group__name", "person__username", "pk")
    )
    members = member_counts()
    if scope is None:
        lines = tuple(grant_line(each, visitor=visitor, scope=None, members=members) for each in grants)
        return LayerRights(layer, lines, None, None, (), None)
    public = access.scopes_of_visitors(layer.slug, [public_of(visitor)])[0]
    conditions = [
        Q(),
        public.granted if public else Q(pk__in=[]),
        *(access.rows_of_grants(scope, [grant]) for grant in grants),
    ]
    every, of_public, *counts = access.row_counts(scope, conditions)
    words, ground = labelled(scope), small_map(visible_communes(visitor))
    lines = tuple(
        grant_line(
            grant,
            scope=words,
            members=members,
            visitor=visitor,
            count=count.total,
            communes=commune_states(ground, count, every),
        )
        for grant, count in zip(grants, counts, strict=True)
    )
    states = commune_states(ground, of_public, every)
    return LayerRights(layer, lines, ground, of_public.total, states, every.total)


@dataclass(frozen=True, slots=True)
class LayerReader:
    """An account that reads a layer: by which groups and grants, how many rows, and the reserved fields it reads.

    ``can`` is what it may do beside reading, in words, ``changes`` how many of the rows it may change, whoever wrote
    them; ``question`` leads to the reasons.
    """

    account: User
    name: str
    question: str
    by: tuple[str, ...]
    count: int
    scope: Scope
    reserved: tuple[str, ...]
    can: str
    changes: int

    @property
    def way(self) -> str:
        """How the account reads the layer, in words."""
        if self.scope.visitor.is_administrator:
            return _("administrateur")
        return ", ".join(self.by) or _("la couche est ouverte")

    @property
    def reserved_words(self) -> str:
        """The reserved fields in one text."""
        return ", ".join(self.reserved)


@dataclass(frozen=True, slots=True)
class LayerReaders:
    """Who reads a layer of the accounts that a manager sees; ``accounts`` is how many these are.

    ``past`` is of an instant that is over.
    """

    readers: tuple[LayerReader, ...]
    accounts: int
    every: int
    past: PastRights | None = None


def layer_readers(visitor: Visitor, slug: str, *, at: dt.datetime | None = None) -> LayerReaders:
    """Return the accounts that read a layer, exactly, of those that a visitor manages; at a past instant, if given.

    The statements do not grow with the accounts. A manager counts among the rows that they read themselves, now.

    Raises:
        UnknownLayer: no such layer, or it is hidden from the visitor.
        TooSlow, TooCostly, Busy: the rows cannot be counted now.
    """
    own = access.scope(visitor, slug)
    protected = {part.name for part in own.parts if part.is_protected}
    known = User.objects.all()  # an account that closed since may have read
    if not visitor.is_administrator:
        known = known.filter(pk__in=list(managed_accounts(visitor).values_list("pk", flat=True)))
    instant = at or visitor.instant
    with rights_at(at) if at else nullcontext() as past:
        accounts = known.filter(open_account(instant))
        visitors = visitors_of_accounts(accounts, instant=instant, portal=visitor.portal)
        every_scope = access.scopes_of_visitors(slug, visitors)
        every_grants = access.grants_of_visitors(slug, visitors)
        pairs = [(scope, own) for scope, own in zip(every_scope, every_grants, strict=True) if scope]
        users = {
            user.pk: user for user in accounts.only("username", "first_name", "last_name", "organisation")
        }
        ways = _ways(own.layer, instant)
        protected |= set(own.layer.protected.values_list("name", flat=True))
    scopes = [scope for scope, _grants in pairs]
    conditions: dict[object, Q] = {scope.key: scope.granted for scope in scopes}
    changing = {scope.visitor.user_id: _changing_key(scope, grants) for scope, grants in pairs}
    for scope, grants in pairs:
        if (key := changing[scope.visitor.user_id]) not in conditions:
            rows = Q() if scope.visitor.is_administrator else access.changed_rows(own, grants)
            conditions[key] = scope.granted & rows if scope.can_change else Q(pk__in=[])
    every, *counts = access.row_counts(own, [Q(), *conditions.values()])
    count_of: Mapping[object, RowCount] = dict(zip(conditions, counts, strict=True))
    titles = {part.name: str(part.title) for part in own.parts if part.name in protected}
    reserved = {
        scope.key: tuple(title for name, title in titles.items() if name in scope.readable_names)
        for scope in {scope.key: scope for scope in scopes}.values()
    }
    by_rights = {scope.write_rights: scope for scope in scopes}
    can_words = {rights: ", ".join(_deed_words(scope, own)) for rights, scope in by_rights.items()}
    question = _("Pourquoi %(who)s lit cette couche")
    readers = tuple(
        LayerReader(
            account=(account := users[scope.visitor.user_id or 0]),
            name=account.get_full_name() or account.get_username(),
            question=question % {"who": account},
            by=tuple(
                name for name, group, person in ways
                if group in scope.visitor.groups or person == scope.visitor.user_id
            ),
            count=count_of[scope.key].total,
            scope=scope,
            reserved=reserved[scope.key],
            can=can_words[scope.write_rights],
            changes=count_of[changing[scope.visitor.user_id]].total,
        )
        for scope in scopes
    )  # fmt: skip
    return LayerReaders(readers, len(visitors), every.total, past)


def _changing_key(scope: Scope, grants: Sequence[Grant]) -> object:
    """Return what identifies the rows that an account changes, whoever wrote them: one key is counted once."""
    rows = frozenset((each.rows.strip(), each.margin_m) for each in grants if each.can_change)
    return scope.key, scope.visitor.is_administrator, scope.can_change, rows


def _deed_words(scope: Scope, own: Scope) -> Iterator[str]:
    """Yield what a reader may do beside reading; the only fields that they write, of those that ``own`` reads."""
    yield from wording.deeds(scope)
    if scope.written_fields is not None:
        titles = wording.written_titles(own.parts, sorted(scope.written_fields))
        yield _("n’écrit que : %s") % ", ".join(titles) if titles else _("n’écrit que certains champs")


def _ways(layer: Layer, at: dt.datetime) -> list[tuple[str, int | None, int | None]]:
    """Return the names by which grants in force open a layer, each with the id of its group, or of its person."""
    grants = Grant.objects.in_state(GrantState.IN_FORCE, at=at)
    rows = (
        grants.filter(Q(layer=layer) | Q(theme=layer.theme_id))
        .select_related("group")
        .order_by("group__name")
    )
    names: dict[tuple[int | None, int | None], str] = {}
    for grant in rows:
        personal = _("un accès personnel")
        names[grant.group_id or -1, grant.person_id or -1] = grant.group.name if grant.group else personal
    return [(name, group, person) for (group, person), name in names.items()]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a grant changes of what its recipient reads of a layer: rows before and after, by commune, and how many."""

    before: int
    after: int
    every: int
    communes_before: tuple[CommuneState, ...]
    communes_after: tuple[CommuneState, ...]
    ground: SmallMap | None
    persons: int


def grant_effect(visitor: Visitor, grant: Grant) -> Effect | None:
    """Count what the recipient of an unsaved grant reads today and would read with it; None of a layer without rows.

    Raises:
        TooSlow, TooCostly, Busy: the rows cannot be counted now.
    """
    layer = grant.layer
    own = access.scopes_by_slug(visitor, [layer.slug]).get(layer.slug) if layer else None
    if layer is None or own is None:
        return None
    recipient = _recipient_visitor(visitor, grant)
    today = access.scopes_of_visitors(layer.slug, [recipient])[0]
    dated = copy(grant)  # whenever it begins, its effect is that of the day when it has
    dated.valid_from = dated.valid_until = None
    with trial([GrantWritten(dated)]):
        after = access.scopes_of_visitors(layer.slug, [recipient])[0]
    conditions = [each.granted if each else Q(pk__in=[]) for each in (today, after)]
    every, before_rows, after_rows = access.row_counts(own, [Q(), *conditions])
    ground = small_map(visible_communes(visitor))
    persons = member_counts().get(grant.group_id, 0) if grant.group_id else 1
    return Effect(
        before=before_rows.total,
        after=after_rows.total,
        every=every.total,
        communes_before=commune_states(ground, before_rows, every),
        communes_after=commune_states(ground, after_rows, every, before_rows),
        ground=ground,
        persons=persons,
    )


def _recipient_visitor(visitor: Visitor, grant: Grant) -> Visitor:
    """Return the recipient as a visitor: one member of a group, who is in no other group, or the person."""
    public = public_of(visitor)
    if grant.group_id is not None:
        return replace(public, groups=frozenset({grant.group_id}))
    accounts = User.objects.filter(pk=grant.person_id or 0)
    return next(iter(visitors_of_accounts(accounts, instant=visitor.instant, portal=visitor.portal)), public)


def groups_to_give(visitor: Visitor) -> QuerySet[Group]:
    """Select the groups that a visitor may give access to."""
    return managed_groups(visitor).order_by("name")
