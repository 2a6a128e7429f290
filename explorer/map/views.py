"""The map, and the list that says what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer.filters.chips import chips
from explorer.layer_panel import layer_list
from explorer.map.presenters import page_config
from explorer.map_state.parsing import parse_map
from explorer.saved_views.queries import saved_views
from interface import territory
from interface.requests import is_fragment, parameters_of
from layers import access
from layers.visitor import Visitor, visitor_of

SOUGHT = "cherche"
_IN_THE_FORM = frozenset({"commune", "q"})


class MapView(View):
    """One address, three readers: the script draws it, htmx asks its list again, a browser without script reads it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page, or the list alone for htmx."""
        visitor = visitor_of(request)
        scopes, rasters = access.visible(visitor), access.visible_rasters(visitor)
        view = layer_list.map_layers(scopes, parse_map(parameters_of(request), allowed=(SOUGHT,)), rasters)
        is_part = is_fragment(request)
        beside = {} if is_part else _ground(visitor, scopes, view) | _panel(request, view)
        asked = {"view": view, "chips": chips(view), "cleared": view.query.address(())}
        template = "explorer/map/list.html" if is_part else "explorer/map/page.html"
        response = render(request, template, asked | beside)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _ground(visitor: Visitor, scopes: Sequence[access.Scope], view: layer_list.MapLayers) -> dict[str, Any]:
    """Return what the script draws, and the communes that the form offers."""
    shapes = territory.ground(visitor)
    rasters = [found.scope for found in view.rasters]
    config = page_config(
        scopes, shapes, view.query.layers, rasters, portal=visitor.portal, person=visitor.user_id
    )
    config["missing"] = {"layers": view.missing.layers, "dropped": view.missing.dropped}
    return {"communes": territory.own(shapes, visitor.portal), "config": config}


def _panel(request: HttpRequest, view: layer_list.MapLayers) -> dict[str, Any]:
    """Return what the panel needs beside the layers: the words sought, what its form must send back as it is."""
    sought = request.GET.get(SOUGHT, "")
    return {
        "sought": sought,
        "groups": layer_list.named_like(view, sought),
        "kept": [pair for pair in view.query.pairs() if pair[0] not in _IN_THE_FORM],
        "query": view.query,
        "saved": saved_views(visitor_of(request)),
        "layers": [found.scope for found in view.lists],
    }
