"""What the dialog of sharing says of a dashboard: ``SHARED_PAGES`` names this function."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.presenters import TABLES
from interface.sharing import SharedAddress, SharedPage
from layers.visitor import Visitor

_HEIGHT = 700


def shared_dashboard(visitor: Visitor, asked: SharedAddress) -> SharedPage:
    """Return what a dashboard gives under the filters of its address.

    Raises:
        LayersError: as ``open_page``.
    """
    page = open_page(visitor, asked.arguments["dashboard"], asked.parameters, allowed=(TABLES,))
    is_public = page.dashboard.is_public and bool(page.dashboard.published_id) and not page.state.version
    query = f"?{page.state.query}" if page.state.query else ""
    place = [page.dashboard.slug]
    return SharedPage(
        title=page.document.title,
        readers=(_("Chacun ne voit, dans chaque panneau, que ce que ses droits lui ouvrent."),),
        warnings=() if is_public else (_words(page),),
        embed=reverse("dashboards:embed", args=place) + query if is_public else "",
        embed_height=_HEIGHT,
        printed=reverse("dashboards:print", args=place) + query,
    )


def _words(page: DashboardPage) -> str:
    if page.is_unpublished or not page.dashboard.published_id:
        return _("Brouillon : seules les personnes qui peuvent changer ce tableau de bord ouvrent ce lien.")
    return _("Tableau de bord interne : seuls ses lecteurs ouvrent ce lien, une fois connectés.")
