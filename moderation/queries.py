"""What waits to be moderated in a layer, and what an account contributed: rows of scopes, never of tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from layers import access, registry
from layers.access import Scope
from layers.errors import InvalidParameter, UnknownLayer
from layers.models import Commune
from layers.queries import unknown_feature, version_text
from layers.services.moderation import approves
from layers.sql.limits import time_limit
from layers.sql.rows import RowVersion
from layers.visitor import Visitor
from moderation.models import ModeratedRow, ProposedChange
from moderation.services import machine_of
from publication.models import PublicationPolicy

PAGE_ROWS = 50
MAX_AUTHORS = 200
AGES = (1, 3, 7, 30)
"""Days since which a row waits, at least: the choices of the queue."""

TO_REVIEW, CHANGED = "a-revoir", "modifications"
"""What the queue calls rows that went public because they were urgent, and those of which a change waits."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a page of the queue is about; ``state`` is empty for all that waits, ``author`` None for everybody."""

    state: str = ""
    commune: str = ""
    author: int | None = None
    age: int = 0
    page: int = 1

    def query(self, **changed: Any) -> str:
        """Return the parameters of the page, or of another one, with their question mark."""
        values = replace(self, **changed)
        named = {
            "etat": values.state,
            "commune": values.commune,
            "auteur": values.author or "",
            "age": values.age or "",
            "page": values.page if values.page > 1 else "",
        }
        given = {name: value for name, value in named.items() if value != ""}
        return f"?{urlencode(given)}" if given else ""


PARAMETERS = ("etat", "commune", "auteur", "age", "page")


def parse_queue(scope: Scope, values: Mapping[str, str]) -> QueueFilter:
    """Read the parameters of a page of the queue.

    Raises:
        InvalidParameter: one of them is none of its values.
    """
    states = {"", TO_REVIEW, CHANGED, *(state.code for state in machine_of(scope).states)}
    state, commune = values.get("etat", ""), values.get("commune", "")
    if state not in states:
        raise _not_one_of("etat", state)
    if commune and not Commune.objects.filter(code=commune[:5]).exists():
        raise _not_one_of("commune", commune)
    age = _whole("age", values)
    if age and age not in AGES:
        raise _not_one_of("age", str(age))
    return QueueFilter(state, commune, _whole("auteur", values) or None, age, _whole("page", values) or 1)


def _whole(name: str, values: Mapping[str, str]) -> int:
    text = values.get(name, "") or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _not_one_of(name, text)
    return int(text)


def _not_one_of(name: str, value: str) -> InvalidParameter:
    return InvalidParameter(
        _("%(name)s : « %(value)s » n’est pas une des valeurs possibles.")
        % {"name": name, "value": value[:40]},
        parameter=name,
    )


def moderated_scopes(visitor: Visitor) -> list[Scope]:
    """Return the scopes of the moderated layers that a visitor sees, in the order of the catalogue."""
    definitions = [each for each in registry.definitions() if each.moderation is not None]
    return access.visible(visitor, definitions) if definitions else []


def approving_scope(visitor: Visitor, slug: str) -> Scope:
    """Return the scope of a layer some rows of which a visitor approves.

    Raises:
        HiddenLayer, UnknownLayer: as ``layers.access.scope``; nobody moderates it, or not the visitor.
    """
    scope = access.scope(visitor, slug)
    if scope.definition.moderation is None or not scope.can_approve:
        raise UnknownLayer(slug)
    return scope


def waiting_rows(scope: Scope) -> QuerySet[Any]:
    """Select the rows that wait for the visitor: submitted, public because urgent, or of which a change waits."""
    followed = ModeratedRow.objects.filter(layer=scope.layer)
    machine = machine_of(scope)
    waiting = (
        Q((f"{machine.state_path}__in", machine.waiting_states))
        | Q(pk__in=followed.filter(is_to_review=True).values("row"))
        | Q(pk__in=_changes(scope).values("moderated__row"))
    )
    return access.approvable(scope).filter(waiting)


def _changes(scope: Scope) -> QuerySet[ProposedChange]:
    return ProposedChange.objects.filter(moderated__layer=scope.layer)


