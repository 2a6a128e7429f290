"""Tiles and TileJSON of any layer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views import View

from interface.http.resources import stamped, unchanged
from layers import access, queries
from layers.formats import mvt
from layers.formats.http_validators import http_validators
from layers.parsing import FeatureQuery, single_values
from layers.queries import Selection
from layers.sql.tile_matrices import WEB_MERCATOR_QUAD
from layers.visitor import TOKEN_PARAMETER, visitor_of
from tiles.formats.tilejson import tilejson
from tiles.parsing import VERSION, XYZ_NAMES, parse_layers, parse_place, parse_question, parse_version
from tiles.services.vector_tiles import asked_tile
from tiles.views.answers import tile_response


class TileJsonView(View):
    """``/tiles/{layer}.json``."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the TileJSON document."""
        single_values(dict(request.GET.lists()), known=())
        scope = access.scope(visitor_of(request), layer)
        selection = queries.select(scope, FeatureQuery())
        fresh = http_validators(selection.scope, selection.version, (request.build_absolute_uri(),))
        return unchanged(request, fresh) or stamped(JsonResponse(self.document(selection)), fresh)

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
    parameters are then asked of each of them. ``version`` asks one layer as it was, or will be, of who feeds it.
    """

    def get(self, request: HttpRequest, layer: str, zoom: str, x: str, y: str) -> HttpResponseBase:
        """Answer with one tile."""
        parameters, slugs = dict(request.GET.lists()), parse_layers(layer)
        version = parse_version(parameters, slugs)
        query = parse_question(parameters, allowed=(VERSION,))
        address = parse_place(WEB_MERCATOR_QUAD, zoom, row=y, column=x, names=XYZ_NAMES)
        asked = asked_tile(visitor_of(request), slugs, query, address, version=version)
        return tile_response(request, asked)
