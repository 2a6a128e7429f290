"""The map, and the list that says what it shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer import queries
from explorer.parsing import parse_map
from explorer.serializers import chips, map_config
from explorer.views.requests import is_fragment, parameters_of
from layers import access
from layers.visitor import visitor_of


class MapView(View):
    """One address, three readers: the script draws it, htmx asks its list again, a browser without script reads it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page, or the list alone for htmx."""
        visitor = visitor_of(request)
        scopes = access.visible(visitor)
        view = queries.map_view(scopes, parse_map(parameters_of(request)))
        context: dict[str, Any] = {"view": view, "chips": chips(view)}
        if not is_fragment(request):
            shapes = queries.ground(visitor)
            config = map_config(scopes, shapes, view.query.layers, portal=visitor.portal)
            context |= {"communes": queries.own(shapes, visitor.portal), "config": config}
        template = "explorer/map/list.html" if is_fragment(request) else "explorer/map.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response
