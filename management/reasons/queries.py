"""Why a person reads a layer, one of its rows or fields, or a dashboard: the answers of the access layer, with names.

A viewer sees the names, rows and fields that they read themselves, and counts among their own rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet

from dashboards import access as dashboard_access
from dashboards.access import DashboardReasons, dashboard_reasons, reader_groups
from dashboards.documents import stored_document
from dashboards.models import Dashboard
from dashboards.publication.audience import member_counts
from dashboards.reading.dashboard_page import Absence, panel_absences
from gisportal.accounts.access import managed_groups
from gisportal.accounts.credentials import visitor_of_account
from gisportal.accounts.models import User
from gisportal.accounts.view_as.services import viewable_accounts
from gisportal.journal.queries import memberships_since
from interface.wording import written_titles
from layers import access
from layers.access import GrantReason, LayerReasons, PartReason, RasterScope, Scope
from layers.models import Layer
from layers.visitor import Visitor
from layers.vocabulary import WriteRight
from management.rights.presenters import GrantLine, grant_line, labelled


class WriteObstacleCause(Enum):
    """Why a grant that lets write does not let change one row."""

    NOT_IN_FORCE = "not in force"
    OTHER_ROWS = "other rows"
    ADDS_ONLY = "adds only"
    OTHER_AUTHOR = "other author"


@dataclass(frozen=True, slots=True)
class Membership:
    """A group of a person, and since when, None where the journal does not say."""

    name: str
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class GrantPath:
    """A way from a person to a layer: a grant of every state, by a group or by themselves.

    ``count`` is the rows that it opens, of those that the viewer reads, None where they are not counted. ``has_row``
    says whether it opens the row of the question, None without one.
    """

    reason: GrantReason
    line: GrantLine
    membership: Membership | None
    count: int | None = None
    has_row: bool | None = None


@dataclass(frozen=True, slots=True)
class WriteObstacle:
    """A grant that lets write, and why it does not let change one row."""

    line: GrantLine
    cause: WriteObstacleCause


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """Whether a person reads a row: ``exists`` for the viewer, on this portal; ``is_elsewhere``: in another commune.

    ``changes`` and ``deletes`` say what they may do with it, None of the past; ``fields`` are the titles of what they
    write there, empty for all that they read. ``obstacles`` say of each grant that writes why it does not change it.
    """

    pk: int
    exists: bool
    is_read: bool = False
    is_elsewhere: bool = False
    changes: bool | None = None
    deletes: bool | None = None
    fields: tuple[str, ...] = ()
    obstacles: tuple[WriteObstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """A field or a relation: the groups that read it when it is protected, and by what the person does."""

    name: str
    title: str
    is_read: bool
    is_protected: bool
    groups: tuple[str, ...]
    has_other_groups: bool
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerAnswer:
    """Why a person reads a layer: ``count`` of ``every`` row that the viewer reads, None of a layer without rows."""

    layer: Layer
    reasons: LayerReasons
    paths: tuple[GrantPath, ...]
    fields: tuple[FieldAnswer, ...]
    count: int | None = None
    every: int | None = None
    row: RowAnswer | None = None

    @property
    def is_read(self) -> bool:
        """Whether the layer exists for the person."""
        return self.reasons.scope is not None

    @property
    def effective_paths(self) -> list[GrantPath]:
        """The ways that open the layer now."""
        return [path for path in self.paths if path.reason.is_effective]


def layer_answer(
    viewer: Visitor,
    reasons: LayerReasons,
    *,
    row: int | None = None,
    memberships: Mapping[int, Membership],
    at: dt.datetime,
    is_past: bool = False,
) -> LayerAnswer:
    """Return why a person reads a layer that ``viewer`` knows of, with its rows counted in one statement.

    ``reasons`` are those of the person at the instant ``at``; the rows are those of now. What the person may do with
    the row is not computed of the past.

    Raises:
        TooSlow, TooCostly, Busy: the rows cannot be counted now.
    """
    layer = reasons.layer
    own = access.scopes_by_slug(viewer, [layer.slug]).get(layer.slug)
    if own is None:
        return LayerAnswer(
            layer, reasons, _paths(reasons.grants, None, memberships, replace(viewer, instant=at)), ()
        )
    rows = [Q(pk__in=[]) if each.rows is None else each.rows for each in reasons.grants]
    granted = reasons.scope.granted if isinstance(reasons.scope, Scope) else Q(pk__in=[])
    every, count, *counts = access.row_counts(own, [Q(), granted, *rows])
    matches = access.row_matches(own, row, [granted, *rows]) if row is not None else None
    paths = _paths(
        reasons.grants,
        own,
        memberships,
        replace(viewer, instant=at),
        [each.total for each in counts],
        matches and matches[1:],
    )
    return LayerAnswer(
        layer,
        reasons,
        paths,
        tuple(_field_answers(viewer, reasons.parts, own)),
        count=count.total,
        every=every.total,
        row=None
        if row is None
        else _row_answer(own, row, matches, None if is_past else reasons.scope, paths),
    )


def _row_answer(
    own: Scope,
    pk: int,
    matches: list[bool] | None,
    scope: Scope | RasterScope | None,
    paths: Sequence[GrantPath],
) -> RowAnswer:
    if matches is None:
        return RowAnswer(pk, exists=False, is_elsewhere=access.is_elsewhere(own, pk))
    if not isinstance(scope, Scope) or not matches[0]:
        return RowAnswer(pk, exists=True, is_read=matches[0])
    change, delete = (access.row_access(scope, pk, right) for right in (WriteRight.CHANGE, WriteRight.DELETE))
    titles = written_titles(own.parts, sorted(change.fields or ()))
    return RowAnswer(
        pk,
        exists=True,
        is_read=True,
        changes=change.is_allowed,
        deletes=delete.is_allowed,
        fields=tuple(titles),
        obstacles=() if change.is_allowed else tuple(_obstacles(paths)),
    )


def _obstacles(paths: Iterable[GrantPath]) -> Iterator[WriteObstacle]:
    """Yield why each grant that writes does not let change a row that none lets change."""
    for path in paths:
        grant = path.reason.grant
        if not grant.writes:
            continue
        if not path.has_row:
            cause = WriteObstacleCause.OTHER_ROWS
        elif not path.reason.is_effective:
            cause = WriteObstacleCause.NOT_IN_FORCE
        elif grant.can_change_own:
            cause = WriteObstacleCause.OTHER_AUTHOR
        else:
            cause = WriteObstacleCause.ADDS_ONLY
        yield WriteObstacle(path.line, cause)


def _paths(
    reasons: Sequence[GrantReason],
    own: Scope | None,
    memberships: Mapping[int, Membership],
    viewer: Visitor,
    counts: Sequence[int] = (),
    matches: Sequence[bool] | None = None,
) -> tuple[GrantPath, ...]:
    members, words = member_counts(), labelled(own) if own is not None else None
    return tuple(
        GrantPath(
            reason=each,
            line=grant_line(each.grant, visitor=viewer, scope=words, members=members),
            membership=memberships.get(each.grant.group_id or 0),
            count=counts[index] if counts else None,
            has_row=matches[index] if matches is not None else None,
        )
        for index, each in enumerate(reasons)
    )


def _field_answers(viewer: Visitor, parts: Iterable[PartReason], own: Scope) -> Iterable[FieldAnswer]:
    """Yield the answers of the parts that the viewer reads, those that are protected first."""
    names = dict(_known_groups(viewer).values_list("pk", "name"))
    readable = [each for each in parts if each.part.name in own.readable_names]
    for each in sorted(readable, key=lambda reason: not reason.protections):
        groups = frozenset[int]().union(*(guard.groups for guard in each.protections))
        own_groups = frozenset[int]().union(*(guard.own_groups for guard in each.protections))
        grants = {grant.pk: str(grant.recipient) for guard in each.protections for grant in guard.grants}
        yield FieldAnswer(
            name=each.part.name,
            title=str(each.part.title),
            is_read=each.is_read,
            is_protected=bool(each.protections),
            groups=tuple(sorted(names[pk] for pk in groups if pk in names)),
            has_other_groups=any(pk not in names for pk in groups),
            by=tuple(dict.fromkeys([*sorted(names.get(pk, "") for pk in own_groups), *grants.values()])),
        )


def _known_groups(viewer: Visitor) -> QuerySet[Group]:
    """Select the groups whose names a viewer may read here: theirs, and those that they manage."""
    return Group.objects.filter(Q(pk__in=viewer.groups) | Q(pk__in=managed_groups(viewer).values("pk")))


@dataclass(frozen=True, slots=True)
class PanelAnswer:
    """A panel of a dashboard that the viewer reads: ``absence`` is what hides it from the person.

    ``layer`` is the title of the layer that does, ``field`` that of its field.
    """

    title: str
    absence: Absence | None
    layer: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class DashboardPath:
    """A way from a person to a dashboard: a grant of every state, by a group or by themselves."""

    line: GrantLine
    membership: Membership | None


@dataclass(frozen=True, slots=True)
class DashboardAnswer:
    """Why a person reads a dashboard, and each of its panels that the viewer reads."""

    dashboard: Dashboard
    reasons: DashboardReasons
    grants: tuple[DashboardPath, ...]
    readers: tuple[str, ...]
    panels: tuple[PanelAnswer, ...]

    @property
    def missing(self) -> list[PanelAnswer]:
        """The panels that the person does not see."""
        return [panel for panel in self.panels if panel.absence is not None]


@dataclass(frozen=True, slots=True)
class DashboardRights:
    """What opens a dashboard to a person, and what hides each of its panels from them, by its id."""

    reasons: DashboardReasons
    absences: Mapping[str, Absence | None]


def dashboard_rights(reader: Visitor, dashboard: Dashboard) -> DashboardRights:
    """Return the rights of a person on a dashboard."""
    return DashboardRights(dashboard_reasons(reader, dashboard), _absences(reader, dashboard))


def dashboard_answer(
    viewer: Visitor,
    rights: DashboardRights,
    dashboard: Dashboard,
    *,
    memberships: Mapping[int, Membership],
    at: dt.datetime,
) -> DashboardAnswer:
    """Return why a person of some rights reads a dashboard that ``viewer`` knows of, and which panels they miss."""
    reasons = rights.reasons
    groups = reader_groups(dashboard).filter(pk__in=_known_groups(viewer).values("pk"))
    members = member_counts()
    return DashboardAnswer(
        dashboard=dashboard,
        reasons=reasons,
        grants=tuple(
            DashboardPath(
                grant_line(each, visitor=replace(viewer, instant=at), scope=None, members=members),
                memberships.get(each.group_id or 0),
            )
            for each in reasons.grants
        ),
        readers=tuple(groups.values_list("name", flat=True)),
        panels=tuple(_panels(viewer, rights.absences, dashboard)),
    )


def _absences(visitor: Visitor, dashboard: Dashboard) -> dict[str, Absence | None]:
    inside, document = dashboard_access.narrowed(visitor, dashboard), stored_document(dashboard)
    return {panel.id: absence for panel, absence in panel_absences(document, inside, portal=dashboard.portal)}


def _panels(
    viewer: Visitor, absences: Mapping[str, Absence | None], dashboard: Dashboard
) -> Iterable[PanelAnswer]:
    inside, document = dashboard_access.narrowed(viewer, dashboard), stored_document(dashboard)
    every = panel_absences(document, inside, portal=dashboard.portal)
    slugs = {each.layer for each in absences.values() if each is not None}
    titles = dict(access.listed_layers(viewer).filter(slug__in=slugs).values_list("slug", "title"))
    scopes = access.scopes_by_slug(viewer, sorted(slugs))
    for panel in (panel for panel, absence in every if absence is None):
        # A section of another dashboard, which the person does not see, is not there for them.
        absence = absences.get(panel.id, Absence(""))
        scope = scopes.get(absence.layer) if absence is not None else None
        names = {part.name: str(part.title) for part in scope.parts} if scope else {}
        yield PanelAnswer(
            title=panel.title or panel.id,
            absence=absence,
            layer=titles.get(absence.layer, "") if absence is not None else "",
            field=names.get(absence.name, "") if absence is not None else "",
        )


def memberships_of(person: User, *, at: dt.datetime) -> dict[int, Membership]:
    """Return the groups of a person, by id and in the order of their names, with what the journal says of each."""
    groups = dict(person.groups.order_by("name").values_list("pk", "name"))
    since = memberships_since(person.pk, groups, until=at)
    return {pk: Membership(name, since.get(pk)) for pk, name in groups.items()}


def known_accounts(viewer: Visitor) -> QuerySet[User]:
    """Select the accounts of which a viewer may know all that they read: closed ones too for an administrator."""
    return User.objects.all() if viewer.is_administrator else viewable_accounts(viewer)


def reader_of(person: User, viewer: Visitor) -> Visitor:
    """Return a person as a visitor of the viewer's portal: the public for a closed account."""
    return replace(visitor_of_account(person.pk, viewer.portal), may_write=person.is_active)
