"""The downloads of the map: the file of every layer that is on, in one place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.downloads.presenters import FILE_SYSTEMS, layer_downloads, parse_downloads
from explorer.layer_panel import queries
from explorer.question.sentence import question_chips
from interface.requests import map_parameters
from layers import access
from layers.visitor import visitor_of


class DownloadsView(View):
    """A page of plain links: exactly what the map shows, layer by layer, format by format."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        query = parse_downloads(map_parameters(request))
        visitor = visitor_of(request)
        view = queries.map_layers(access.visible(visitor), query.map, access.visible_rasters(visitor))
        context = {
            "query": query,
            "view": view,
            "chips": question_chips(view),
            "downloads": layer_downloads(view, query.crs),
            "systems": [*FILE_SYSTEMS, *({query.crs} - set(FILE_SYSTEMS))],
            "link": view.query.link,
            "hidden_fields": view.query.narrowed,
        }
        return render(request, "explorer/downloads/page.html", context)
