"""Neighbours of a feature: what contains or touches it, and the nearest features of every visible layer.

One statement a layer, through the visitor's own scope: a hidden layer or row is not read. The GiST index of
``geom_3857`` gives the nearest candidates in a box (KNN); only their distances are measured on the spheroid, since
those of every row of the box would cost 25 ms among a million points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import BooleanField, F, FloatField, Func, QuerySet

from interface.territory import COMMUNES_LAYER
from interface.titles import name_of
from layers import access
from layers.definitions import GeometryType
from layers.sql.limits import time_limit
from layers.sql.spatial import BBoxOverlaps, Geography, box_around, shape_value
from layers.visitor import Visitor

RADIUS_M = 500
NEAREST = 3
MAX_HERE = 12
# More than are shown: Web Mercator ranks distances to 0.3 % at these latitudes, the spheroid has the last word.
CANDIDATES = 24
WEB_MERCATOR = 3857


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A feature around another: ``metres`` on the spheroid; ``is_here`` when their insides share a point."""

    pk: int
    title: str
    metres: float
    is_here: bool


@dataclass(frozen=True, slots=True)
class LayerNeighbours:
    """The neighbours of one layer; ``is_cut`` when there are more than these within the radius."""

    scope: access.Scope
    rows: tuple[Neighbour, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """``here``: surfaces and lines that hold or cross the feature. ``near``: the nearest within ``radius_m``."""

    here: tuple[LayerNeighbours, ...]
    near: tuple[LayerNeighbours, ...]
    radius_m: int = RADIUS_M


class MetresBetween(Func):
    """The distance between two geographies on the spheroid, in metres."""

    function = "ST_Distance"
    output_field = FloatField()


class Nearness(Func):
    """The KNN operator: an ORDER BY on it walks a GiST index from the nearest on."""

    template = "%(expressions)s"
    arg_joiner = " <-> "
    output_field = FloatField()


class SharesInside(Func):
    """Whether two geometries overlap by more than their borders (a point counts wherever it is)."""

    function = "ST_Relate"
    template = "%(function)s(%(expressions)s, 'T********')"
    output_field = BooleanField()


class SharesPoint(Func):
    """Whether two geometries share any point."""

    function = "ST_Intersects"
    output_field = BooleanField()


class WebMercator(Func):
    """A literal brought to the CRS of ``geom_3857``."""

    function = "ST_Transform"
    template = f"%(function)s(%(expressions)s, {WEB_MERCATOR})"
    output_field = GeometryField(srid=WEB_MERCATOR)


def neighbours(visitor: Visitor, scope: access.Scope, record: Any) -> Neighbourhood | None:
    """Look around a feature that ``scope`` gave; None for a row without position.

    Raises:
        TooSlow: a layer did not answer in time.
    """
    geometry = record.geom if scope.definition.geometry.is_located else None
    if geometry is None:
        return None
    with time_limit("page"):
        layers = [
            (around, list(_around(around, geometry, record.pk if around.slug == scope.slug else None)))
            for around in access.visible(visitor)
            if around.definition.geometry.is_located
        ]
    here = (_here(around, rows) for around, rows in layers)
    near = (_near(around, rows) for around, rows in layers)
    return Neighbourhood(tuple(filter(None, here)), tuple(filter(None, near)))


def _around(scope: access.Scope, geometry: GEOSGeometry, own: int | None) -> Iterable[Neighbour]:
    """Yield the candidates of a layer, the nearest first."""
    box = box_around(geometry, RADIUS_M)
    rows = scope.queryset
    if box is not None:
        rows = rows.filter(BBoxOverlaps(F("geom_3857"), WebMercator(shape_value(box))))
    if own is not None:
        rows = rows.exclude(pk=own)
    results = [
        Neighbour(pk, name_of(scope, pk, title), metres, is_here)
        for pk, title, metres, is_here in _measured(rows, scope, geometry)
        if metres <= RADIUS_M
    ]
    return sorted(results, key=lambda row: (row.metres, row.title, row.pk))


def _measured(
    rows: QuerySet[Any], scope: access.Scope, geometry: GEOSGeometry
) -> Iterable[tuple[int, Any, float, bool]]:
    """Return id, title, distance and sharing of the candidates, in one statement."""
    shape = shape_value(geometry)
    sharing = SharesPoint if geometry.dims == 0 else SharesInside
    title = scope.filterable.get(scope.definition.title_field)
    measured = rows.annotate(
        metres=MetresBetween(Geography(F("geom")), Geography(shape)), is_here=sharing(F("geom"), shape)
    ).order_by(Nearness(F("geom_3857"), WebMercator(shape)), "pk")
    names = ["pk", title.source if title else "pk", "metres", "is_here"]
    result: Iterable[tuple[int, Any, float, bool]] = measured.values_list(*names)[:CANDIDATES]
    return result


def _here(scope: access.Scope, rows: list[Neighbour]) -> LayerNeighbours | None:
    """Select the surfaces and lines that share a point with the feature."""
    here = () if _is_spots(scope) else tuple(row for row in rows if row.is_here)
    return LayerNeighbours(scope, here[:MAX_HERE], len(here) > MAX_HERE) if here else None


def _near(scope: access.Scope, rows: list[Neighbour]) -> LayerNeighbours | None:
    """Select the nearest others, without the communes around one and the zones next to its own."""
    if scope.slug == COMMUNES_LAYER or (not _is_spots(scope) and any(row.is_here for row in rows)):
        return None
    return LayerNeighbours(scope, tuple(rows[:NEAREST]), len(rows) > NEAREST) if rows else None


def _is_spots(scope: access.Scope) -> bool:
    """Whether the features are places, not extents."""
    return scope.definition.geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}
