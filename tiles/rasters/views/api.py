"""Rasters for machines: tilesets and coverage of ``/api/collections/``; tiles, TileJSON, legend, values, statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from export_formats.services import export_sent, export_slot
from interface.http.media_types import HTML, JSON
from interface.http.resources import Resource, not_modified, proxy_cacheable, with_validators
from layers import access
from layers.access import RasterScope
from layers.crs import CRS84, parse_crs
from layers.errors import Forbidden, InvalidParameter
from layers.formats.http_validators import HttpValidators, http_validators
from layers.parsing import single_values
from layers.queries.rasters import Area, clip, legend, parse_area, statistics, value_at
from layers.queries.rasters.areas import NAMES, box_area, portal_area
from layers.sql.tile_matrix_sets import SERVED, WEB_MERCATOR_QUAD, TileAddress, tile_matrix_set
from layers.visitor import TOKEN_PARAMETER, visitor_of
from tiles.parsing import XYZ_NAMES, parse_tile_address
from tiles.presenters import page_address, preview_config, tileset_links
from tiles.rasters.formats import coverage
from tiles.rasters.formats.documents import (
    legend_document,
    statistics_document,
    tile_range,
    tilejson,
    tileset,
    tileset_list,
    value_document,
)
from tiles.rasters.formats.pictures import MEDIA_TYPES
from tiles.rasters.parsing.addresses import DRAWING, parse_drawing, parse_point
from tiles.rasters.services.tiles import rendered_tile


class TilesetsView(Resource):
    """``/api/collections/{raster}/map/tiles``."""

    offered = (JSON, HTML)
    template = "tiles/api/tilesets.html"

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the list of tilesets."""
        self.check_parameters()
        scope = access.raster_scope(visitor_of(request), raster)
        addresses = [(matrix, self.reverse("rasters:tileset", scope.slug, matrix.id)) for matrix in SERVED]
        return self.describe(
            tileset_list(scope, SERVED, self.reverse),
            JSON,
            is_private=not scope.is_public,
            title=scope.layer.title,
            sets=tileset_links(addresses),
            scope=scope,
            collection=self.reverse("explorer:layer", scope.slug),
        )


class TilesetView(Resource):
    """``/api/collections/{raster}/map/tiles/{tileMatrixSetId}``."""

    offered = (JSON, HTML)
    template = "tiles/api/tileset.html"

    def get(self, request: HttpRequest, raster: str, matrix_set: str) -> HttpResponseBase:
        """Answer with one tileset."""
        self.check_parameters()
        scope, matrix = access.raster_scope(visitor_of(request), raster), tile_matrix_set(matrix_set)
        return self.describe(
            tileset(scope, matrix, self.reverse),
            JSON,
            is_private=not scope.is_public,
            matrix=matrix,
            matrix_page=page_address(self.reverse("tilesets:matrix-set", matrix.id)),
            list_page=page_address(self.reverse("rasters:tilesets", scope.slug)),
            scope=scope,
            collection=self.reverse("explorer:layer", scope.slug),
            preview=preview_config(scope.visitor, rasters=[scope]),
        )


class MapTileView(Resource):
    """``/api/collections/{raster}/map/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`` (20-057, 10)."""

    offered = tuple(MEDIA_TYPES.values())

    def get(
        self, request: HttpRequest, raster: str, matrix_set: str, zoom: str, row: str, column: str
    ) -> HttpResponseBase:
        """Answer with one tile, in the form of ``f`` or else of ``Accept``."""
        tile = parse_tile_address(tile_matrix_set(matrix_set), zoom, row=row, column=column)
        return tile_answer(request, raster, tile, self.picture_form(), "f", has_limits=True)

    def picture_form(self) -> str:
        """Return png or webp.

        Raises:
            InvalidParameter: ``f`` names another form.
        """
        requested = self.request.GET.get("f")
        if requested is not None and requested not in MEDIA_TYPES:
            raise InvalidParameter(_("f attend png ou webp ; reçu « %s ».") % requested[:40], parameter="f")
        preferred = self.request.get_preferred_type(list(self.offered))
        form = next((form for form, media_type in MEDIA_TYPES.items() if media_type == preferred), "png")
        return requested or form


