"""Rasters of the map: which are on, and what they hold at a place and in surfaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from layers.access import RasterScope
from layers.crs import LAMBERT_93, STORAGE
from layers.errors import LayersError, UnknownLayer
from layers.models import Theme
from layers.parsing import FeatureQuery
from layers.parsing.query import Near
from layers.queries.rasters import (
    Area,
    BandValue,
    RasterStatistics,
    by_commune,
    parse_area,
    statistics,
    value_at,
    visible_area,
)
from layers.vocabulary import RasterKind

# Corners of the disc around a point.
_QUARTER = 16


@dataclass(frozen=True, slots=True)
class MapRaster:
    """A raster beside the map. ``opacity`` is in percent of that of its style."""

    scope: RasterScope
    is_on: bool
    opacity: int


@dataclass(frozen=True, slots=True)
class AreaReading:
    """What a raster holds in a surface; ``fault`` says why nothing is told, empty when all went well."""

    title: str
    statistics: RasterStatistics | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """What a raster holds at a place (None when no place is asked) and in surfaces."""

    scope: RasterScope
    values: tuple[BandValue, ...] | None
    areas: tuple[AreaReading, ...]


def map_rasters(
    scopes: Iterable[RasterScope], layers: Sequence[str], opacity: Mapping[str, int]
) -> list[MapRaster]:
    """Return every raster of the map, of which those among ``layers`` are on."""
    return [MapRaster(scope, scope.slug in layers, opacity.get(scope.slug, 100)) for scope in scopes]


def by_theme(rasters: Iterable[MapRaster]) -> dict[Theme, tuple[MapRaster, ...]]:
    """Group rasters under their theme."""
    groups: dict[Theme, tuple[MapRaster, ...]] = {}
    for found in rasters:
        theme = found.scope.layer.theme
        groups[theme] = (*groups.get(theme, ()), found)
    return groups


def asked_areas(
    scope: RasterScope, query: FeatureQuery, shared: Mapping[str, str]
) -> tuple[AreaReading, ...]:
    """Return what a raster holds in the shape and in each commune that the map is asked with."""
    if scope.raster.kind == RasterKind.IMAGE:
        return ()
    found = []
    if "within" in shared:
        found.append(_reading(scope, {"within": shared["within"]}, _("La zone dessinée")))
    if query.near is not None:
        found.append(_around(scope, query.near))
    found += [_reading(scope, {"commune": code}, "") for code in query.communes]
    return tuple(found)


def reading_of(scope: RasterScope, *, place: tuple[float, float] | None, feature: str) -> PlaceReading:
    """Return what a raster holds at a place (longitude, latitude) and in a feature (``layer:id``), where asked."""
    values = tuple(value_at(scope, *place)) if place else None
    is_told = feature and scope.raster.kind != RasterKind.IMAGE
    areas = (_reading(scope, {"feature": feature}, ""),) if is_told else ()
    return PlaceReading(scope, values, areas)


def commune_readings(scope: RasterScope) -> list[AreaReading]:
    """Return what a raster holds in each commune that the visitor may look at, by name; none of a picture."""
    if scope.raster.kind == RasterKind.IMAGE:
        return []
    try:
        return [AreaReading(commune.nom, found) for commune, found in by_commune(scope)]
    except LayersError as error:
        return [AreaReading("", None, error.detail)]


def _reading(scope: RasterScope, parameters: Mapping[str, str], title: str) -> AreaReading:
    """Return the statistics of a surface, or why there are none: one that fails hides none of the others.

    Raises:
        UnknownLayer: the feature's layer is hidden or unknown.
    """
    try:
        area = parse_area(scope, parameters)
        return AreaReading(title or area.title, statistics(scope, area))
    except UnknownLayer:
        raise
    except LayersError as error:
        return AreaReading(title, None, error.detail)


def _around(scope: RasterScope, near: Near) -> AreaReading:
    title = _("Autour du point")
    try:
        area = visible_area(scope, Area(_disc(near), title, f"near {near.point.wkt} {near.radius_m}"))
        return AreaReading(title, statistics(scope, area))
    except LayersError as error:
        return AreaReading(title, None, error.detail)


def _disc(near: Near) -> Polygon:
    """Return a disc in EPSG:4326; drawn in Lambert-93, whose lengths are true to a thousandth."""
    centre = near.point.transform(LAMBERT_93.srid, clone=True)
    disc = cast(Polygon, centre.buffer(near.radius_m, quadsegs=_QUARTER))
    disc.transform(STORAGE.srid)
    return disc
