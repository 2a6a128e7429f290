"""The ground of the maps: the communes the visitor sees, and a few dots for the picture of the home page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON, PointOnSurface
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Func, Value

from layers import access
from layers.errors import UnknownLayer
from layers.models import Commune
from layers.parsing import FeatureQuery
from layers.queries import communes, select
from layers.sql.limits import time_limit
from layers.visitor import Visitor

GROUND = "communes"
DOTS_A_LAYER = 150
OUTLINES = 400
# About two pixels of a picture of the territory, in degrees.
COARSE = 0.0002


@dataclass(frozen=True, slots=True)
class CommuneShape:
    """A commune on the ground: ``label`` is a longitude and a latitude inside it, ``geometry`` GeoJSON text."""

    code: str
    name: str
    population: int | None
    year: int | None
    label: tuple[float, float]
    bounds: tuple[float, float, float, float]
    geometry: str
    multipolygon: Any


@dataclass(frozen=True, slots=True)
class Dot:
    """A feature as a dot of the home page's picture: longitude, latitude and the colour token of its layer."""

    x: float
    y: float
    token: str


def ground(visitor: Visitor) -> list[CommuneShape]:
    """Return the communes the visitor sees, with their shapes; nothing when that layer is hidden from them."""
    try:
        scope = access.scope(visitor, GROUND)
    except UnknownLayer:
        return []
    rows = scope.queryset.annotate(inside=PointOnSurface("geom"), shape=AsGeoJSON("geom", precision=5))
    return [
        CommuneShape(
            code=row.code,
            name=row.nom,
            population=row.population,
            year=row.population_annee,
            label=(row.inside.x, row.inside.y),
            bounds=row.geom.extent,
            geometry=row.shape,
            multipolygon=row.geom,
        )
        for row in rows.order_by("nom")
    ]


def own(shapes: Iterable[CommuneShape], portal: str) -> list[CommuneShape]:
    """Keep the communes a portal speaks for: its own, or all of them on the portal of the whole territory."""
    return [commune for commune in shapes if portal in {"", commune.code}]


def choices(portal: str) -> list[Commune]:
    """Return the communes a form offers: none on the portal of a commune, where there is nothing to choose."""
    return [] if portal else communes()


def is_pictured(scope: access.Scope) -> bool:
    """Whether the picture of the home page draws a layer: open points."""
    return scope.definition.geometry.is_point and scope.is_open


def dots(scopes: Iterable[access.Scope]) -> list[Dot]:
    """Return some features of the open point layers, for a picture: a sample, never a list."""
    found: list[Dot] = []
    for scope in scopes:
        if is_pictured(scope):
            page = (
                select(scope, FeatureQuery(limit=DOTS_A_LAYER)).window().rows.values_list("geom", flat=True)
            )
            found.extend(Dot(geom.x, geom.y, scope.style.token) for geom in page)
    return found


def outlines(scope: access.Scope) -> list[GEOSGeometry]:
    """Return the shapes of the first features of a layer, coarse, for a picture; nothing for a table."""
    if not scope.definition.geometry.is_located:
        return []
    coarse = Func(
        "geom", Value(COARSE), function="ST_SimplifyPreserveTopology", output_field=GeometryField(srid=4326)
    )
    with time_limit("page"):
        first = select(scope, FeatureQuery(limit=OUTLINES)).window().rows[:OUTLINES]
        rows = first.annotate(coarse=coarse)
        return [geometry for geometry in rows.values_list("coarse", flat=True) if geometry is not None]
