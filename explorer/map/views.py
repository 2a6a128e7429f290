"""The map, and its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View

from explorer.layer_panel import queries
from explorer.layer_panel.presenters import panel_context
from explorer.map import presenters
from explorer.map.queries import commune_counts, counts_version
from explorer.map_state.parsing import parse_layer_list, parse_map
from explorer.question.answers import question
from explorer.question.sentence import question_chips
from explorer.table.queries import refused_parameters
from interface import territory
from interface.http.media_types import JSON
from interface.pictures import SymbolSheet
from interface.requests import is_fragment, map_parameters, parameters_of
from layers import access
from layers.parsing import single_values
from layers.sql.catalogue import versions_read_once
from layers.visitor import Visitor, visitor_of

SOUGHT = "cherche"
DRAWING_MAX_AGE_S = 365 * 24 * 3600


class MapView(View):
    """One address, three readers: the script draws it, htmx refreshes its list, a browser without script reads it."""

    @method_decorator(versions_read_once())
    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page, or the list alone for htmx."""
        visitor = visitor_of(request)
        scopes, rasters = access.visible(visitor), access.visible_rasters(visitor)
        parameters = map_parameters(request)
        view = queries.map_layers(scopes, parse_map(parameters, allowed=(SOUGHT,)), rasters)
        view = replace(view, missing=replace(view.missing, table=refused_parameters(scopes, parameters)))
        is_part = is_fragment(request)
        page_context = (
            {}
            if is_part
            else _ground(visitor, scopes, view) | panel_context(view, request.GET.get(SOUGHT, ""))
        )
        requested = _question_context(view, visitor)
        template = "explorer/map/list.html" if is_part else "explorer/map/page.html"
        sheets = {"symbols": SymbolSheet("symbol-sheet")}
        if not is_part:  # the list has its icons itself: those of the page may lack some
            sheets["icons"] = SymbolSheet("icon-sheet")
        response = render(request, template, requested | page_context | sheets)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _question_context(view: queries.MapResult, visitor: Visitor) -> dict[str, Any]:
    """Return the question and its answer, and what each condition is without which it would be another."""
    answer = question(view, visitor.portal)
    chips = question_chips(view, answer.sentence)
    return {"view": view, "question": answer, "chips": chips, "cleared": view.query.address(())}


def _ground(visitor: Visitor, scopes: Sequence[access.Scope], view: queries.MapResult) -> dict[str, Any]:
    """Return what the script draws, and the communes that the form offers."""
    shapes = territory.communes_of(scopes)
    rasters = [result.scope for result in view.rasters]
    config = presenters.page_config(scopes, shapes, view.query.layers, rasters, portal=visitor.portal)
    missing = view.missing
    config["missing"] = {"layers": missing.layers, "dropped": missing.dropped, "table": missing.table}
    first = presenters.first_drawings(scopes, view.query.layers)
    return {"communes": territory.own(shapes, visitor.portal), "config": config, "first_drawings": first}


class LayerDrawingView(View):
    """``/carte/dessins/<layer>/<version>.json``: how the map draws a layer, or several with commas between their names.

    The map names the version that its page was written with. What has another one is sent as it is now, and asked for
    again each time; so is that of a layer which is not the same for everybody, since a right may end.
    """

    def get(self, request: HttpRequest, layer: str, version: str) -> HttpResponseBase:
        """Send the drawing, or say that its reader has it (304)."""
        single_values(parameters_of(request), allowed=())
        slugs = parse_layer_list(layer, most=presenters.MAX_DRAWINGS)
        scopes = access.scopes(visitor_of(request), slugs)
        drawing = (
            presenters.layer_drawing(scopes[0]) if len(slugs) == 1 else presenters.layer_drawings(scopes)
        )
        etag = f'"{drawing.version}"'
        response = get_conditional_response(request, etag=etag) or HttpResponse(
            drawing.body, content_type=JSON
        )
        response["ETag"] = etag
        if all(scope.is_public for scope in scopes) and drawing.version == version:
            patch_cache_control(response, private=True, max_age=DRAWING_MAX_AGE_S, immutable=True)
        else:
            patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class LayerCountsView(View):
    """``/carte/effectifs/<layer>,<layer>….json``: how many features of layers of points each commune has."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Send the counts by layer and commune, or say that their reader has them (304)."""
        single_values(parameters_of(request), allowed=())
        scopes = access.scopes(visitor_of(request), parse_layer_list(layer, most=presenters.MAX_DRAWINGS))
        etag = f'"{counts_version(scopes)}"'
        response = get_conditional_response(request, etag=etag) or JsonResponse(
            {"layers": commune_counts(scopes)}
        )
        response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response
