"""The home page and the pages that say how the site is made."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer import queries
from explorer.queries.ground import DOTS_A_LAYER, is_pictured
from explorer.serializers import picture
from layers.visitor import visitor_of

RECENT = 4


class HomeView(View):
    """What there is, where to start, what changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the home page."""
        visitor = visitor_of(request)
        entries = queries.entries(visitor)
        shapes = queries.ground(visitor)
        context = {
            "entries": entries,
            "themes": queries.by_theme(entries),
            "recent": queries.recent(entries, limit=RECENT),
            "figures": queries.figures(entries, queries.own(shapes, visitor.portal)),
            "pictured": [entry for entry in entries if entry.count and is_pictured(entry.scope)],
            "dots": DOTS_A_LAYER,
            "picture": picture(shapes, queries.dots(entry.scope for entry in entries)),
        }
        return render(request, "explorer/home.html", context)


class AccessibilityView(View):
    """The accessibility statement, sources and licences."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the statement."""
        return render(
            request, "explorer/accessibility.html", {"entries": queries.entries(visitor_of(request))}
        )
