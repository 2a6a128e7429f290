"""Features of the pictures without script: counts of the home page, outlines of the page of a layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy
import shapely
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Func, Max, Min, QuerySet, Value

from interface.territory import COMMUNE_FIELD
from layers import access
from layers.aggregates import facet
from layers.cache import BoundedCache
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.sql.limits import read_rows

MAX_COMMUNES = 1_000
OUTLINES = 400
# Ids that are looked up to find as many rows.
_TRIED = 4 * OUTLINES
# About two pixels of a picture of the territory, in degrees.
COARSE = 0.0002

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CommuneCounts:
    """How many features of a layer each commune has, by its code, and under an empty one how many no commune has.

    ``token`` is the colour of the layer. A count that the layer suppresses is None.
    """

    token: str
    counts: Mapping[str, int | None]


def is_pictured(scope: access.Scope | access.RasterScope) -> bool:
    """Whether the picture of the home page may count a layer: open points that are drawn from afar."""
    return isinstance(scope, access.Scope) and scope.definition.is_in_overview and scope.is_open


def commune_counts(scopes: Iterable[access.Scope]) -> list[CommuneCounts]:
    """Count the features of layers by commune."""
    return [
        CommuneCounts(
            scope.style.token, _counts.recall((scope.key, scope.version), partial(_count_communes, scope))
        )
        for scope in scopes
    ]


def _count_communes(scope: access.Scope) -> Mapping[str, int | None]:
    values = facet(select(scope, FeatureQuery()), COMMUNE_FIELD, MAX_COMMUNES).values
    return {str(value.value or ""): value.count for value in values}


@dataclass(frozen=True, slots=True)
class OutlinedFeature:
    """A feature of a picture: its id, and the values of the fields of its style by name."""

    pk: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outlines:
    """The features of a picture, and as many coarse shapes: an array of shapely's, longitude first (EPSG:4326)."""

    features: tuple[OutlinedFeature, ...] = ()
    shapes: Any = field(default_factory=partial(numpy.empty, 0, dtype=object))


def outlines(
    scope: access.Scope, *, coarse: float = COARSE, box: Box | None = None, also: int | None = None
) -> Outlines:
    """Return features of a layer for a picture, ``OUTLINES`` at most; nothing for a table.

    ``coarse`` is what their lines may be wrong by, in degrees; ``box`` is what the picture shows: west, south, east and
    north; ``also`` is the id of a feature that is among them whatever their number. Without a box they are spread over
    the layer, of which the first ones may all be in one commune.

    Raises:
        TooSlow: the database did not answer in time.
    """
    if not scope.definition.geometry.is_located:
        return Outlines()
    shape = AsWKB(
        Func(
            "geom",
            Value(coarse),
            function="ST_SimplifyPreserveTopology",
            output_field=GeometryField(srid=4326),
        )
    )
    names = [name for name in scope.style.symbol_fields if name in scope.filterable]
    sources = [scope.filterable[name].source for name in names]
    bbox = GEOSGeometry(Polygon.from_bbox(box).wkb, srid=4326) if box else None
    selection = select(scope, FeatureQuery(limit=OUTLINES, bbox=bbox))
    columns = ("pk", *sources, "coarse")

    def read(rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
        return read_rows("page", rows.annotate(coarse=shape).values_list(*columns))

    result = read(selection.window().rows[:OUTLINES])
    if box is None and len(result) == OUTLINES and (ids := _spread_ids(selection.queryset)):
        result = read(selection.queryset.filter(pk__in=ids).order_by("pk"))
    if also is not None and all(row[0] != also for row in result):
        own = scope.queryset.filter(pk=also).annotate(coarse=shape)
        result += read_rows("page", own.values_list(*columns))
    located = [row for row in result if row[-1] is not None]
    return Outlines(
        tuple(OutlinedFeature(pk, dict(zip(names, values, strict=True))) for pk, *values, _shape in located),
        shapely.from_wkb(numpy.array([bytes(row[-1]) for row in located], dtype=object)),
    )


def _spread_ids(rows: QuerySet[Any]) -> list[int]:
    """Return ids that are spread over those of some rows; empty where they are too far apart to try so many."""
    ends = rows.order_by().values(layer=Value(1)).annotate(first=Min("pk"), last=Max("pk"))
    ((first, last),) = read_rows("page", ends.values_list("first", "last")) or [(None, None)]
    if first is None:  # deleted meanwhile
        return []
    tried = range(first, last + 1, max((last - first) // _TRIED, 1))
    ids = sorted(pk for (pk,) in read_rows("page", rows.filter(pk__in=tried).values_list("pk")))
    return [ids[index * len(ids) // OUTLINES] for index in range(OUTLINES)] if len(ids) > OUTLINES else []


_counts: BoundedCache[Mapping[str, int | None]] = BoundedCache(200)
