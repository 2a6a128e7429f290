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
from explorer.map_state.queries import default_layers
from explorer.sketch import queries as sketch_queries
from explorer.sketch.queries import is_pictured
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
        shapes = territory.communes_of(catalogue_queries.layers_of(entries))
        pictured = pictured_layers(entries)
        context = {
            "entries": entries,
            "themes": catalogue_queries.by_theme(entries),
            "recent": recent(entries, limit=RECENT),
            "figures": figures(entries, territory.own(shapes, visitor.portal)),
            "pictured": pictured,
            "other_layers": len(entries) - len(pictured),
            "picture": picture(shapes, sketch_queries.commune_counts(catalogue_queries.layers_of(pictured))),
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


def pictured_layers(entries: Sequence[CatalogueEntry]) -> list[CatalogueEntry]:
    """Return the open layers that the picture counts: those that the map opens with."""
    counts = {entry.scope.slug: entry.count for entry in entries if is_pictured(entry.scope)}
    scopes = [scope for scope in catalogue_queries.layers_of(entries) if scope.slug in counts]
    first = default_layers(scopes, lambda scope: counts[scope.slug] > 0)
    return [entry for entry in entries if entry.scope.slug in first]


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
    visible = list(entries)
    open_layers = sum(candidate.scope.is_open for candidate in visible)
    years = {commune.year for commune in shapes if commune.year}
    return HomeFigures(
        population=sum(commune.population or 0 for commune in shapes) or None,
        year=years.pop() if len(years) == 1 else None,
        open_layers=open_layers,
        internal_layers=len(visible) - open_layers,
        features=sum(candidate.count for candidate in visible if candidate.scope.slug != COMMUNES_LAYER),
        communes=len(shapes),
    )