def queue(scope: Scope, question: QueueFilter, *, at: dt.datetime) -> QuerySet[Any]:
    """Select the rows of a page of the queue, those that wait for the longest first.

    Each has ``waiting_since``, and ``row_version``, from which a decision starts.
    """
    machine = machine_of(scope)
    followed = ModeratedRow.objects.filter(layer=scope.layer)
    rows = waiting_rows(scope) if question.state in {"", TO_REVIEW, CHANGED} else access.approvable(scope)
    if question.state == TO_REVIEW:
        rows = rows.filter(pk__in=followed.filter(is_to_review=True).values("row"))
    elif question.state == CHANGED:
        rows = rows.filter(pk__in=_changes(scope).values("moderated__row"))
    elif question.state:
        rows = rows.filter(**{machine.state_path: question.state})
    if question.commune:
        rows = rows.filter(access.in_commune(scope.definition, question.commune))
    if question.author is not None:
        rows = rows.filter(**{machine.author_path: question.author})
    if question.age:
        limit = at - dt.timedelta(days=question.age)
        rows = rows.exclude(pk__in=followed.filter(since__gt=limit).values("row"))
    since = followed.filter(row=OuterRef("pk")).values("since")[:1]
    rows = rows.annotate(waiting_since=Subquery(since), row_version=RowVersion())
    ordered: QuerySet[Any] = rows.order_by(F("waiting_since").asc(nulls_first=True), "pk")
    return ordered


def queue_page(scope: Scope, question: QueueFilter, *, at: dt.datetime) -> Page[Any]:
    """Return a page of the queue, the last one for a number beyond it."""
    with time_limit("page"):
        page = Paginator(queue(scope, question, at=at), PAGE_ROWS).get_page(question.page)
        page.object_list = list(page.object_list)
    for row in page.object_list:
        row.row_version = version_text(row.row_version)
    return page


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows of a layer wait for a visitor, and since when the first does."""

    scope: Scope
    count: int
    since: dt.datetime | None


def waiting(visitor: Visitor) -> Iterator[Waiting]:
    """Yield what waits for a visitor, layer by layer; two statements for each layer that they moderate."""
    for scope in moderated_scopes(visitor) if not visitor.is_anonymous else ():
        if scope.can_approve:
            rows = waiting_rows(scope)
            with time_limit("page"):
                count = rows.count()
                followed = ModeratedRow.objects.filter(
                    layer=scope.layer, row__in=rows.order_by().values("pk")
                )
                since = followed.aggregate(first=Min("since"))["first"] if count else None
            yield Waiting(scope, count, since)


@dataclass(frozen=True, slots=True)
class Overdue:
    """The ids of the rows of a layer that wait for a visitor for longer than its days, and these days."""

    scope: Scope
    rows: frozenset[int]
    days: int


def overdue(visitor: Visitor) -> Iterator[Overdue]:
    """Yield what waits for a visitor for longer than the rules of each layer say; nothing where they say no day."""
    for scope in moderated_scopes(visitor):
        policy = PublicationPolicy.objects.filter(layer=scope.layer).first() or PublicationPolicy()
        if scope.can_approve and policy.reminder_days:
            before = visitor.instant - dt.timedelta(days=policy.reminder_days)
            with time_limit("page"):
                rows = frozenset(_overdue_rows(scope, before).order_by().values_list("pk", flat=True))
            if rows:
                yield Overdue(scope, rows, policy.reminder_days)


def _overdue_rows(scope: Scope, before: dt.datetime) -> QuerySet[Any]:
    machine, followed = machine_of(scope), ModeratedRow.objects.filter(layer=scope.layer)
    is_recent = Q(pk__in=followed.filter(since__gt=before).values("row"))
    waiting = Q((f"{machine.state_path}__in", machine.waiting_states)) & ~is_recent
    waiting |= Q(pk__in=followed.filter(is_to_review=True, since__lte=before).values("row"))
    waiting |= Q(pk__in=_changes(scope).filter(at__lte=before).values("moderated__row"))
    return access.approvable(scope).filter(waiting)


def in_state(scope: Scope, code: str) -> Scope:
    """Return the scope narrowed to the rows in a state of its machine.

    Raises:
        InvalidParameter: nobody moderates the layer, or the machine has no such state.
    """
    machine = scope.definition.moderation
    if machine is None or code not in {state.code for state in machine.states}:
        raise _not_one_of("etat", code)
    return replace(
        scope,
        queryset=scope.queryset.filter(**{machine.state_path: code}),
        key=f"{scope.key}\x1estate {code}",
        rows_key=f"{scope.rows_key}\x1estate {code}",
        has_every_row=False,
    )


def communes_of(scope: Scope) -> list[Commune]:
    """Return the communes that the queue is narrowed to: those of the territory, or of the portal that is visited."""
    rows = Commune.objects.order_by("nom")
    return list(rows.filter(code=scope.visitor.portal) if scope.visitor.portal else rows)


def authors(scope: Scope, rows: Sequence[Any] | QuerySet[Any]) -> dict[int, str]:
    """Return the names of the accounts that wrote rows, by id; those of nobody, or of an erased account, have none."""
    path = machine_of(scope).author_path
    if isinstance(rows, QuerySet):
        ids = set(rows.order_by().values_list(path, flat=True).distinct()[:MAX_AUTHORS])
    else:
        ids = {getattr(row, path) for row in rows}
    return account_names(ids - {None})


def account_names(ids: set[int]) -> dict[int, str]:
    """Return the names of accounts by id."""
    accounts = get_user_model()._default_manager.filter(pk__in=ids) if ids else ()
    return {each.pk: each.get_full_name() or each.get_username() for each in accounts}


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row of a layer that somebody reads on its page: as whom, with the row that follows its moderation, if any."""

    scope: Scope
    row: Any
    followed: ModeratedRow | None
    is_author: bool
    is_approver: bool


