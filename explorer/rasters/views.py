"""What the rasters that are on hold under a click, and in the feature whose sheet is open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from explorer.rasters.parsing import parse_place
from explorer.rasters.presenters import sketch
from explorer.rasters.queries import commune_readings, covered_communes, reading_of
from interface import territory
from interface.requests import parameters_of
from layers import access
from layers.parsing import single_values
from layers.visitor import visitor_of
from layers.vocabulary import LICENCE_URLS


class RasterValuesView(View):
    """``/carte/rasters/``: a part of a page, in words. Rasters that the visitor does not have are left out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the values."""
        query = parse_place(parameters_of(request))
        seen = {scope.slug: scope for scope in access.visible_rasters(visitor_of(request))}
        readings = [
            reading_of(seen[slug], place=query.place, feature=query.feature)
            for slug in query.rasters
            if slug in seen
        ]
        return render(request, "explorer/rasters/values.html", {"readings": readings})


def raster_page(request: HttpRequest, scope: access.RasterScope) -> HttpResponse:
    """Render the page of a raster in the catalogue."""
    single_values(parameters_of(request), known=())
    visitor = scope.visitor
    context = {
        "scope": scope,
        "sketch": sketch(scope, territory.own(territory.visible_communes(visitor), visitor.portal)),
        "communes": covered_communes(scope, territory.choices(visitor.portal)),
        "readings": commune_readings(scope),
        "licence_url": LICENCE_URLS.get(scope.layer.licence, ""),
        "updated": scope.online.published_at or scope.online.created_at,
        "tiles": _template(request, scope),
        "tilejson": request.build_absolute_uri(reverse("tiles:raster-tilejson", args=[scope.slug])),
        "coverage": request.build_absolute_uri(reverse("rasters:coverage", args=[scope.slug])),
    }
    return render(request, "explorer/rasters/page.html", context)


def _template(request: HttpRequest, scope: access.RasterScope) -> str:
    """Return the address of tiles as desktop tools take it, with {z}, {x} and {y}."""
    first = request.build_absolute_uri(reverse("tiles:raster-tile", args=[scope.slug, 0, 0, 0, "png"]))
    return first.removesuffix("0/0/0.png") + "{z}/{x}/{y}.png"
