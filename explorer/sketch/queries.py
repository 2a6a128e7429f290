"""Features of the pictures without script: dots of the home page, outlines of the page of a layer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Func, Value

from layers import access
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.sql.limits import time_limit

DOTS_A_LAYER = 150
OUTLINES = 400
# About two pixels of a picture of the territory, in degrees.
COARSE = 0.0002


@dataclass(frozen=True, slots=True)
class Dot:
    """A feature as a dot of the home page's picture: longitude, latitude and the colour token of its layer."""

    x: float
    y: float
    token: str


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
