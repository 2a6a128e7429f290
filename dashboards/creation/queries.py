"""What somebody may make a dashboard from, and what goes with one that is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dashboards import access
from dashboards.documents.composition import including
from dashboards.models import Dashboard, Favourite
from layers.access import producer_groups, visible
from layers.models import Theme
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form of a new dashboard offers: layers by theme, themes, dashboards to copy, groups of its author.

    ``may_be_nobody`` tells that a dashboard without group is still its author's to change.
    """

    producers: tuple[str, ...]
    may_be_nobody: bool
    layers: tuple[Any, ...] = ()
    themes: tuple[tuple[str, str], ...] = ()
    copied: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DeletionFacts:
    """What goes with a dashboard: its versions, who keeps it at hand, to whom it is sent, where it is included.

    ``hidden`` counts the dashboards that include it and that the visitor does not see.
    """

    versions: int
    favourites: int
    mailings: tuple[str, ...]
    included: tuple[Dashboard, ...]
    hidden: int


def producers_offered(visitor: Visitor) -> Offer:
    """Return the groups in whose name a visitor makes a dashboard."""
    names = tuple(producer_groups(visitor).values_list("name", flat=True))
    return Offer(names, visitor.is_administrator)


def offer(visitor: Visitor) -> Offer:
    """Return all that a visitor may start from."""
    of_groups = producers_offered(visitor)
    scopes = visible(visitor)
    by_theme = groupby(scopes, key=lambda found: str(found.layer.theme.title))
    return Offer(
        producers=of_groups.producers,
        may_be_nobody=of_groups.may_be_nobody,
        layers=tuple((title, [(each.slug, each.layer.title) for each in group]) for title, group in by_theme),
        themes=tuple(Theme.objects.values_list("slug", "title")),
        copied=tuple(access.visible(visitor).order_by("title").values_list("slug", "title")),
    )


def deletion_facts(dashboard: Dashboard, visitor: Visitor) -> DeletionFacts:
    """Return what goes with a dashboard when it is deleted."""
    names = including(dashboard.slug)
    seen = tuple(access.visible(visitor).filter(slug__in=names).order_by("title"))
    return DeletionFacts(
        versions=dashboard.versions.count(),
        favourites=Favourite.objects.filter(dashboard=dashboard).count(),
        mailings=tuple(dashboard.subscriptions.order_by("group__name").values_list("group__name", flat=True)),
        included=seen,
        hidden=len(names) - len(seen),
    )
