"""Features of the pictures without script: dots of the home page, outlines of the page of a layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import FloatField, Func, Value

from layers import access
from layers.cache import BoundedCache
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.sql.limits import read_rows, time_limit

DOTS_A_LAYER = 150
OUTLINES = 400
# About two pixels of a picture of the territory, in degrees.
COARSE = 0.0002

Points = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Dots:
    """Features of a layer as dots of the home page's picture: longitudes and latitudes, the layer's colour token."""

    token: str
    points: Points


def is_pictured(scope: access.Scope | access.RasterScope) -> bool:
    """Whether the picture of the home page draws a layer: open points."""
    return isinstance(scope, access.Scope) and scope.definition.geometry.is_point and scope.is_open


def dots(scopes: Iterable[access.Scope]) -> list[Dots]:
    """Return some features of the open point layers, for a picture: a sample, never a list."""
    return [
        Dots(scope.style.token, _points.recall((scope.key, scope.version), partial(_first_points, scope)))
        for scope in scopes
        if is_pictured(scope)
    ]


def _first_points(scope: access.Scope) -> Points:
    x, y = (Func("geom", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = select(scope, FeatureQuery(limit=DOTS_A_LAYER)).window().rows
    with time_limit("page"):
        return tuple(rows.values_list(x, y))  # without names, which a layer may have as fields


@dataclass(frozen=True, slots=True)
class OutlinedFeature:
    """A feature of a picture: its coarse shape (EPSG:4326), and the values of the fields of its style by name."""

    pk: int
    geometry: Any  # GEOS geometries have no common type
    values: Mapping[str, object]


def outlines(
    scope: access.Scope, *, coarse: float = COARSE, box: Box | None = None, also: int | None = None
) -> tuple[OutlinedFeature, ...]:
    """Return the first features of a layer for a picture; nothing for a table.

    ``coarse`` is what their lines may be wrong by, in degrees; ``box`` is what the picture shows: west, south, east and
    north; ``also`` is the id of a feature that is among them whatever their number.

    Raises:
        TooSlow: the database did not answer in time.
    """
    if not scope.definition.geometry.is_located:
        return ()
    shape = Func(
        "geom", Value(coarse), function="ST_SimplifyPreserveTopology", output_field=GeometryField(srid=4326)
    )
    names = [name for name in scope.style.symbol_fields if name in scope.filterable]
    sources = [scope.filterable[name].source for name in names]
    bbox = GEOSGeometry(Polygon.from_bbox(box).wkb, srid=4326) if box else None
    query = FeatureQuery(limit=OUTLINES, bbox=bbox)
    columns = ("pk", *sources, "coarse")
    result = read_rows(
        "page", select(scope, query).window().rows[:OUTLINES].annotate(coarse=shape).values_list(*columns)
    )
    if also is not None and all(row[0] != also for row in result):
        own = scope.queryset.filter(pk=also).annotate(coarse=shape)
        result += read_rows("page", own.values_list(*columns))
    return tuple(
        OutlinedFeature(pk, geometry, dict(zip(names, values, strict=True)))
        for pk, *values, geometry in result
        if geometry is not None
    )


_points: BoundedCache[Points] = BoundedCache(200)
