"""Who sees and changes which dashboard. It opens no data: each panel is read with the rights of its reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from dashboards.errors import ForbiddenDashboard, UnknownDashboard
from dashboards.models import Dashboard, DashboardGrant, LibraryPanel
from layers.access import GrantPeriods, has_permission, may_request
from layers.visitor import Visitor

CREATE, CHANGE = "dashboards.add_dashboard", "dashboards.change_dashboard"
SHARE_PANEL, CHANGE_PANEL = "dashboards.add_librarypanel", "dashboards.change_librarypanel"


def visible(visitor: Visitor) -> QuerySet[Dashboard]:
    """Select the dashboards that exist for a visitor: published for them, or theirs to change.

    The portal of a commune has those of the whole territory and its own; that of the territory has all.
    """
    return _on_portal(visitor).filter(_read_by(visitor) | _changed_by(visitor))


def published(visitor: Visitor) -> QuerySet[Dashboard]:
    """Select the visible dashboards that are published: what may be listed, included, embedded and mailed."""
    return visible(visitor).filter(published__isnull=False)


def editable(visitor: Visitor) -> QuerySet[Dashboard]:
    """Select the dashboards that a visitor may change: those of their groups, when they hold the permission."""
    if not visitor.may_write:
        return Dashboard.objects.none()
    return _on_portal(visitor).filter(_changed_by(visitor))


def get_dashboard(visitor: Visitor, slug: str) -> Dashboard:
    """Return a dashboard, with its theme, producer, portal, draft and published version.

    Raises:
        UnknownDashboard: there is none of that name, or the visitor may not know that there is.
    """
    related = ("theme", "producer", "portal", "draft", "published")
    dashboard = visible(visitor).select_related(*related).filter(slug=slug).first()
    if dashboard is None:
        raise UnknownDashboard(slug)
    return dashboard


def get_editable(visitor: Visitor, slug: str) -> Dashboard:
    """Return a dashboard that a visitor may change, as ``get_dashboard`` does.

    Raises:
        UnknownDashboard: there is none of that name, or the visitor may not know that there is.
        ForbiddenDashboard: the visitor reads it, and may not change it.
    """
    dashboard = get_dashboard(visitor, slug)
    if not may_edit(visitor, dashboard):
        raise ForbiddenDashboard(
            _(
                "Vous lisez ce tableau de bord sans pouvoir le changer : cela revient aux membres du groupe "
                "qui le tient à jour."
            )
        )
    return dashboard


def may_edit(visitor: Visitor, dashboard: Dashboard) -> bool:
    """Whether a visitor may change a dashboard: a predicate of ``editable``."""
    return editable(visitor).filter(pk=dashboard.pk).exists()


def may_create(visitor: Visitor) -> bool:
    """Whether a visitor may make new dashboards."""
    return visitor.may_write and has_permission(visitor, CREATE)


def check_create(visitor: Visitor) -> None:
    """Require the right to make dashboards.

    Raises:
        ForbiddenDashboard: the visitor may not.
    """
    if not may_create(visitor):
        raise ForbiddenDashboard(
            _(
                "Créer un tableau de bord demande un droit que votre compte n’a pas : "
                "demandez-le à un administrateur du portail."
            )
        )


def library(visitor: Visitor) -> QuerySet[LibraryPanel]:
    """Select the library panels that a visitor may put on a dashboard: all, for who makes dashboards."""
    return LibraryPanel.objects.all() if is_maker(visitor) else LibraryPanel.objects.none()


def is_maker(visitor: Visitor) -> bool:
    """Whether a visitor makes dashboards, or changes those of a group."""
    return may_create(visitor) or has_permission(visitor, CHANGE)


def editable_panels(visitor: Visitor) -> QuerySet[LibraryPanel]:
    """Select the library panels that a visitor may change: those of their groups, when they hold the permission."""
    if not visitor.may_write:
        return LibraryPanel.objects.none()
    if visitor.is_administrator:
        return LibraryPanel.objects.all()
    visible_panels = (
        library(visitor) if has_permission(visitor, CHANGE_PANEL) else LibraryPanel.objects.none()
    )
    return visible_panels.filter(producer__in=visitor.groups)


def may_edit_panel(visitor: Visitor, panel: LibraryPanel) -> bool:
    """Whether a visitor may change a library panel: a predicate of ``editable_panels``."""
    return editable_panels(visitor).filter(pk=panel.pk).exists()


def may_share(visitor: Visitor) -> bool:
    """Whether a visitor may add new panels to the library."""
    return visitor.may_write and has_permission(visitor, SHARE_PANEL)


def check_share(visitor: Visitor) -> None:
    """Require the right to add new panels to the library.

    Raises:
        ForbiddenDashboard: the visitor may not.
    """
    if not may_share(visitor):
        raise ForbiddenDashboard(
            _(
                "Garder un panneau dans la bibliothèque demande un droit que votre compte n’a pas : "
                "demandez-le à un administrateur du portail."
            )
        )


def check_edit_panel(visitor: Visitor, panel: LibraryPanel) -> None:
    """Require the right to change a library panel.

    Raises:
        ForbiddenDashboard: the visitor may not.
    """
    if not may_edit_panel(visitor, panel):
        raise ForbiddenDashboard(_("Ce panneau se change par les membres du groupe qui le tient à jour."))


def titles(visitor: Visitor, slugs: Iterable[str]) -> dict[str, str]:
    """Return the titles of published dashboards by slug; those that the visitor may not know of are not there."""
    unique_slugs = set(slugs)
    return (
        dict(published(visitor).filter(slug__in=unique_slugs).values_list("slug", "title"))
        if unique_slugs
        else {}
    )


def requestable(visitor: Visitor) -> QuerySet[Dashboard]:
    """Select the dashboards of which an account may see the title and summary alone, and request the access.

    They are published, announced and of the portal, and the visitor does not see them otherwise; none for the public.
    """
    if not may_request(visitor):
        return Dashboard.objects.none()
    announced = _on_portal(visitor).filter(is_requestable=True, published__isnull=False)
    hidden = announced.exclude(pk__in=visible(visitor).values("pk"))
    return hidden.select_related("theme", "producer").order_by("title")


def get_requestable(visitor: Visitor, slug: str) -> Dashboard:
    """Return one of the dashboards that a visitor may request.

    Raises:
        UnknownDashboard: there is none of that name, or the visitor may not know of it.
    """
    dashboard = requestable(visitor).filter(slug=slug).first()
    if dashboard is None:
        raise UnknownDashboard(slug)
    return dashboard


def reader_groups(dashboard: Dashboard) -> QuerySet[Group]:
    """Select the groups that read a dashboard without end, by name."""
    return Group.objects.filter(pk__in=dashboard.grants.undated().values("group")).order_by("name")


def reader_accounts(dashboard: Dashboard) -> QuerySet[Any]:
    """Select the accounts that read a dashboard without end by themselves, by user name; closed ones too."""
    accounts = get_user_model()._default_manager.filter(pk__in=dashboard.grants.undated().values("person"))
    return accounts.order_by("username")


def current_grants(dashboard: Dashboard, *, at: dt.datetime) -> QuerySet[DashboardGrant]:
    """Select the grants on a dashboard that are in force at an instant: those of every reader but the public."""
    return dashboard.grants.in_force(at=at)


def narrowed(visitor: Visitor, dashboard: Dashboard) -> Visitor:
    """Return the visitor for the panels of a dashboard: narrowed to its commune when it has one."""
    return replace(visitor, portal=dashboard.portal.code) if dashboard.portal else visitor


def _on_portal(visitor: Visitor) -> QuerySet[Dashboard]:
    if not visitor.portal:
        return Dashboard.objects.all()
    return Dashboard.objects.filter(Q(portal=None) | Q(portal__code=visitor.portal))


def _read_by(visitor: Visitor) -> Q:
    grants = DashboardGrant.objects.filter(dashboard=OuterRef("pk"))
    grants = grants.granted_to(groups=visitor.groups, person=visitor.user_id).in_force(at=visitor.instant)
    audience = Q(is_public=True) | Q(Exists(grants))
    if visitor.link is not None and visitor.link.dashboard:
        audience |= Q(slug=visitor.link.dashboard)
    return Q(published__isnull=False) & audience


@dataclass(frozen=True, slots=True)
class DashboardReasons:
    """What opens a dashboard to a visitor: everybody reads it, grants of every state, or that they change it.

    ``is_read`` is what ``published`` answers, whatever the reasons.
    """

    is_read: bool
    is_on_portal: bool
    is_public: bool
    grants: tuple[DashboardGrant, ...]
    is_maker: bool


def dashboard_reasons(visitor: Visitor, dashboard: Dashboard) -> DashboardReasons:
    """Return why a visitor reads a dashboard, or does not, for who manages them and knows the dashboard."""
    grants = DashboardGrant.objects.filter(dashboard=dashboard)
    own = grants.granted_to(groups=visitor.groups, person=visitor.user_id)
    this = Dashboard.objects.filter(pk=dashboard.pk)
    return DashboardReasons(
        is_read=published(visitor).filter(pk=dashboard.pk).exists(),
        is_on_portal=_on_portal(visitor).filter(pk=dashboard.pk).exists(),
        is_public=dashboard.is_public,
        grants=tuple(own.select_related("group", "person", "author").order_by("pk")),
        is_maker=this.filter(_changed_by(visitor)).exists(),
    )


GRANT_PERIODS = GrantPeriods(DashboardGrant.objects.all)


def own_ends(visitor: Visitor, *, before: dt.datetime) -> set[dt.datetime]:
    """Return the instants, up to one, at which grants in force of a visitor on dashboards end."""
    if visitor.is_administrator or (not visitor.groups and visitor.user_id is None):
        return set()
    grants = DashboardGrant.objects.granted_to(groups=visitor.groups, person=visitor.user_id)
    ending = grants.in_force(at=visitor.instant).filter(valid_until__lte=before)
    return set(ending.values_list("valid_until", flat=True))


def accounts_with_ends(*, at: dt.datetime, before: dt.datetime) -> set[int]:
    """Return the ids of the accounts of which a grant on a dashboard ends up to an instant."""
    ending = DashboardGrant.objects.in_force(at=at).filter(valid_until__lte=before)
    readers = ending.annotate(reader=Coalesce("person_id", "group__user__id"))
    return set(readers.values_list("reader", flat=True)) - {None}


def authors_of_end(visitor: Visitor, *, at: dt.datetime) -> set[int]:
    """Return the ids of the accounts that gave a visitor the grants on dashboards that end at an instant."""
    grants = DashboardGrant.objects.granted_to(groups=visitor.groups, person=visitor.user_id)
    return set(grants.filter(valid_until=at).values_list("author", flat=True)) - {None}


def _changed_by(visitor: Visitor) -> Q:
    if visitor.is_administrator:
        return Q(pk__isnull=False)
    if not visitor.groups or not has_permission(visitor, CHANGE):
        return Q(pk__in=[])
    return Q(producer__in=visitor.groups)
