"""Dashboards as cards, each with its first panels as small as a card, as their reader sees them.

Cached answers are drawn at once; others are read until the time is over, and the rest are the pictogram of their
kind.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from django.db.models import Prefetch

from dashboards import access
from dashboards.documents import stored_document
from dashboards.documents.document import COLUMNS, Include, Panel, PanelQuestion, Section
from dashboards.filters.conditions import PanelFilters, feature_query, main_condition, main_slug
from dashboards.models import Dashboard, DashboardGrant, Favourite
from dashboards.panels.kinds import Miniature, PanelAnswer
from dashboards.panels.stated_periods import day_of_data, last_stated_day
from dashboards.reading.dashboard_page import DashboardPage, may_read
from dashboards.reading.panels import cached_panel, read_panel
from dashboards.registry import PANEL_KINDS
from interface import territory
from layers import registry
from layers.access import Scope, countable, visible_rasters
from layers.errors import LayersError
from layers.models import Theme
from layers.parsing.datetimes import day_of
from layers.visitor import Visitor

MAX_OWN_CARDS = 6


@dataclass(frozen=True, slots=True)
class DashboardCard:
    """A dashboard in a list: ``updated`` is the day of the data of the layer that most of its panels are about.

    ``has_draft``: those who may change it see that it has a draft.
    """

    dashboard: Dashboard
    layers: frozenset[str]
    panels: int
    miniature: tuple[MiniatureTile, ...]
    updated: dt.date | None
    audience: tuple[str, ...]
    is_favourite: bool = False
    has_draft: bool = False

    @property
    def is_draft(self) -> bool:
        """Whether only its authors see it."""
        return self.dashboard.published_id is None


@dataclass(frozen=True, slots=True)
class ThemeCards:
    """A theme and its dashboards; None for those without any."""

    theme: Theme | None
    cards: tuple[DashboardCard, ...]


_READER_GRANTS = Prefetch(
    "grants",
    DashboardGrant.objects.undated()
    .filter(group__isnull=False)
    .select_related("group")
    .order_by("group__name"),
    to_attr="reader_grants",
)


def _reader_grants(dashboard: Dashboard) -> list[DashboardGrant]:
    """Return the undated grants of groups on a dashboard of a list."""
    grants: list[DashboardGrant] = getattr(dashboard, "reader_grants", [])
    return grants


def cards(visitor: Visitor) -> list[DashboardCard]:
    """Return the dashboards that a visitor may open, by title."""
    rows = access.visible(visitor).select_related("theme", "producer", "portal", "published", "draft")
    dashboards = list(rows.prefetch_related(_READER_GRANTS).order_by("title"))
    documents = _without_hidden_rasters(visitor, {row.pk: _panels(row, dashboards) for row in dashboards})
    scopes = _scopes(visitor, (panel for panels in documents.values() for panel in panels))
    favourites, drafted = _favourites(visitor), _drafted(visitor, dashboards)
    return [
        replace(
            _card(row, documents[row.pk], scopes),
            is_favourite=row.pk in favourites,
            has_draft=row.pk in drafted,
        )
        for row in dashboards
    ]


def _without_hidden_rasters(visitor: Visitor, documents: dict[int, list[Panel]]) -> dict[int, list[Panel]]:
    """Return the panels of dashboards without those that read a raster which the visitor does not see."""

    def rasters(panel: Panel) -> tuple[str, ...]:
        kind = PANEL_KINDS.get(panel.kind)
        return kind.rasters(panel) if kind is not None else ()

    if not any(rasters(panel) for panels in documents.values() for panel in panels):
        return documents
    visible = {scope.slug for scope in visible_rasters(visitor)}
    return {
        row: [panel for panel in panels if visible.issuperset(rasters(panel))]
        for row, panels in documents.items()
    }


def cards_by_theme(visitor: Visitor) -> list[ThemeCards]:
    """Return the cards under their themes, in the order of the catalogue; those without a theme come last."""
    groups: dict[int | None, list[DashboardCard]] = {}
    themes: dict[int | None, Theme | None] = {}
    for card in cards(visitor):
        groups.setdefault(card.dashboard.theme_id, []).append(card)
        themes[card.dashboard.theme_id] = card.dashboard.theme
    themed = [ThemeCards(themes[key], tuple(listed)) for key, listed in groups.items()]
    return sorted(themed, key=_theme_order)


def my_cards(visitor: Visitor) -> list[DashboardCard]:
    """Return a signed-in visitor's favourites, then the other dashboards of their groups, the newest first."""
    own_cards = [card for card in cards(visitor) if card.is_favourite or _is_of(card, visitor)]
    own_cards.sort(
        key=lambda card: (not card.is_favourite, -(day_of(card.updated).toordinal() if card.updated else 0))
    )
    return own_cards[:MAX_OWN_CARDS]


def cards_of_layer(visitor: Visitor, layer: str) -> list[DashboardCard]:
    """Return the published dashboards of a visitor that show a layer."""
    return [card for card in cards(visitor) if layer in card.layers and not card.is_draft]


