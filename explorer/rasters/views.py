"""The page of a raster, its picture for readers without script, and its values at a place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from explorer.rasters.queries import commune_readings, covered_communes, parse_point_query, reading_of
from interface import territory
from interface.requests import parameters_of
from interface.territory import CommuneShape
from layers import access
from layers.access import RasterScope
from layers.parsing import single_values
from layers.sql.tile_matrix_sets import TILE_SIZE
from layers.visitor import visitor_of
from layers.vocabulary import LICENCE_URLS

# Tiles a side of the picture, at most.
MAX_TILES = 3


@dataclass(frozen=True, slots=True)
class TileImage:
    """A tile: its address and where its left and top are in the picture."""

    address: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class RasterSketch:
    """Tiles and outlines in the pixels of a zoom of Web Mercator; ``view_box`` is the raster's own extent."""

    view_box: str
    tiles: tuple[TileImage, ...]
    towns: tuple[str, ...]


def sketch(scope: RasterScope, shapes: Iterable[CommuneShape]) -> RasterSketch:
    """Draw a raster at the largest zoom where ``MAX_TILES`` a side hold it."""
    west, south, east, north = scope.online.bounds
    zoom = _zoom(scope.online.bounds, scope.online.max_zoom)
    left, top = _pixel(west, north, zoom)
    right, bottom = _pixel(east, south, zoom)
    columns = range(math.floor(left / TILE_SIZE), math.floor(right / TILE_SIZE) + 1)
    rows = range(math.floor(top / TILE_SIZE), math.floor(bottom / TILE_SIZE) + 1)
    tiles = (
        TileImage(
            reverse("tiles:raster-tile", args=[scope.slug, zoom, column, row, "webp"]),
            round(column * TILE_SIZE - left),
            round(row * TILE_SIZE - top),
        )
        for row in rows
        for column in columns
    )
    outlines = (_outline(shape.multipolygon.coords, zoom, left, top) for shape in shapes)
    return RasterSketch(f"0 0 {round(right - left)} {round(bottom - top)}", tuple(tiles), tuple(outlines))


def _zoom(bounds: Iterable[float], most: int) -> int:
    west, south, east, north = bounds
    for zoom in range(most, 0, -1):
        left, top = _pixel(west, north, zoom)
        right, bottom = _pixel(east, south, zoom)
        if max(right - left, bottom - top) <= (MAX_TILES - 1) * TILE_SIZE:
            return zoom
    return 0


def _pixel(longitude: float, latitude: float, zoom: int) -> tuple[float, float]:
    """Return a place in the pixels of a zoom, from the top left of the world (Web Mercator, EPSG:3857)."""
    side = TILE_SIZE * 2**zoom
    down = math.asinh(math.tan(math.radians(latitude))) / math.pi
    return (longitude + 180) / 360 * side, (1 - down) / 2 * side


def _outline(coordinates: Any, zoom: int, left: float, top: float) -> str:
    """Return the path of rings, from GEOS's nested tuples."""
    if isinstance(coordinates[0][0], int | float):
        points = (_pixel(x, y, zoom) for x, y in coordinates)
        return "M" + "L".join(f"{x - left:.1f} {y - top:.1f}" for x, y in points)
    return "".join(_outline(part, zoom, left, top) for part in coordinates)


class RasterValuesView(View):
    """``/carte/rasters/``: a part of a page, in words. Rasters that the visitor does not have are left out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the values."""
        query = parse_point_query(parameters_of(request))
        by_slug = {scope.slug: scope for scope in access.visible_rasters(visitor_of(request))}
        readings = [
            reading_of(by_slug[slug], point=query.point, feature=query.feature)
            for slug in query.rasters
            if slug in by_slug
        ]
        return render(request, "explorer/rasters/values.html", {"readings": readings})


def raster_page(request: HttpRequest, scope: access.RasterScope) -> HttpResponse:
    """Render the page of a raster in the catalogue."""
    single_values(parameters_of(request), allowed=())
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
