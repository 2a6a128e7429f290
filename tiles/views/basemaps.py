"""Tiles of the basemaps of the configuration: the browser asks the portal alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views import View

from layers.parsing import single_values
from tiles.definitions import basemap
from tiles.parsing import XYZ_NAMES, parse_numbers
from tiles.services import relayed_tile

MAX_AGE_S = 86_400


class BasemapView(View):
    """``/tiles/fonds/{slug}/{z}/{x}/{y}``: the same for everybody."""

    def get(self, request: HttpRequest, slug: str, zoom: str, x: str, y: str) -> HttpResponseBase:
        """Answer with one tile, or with 304 when the browser holds it."""
        single_values(dict(request.GET.lists()), known=())
        z, row, column = parse_numbers((zoom, y, x), XYZ_NAMES)
        tile = relayed_tile(basemap(slug), z, column, row)
        response = get_conditional_response(request, etag=tile.etag) or HttpResponse(
            tile.content, content_type=tile.media_type
        )
        response["ETag"] = tile.etag
        patch_cache_control(response, public=True, max_age=MAX_AGE_S)
        return response