def _is_of(card: DashboardCard, visitor: Visitor) -> bool:
    groups = {grant.group_id for grant in _reader_grants(card.dashboard)} | {card.dashboard.producer_id}
    return bool(groups & visitor.groups) or not card.dashboard.is_public


def _theme_order(group: ThemeCards) -> tuple[bool, int, str]:
    theme = group.theme
    return (theme is None, theme.rank if theme else 0, theme.title if theme else "")


def _favourites(visitor: Visitor) -> set[int]:
    if visitor.user_id is None:
        return set()
    return set(Favourite.objects.filter(owner=visitor.user_id).values_list("dashboard_id", flat=True))


def is_favourite(page: DashboardPage) -> bool:
    """Whether the dashboard of a page is a favourite of the visitor."""
    return page.dashboard.pk in _favourites(page.visitor)


def _drafted(visitor: Visitor, listed: Iterable[Dashboard]) -> set[int]:
    """Return the published dashboards with a draft that the visitor may change; queried only when there are drafts."""
    drafts = [row.pk for row in listed if row.draft_id and row.published_id]
    return (
        set(access.editable(visitor).filter(pk__in=drafts).values_list("pk", flat=True)) if drafts else set()
    )


def _panels(dashboard: Dashboard, listed: Sequence[Dashboard]) -> list[Panel]:
    """Return the panels of a dashboard, those it includes of others in the list too; library panels without a layer."""
    by_slug = {row.slug: row for row in listed}
    panels: list[Panel] = []
    waiting, read_slugs = [dashboard], {dashboard.slug}
    while waiting:
        document = stored_document(waiting.pop(0))
        for part in document.sections:
            if isinstance(part, Section):
                panels += part.panels
            elif isinstance(part, Include) and part.dashboard in by_slug and part.dashboard not in read_slugs:
                read_slugs.add(part.dashboard)
                waiting.append(by_slug[part.dashboard])
    return panels


def _scopes(visitor: Visitor, panels: Iterable[Panel]) -> dict[str, Scope]:
    slugs = {panel.question.layer for panel in panels if panel.question is not None}
    if not slugs:
        return {}
    definitions = [definition for definition in registry.definitions() if definition.slug in slugs]
    return {scope.slug: scope for scope in countable(visitor, definitions)}


def _card(dashboard: Dashboard, panels: Sequence[Panel], scopes: Mapping[str, Scope]) -> DashboardCard:
    read = [panel for panel in panels if panel.question is None or panel.question.layer in scopes]
    layers = {panel.question.layer for panel in read if panel.question is not None}
    small_panels = islice((panel for panel in read if may_read(panel, scopes)), MINIATURE_PANELS)
    return DashboardCard(
        dashboard=dashboard,
        layers=frozenset(layers),
        panels=len(read),
        miniature=tuple(tile_of(panel) for panel in small_panels),
        updated=_day_of_data(read, scopes),
        audience=tuple(dict.fromkeys(str(grant.group) for grant in _reader_grants(dashboard))),
    )


def _day_of_data(panels: Sequence[Panel], scopes: Mapping[str, Scope]) -> dt.date | None:
    """Return the day of the data that most panels show, as these say it; None without data."""
    slug = main_slug(panels)
    if not slug:
        return None
    question, scope = PanelQuestion(slug, filter=main_condition(panels, slug)), scopes[slug]
    try:
        last = last_stated_day(scope, question, feature_query(PanelFilters(), question.filter))
    except LayersError:
        last = None  # the filter is of a field that the visitor does not have
    return day_of_data(scope, last)


MINIATURE_PANELS = 6
BUDGET_S = 1.0
_MIN_SPAN = 2


@dataclass(frozen=True, slots=True)
class MiniatureTile:
    """A panel of a miniature: its width, the pictogram of its kind, and what it shows as far as it was read."""

    span: int
    icon: str
    title: str
    miniature: Miniature = field(default_factory=Miniature)


def tile_of(panel: Panel) -> MiniatureTile:
    """Return the tile of a panel that was not read."""
    return MiniatureTile(min(max(panel.width, _MIN_SPAN), COLUMNS), PANEL_KINDS[panel.kind].icon, panel.title)


def tiles(page: DashboardPage) -> list[MiniatureTile]:
    """Return the first panels of a page, with what they show."""
    end = time.monotonic() + BUDGET_S
    communes = territory.own(territory.visible_communes(page.visitor), page.visitor.portal)
    tiles_of_page = []
    for panel in page.panels[:MINIATURE_PANELS]:
        reading = cached_panel(page, panel) or (read_panel(page, panel) if time.monotonic() < end else None)
        answer = reading.answer if reading is not None else None
        tiles_of_page.append(_read(panel, answer, communes) if answer is not None else tile_of(panel))
    return tiles_of_page


def _read(panel: Panel, answer: PanelAnswer, communes: Sequence[territory.CommuneShape]) -> MiniatureTile:
    tile = tile_of(panel)
    try:
        return replace(tile, miniature=PANEL_KINDS[panel.kind].miniature(answer, communes))
    except LayersError:
        return tile
