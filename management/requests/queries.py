"""Requests of access: those of a person, those that a visitor decides, and who decides about a layer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dashboards import access as dashboard_access
from dashboards.documents import stored_document
from dashboards.documents.document import Panel
from dashboards.models import Dashboard
from dashboards.reading.dashboard_page import Absence, layers_of, panel_absences
from dashboards.registry import PANEL_KINDS
from gisportal.accounts.access import managed_accounts, managed_groups
from gisportal.accounts.credentials import visitor_of_account
from gisportal.accounts.models import User
from layers import access
from layers.errors import Forbidden
from layers.models import Grant, Layer
from layers.visitor import Visitor, open_account
from management.models import AccessRequest, RequestState
from management.rights.services import check_covered


def own_requests(visitor: Visitor) -> QuerySet[AccessRequest]:
    """Select the requests that a visitor sent, the newest first."""
    return AccessRequest.objects.filter(person=visitor.user_id).select_related("layer", "dashboard")


def waiting_request(visitor: Visitor, subject: Layer | Dashboard) -> AccessRequest | None:
    """Return the request of a visitor on a layer or a dashboard that waits."""
    rows = waiting(own_requests(visitor))
    is_layer = isinstance(subject, Layer)
    return rows.filter(Q(layer=subject.pk) if is_layer else Q(dashboard=subject.pk)).first()


def decided_requests(visitor: Visitor) -> QuerySet[AccessRequest]:
    """Select the requests that a visitor decides, answered ones too: on what their managed groups produce.

    An administrator decides about everything. Nobody decides about their own request.
    """
    related = ("layer", "layer__producer", "dashboard", "dashboard__producer", "dashboard__portal")
    rows = AccessRequest.objects.select_related(*related, "dashboard__published", "person", "decided_by")
    rows = rows.exclude(person=visitor.user_id or 0)
    if visitor.is_administrator:
        return rows
    groups = managed_groups(visitor)
    return rows.filter(Q(layer__producer__in=groups) | Q(dashboard__producer__in=groups))


def waiting(rows: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """Select the requests that wait, the oldest first."""
    return rows.filter(state=RequestState.WAITING).order_by("created_at", "pk")


def deciders(subject: Layer | Dashboard, *, visitor: Visitor) -> QuerySet[User]:
    """Select the open accounts that are asked about a subject: managers of its producer, else administrators."""
    accounts = User.objects.filter(open_account(visitor.instant)).exclude(pk=visitor.user_id or 0)
    managers = accounts.filter(managements__group=subject.producer_id or 0)
    return managers.distinct() if managers.exists() else accounts.filter(is_superuser=True)


def reader_count(subject: Layer | Dashboard, *, visitor: Visitor) -> int:
    """Return how many open accounts read a layer or a dashboard by a grant in force."""
    if isinstance(subject, Layer):
        return access.reader_counts(at=visitor.instant).get(subject.pk, 0)
    grants = dashboard_access.current_grants(subject, at=visitor.instant)
    readers = Q(groups__in=grants.values("group")) | Q(pk__in=grants.values("person"))
    return User.objects.filter(readers, open_account(visitor.instant)).distinct().count()


@dataclass(frozen=True, slots=True)
class LayerNeed:
    """A layer that a dashboard reads: of ``panels`` of its panels, ``missing`` are hidden from the person.

    ``fields`` are the titles of reserved fields that hide some of these. ``may_open``: the viewer may give the person
    every row of the layer, until the end of the access. ``has_part``: the person reads some of its rows alone.
    """

    layer: Layer
    panels: int
    missing: int
    fields: tuple[str, ...]
    has_part: bool
    may_open: bool

    @property
    def state(self) -> str:
        """What the person reads of the layer, in words."""
        if self.fields:
            return _("un champ réservé manque : %s") % ", ".join(self.fields)
        if self.missing:
            return _("pas lue")
        return _("une partie des lignes") if self.has_part else _("lue")


@dataclass(frozen=True, slots=True)
class DashboardNeeds:
    """What a person needs to read a dashboard: ``included`` panels are of other dashboards, which they do not read."""

    layers: tuple[LayerNeed, ...]
    included: int


def dashboard_needs(
    viewer: Visitor, dashboard: Dashboard, person: User, *, until: dt.datetime
) -> DashboardNeeds:
    """Return the layers and rasters that the panels of a dashboard read, of those that the viewer reads, by title.

    What the viewer does not read of it is not there. ``until`` is the end of the access that is requested, excluded.
    """
    reader = visitor_of_account(person.pk, viewer.portal)
    own, theirs = (_absences(each, dashboard) for each in (viewer, reader))
    hidden = {panel.id: absence for panel, absence in theirs}
    panels = [panel for panel, absence in own if absence is None]
    reading = {panel.id: _layers_of(panel) for panel in panels}
    slugs = sorted({slug for names in reading.values() for slug in names})
    scopes, reader_scopes = (access.scopes_by_slug(each, slugs) for each in (viewer, reader))
    may_open = partial(_may_open, viewer, person, until)
    # A section of another dashboard, which the person does not see, is not there for them.
    absences = {panel.id: hidden.get(panel.id, Absence("")) for panel in panels}
    needs = []
    for layer in access.listed_layers(viewer).filter(slug__in=slugs).order_by("title"):
        scope, reader_scope = scopes.get(layer.slug), reader_scopes.get(layer.slug)
        missing = [each for each in absences.values() if each is not None and each.layer == layer.slug]
        titles = {part.name: str(part.title) for part in scope.parts} if scope is not None else {}
        fields = {titles.get(each.name, each.name) for each in missing if each.name}
        has_all = (
            scope is None or reader_scope is None or reader_scope.has_every_row or not scope.has_every_row
        )
        needs.append(
            LayerNeed(
                layer=layer,
                panels=sum(layer.slug in names for names in reading.values()),
                missing=len(missing),
                fields=tuple(sorted(fields)),
                has_part=not has_all,
                may_open=bool(missing or not has_all) and not fields and may_open(layer),
            )
        )
    return DashboardNeeds(tuple(needs), sum(each == Absence("") for each in absences.values()))


def _absences(visitor: Visitor, dashboard: Dashboard) -> Sequence[tuple[Panel, Absence | None]]:
    inside = dashboard_access.narrowed(visitor, dashboard)
    return panel_absences(stored_document(dashboard, dashboard.published), inside, portal=dashboard.portal)


def _layers_of(panel: Panel) -> set[str]:
    kind = PANEL_KINDS.get(panel.kind)
    return {*layers_of(panel), *(kind.rasters(panel) if kind is not None else ())}


def opening_grant(layer: Layer, person: User, *, until: dt.datetime, reason: str) -> Grant:
    """Return the unsaved grant by which a person reads a layer that a dashboard needs: every row, to read alone."""
    return Grant(layer=layer, person=person, valid_until=until, reason=reason, can_download=False)


def _may_open(visitor: Visitor, person: User, until: dt.datetime, layer: Layer) -> bool:
    """Whether a visitor answers for a layer or for a person, and holds every row of it until an instant."""
    if layer.is_sensitive:
        return False
    try:
        check_covered(visitor, opening_grant(layer, person, until=until, reason=""))
    except Forbidden:
        return False
    return (
        visitor.is_administrator
        or managed_groups(visitor).filter(pk=layer.producer_id or 0).exists()
        or managed_accounts(visitor).filter(pk=person.pk).exists()
    )
