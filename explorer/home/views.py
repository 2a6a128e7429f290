"""The home page and the pages that say how the site is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.catalogue import queries as catalogue_queries
from explorer.catalogue.queries import CatalogueEntry
from explorer.sketch import queries as sketch_queries
from explorer.sketch.queries import DOTS_A_LAYER, is_pictured
from explorer.sketch.territory import picture
from interface import territory
from interface.territory import COMMUNES_LAYER, CommuneShape
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
            "recent": recent(entries, limit=RECENT),
            "figures": figures(entries, territory.own(shapes, visitor.portal)),
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


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """The numbers of the home page. ``population`` is that of ``year``, None when no commune has one."""

    population: int | None
    year: int | None
    open_layers: int
    internal_layers: int
    features: int
    communes: int


def recent(entries: Iterable[CatalogueEntry], *, limit: int) -> list[CatalogueEntry]:
    """Return the entries whose features changed last."""
    dated = [
        candidate
        for candidate in entries
        if candidate.updated is not None and candidate.scope.slug != COMMUNES_LAYER
    ]
    return sorted(dated, key=lambda candidate: candidate.updated or dt.datetime.min, reverse=True)[:limit]


def figures(entries: Iterable[CatalogueEntry], shapes: Sequence[CommuneShape]) -> HomeFigures:
    """Count what the visitor sees."""
    seen = list(entries)
    open_layers = sum(candidate.scope.is_open for candidate in seen)
    years = {commune.year for commune in shapes if commune.year}
    return HomeFigures(
        population=sum(commune.population or 0 for commune in shapes) or None,
        year=years.pop() if len(years) == 1 else None,
        open_layers=open_layers,
        internal_layers=len(seen) - open_layers,
        features=sum(candidate.count for candidate in seen if candidate.scope.slug != COMMUNES_LAYER),
        communes=len(shapes),
    )
