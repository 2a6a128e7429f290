"""Who gains and who loses rows, fields, dashboards and panels by changes of rights that nobody saved.

The rights of each person are those of the access layer, before the changes and within their trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dashboards import access as dashboard_access
from dashboards.documents import stored_document
from dashboards.documents.document import Document
from dashboards.models import Dashboard, DashboardGrant
from dashboards.reading.dashboard_page import layers_of, readable_panels
from gisportal.accounts.access import managed_accounts
from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.models import User
from interface import wording
from layers import access
from layers.access import Scope
from layers.definitions import GEOMETRY
from layers.errors import UnknownLayer
from layers.models import Grant, Layer
from layers.visitor import Visitor
from management.rights.presenters import labelled, person_name, writing_words
from management.rights.trials import (
    Change,
    GrantRemoved,
    GrantWritten,
    MembershipChanged,
    ProtectionChanged,
    trial,
)

_WIDENED = "\0"


@dataclass(frozen=True, slots=True)
class RowChange:
    """How many rows there are before and after a change, how many more and how many fewer."""

    before: int
    after: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class LayerChange:
    """What the same change of rights on a layer does to some persons; counts are of rows that the viewer reads.

    ``gained_filter`` and ``lost_filter`` are CQL2 of the rows, empty for all, None where there are none. ``writing``
    counts the rows that they may change whoever wrote them.
    """

    layer: Layer
    persons: tuple[str, ...]
    before: int
    after: int
    gained: int
    lost: int
    fields_gained: tuple[str, ...]
    fields_lost: tuple[str, ...]
    gained_filter: str | None
    lost_filter: str | None
    writing: RowChange

    @property
    def is_empty(self) -> bool:
        """Whether nothing is gained nor lost: another way of the same persons gives the same."""
        names = self.fields_gained or self.fields_lost
        return not (names or self.gained or self.lost or self.writing.gained or self.writing.lost)


@dataclass(frozen=True, slots=True)
class DashboardChange:
    """A dashboard, or a panel of one, that some persons gain or lose; ``panel`` is empty for the whole dashboard."""

    dashboard: str
    panel: str
    persons: tuple[str, ...]
    is_gain: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What changes would do: ``persons`` are those whose rights were compared."""

    persons: int
    layers: tuple[LayerChange, ...]
    dashboards: tuple[DashboardChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nobody gains nor loses anything."""
        return not self.layers and not self.dashboards


@dataclass(frozen=True, slots=True)
class _Rights:
    """The rights of some persons, by their id: scopes by slug, titles of panels by dashboard for those they read.

    ``grants`` are those in force that fit a layer, by person and slug.
    """

    scopes: Mapping[int, Mapping[str, Scope]]
    grants: Mapping[tuple[int, str], Sequence[Grant]]
    filters: Mapping[tuple[int, str], tuple[str, ...]]
    dashboards: Mapping[int, Mapping[str, Mapping[str, str]]]


def outcome(viewer: Visitor, changes: Sequence[Change]) -> Outcome:
    """Return what changes would give to persons that a viewer manages, and take from them, on what the viewer reads.

    Raises:
        TooSlow, TooCostly, Busy: the rows cannot be counted now.
    """
    accounts = managed_accounts(viewer).filter(_concerned(changes))
    layers = {each.slug: each for each in _layers(viewer, changes)}
    boards = _boards(viewer, changes, layers)
    before = _rights(viewer, accounts, layers, boards)
    with trial(changes):
        after = _rights(viewer, managed_accounts(viewer).filter(pk__in=list(before.scopes)), layers, boards)
    names = {each.pk: person_name(each) for each in accounts}
    changed = [
        each for layer in layers.values() for each in _layer_changes(viewer, layer, before, after, names)
    ]
    return Outcome(len(names), tuple(changed), tuple(_dashboard_changes(boards, before, after, names)))


def _concerned(changes: Sequence[Change]) -> Q:
    """Return the accounts that changes may concern: recipients, before and after, and all for a protection."""
    condition = Q(pk__in=[])
    for change in changes:
        match change:
            case ProtectionChanged():
                return Q()
            case MembershipChanged():
                condition |= Q(pk=change.person.pk)
            case GrantWritten() | GrantRemoved():
                grants: Any = type(change.grant).objects
                stored = grants.filter(pk=change.grant.pk).first()
                for grant in (change.grant, *([stored] if stored else [])):
                    members = User.groups.through.objects.filter(group_id=grant.group_id)
                    condition |= (
                        Q(pk=grant.person_id) if grant.person_id else Q(pk__in=members.values("user_id"))
                    )
    return condition


def _layers(viewer: Visitor, changes: Sequence[Change]) -> QuerySet[Layer]:
    """Select the layers that changes may concern, of those that the viewer knows of."""
    condition = Q(pk__in=[])
    for change in changes:
        match change:
            case ProtectionChanged():
                condition |= Q(pk=change.layer.pk)
            case MembershipChanged():
                granted = Grant.objects.filter(group=change.group)
                condition |= Q(pk__in=granted.filter(layer__isnull=False).values("layer"))
                condition |= Q(theme__in=granted.filter(theme__isnull=False).values("theme"))
                condition |= Q(protected__groups=change.group)
            case GrantWritten(Grant() as grant) | GrantRemoved(Grant() as grant):
                condition |= Q(theme=grant.theme_id) if grant.theme_id else Q(pk=grant.layer_id)
    return access.listed_layers(viewer).filter(condition).distinct().order_by("title")


def _boards(
    viewer: Visitor, changes: Sequence[Change], layers: Mapping[str, Layer]
) -> dict[Dashboard, Document]:
    """Return the published dashboards of the viewer that changes may concern, each with what it shows."""
    grants = [each.grant for each in changes if isinstance(each, GrantWritten | GrantRemoved)]
    named = {grant.dashboard_id for grant in grants if isinstance(grant, DashboardGrant)}
    is_of_members = any(isinstance(each, MembershipChanged) for each in changes)
    boards = (
        dashboard_access.published(viewer).select_related("portal", "published", "draft").order_by("title")
    )
    documents = {board: stored_document(board) for board in boards}
    return {
        board: document
        for board, document in documents.items()
        if is_of_members or board.pk in named or _reads(document, layers)
    }


def _reads(document: Document, layers: Mapping[str, Layer]) -> bool:
    """Whether a document may show a layer: by one of its panels, or by what it includes."""
    panels = [getattr(section, "panels", None) for section in document.sections]
    return any(
        each is None or any(slug in layers for panel in each for slug in layers_of(panel)) for each in panels
    )


def _rights(
    viewer: Visitor,
    accounts: QuerySet[User],
    layers: Mapping[str, Layer],
    boards: Mapping[Dashboard, Document],
) -> _Rights:
    visitors = visitors_of_accounts(accounts, instant=viewer.instant, portal=viewer.portal)
    scopes: dict[int, dict[str, Scope]] = {each.user_id or 0: {} for each in visitors}
    filters: dict[tuple[int, str], tuple[str, ...]] = {}
    grants: dict[tuple[int, str], Sequence[Grant]] = {}
    texts: dict[object, tuple[str, ...]] = {}
    for slug, layer in layers.items():
        try:
            every = access.scopes_of_visitors(slug, visitors)
            granted = access.grants_of_visitors(slug, visitors)
        except UnknownLayer:
            continue
        for visitor, scope, own in zip(visitors, every, granted, strict=True):
            if scope is None:
                continue
            pk = visitor.user_id or 0
            grants[pk, slug] = own
            scopes[pk][slug] = scope
            if scope.key not in texts:
                texts[scope.key] = _texts(visitor, layer)
            filters[pk, slug] = texts[scope.key]
    read: dict[int, dict[str, dict[str, str]]] = {}
    for visitor in visitors:
        published = set(
            dashboard_access.published(visitor)
            .filter(pk__in=[each.pk for each in boards])
            .values_list("pk", flat=True)
        )
        read[visitor.user_id or 0] = {
            board.slug: {
                panel.id: panel.title or panel.id
                for panel in readable_panels(
                    document, dashboard_access.narrowed(visitor, board), portal=board.portal
                )
            }
            for board, document in boards.items()
            if board.pk in published
        }
    return _Rights(scopes, grants, filters, read)


def _texts(visitor: Visitor, layer: Layer) -> tuple[str, ...]:
    """Return the row filters in force of a visitor on a layer; an empty one stands for every row.

    CQL2 does not say the margin around communes: ``_WIDENED`` stands for a filter that has one.
    """
    reasons = access.layer_reasons(visitor, layer)
    if visitor.is_administrator or layer.is_open:
        return ("",)
    effective = [each.grant for each in reasons.grants if each.is_effective]
    return tuple(_WIDENED if grant.margin_m else grant.rows.strip() for grant in effective)


def _layer_changes(
    viewer: Visitor, layer: Layer, before: _Rights, after: _Rights, names: Mapping[int, str]
) -> Iterable[LayerChange]:
    """Yield the changes of a layer, one for all persons whose rights change alike, in one statement of counts."""
    own = access.scopes_by_slug(viewer, [layer.slug]).get(layer.slug)
    if own is None:
        return
    alike: dict[object, list[int]] = {}
    for pk in names:
        first, second = (_identity(each, pk, layer.slug) for each in (before, after))
        if first != second:
            alike.setdefault((first, second), []).append(pk)
    rows = [_conditions(own, pks[0], before, after) for pks in alike.values()]
    conditions = [condition for pair in rows for condition in pair]
    counts = [each.total for each in access.row_counts(own, conditions)] if conditions else []
    titles = {part.name: str(part.title) for part in own.fields}
    titles |= {part.name: str(part.title) for part in own.relations}
    words = labelled(own)
    is_located = own.definition.geometry.is_located  # the map has no other rows
    for at, pks in enumerate(alike.values()):
        read, written = (_row_change(counts[start : start + 3]) for start in (6 * at, 6 * at + 3))
        first, second = (each.scopes.get(pks[0], {}).get(layer.slug) for each in (before, after))
        texts = [each.filters.get((pks[0], layer.slug)) for each in (before, after)]
        lost, gained = (
            [
                *_abilities(scope, titles),
                *_written_rows(viewer, words, rights.grants.get((pks[0], layer.slug), ())),
            ]
            for scope, rights in ((first, before), (second, after))
        )
        change = LayerChange(
            layer=layer,
            persons=tuple(names[pk] for pk in pks),
            before=read.before,
            after=read.after,
            gained=read.gained,
            lost=read.lost,
            fields_gained=tuple(each for each in gained if each not in lost),
            fields_lost=tuple(each for each in lost if each not in gained),
            gained_filter=_difference(texts[1], texts[0]) if is_located and read.gained else None,
            lost_filter=_difference(texts[0], texts[1]) if is_located and read.lost else None,
            writing=written,
        )
        if not change.is_empty:
            yield change


def _identity(rights: _Rights, pk: int, slug: str) -> object:
    """Return what a person may read and write of a layer: persons of whom it changes alike are compared together."""
    scope = rights.scopes.get(pk, {}).get(slug)
    if scope is None:
        return None
    writing = (
        (each.rows.strip(), each.margin_m, each.can_change) for each in rights.grants[pk, slug] if each.writes
    )
    return scope.key, scope.write_rights, frozenset(writing)


def _conditions(own: Scope, pk: int, before: _Rights, after: _Rights) -> list[Q]:
    """Return the rows that a person reads before, after, and both times; then those that they change."""
    none = Q(pk__in=[])
    read, changed = [], []
    for rights in (before, after):
        scope = rights.scopes.get(pk, {}).get(own.slug)
        rows = none if scope is None else scope.granted
        read.append(rows)
        if scope is None or not scope.can_change:
            changed.append(none)
        elif scope.visitor.is_administrator:
            changed.append(rows)
        else:
            changed.append(rows & access.changed_rows(own, rights.grants[pk, own.slug]))
    return [*read, read[0] & read[1], *changed, changed[0] & changed[1]]


def _row_change(counts: Sequence[int]) -> RowChange:
    first, second, both = counts
    return RowChange(first, second, second - both, first - both)


def _abilities(scope: Scope | None, titles: Mapping[str, str]) -> list[str]:
    """Return what a scope gives beside rows: titles of fields that the viewer reads too, and what may be done."""
    if scope is None:
        return []
    fields = [title for name, title in titles.items() if name in scope.readable_names]
    written = [] if scope.written_fields is None else [GEOMETRY, *titles]
    limits = [
        _("écrire seulement : %s") % titles.get(name, _("la géométrie"))
        for name in written
        if name in (scope.written_fields or ())
    ]
    return [*fields, *wording.deeds(scope), *limits]


def _written_rows(viewer: Visitor, words: Scope, grants: Sequence[Grant]) -> list[str]:
    """Word what grants let write on which rows, where none is about every row: margins around communes included."""
    writing = [grant for grant in grants if grant.writes]
    if any(grant.has_every_row for grant in writing):
        return []
    return list(writing_words(viewer, words, writing))


def _difference(of: tuple[str, ...] | None, without: tuple[str, ...] | None) -> str | None:
    """Return CQL2 of the rows of some filters that match none of others; None where none can be, or CQL2 lacks it."""
    if of is None or (without is not None and "" in without) or _WIDENED in (*of, *(without or ())):
        return None
    first = "" if "" in of else " OR ".join(f"({text})" for text in of)
    if not without:
        return first
    second = f"NOT ({' OR '.join(f'({text})' for text in without)})"
    return f"({first}) AND {second}" if first else second


def _dashboard_changes(
    boards: Iterable[Dashboard], before: _Rights, after: _Rights, names: Mapping[int, str]
) -> Iterable[DashboardChange]:
    """Yield whole dashboards that persons gain or lose, and panels of those that they read before and after."""
    changed: dict[tuple[str, str, bool], list[str]] = {}
    for board in boards:
        for pk, name in names.items():
            first, second = (each.dashboards.get(pk, {}).get(board.slug) for each in (before, after))
            if first is None and second is None:
                continue
            if first is None or second is None:
                changed.setdefault((board.title, "", second is not None), []).append(name)
                continue
            for panel in [*second, *(each for each in first if each not in second)]:
                if (panel in first) != (panel in second):
                    title = second.get(panel) or first.get(panel, "")
                    changed.setdefault((board.title, title, panel in second), []).append(name)
    return (
        DashboardChange(board, panel, tuple(persons), is_gain)
        for (board, panel, is_gain), persons in changed.items()
    )
