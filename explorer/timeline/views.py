"""The bar of time of a layer, and the dialog that chooses what the divider compares."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.map_state.availability import drop_unavailable
from explorer.map_state.queries import requested_layer
from explorer.timeline.presenters import time_bar
from explorer.timeline.queries import has_time, timeline
from interface.requests import map_parameters
from layers.visitor import visitor_of


class TimelineView(View):
    """``/carte/temps/{layer}/``: the histogram of its dates under the other conditions, and its versions."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the bar."""
        scope, query, scopes = requested_layer(visitor_of(request), map_parameters(request), layer)
        query, _missing = drop_unavailable(list(scopes.values()), query)
        dated = tuple(scopes[slug] for slug in query.layers if slug in scopes and has_time(scopes[slug]))
        bar = time_bar(timeline(scope, query, scopes), query, dated)
        return render(request, "explorer/timeline/bar.html", {"bar": bar, "query": query})
