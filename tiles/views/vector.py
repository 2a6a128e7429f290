"""Tiles and TileJSON of any layer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views import View

from layers import access, queries
from layers.formats import mvt
from layers.formats.freshness import Freshness, freshness, freshness_of
from layers.parsing import FeatureQuery, parse_query, single_values
from layers.parsing.query import SELECTING
from layers.queries import Selection
from layers.visitor import TOKEN_PARAMETER, visitor_of
from tiles.formats.tilejson import tilejson
from tiles.parsing import parse_layers


class TileJsonView(View):
    """``/tiles/{layer}.json``."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the TileJSON document."""
        single_values(dict(request.GET.lists()), known=())
        scope = access.scope(visitor_of(request), layer)
        selection = queries.select(scope, FeatureQuery())
        fresh = freshness(selection.scope, selection.version, (request.build_absolute_uri(),))
        unchanged = get_conditional_response(request, etag=fresh.etag)
        return stamped(unchanged or JsonResponse(self.document(selection)), fresh)

    def document(self, selection: Selection) -> dict[str, Any]:
        """Return the document, whose bounds take a read of the whole layer."""
        scope = selection.scope
        first = reverse("tiles:tile", args=[scope.slug, 0, 0, 0])
        template = self.request.build_absolute_uri(first).removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"
        if token := visitor_of(self.request).link_token:
            template += f"?{urlencode({TOKEN_PARAMETER: token})}"
        return tilejson(scope, mvt.tile_fields(selection), queries.extent(scope), template=template)


class TileView(View):
    """``/tiles/{layer}/{z}/{x}/{y}.mvt``, the filters of items and ``properties``; 204 for an empty tile.

    Several layers separated by commas come in one tile, which is what a tile is for: each under its own name. The
    parameters are then asked of each of them.
    """

    def get(self, request: HttpRequest, layer: str, zoom: int, x: int, y: int) -> HttpResponseBase:
        """Answer with one tile."""
        parameters = dict(request.GET.lists())
        single_values(parameters, known=(*SELECTING, "properties"))
        query = parse_query(parameters)
        scopes = [access.scope(visitor_of(request), slug) for slug in parse_layers(layer)]
        selections = [queries.select(scope, query) for scope in scopes]
        fresh = freshness_of(selections, (request.build_absolute_uri(),))
        response = get_conditional_response(request, etag=fresh.etag)
        if response is None:
            content = b"".join(mvt.tile(selection, zoom, x, y) for selection in selections)
            response = HttpResponse(content, content_type=mvt.MEDIA_TYPE, status=200 if content else 204)
        return stamped(response, fresh)


def stamped(response: HttpResponseBase, fresh: Freshness) -> HttpResponseBase:
    """Put the validators on a response."""
    for name, value in fresh.headers.items():
        response[name] = value
    return response
