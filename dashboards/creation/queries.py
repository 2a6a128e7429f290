"""Origins of a new dashboard, effects of a deletion, and the content of both pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.includes import including
from dashboards.errors import InvalidDocument, SlugTaken
from dashboards.models import Dashboard, Favourite
from dashboards.reading.grid import Sketch, sketch
from dashboards.starters import Starter, starters_of
from layers.access import producer_groups, scope, visible
from layers.definitions import Text
from layers.errors import LayersError, UnknownLayer
from layers.models import Theme
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Offer:
    """The offers of a form of a new dashboard: layers by theme, themes, dashboards to copy, groups of its author.

    ``may_be_nobody``: its author may change a dashboard without group.
    """

    producers: tuple[str, ...]
    may_be_nobody: bool
    layers: tuple[Any, ...] = ()
    themes: tuple[tuple[str, str], ...] = ()
    copied: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DeletionFacts:
    """What is deleted or affected with a dashboard: versions, favourites, mailings, including dashboards.

    ``hidden`` counts the including dashboards that the visitor does not see.
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
    """Return what the deletion of a dashboard deletes or affects."""
    names = including(dashboard.slug)
    visible = tuple(access.visible(visitor).filter(slug__in=names).order_by("title"))
    return DeletionFacts(
        versions=dashboard.versions.count(),
        favourites=Favourite.objects.filter(dashboard=dashboard).count(),
        mailings=tuple(dashboard.subscriptions.order_by("group__name").values_list("group__name", flat=True)),
        included=visible,
        hidden=len(names) - len(visible),
    )


@dataclass(frozen=True, slots=True)
class StarterCard:
    """A ready model as its choice shows it."""

    name: str
    title: str
    summary: str
    sketch: Sketch
    is_chosen: bool


def starters_for(visitor: Visitor, layer: str) -> list[Starter]:
    """Return the models of a layer; none for one that is not there for the visitor."""
    try:
        return starters_of(scope(visitor, layer)) if layer else []
    except UnknownLayer:
        return []


def starter_cards(starters: list[Starter], chosen: str) -> list[StarterCard]:
    """Return the models as cards; the first is chosen when none was."""
    chosen_name = (
        chosen if chosen in {each.name for each in starters} else starters[0].name if starters else ""
    )
    return [
        StarterCard(each.name, each.title, each.summary, sketch(each.sections), each.name == chosen_name)
        for each in starters
    ]


def versions_to_copy(dashboard: Dashboard, *, may_edit: bool) -> list[tuple[str, Text]]:
    """Return the versions that a copy may be made of: what is published, and the draft for who may change it."""
    versions: list[tuple[str, Text]] = []
    if dashboard.published is not None:
        versions.append((str(dashboard.published.number), _("Ce qui est publié")))
    if dashboard.draft is not None and may_edit:
        versions.append((str(dashboard.draft.number), _("Le brouillon")))
    return versions


def add_refusal(form: forms.Form, error: LayersError, *, text: str = "") -> None:
    """Show a refusal beside its input; ``text`` is the input that holds a document."""
    if isinstance(error, InvalidDocument):
        reasons = [str(fault) for fault in error.faults]
        form.add_error(text if text in form.fields else None, reasons)
        return
    name = "slug" if isinstance(error, SlugTaken) else error.parameter
    form.add_error(name if name in form.fields else None, error.detail)
