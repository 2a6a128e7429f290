"""The home page and the pages that say how the site is made."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.catalogue import queries as catalogue_queries
from explorer.sketch import queries as sketch_queries
from explorer.sketch.presenters import picture
from explorer.sketch.queries import DOTS_A_LAYER, is_pictured
from interface import territory
from layers.visitor import visitor_of

RECENT = 4


class HomeView(View):
    """What there is, where to start, what changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the home page."""
        visitor = visitor_of(request)
        entries = catalogue_queries.entries(visitor)
        shapes = territory.visible_communes(visitor)
        context = {
            "entries": entries,
            "themes": catalogue_queries.by_theme(entries),
            "recent": catalogue_queries.recent(entries, limit=RECENT),
            "figures": catalogue_queries.figures(entries, territory.own(shapes, visitor.portal)),
            "pictured": [entry for entry in entries if entry.count and is_pictured(entry.scope)],
            "dots": DOTS_A_LAYER,
            "picture": picture(shapes, sketch_queries.dots(catalogue_queries.layers_of(entries))),
        }
        return render(request, "explorer/home/page.html", context)


class AccessibilityView(View):
    """The accessibility statement, sources and licences."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the statement."""
        return render(
            request,
            "explorer/home/accessibility.html",
            {"entries": catalogue_queries.entries(visitor_of(request))},
        )
