"""The value of a raster at a point, and its statistics in a surface."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import get_language
from django.views import View

from interface.http.resources import not_modified, with_validators
from layers import access
from layers.parsing import single_values
from layers.queries.rasters import parse_area, statistics, value_at
from layers.queries.rasters.areas import NAMES
from layers.visitor import visitor_of
from tiles.rasters.formats.documents import statistics_document, value_document
from tiles.rasters.parsing.addresses import parse_point
from tiles.rasters.views.tiles import fresh_of


class RasterValueView(View):
    """``/tiles/raster/{raster}/value?lon=&lat=``."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponseBase:
        """Answer with the value of each band in the cell at a point."""
        given = single_values(dict(request.GET.lists()), known=("lon", "lat"))
        scope = access.raster_scope(visitor_of(request), raster)
        lon, lat = parse_point(given)
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
        given = single_values(dict(request.GET.lists()), known=NAMES)
        scope = access.raster_scope(visitor_of(request), raster)
        area = parse_area(scope, given)
        shared = replace(scope, is_public=scope.is_public and area.is_public)
        fresh = fresh_of(request, shared, area.key, get_language() or "")
        response = not_modified(request, fresh)
        if response is not None:
            return response
        return with_validators(JsonResponse(statistics_document(scope, area, statistics(scope, area))), fresh)