class CoverageView(Resource):
    """``/api/collections/{raster}/coverage``, cut to ``bbox``, ``commune``, ``within`` or ``feature``."""

    offered = (coverage.MEDIA_TYPE,)

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with a GeoTIFF in the CRS of the raster."""
        parameters = single_values(dict(request.GET.lists()), allowed=("f", "bbox", "bbox-crs", *NAMES))
        scope = access.raster_scope(visitor_of(request), raster)
        check_download(scope, parameters)
        area = requested_area(scope, parameters)
        shared = replace(scope, is_public=scope.is_public and (area is None or area.is_public))
        fresh = fresh_of(request, shared, area.key if area else "")
        return not_modified(request, fresh) or with_validators(self.file(scope, area), fresh)

    def file(self, scope: RasterScope, area: Area | None) -> HttpResponseBase:
        """Write the file and signal the download."""
        question = dict(self.request.GET.lists())
        with export_slot(scope.visitor):
            part = clip(scope, area)
            content = coverage.geotiff(part)
        export_sent.send(
            sender=CoverageView, scope=scope, extension=coverage.EXTENSION, rows=None, question=question
        )
        name = f"{scope.slug}-{scope.online.number}.{coverage.EXTENSION}"
        answer = FileResponse(content, as_attachment=True, filename=name, content_type=coverage.MEDIA_TYPE)
        answer["Content-Crs"] = f"<http://www.opengis.net/def/crs/EPSG/0/{part.srid}>"
        return answer


def check_download(scope: RasterScope, parameters: Mapping[str, str]) -> None:
    """Check the format, and the right to download the raster.

    Raises:
        InvalidParameter: ``f`` is not ``geotiff``.
        Forbidden: no grant lets the visitor download.
    """
    if parameters.get("f", "geotiff") != "geotiff":
        raise InvalidParameter(_("f attend geotiff ; reçu « %s ».") % parameters["f"][:40], parameter="f")
    if not scope.can_download:
        raise Forbidden(_("Vous n’avez pas le droit de télécharger « %s ».") % scope.layer.title)


def requested_area(scope: RasterScope, parameters: Mapping[str, str]) -> Area | None:
    """Return the requested surface, None for the whole raster.

    Raises:
        InvalidParameter: several surfaces, or one that cannot be read.
    """
    if "bbox" in parameters:
        if other := next((name for name in NAMES if name in parameters), None):
            raise InvalidParameter(_("bbox et %s ne se demandent pas ensemble.") % other, parameter=other)
        crs = parse_crs(parameters["bbox-crs"], parameter="bbox-crs") if "bbox-crs" in parameters else CRS84
        return box_area(scope, parameters["bbox"], crs)
    if "bbox-crs" in parameters:
        raise InvalidParameter(_("bbox-crs ne va pas sans bbox."), parameter="bbox-crs")
    return parse_area(scope, parameters) if set(NAMES) & set(parameters) else None


def fresh_of(request: HttpRequest, scope: RasterScope, *parts: str) -> HttpValidators:
    """Return the validators of an answer about a raster: on the portal of a commune, its limits take part."""
    area = portal_area(scope)
    around = area.key if area else ""
    return http_validators(scope, scope.version, (request.build_absolute_uri(), around, *parts))


def tile_answer(
    request: HttpRequest, slug: str, tile: TileAddress, form: str, *also_read: str, has_limits: bool = False
) -> HttpResponseBase:
    """Answer with a tile of any matrix set; ``also_read`` are the parameters of the protocol.

    With ``has_limits`` a tile outside the limits of its tileset does not exist, else it is a transparent picture.
    """
    parameters = single_values(dict(request.GET.lists()), allowed=(*DRAWING, *also_read))
    scope = access.raster_scope(visitor_of(request), slug)
    style = parse_drawing(scope, parameters)
    if has_limits:
        tile_range(scope, tile.matrix, tile.zoom).check(tile)
    fresh = fresh_of(request, scope, form)
    response = not_modified(request, fresh)
    if response is None:
        content = rendered_tile(scope, style, tile, form)
        response = with_validators(HttpResponse(content, content_type=MEDIA_TYPES[form]), fresh)
    return proxy_cacheable(response, request, is_public=scope.is_public)


class RasterTileView(View):
    """``/tiles/raster/{raster}/{z}/{x}/{y}.png`` (or ``.webp``), ``bands``, ``rescale``, ``colormap``, ``resampling``.

    A tile without a cell is a transparent picture.
    """

    def get(
        self, request: HttpRequest, raster: str, zoom: str, x: str, y: str, form: str
    ) -> HttpResponseBase:
        """Answer with one tile."""
        address = parse_tile_address(WEB_MERCATOR_QUAD, zoom, row=y, column=x, names=XYZ_NAMES)
        return tile_answer(request, raster, address, form)


class RasterTileJsonView(View):
    """``/tiles/raster/{raster}.json``, with the parameters of tiles."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the TileJSON document."""
        parameters = single_values(dict(request.GET.lists()), allowed=DRAWING)
        scope = access.raster_scope(visitor_of(request), raster)
        parse_drawing(scope, parameters)
        fresh = fresh_of(request, scope)
        return not_modified(request, fresh) or with_validators(
            JsonResponse(self.document(scope, parameters)), fresh
        )

    def document(self, scope: RasterScope, parameters: dict[str, str]) -> dict[str, Any]:
        """Return the document, whose addresses of tiles carry what was asked."""
        first = self.request.build_absolute_uri(
            reverse("tiles:raster-tile", args=[scope.slug, 0, 0, 0, "png"])
        )
        token = visitor_of(self.request).link_token
        query = urlencode(parameters | ({TOKEN_PARAMETER: token} if token else {}), safe=",")
        template = first.removesuffix("0/0/0.png") + "{z}/{x}/{y}"
        return tilejson(scope, [f"{template}.png{'?' if query else ''}{query}"])


