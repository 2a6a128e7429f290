"""What an account opened last, as far as it still sees it, and what changed there since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from dashboards import access as dashboard_access
from gisportal.models import RecentPage
from layers import access
from layers.definitions import Text
from layers.queries import last_changes
from layers.sql.prepared import prepared_rows
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class RecentLink:
    """A page that was opened; ``changed`` is when its data changed since, None when they did not."""

    title: Text
    address: str
    icon: str
    opened: dt.datetime
    changed: dt.datetime | None = None


def recent_links(visitor: Visitor) -> list[RecentLink]:
    """Return the pages that a visitor opened last and still sees, the last first; at most four statements."""
    pages = list(RecentPage.objects.filter(owner=visitor.user_id).order_by("-opened_at"))
    names = {page.name for page in pages if page.kind == "layer"}
    scopes = {each.slug: each for each in access.visible(visitor) if each.slug in names} if names else {}
    changes = dict(zip(scopes, last_changes([*scopes.values()]), strict=True))
    opened = {page.name for page in pages if page.kind == "dashboard"}
    rows = dashboard_access.visible(visitor).filter(slug__in=opened) if opened else []
    titles = {row.slug: row.title for row in rows}
    links = []
    for page in pages:
        if page.kind == "layer" and page.name in scopes:
            layer, changed = scopes[page.name].layer, changes.get(page.name)
            is_new = changed is not None and changed > page.opened_at
            address = reverse("explorer:layer", args=[page.name])
            new = changed if is_new else None
            links.append(RecentLink(layer.title, address, layer.theme.icon, page.opened_at, new))
        elif page.kind == "dashboard" and page.name in titles:
            address = reverse("dashboards:dashboard", args=[page.name])
            links.append(RecentLink(titles[page.name], address, "layout-dashboard", page.opened_at))
    return links


def last_opened(user_id: int) -> dt.datetime | None:
    """Return when an account last opened one of its pages; None when it has none."""
    ((last,),) = prepared_rows(_LAST_OPENED, [user_id])
    opened: dt.datetime | None = last
    return opened


# Every home page of an account reads it.
_LAST_OPENED = "SELECT max(opened_at) FROM gisportal_recentpage WHERE owner_id = %s"
