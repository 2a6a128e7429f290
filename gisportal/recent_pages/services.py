"""Write down what an account opens, the last twelve, and clear it."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gisportal.models import RecentPage
from interface.requests import is_fragment
from layers.cache import BoundedCache
from layers.visitor import Credential, Visitor

MOST = 12
# The views that are remembered, with the parameter of their address that names the page.
VIEWS = {"explorer:layer": ("layer", "layer"), "dashboards:dashboard": ("dashboard", "dashboard")}
# The row of this page, and the end of those beyond the twelve: what is there before the statement is what DELETE reads.
_OPEN = """
WITH opened AS (
    INSERT INTO gisportal_recentpage (owner_id, kind, name, opened_at) VALUES (%(owner)s, %(kind)s, %(name)s, now())
    ON CONFLICT (owner_id, kind, name) DO UPDATE SET opened_at = excluded.opened_at
)
DELETE FROM gisportal_recentpage WHERE id IN (
    SELECT id FROM gisportal_recentpage WHERE owner_id = %(owner)s AND (kind, name) <> (%(kind)s, %(name)s)
    ORDER BY opened_at DESC OFFSET %(others)s
)
"""
_OPENED_S = 60
_opened: BoundedCache[bool] = BoundedCache(5_000, is_counted=False)


class RecentPageMiddleware:
    """Writes a row after the page is made, once a minute for the same page; a fault of it leaves the page as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match, visitor = request.resolver_match, getattr(request, "visitor", None)
        view = VIEWS.get(match.view_name) if match is not None else None
        if match is None or view is None or not isinstance(visitor, Visitor) or visitor.user_id is None:
            return response
        is_page = request.method == "GET" and response.status_code in {200, 304} and not is_fragment(request)
        if is_page and visitor.credential is Credential.SESSION:
            kind, parameter = view
            open_page(visitor.user_id, kind, str(match.kwargs[parameter]))
        return response


def open_page(user_id: int, kind: str, name: str) -> None:
    """Write down that an account opened a page."""
    key = (user_id, kind, name, time.monotonic() // _OPENED_S)
    if _opened.get(key):
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, {"owner": user_id, "kind": kind, "name": name, "others": MOST - 1})
    except DatabaseError:
        return  # a database that only reads, or that goes away: the page is made
    _opened.recall(key, lambda: True)


def clear(user_id: int) -> None:
    """Forget what an account opened."""
    RecentPage.objects.filter(owner=user_id).delete()
    _opened.clear()
