"""Tiles and TileJSON of any layer, tiles of the basemaps of the configuration, and the backdrop of the maps."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from django.views import View

from interface.backdrop import backdrop
from interface.http.compression import content_encoding
from interface.http.resources import not_modified, proxy_cacheable, with_validators
from layers import access, queries
from layers.formats import mvt
from layers.formats.http_validators import http_validators
from layers.formats.mvt import MEDIA_TYPE
from layers.parsing import FeatureQuery, single_values
from layers.queries import Selection
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD
from layers.visitor import visitor_of
from tiles.definitions import basemap
from tiles.formats import tilejson
from tiles.parsing import (
    VERSION,
    XYZ_NAMES,
    parse_layers,
    parse_numbers,
    parse_question,
    parse_tile_address,
    parse_version,
)
from tiles.services import relayed_tile
from tiles.services.vector_tiles import TileRequest, tile_request

BASEMAP_MAX_AGE_S = BACKDROP_MAX_AGE_S = 86_400
# The attribute of a request that holds its tile, for who answers others of the same layers (gisportal.short_road).
TILE_REQUEST = "tile_request"


def tile_response(request: HttpRequest, tile: TileRequest, *, has_limits: bool = False) -> HttpResponseBase:
    """Answer with a tile as it is cached, compressed, or decompressed for a client that does not read gzip.

    204 when nothing is in it; 304, before the tile is looked for, when the client holds it. With ``has_limits`` an
    empty tile outside the limits of its tileset does not exist; maps that ask addresses z/x/y know none.
    """
    encoding = content_encoding(request.headers.get("Accept-Encoding", ""))
    fresh = tile.freshness(encoding)
    # A tag that a proxy weakened is the same.
    tags = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
    if fresh.etag in tags or ("*" in tags and tile.compressed()):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = _full_response(request, tile, encoding, has_limits=has_limits)
    return with_validators(proxy_cacheable(response, request, is_public=tile.is_public), fresh)


def _full_response(
    request: HttpRequest, tile: TileRequest, encoding: str, *, has_limits: bool
) -> HttpResponse:
    content = tile.compressed() if encoding else tile.content()
    if not content:
        if has_limits:
            tile.check_limits()
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    if encoding:
        response["Content-Encoding"] = encoding
    else:
        # No other encoding either: the tag is that of these bytes.
        request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return response


class TileJsonView(View):
    """``/tiles/{layer}.json``."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the TileJSON document."""
        single_values(dict(request.GET.lists()), allowed=())
        scope = access.scope(visitor_of(request), layer)
        selection = queries.select(scope, FeatureQuery())
        fresh = http_validators(selection.scope, selection.version, (request.build_absolute_uri(),))
        return not_modified(request, fresh) or with_validators(JsonResponse(self.document(selection)), fresh)

    def document(self, selection: Selection) -> dict[str, Any]:
        """Return the document, whose bounds take a read of the whole layer."""
        scope = selection.scope
        first = reverse("tiles:tile", args=[scope.slug, 0, 0, 0])
        template = self.request.build_absolute_uri(first).removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"
        if carried := visitor_of(self.request).carried:
            template += f"?{urlencode(carried)}"
        periods = queries.dated_periods([scope]).get(scope.slug, [])
        fields = mvt.tile_fields(selection)
        return tilejson(scope, fields, queries.extent(scope), template=template, periods=periods)


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
        address = parse_tile_address(WEB_MERCATOR_QUAD, zoom, row=y, column=x, names=XYZ_NAMES)
        tile = tile_request(visitor_of(request), slugs, query, address, version=version)
        request.__dict__[TILE_REQUEST] = tile
        return tile_response(request, tile)


class BackdropView(View):
    """``/tiles/fonds/portail.geojson``: without features where the portal has no backdrop."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the tile, compressed for clients of gzip, or with 304 when the browser has it."""
        single_values(dict(request.GET.lists()), allowed=())
        encoding = content_encoding(request.headers.get("Accept-Encoding", ""))
        file = backdrop()
        content, etag = file.compressed if encoding else file.content, f'"{file.digest}{encoding}"'
        response = get_conditional_response(request, etag=etag) or HttpResponse(
            content, content_type="application/geo+json"
        )
        response["ETag"] = etag
        if encoding and response.content:
            response["Content-Encoding"] = encoding
        patch_cache_control(response, public=True, max_age=BACKDROP_MAX_AGE_S)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


class BasemapView(View):
    """``/tiles/fonds/{slug}/{z}/{x}/{y}``: the same for everybody."""

    def get(self, request: HttpRequest, slug: str, zoom: str, x: str, y: str) -> HttpResponseBase:
        """Answer with one tile, or with 304 when the browser holds it."""
        single_values(dict(request.GET.lists()), allowed=())
        z, row, column = parse_numbers((zoom, y, x), XYZ_NAMES)
        tile = relayed_tile(basemap(slug), z, column, row)
        response = get_conditional_response(request, etag=tile.etag) or HttpResponse(
            tile.content, content_type=tile.media_type
        )
        response["ETag"] = tile.etag
        patch_cache_control(response, public=True, max_age=BASEMAP_MAX_AGE_S)
        return response
