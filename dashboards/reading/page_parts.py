"""What settings name of dashboards: parts of pages of other applications, pages that the search finds, sharing."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import access
from dashboards.reading.cards import cards_of_layer, my_cards
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.presenters import TABLES
from interface.page_parts import PagePart, SearchedPage
from interface.sharing import SharedAddress, SharedPage
from layers.access import Scope
from layers.visitor import Visitor


def my_dashboards(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the dashboards of a signed-in person, for the home page."""
    if visitor.is_anonymous:
        return None
    cards, may_create = my_cards(visitor), access.may_create(visitor)
    if not cards and not may_create:
        return None
    return PagePart("dashboards/reading/mine.html", {"cards": cards, "may_create": may_create})


def dashboards_of_layer(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the dashboards that show a layer, for its page."""
    if not isinstance(subject, Scope):
        return None
    cards = cards_of_layer(visitor, subject.slug)
    return PagePart("dashboards/reading/of_layer.html", {"cards": cards}) if cards else None


def searched_dashboards(visitor: Visitor) -> Iterator[SearchedPage]:
    """Return the published dashboards that exist for a visitor."""
    rows = access.published(visitor).order_by("title").values_list("slug", "title", "summary")
    for slug, title, summary in rows:
        address = reverse("dashboards:dashboard", args=[slug])
        yield SearchedPage(title, summary, address, gettext_lazy("tableau de bord"), "layout-dashboard")


_HEIGHT = 700


def shared_dashboard(visitor: Visitor, shared: SharedAddress) -> SharedPage:
    """Return what a dashboard gives under the filters of its address.

    Raises:
        LayersError: as ``open_page``.
    """
    page = open_page(visitor, shared.arguments["dashboard"], shared.parameters, allowed=(TABLES,))
    is_public = page.dashboard.is_public and bool(page.dashboard.published_id) and not page.state.version
    query = f"?{page.state.query}" if page.state.query else ""
    arguments = [page.dashboard.slug]
    return SharedPage(
        title=page.document.title,
        readers=(_("Chacun ne voit, dans chaque panneau, que ce que ses droits lui ouvrent."),),
        warnings=() if is_public else (_words(page),),
        embed=reverse("dashboards:embed", args=arguments) + query if is_public else "",
        embed_height=_HEIGHT,
        printed=reverse("dashboards:print", args=arguments) + query,
    )


def _words(page: DashboardPage) -> str:
    if page.is_unpublished or not page.dashboard.published_id:
        return _("Brouillon : seules les personnes qui peuvent changer ce tableau de bord ouvrent ce lien.")
    return _("Tableau de bord interne : seuls ses lecteurs ouvrent ce lien, une fois connectés.")
