"""Tiles, TileJSON and legend of a raster."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views import View

from interface.http.proxying import kept_in_front
from interface.http.resources import stamped, unchanged
from layers import access
from layers.access import RasterScope
from layers.formats.http_validators import HttpValidators, http_validators
from layers.parsing import single_values
from layers.queries.rasters import legend
from layers.queries.rasters.areas import portal_area
from layers.sql.tile_matrices import WEB_MERCATOR_QUAD, TileAddress
from layers.visitor import TOKEN_PARAMETER, visitor_of
from tiles.parsing import XYZ_NAMES, parse_place
from tiles.rasters.formats.documents import legend_document, tilejson
from tiles.rasters.formats.pictures import MEDIA_TYPES
from tiles.rasters.parsing.addresses import DRAWING, asked_style
from tiles.rasters.services.tiles import rendered_tile


def fresh_of(request: HttpRequest, scope: RasterScope, *parts: str) -> HttpValidators:
    """Return the validators of an answer about a raster: on the portal of a commune, its limits take part."""
    shown = portal_area(scope)
    around = shown.key if shown else ""
    return http_validators(scope, scope.version, (request.build_absolute_uri(), around, *parts))


def tile_answer(
    request: HttpRequest, slug: str, tile: TileAddress, form: str, *known: str
) -> HttpResponseBase:
    """Answer with a tile of any matrix set; ``known`` are parameters of the protocol beside those of drawing."""
    given = single_values(dict(request.GET.lists()), known=(*DRAWING, *known))
    scope = access.raster_scope(visitor_of(request), slug)
    style = asked_style(scope, given)
    fresh = fresh_of(request, scope, form)
    response = unchanged(request, fresh)
    if response is None:
        content = rendered_tile(scope, style, tile, form)
        response = stamped(HttpResponse(content, content_type=MEDIA_TYPES[form]), fresh)
    return kept_in_front(response, request, is_public=scope.is_public)


class RasterTileView(View):
    """``/tiles/raster/{raster}/{z}/{x}/{y}.png`` (or ``.webp``), ``bands``, ``rescale``, ``colormap``, ``resampling``.

    A tile without a cell is a transparent picture.
    """

    def get(
        self, request: HttpRequest, raster: str, zoom: str, x: str, y: str, form: str
    ) -> HttpResponseBase:
        """Answer with one tile."""
        place = parse_place(WEB_MERCATOR_QUAD, zoom, row=y, column=x, names=XYZ_NAMES)
        return tile_answer(request, raster, place, form)


class RasterTileJsonView(View):
    """``/tiles/raster/{raster}.json``, with the parameters of tiles."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the TileJSON document."""
        given = single_values(dict(request.GET.lists()), known=DRAWING)
        scope = access.raster_scope(visitor_of(request), raster)
        asked_style(scope, given)
        fresh = fresh_of(request, scope)
        return unchanged(request, fresh) or stamped(JsonResponse(self.document(scope, given)), fresh)

    def document(self, scope: RasterScope, given: dict[str, str]) -> dict[str, Any]:
        """Return the document, whose addresses of tiles carry what was asked."""
        first = self.request.build_absolute_uri(
            reverse("tiles:raster-tile", args=[scope.slug, 0, 0, 0, "png"])
        )
        token = visitor_of(self.request).link_token
        query = urlencode(given | ({TOKEN_PARAMETER: token} if token else {}), safe=",")
        template = first.removesuffix("0/0/0.png") + "{z}/{x}/{y}"
        return tilejson(scope, [f"{template}.png{'?' if query else ''}{query}"])


class RasterLegendView(View):
    """``/tiles/raster/{raster}/legend``, with the parameters of tiles."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the legend."""
        given = single_values(dict(request.GET.lists()), known=DRAWING)
        scope = access.raster_scope(visitor_of(request), raster)
        document = legend_document(legend(scope, asked_style(scope, given)))
        fresh = fresh_of(request, scope)
        return unchanged(request, fresh) or stamped(JsonResponse(document), fresh)
