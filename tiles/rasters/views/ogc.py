"""Rasters below ``/api/collections/``: map tiles of each matrix set, and the coverage, whole or cut to a surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from export_formats.services import export_sent, export_slot
from interface.http.media_types import HTML, JSON
from interface.http.resources import Resource, stamped, unchanged
from layers import access
from layers.access import RasterScope
from layers.crs import CRS84, parse_crs
from layers.errors import Forbidden, InvalidParameter
from layers.parsing import single_values
from layers.queries.rasters import Area, clip, parse_area
from layers.queries.rasters.areas import NAMES, box_area
from layers.sql.tile_matrices import SERVED, tile_matrix_set
from layers.visitor import visitor_of
from tiles.parsing import parse_place
from tiles.presenters import page_address, preview_config, tileset_links
from tiles.rasters.formats import coverage
from tiles.rasters.formats.pictures import MEDIA_TYPES
from tiles.rasters.formats.tilesets import tileset, tileset_list
from tiles.rasters.views.tiles import fresh_of, tile_answer


class TilesetsView(Resource):
    """``/api/collections/{raster}/map/tiles``."""

    offered = (JSON, HTML)
    template = "tiles/api/tilesets.html"

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the list of tilesets."""
        self.check_parameters()
        scope = access.raster_scope(visitor_of(request), raster)
        found = [(matrix, self.reverse("rasters:tileset", scope.slug, matrix.id)) for matrix in SERVED]
        return self.describe(
            tileset_list(scope, SERVED, self.reverse),
            JSON,
            is_private=not scope.is_public,
            title=scope.layer.title,
            sets=tileset_links(found),
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
        tile = parse_place(tile_matrix_set(matrix_set), zoom, row=row, column=column)
        return tile_answer(request, raster, tile, self.picture_form(), "f")

    def picture_form(self) -> str:
        """Return png or webp.

        Raises:
            InvalidParameter: ``f`` names another form.
        """
        asked = self.request.GET.get("f")
        if asked is not None and asked not in MEDIA_TYPES:
            raise InvalidParameter(_("f attend png ou webp ; reçu « %s ».") % asked[:40], parameter="f")
        preferred = self.request.get_preferred_type(list(self.offered))
        found = next((form for form, media_type in MEDIA_TYPES.items() if media_type == preferred), "png")
        return asked or found


class CoverageView(Resource):
    """``/api/collections/{raster}/coverage``, cut to ``bbox``, ``commune``, ``within`` or ``feature``."""

    offered = (coverage.MEDIA_TYPE,)

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with a GeoTIFF in the CRS of the raster."""
        given = single_values(dict(request.GET.lists()), known=("f", "bbox", "bbox-crs", *NAMES))
        scope = access.raster_scope(visitor_of(request), raster)
        check_download(scope, given)
        area = asked_area(scope, given)
        shared = replace(scope, is_public=scope.is_public and (area is None or area.is_public))
        fresh = fresh_of(request, shared, area.key if area else "")
        return unchanged(request, fresh) or stamped(self.file(scope, area), fresh)

    def file(self, scope: RasterScope, area: Area | None) -> HttpResponseBase:
        """Write the file and tell that somebody takes it."""
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


def check_download(scope: RasterScope, given: Mapping[str, str]) -> None:
    """Refuse another form, and who sees the raster and may not take it away.

    Raises:
        InvalidParameter: ``f`` is not ``geotiff``.
        Forbidden: no grant lets the visitor download.
    """
    if given.get("f", "geotiff") != "geotiff":
        raise InvalidParameter(_("f attend geotiff ; reçu « %s ».") % given["f"][:40], parameter="f")
    if not scope.can_download:
        raise Forbidden(_("Vous n’avez pas le droit de télécharger « %s ».") % scope.layer.title)


def asked_area(scope: RasterScope, given: Mapping[str, str]) -> Area | None:
    """Return the surface asked, None for the whole raster.

    Raises:
        InvalidParameter: several surfaces, or one that cannot be read.
    """
    if "bbox" in given:
        if other := next((name for name in NAMES if name in given), None):
            raise InvalidParameter(_("bbox et %s ne se demandent pas ensemble.") % other, parameter=other)
        crs = parse_crs(given["bbox-crs"], parameter="bbox-crs") if "bbox-crs" in given else CRS84
        return box_area(scope, given["bbox"], crs)
    if "bbox-crs" in given:
        raise InvalidParameter(_("bbox-crs ne va pas sans bbox."), parameter="bbox-crs")
    return parse_area(scope, given) if set(NAMES) & set(given) else None