def own_row(scope: Scope, pk: int) -> OwnRow:
    """Return a row with its moderation, for its author, who approves it and who proposed a change of it.

    Raises:
        UnknownFeature: no such row for this visitor, or they are none of these.
    """
    machine = scope.definition.moderation
    rows = scope.queryset.annotate(row_version=RowVersion())
    row = rows.filter(pk=pk).first() if pk < 2**63 and machine is not None else None
    if row is None or machine is None or scope.visitor.user_id is None:
        raise unknown_feature(scope, pk)
    row.row_version = version_text(row.row_version)
    followed = ModeratedRow.objects.filter(layer=scope.layer, row=pk).first()
    is_author = getattr(row, machine.author_path) == scope.visitor.user_id
    is_approver = approves(scope, pk)
    is_proposer = _changes(scope).filter(moderated__row=pk, author_id=scope.visitor.user_id).exists()
    if not (is_author or is_approver or is_proposer):
        raise unknown_feature(scope, pk)
    return OwnRow(scope, row, followed, is_author, is_approver)


def row_after(scope: Scope, question: QueueFilter, pk: int, *, at: dt.datetime) -> int | None:
    """Return the id of the first other row of the queue, None when nothing else waits."""
    rows = queue(scope, question, at=at).exclude(pk=pk)
    first: int | None = rows.values_list("pk", flat=True).first()
    return first


@dataclass(frozen=True, slots=True)
class QueueNeighbours:
    """The ids of the rows before and after one in the queue, None at its ends."""

    previous: int | None
    following: int | None


def queue_neighbours(
    scope: Scope, question: QueueFilter, pk: int, since: dt.datetime | None, *, at: dt.datetime
) -> QueueNeighbours:
    """Return what is around a row that waits since an instant, in the order of the queue."""
    rows = queue(scope, question, at=at).exclude(pk=pk)
    if since is None:
        before = Q(waiting_since=None, pk__lt=pk)
        after = Q(waiting_since=None, pk__gt=pk) | Q(waiting_since__isnull=False)
    else:
        before = Q(waiting_since=None) | Q(waiting_since__lt=since) | Q(waiting_since=since, pk__lt=pk)
        after = Q(waiting_since__gt=since) | Q(waiting_since=since, pk__gt=pk)
    with time_limit("page"):
        return QueueNeighbours(
            rows.filter(before).reverse().values_list("pk", flat=True).first(),
            rows.filter(after).values_list("pk", flat=True).first(),
        )


@dataclass(frozen=True, slots=True)
class Contribution:
    """A row that an account wrote or proposes to change, as they read it now."""

    scope: Scope
    row: Any
    followed: ModeratedRow
    has_change: bool


def contributions(visitor: Visitor, number: int) -> tuple[Page[ModeratedRow], list[Contribution]]:
    """Return a page of what an account contributed, the last that moved first; rows that are no more are left out.

    Four statements, and one for each layer of the page.
    """
    own = Q(author_id=visitor.user_id) | Q(changes__author_id=visitor.user_id)
    followed = ModeratedRow.objects.filter(own).distinct().select_related("layer").order_by("-since", "-pk")
    page = Paginator(followed, PAGE_ROWS).get_page(number)
    listed = list(page.object_list)
    scopes = {scope.layer.pk: scope for scope in moderated_scopes(visitor)} if listed else {}
    changed = set(
        ProposedChange.objects.filter(moderated__in=listed, author_id=visitor.user_id).values_list(
            "moderated", flat=True
        )
    )
    rows: dict[tuple[int, int], Any] = {}
    for layer, scope in scopes.items():
        ids = [each.row for each in listed if each.layer_id == layer]
        rows |= {(layer, row.pk): row for row in scope.queryset.filter(pk__in=ids)} if ids else {}
    return page, [
        Contribution(scopes[each.layer_id], rows[each.layer_id, each.row], each, each.pk in changed)
        for each in listed
        if (each.layer_id, each.row) in rows
    ]


def own_contributions(visitor: Visitor) -> QuerySet[ModeratedRow]:
    """Select what follows the rows that an account wrote; nothing for nobody."""
    return ModeratedRow.objects.filter(author_id=visitor.user_id or 0)
