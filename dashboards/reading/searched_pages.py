"""The dashboards that the search of the portal finds: a setting names this function, nobody imports it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dashboards import access
from interface.page_parts import SearchedPage
from layers.visitor import Visitor


def searched_dashboards(visitor: Visitor) -> Iterator[SearchedPage]:
    """Return the published dashboards that exist for a visitor."""
    rows = access.published(visitor).order_by("title").values_list("slug", "title", "summary")
    for slug, title, summary in rows:
        address = reverse("dashboards:dashboard", args=[slug])
        yield SearchedPage(title, summary, address, _("tableau de bord"), "layout-dashboard")
