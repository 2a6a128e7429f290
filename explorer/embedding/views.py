"""The frame of a map for other sites."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View

from explorer.embedding.presenters import embedded_map
from explorer.map_state.parsing import SHEET, parse_map
from interface.requests import embeddable, parameters_of
from layers.visitor import public_of, visitor_of


class MapEmbedView(View):
    """A map as another site shows it: the address of the map, what everybody sees of it, no session."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Render the map without the frame of the portal."""
        return embeddable(request, _page)


def _page(request: HttpRequest) -> HttpResponse:
    given = parameters_of(request)
    sheet = next(iter(given.get(SHEET, ())), "")
    context = embedded_map(public_of(visitor_of(request)), parse_map(given), sheet)
    return render(request, "explorer/embedding/page.html", context)
