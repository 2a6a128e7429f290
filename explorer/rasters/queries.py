"""Rasters of the map, and their values at a place and in areas. The address of values has these parameters.

===========  ================================================
``couches``  a raster that is on, repeated
``lon``      longitude in degrees, with ``lat``, latitude
``objet``    a feature that is a surface, as ``layer/id``
===========  ================================================
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.contrib.gis.geos import GEOSGeometry, Polygon, WKTWriter
from django.utils.translation import gettext as _

from interface.requests import Parameters, filled
from layers.access import RasterScope
from layers.crs import LAMBERT_93, STORAGE
from layers.errors import InvalidParameter, LayersError, UnknownLayer
from layers.models import Commune, Theme
from layers.parsing import FeatureQuery, single_values
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

LAYERS = "couches"
SMOOTH, EXACT = "lisse", "exact"
MAX_RASTERS = 12
_FEATURE = re.compile(r"([a-z0-9-]+)/(\d{1,18})", re.ASCII)
# Corners of the disc around a point.
_QUARTER = 16
# Of a degree: a decimetre.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """A query on rasters: their slugs, a place (longitude, latitude) or None, a feature (``layer:id``) or nothing."""

    rasters: tuple[str, ...]
    place: tuple[float, float] | None
    feature: str


def parse_place(parameters: Parameters) -> PlaceQuery:
    """Read the address.

    Raises:
        UnknownParameter: a parameter that is none of those above.
        InvalidParameter: too many rasters, neither place nor feature, or one that cannot be read.
    """
    values = filled(parameters)
    rasters = tuple(dict.fromkeys(values.pop(LAYERS, ())))
    if not 0 < len(rasters) <= MAX_RASTERS:
        raise InvalidParameter(_("couches nomme de 1 à %d rasters.") % MAX_RASTERS, parameter=LAYERS)
    own = single_values(values, known=("lon", "lat", "objet"))
    point = (_degrees(own, "lon", 180.0), _degrees(own, "lat", 90.0)) if {"lon", "lat"} & set(own) else None
    match = _FEATURE.fullmatch(own.get("objet", ""))
    if match is None and ("objet" in own or point is None):
        raise InvalidParameter(
            _("lon et lat, ou objet=couche/identifiant, sont attendus."), parameter="objet"
        )
    return PlaceQuery(rasters, point, f"{match[1]}:{match[2]}" if match else "")


def _degrees(parts: Mapping[str, str], name: str, most: float) -> float:
    try:
        value = float(parts.get(name, ""))
    except ValueError:
        value = math.nan
    if not -most <= value <= most:
        raise InvalidParameter(
            _("%(name)s attend des degrés, de -%(most)d à %(most)d ; reçu « %(value)s ».")
            % {"name": name, "most": most, "value": parts.get(name, "")[:40]},
            parameter=name,
        )
    return value


@dataclass(frozen=True, slots=True)
class MapRaster:
    """A raster beside the map. ``opacity`` is in percent of that of its style.

    ``is_exact``: cells are drawn without interpolation.
    """

    scope: RasterScope
    is_on: bool
    opacity: int
    is_exact: bool

    @property
    def has_rendering(self) -> bool:
        """Whether the visitor may choose between smooth and exact: there is nothing between two codes."""
        return self.scope.raster.kind != RasterKind.CLASSES


@dataclass(frozen=True, slots=True)
class AreaReading:
    """Values of a raster in a surface; ``fault`` says why there are none, empty when there are.

    A picture has no statistics. ``download`` is the query string of the coverage cut to the surface, empty where it
    has no cell.
    """

    title: str
    statistics: RasterStatistics | None = None
    fault: str = ""
    download: str = ""


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """Values of a raster at a place (None without one) and in surfaces."""

    scope: RasterScope
    values: tuple[BandValue, ...] | None
    areas: tuple[AreaReading, ...]


def map_rasters(
    scopes: Iterable[RasterScope],
    layers: Sequence[str],
    opacity: Mapping[str, int],
    renderings: Mapping[str, str],
) -> list[MapRaster]:
    """Return every raster of the map, those among ``layers`` visible, as its address draws them."""
    return [
        MapRaster(
            scope,
            is_on=scope.slug in layers,
            opacity=opacity.get(scope.slug, 100),
            is_exact=renderings.get(scope.slug, _usual(scope)) == EXACT,
        )
        for scope in scopes
    ]


def _usual(scope: RasterScope) -> str:
    return EXACT if scope.style.resampling == "nearest" else SMOOTH


def by_theme(rasters: Iterable[MapRaster]) -> dict[Theme, tuple[MapRaster, ...]]:
    """Group rasters under their theme."""
    groups: dict[Theme, tuple[MapRaster, ...]] = {}
    for result in rasters:
        theme = result.scope.layer.theme
        groups[theme] = (*groups.get(theme, ()), result)
    return groups


def asked_areas(
    scope: RasterScope, query: FeatureQuery, shared: Mapping[str, str]
) -> tuple[AreaReading, ...]:
    """Return the values of a raster in the drawn shape and each commune of the map."""
    readings = []
    if "within" in shared:
        readings.append(_reading(scope, {"within": shared["within"]}, _("La zone dessinée")))
    if query.near is not None:
        readings.append(_around(scope, query.near))
    readings += [_reading(scope, {"commune": code}, "") for code in query.communes]
    return tuple(readings)


def reading_of(scope: RasterScope, *, place: tuple[float, float] | None, feature: str) -> PlaceReading:
    """Return the values of a raster at a place (longitude, latitude) and in a feature (``layer:id``), if given."""
    values = tuple(value_at(scope, *place)) if place else None
    areas = (_reading(scope, {"feature": feature}, ""),) if feature else ()
    return PlaceReading(scope, values, areas)


def commune_readings(scope: RasterScope) -> list[AreaReading]:
    """Return what a raster holds in each commune that the visitor may look at, by name; none of a picture."""
    if scope.raster.kind == RasterKind.IMAGE:
        return []
    try:
        return [AreaReading(commune.nom, result) for commune, result in by_commune(scope)]
    except LayersError as error:
        return [AreaReading("", None, error.detail)]


def _reading(scope: RasterScope, parameters: Mapping[str, str], title: str) -> AreaReading:
    """Return the statistics of a surface, or why there are none: one that fails hides none of the others.

    Raises:
        UnknownLayer: the feature's layer is hidden or unknown.
    """
    try:
        area = parse_area(scope, parameters)
        return _told(scope, area, title or area.title, parameters)
    except UnknownLayer:
        raise
    except LayersError as error:
        return AreaReading(title, None, error.detail)


def _around(scope: RasterScope, near: Near) -> AreaReading:
    title, disc = _("Autour du point"), _disc(near)
    try:
        area = visible_area(scope, Area(disc, title, f"near {near.point.wkt} {near.radius_m}"))
        drawn = WKTWriter(trim=True, precision=_DECIMALS).write(disc).decode()
        return _told(scope, area, title, {"within": drawn})
    except LayersError as error:
        return AreaReading(title, None, error.detail)


def _told(scope: RasterScope, area: Area, title: str, parameters: Mapping[str, str]) -> AreaReading:
    """Return the statistics of a surface and the question of its download."""
    is_image = scope.raster.kind == RasterKind.IMAGE
    raster_statistics = None if is_image else statistics(scope, area)
    has_cells = _meets(scope, area.geometry) if raster_statistics is None else bool(raster_statistics.cells)
    return AreaReading(title, raster_statistics, download=urlencode(parameters) if has_cells else "")


def _meets(scope: RasterScope, shape: GEOSGeometry) -> bool:
    """Whether a surface in degrees intersects the box of a raster."""
    west, south, east, north = scope.online.bounds
    return not shape.empty and shape.intersects(Polygon.from_bbox((west, south, east, north)))


def covered_communes(scope: RasterScope, communes: Iterable[Commune]) -> list[Commune]:
    """Select the communes that intersect the box of a raster, whose coverage may be downloaded."""
    return [commune for commune in communes if _meets(scope, commune.geom)]


def _disc(near: Near) -> Polygon:
    """Return a disc in EPSG:4326; drawn in Lambert-93, whose lengths are true to a thousandth."""
    centre = near.point.transform(LAMBERT_93.srid, clone=True)
    disc = cast(Polygon, centre.buffer(near.radius_m, quadsegs=_QUARTER))
    disc.transform(STORAGE.srid)
    return disc