class RasterLegendView(View):
    """``/tiles/raster/{raster}/legend``, with the parameters of tiles."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the legend."""
        parameters = single_values(dict(request.GET.lists()), allowed=DRAWING)
        scope = access.raster_scope(visitor_of(request), raster)
        document = legend_document(legend(scope, parse_drawing(scope, parameters)))
        fresh = fresh_of(request, scope)
        return not_modified(request, fresh) or with_validators(JsonResponse(document), fresh)


class RasterValueView(View):
    """``/tiles/raster/{raster}/value?lon=&lat=``."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the value of each band in the cell at a point."""
        parameters = single_values(dict(request.GET.lists()), allowed=("lon", "lat"))
        scope = access.raster_scope(visitor_of(request), raster)
        lon, lat = parse_point(parameters)
        fresh = fresh_of(request, scope, get_language() or "")
        response = not_modified(request, fresh)
        if response is not None:
            return response
        return with_validators(
            JsonResponse(value_document(scope, value_at(scope, lon, lat), lon, lat)), fresh
        )


class RasterStatisticsView(View):
    """``/tiles/raster/{raster}/statistics``, of a surface: ``commune=``, ``within=`` or ``feature=layer:id``."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the statistics of the first band."""
        parameters = single_values(dict(request.GET.lists()), allowed=NAMES)
        scope = access.raster_scope(visitor_of(request), raster)
        area = parse_area(scope, parameters)
        shared = replace(scope, is_public=scope.is_public and area.is_public)
        fresh = fresh_of(request, shared, area.key, get_language() or "")
        response = not_modified(request, fresh)
        if response is not None:
            return response
        return with_validators(JsonResponse(statistics_document(scope, area, statistics(scope, area))), fresh)
