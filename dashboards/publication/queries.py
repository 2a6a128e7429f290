"""The versions of a dashboard, and what the form of its readers offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q

from dashboards import access
from dashboards.creation.queries import Offer
from dashboards.documents.composition import including
from dashboards.models import Dashboard, DashboardVersion
from dashboards.publication.readers import member_counts
from layers.access import producer_groups
from layers.models import Commune, Theme
from layers.visitor import Visitor

MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class AudienceOffer:
    """What the form of readers offers: groups with how many members they have, themes, communes, producers."""

    groups: tuple[tuple[str, str], ...]
    producers: Offer
    themes: tuple[tuple[str, str], ...]
    communes: tuple[tuple[str, str], ...]


def audience_offer(dashboard: Dashboard, visitor: Visitor) -> AudienceOffer:
    """Return what may be chosen for a dashboard; on the portal of a commune, that commune alone."""
    counts = member_counts()
    rows = Group.objects.order_by("name").values_list("pk", "name")
    names = producer_groups(visitor, current=dashboard.producer_id).values_list("name", flat=True)
    communes = Commune.objects.order_by("nom")
    if visitor.portal:
        communes = communes.filter(Q(code=visitor.portal) | Q(pk=dashboard.portal_id))
    return AudienceOffer(
        groups=tuple((name, f"{name} ({counts.get(pk, 0)})") for pk, name in rows),
        producers=Offer(tuple(names), visitor.is_administrator),
        themes=tuple(Theme.objects.values_list("slug", "title")),
        communes=tuple(communes.values_list("slug", "nom")),
    )


def listed_versions(dashboard: Dashboard) -> list[DashboardVersion]:
    """Return the versions of a dashboard with their authors, the last first; ``MAX_LISTED`` at most."""
    rows: Any = dashboard.versions.select_related("author").order_by("-number")
    return list(rows[:MAX_LISTED])


def visible_including(dashboard: Dashboard, visitor: Visitor) -> list[Dashboard]:
    """Return the published dashboards of a visitor that include one."""
    names = including(dashboard.slug)
    return list(access.visible(visitor).filter(slug__in=names).order_by("title"))
