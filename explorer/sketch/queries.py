"""Features of the pictures without script: dots of the home page, outlines of the page of a layer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import FloatField, Func, Value

from layers import access
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.sql.bounded_cache import BoundedCache
from layers.sql.limits import time_limit

DOTS_A_LAYER = 150
OUTLINES = 400
# About two pixels of a picture of the territory, in degrees.
COARSE = 0.0002

Places = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Dots:
    """Features of a layer as dots of the home page's picture: longitudes and latitudes, the layer's colour token."""

    token: str
    places: Places


def is_pictured(scope: access.Scope | access.RasterScope) -> bool:
    """Whether the picture of the home page draws a layer: open points."""
    return isinstance(scope, access.Scope) and scope.definition.geometry.is_point and scope.is_open


def dots(scopes: Iterable[access.Scope]) -> list[Dots]:
    """Return some features of the open point layers, for a picture: a sample, never a list."""
    return [
        Dots(scope.style.token, _places.recall((scope.key, scope.version), partial(_first_places, scope)))
        for scope in scopes
        if is_pictured(scope)
    ]


def _first_places(scope: access.Scope) -> Places:
    x, y = (Func("geom", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = select(scope, FeatureQuery(limit=DOTS_A_LAYER)).window().rows
    with time_limit("page"):
        return tuple(rows.annotate(x=x, y=y).values_list("x", "y"))


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


_places: BoundedCache[Places] = BoundedCache(200)
