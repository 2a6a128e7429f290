"""The bar of time of a layer, and the dialog that chooses what the divider compares."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.filters.views import asked_layer
from explorer.layer_panel.layer_list import chosen
from explorer.map_state.missing import on_map, without_missing
from explorer.map_state.parsing import parse_map
from explorer.timeline.comparison import comparison
from explorer.timeline.presenters import time_bar
from explorer.timeline.queries import has_time, timeline
from interface.requests import parameters_of
from layers import access
from layers.visitor import visitor_of


class TimelineView(View):
    """``/carte/temps/{layer}/``: the histogram of its dates under what else is asked, and its versions."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the bar."""
        scope, query, beside = asked_layer(request, layer)
        query, _missing = without_missing(list(beside.values()), query)
        dated = tuple(beside[slug] for slug in query.layers if slug in beside and has_time(beside[slug]))
        bar = time_bar(timeline(scope, query, beside), query, dated)
        return render(request, "explorer/timeline/bar.html", {"bar": bar, "query": query})


class ComparisonView(View):
    """``/carte/comparer/``: what may be on each side of the divider, of the layers that are on."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the fields of the dialog."""
        visitor = visitor_of(request)
        scopes, rasters = on_map(access.visible(visitor)), access.visible_rasters(visitor)
        query, _missing = without_missing(
            scopes, parse_map(parameters_of(request)), {one.slug for one in rasters}
        )
        context = {"sides": comparison(chosen(scopes, query), scopes, rasters)}
        return render(request, "explorer/timeline/compare.html", context)
