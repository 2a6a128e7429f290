"""Zones of two versions laid on each other, and how far objects of the same identity moved: one statement each.

Borders are straight in EPSG:2154, in which plans are drawn: what two zones share is computed there, by the database,
then measured on the spheroid. Geometries come out as GeoJSON in EPSG:4326 (longitude, latitude).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet, TextField
from psycopg.sql import SQL, Identifier

from plui.models import TABLES, PlanVersion

_ZONES = "ZONE_URBA"
NOISE_M2 = 0.01
"""Square metres up to which a surface is numerical noise."""
SLIVER_M2 = 1.0
"""Square metres under which ground is a difference between two drawings, and not a change."""
NOISE_M = 0.01
"""Metres up to which a line or a point has not moved."""


class ShapeKey(Func):
    """What two equal geometries share, whatever their first vertex and direction, to a tenth of a millimetre."""

    template = "md5(ST_AsBinary(ST_Normalize(ST_SnapToGrid(%(expressions)s, 1e-9))))"
    output_field = TextField()


class Size(Func):
    """The square metres of a surface, the metres of a line, on the spheroid; 1 for a point."""

    template = "layers_measure(%(expressions)s)"
    output_field = FloatField()


class Drawing(Func):
    """A geometry as GeoJSON text, to a centimetre."""

    template = "ST_AsGeoJSON(%(expressions)s, 7)"
    output_field = TextField()


def parsed_drawing(text: str) -> dict[str, Any]:
    """Return the GeoJSON of a ``Drawing``."""
    geometry: dict[str, Any] = json.loads(text)
    return geometry


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison: the rows of a version; None is no plan.

    ``online``: rows online by table, as their reader reads them, which are the side instead of those of the version.
    """

    version: PlanVersion | None
    online: Mapping[str, QuerySet[Any]] = field(default_factory=dict)

    def rows(self, table: str) -> QuerySet[Any]:
        """Select the objects of a table of the standard, with ``feature_id``, in order."""
        if self.online:
            online: QuerySet[Any] = self.online[table].annotate(feature_id=F("pk"))
            return online.order_by("pk")
        twin = TABLES[table][1]
        rows: QuerySet[Any] = twin.objects.filter(version=self.version)
        return rows.order_by("pk") if self.version else rows.none()

    def relation(self, table: str) -> Identifier:
        """Return the table of the database that has its objects."""
        live, twin = TABLES[table]
        return Identifier((live if self.online else twin)._meta.db_table)


@dataclass(frozen=True, slots=True)
class Ground:
    """A part that a zone before and a zone after share; one of them is None where there is no zone.

    ``plane_m2`` is its area in EPSG:2154, by which it is noise or a sliver; ``area_m2`` that on the spheroid.
    """

    before: int | None
    after: int | None
    plane_m2: float
    area_m2: float
    geometry: dict[str, Any]

    @property
    def is_sliver(self) -> bool:
        """Whether it is too small to be a change."""
        return self.plane_m2 < SLIVER_M2


_OVERLAY = SQL("""
WITH before AS MATERIALIZED (
    SELECT id, geom, ST_Transform(geom, 2154) AS shape FROM {before_table} WHERE id = ANY(%(before)s)
), after AS MATERIALIZED (
    SELECT id, geom, ST_Transform(geom, 2154) AS shape FROM {after_table} WHERE id = ANY(%(after)s)
), parts AS (
    SELECT b.id AS before_id, a.id AS after_id, ST_Intersection(b.shape, a.shape) AS shape
    FROM before AS b JOIN after AS a ON b.shape && a.shape AND ST_Intersects(b.shape, a.shape)
    UNION ALL
    SELECT b.id, NULL, ST_Difference(b.shape, coalesce((
        SELECT ST_Union(ST_Transform(other.geom, 2154)) FROM {after_table} AS other
        WHERE other.id = ANY(%(every_after)s) AND other.geom && b.geom
    ), 'SRID=2154;POLYGON EMPTY'::geometry)) FROM before AS b
    UNION ALL
    SELECT NULL, a.id, ST_Difference(a.shape, coalesce((
        SELECT ST_Union(ST_Transform(other.geom, 2154)) FROM {before_table} AS other
        WHERE other.id = ANY(%(every_before)s) AND other.geom && a.geom
    ), 'SRID=2154;POLYGON EMPTY'::geometry)) FROM after AS a
), surfaces AS (
    SELECT before_id, after_id, ST_CollectionExtract(shape, 3) AS shape FROM parts
)
SELECT before_id, after_id, ST_Area(shape), ST_Area(ST_Transform(shape, 4326)::geography),
       ST_AsGeoJSON(ST_Transform(shape, 4326), 7)
FROM surfaces WHERE ST_Area(shape) > %(noise)s
ORDER BY ST_Area(shape) DESC, before_id, after_id
""")


@dataclass(frozen=True, slots=True)
class ZoneKeys:
    """The keys of zones of a side: those that are laid on each other, among all of them."""

    laid: Collection[int]
    every: Collection[int]


def shared_ground(before: ZoneKeys, after: ZoneKeys, *, sides: tuple[Side, Side]) -> list[Ground]:
    """Return what zones of two sides share, and what each has alone, the largest first; noise is left out.

    What a zone has alone is in no zone at all of the other side.
    """
    if not before.laid and not after.laid:
        return []
    statement = _OVERLAY.format(before_table=sides[0].relation(_ZONES), after_table=sides[1].relation(_ZONES))
    values: dict[str, Any] = {
        "before": list(before.laid),
        "after": list(after.laid),
        "every_before": list(before.every),
        "every_after": list(after.every),
        "noise": NOISE_M2,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), values)
        rows = cursor.fetchall()
    return [
        Ground(one, other, plane, area, parsed_drawing(drawing)) for one, other, plane, area, drawing in rows
    ]


_SHIFTS = SQL("""
SELECT b.id, a.id, CASE ST_Dimension(a.geom)
    WHEN 2 THEN ST_Area(ST_SymDifference(ST_Transform(b.geom, 2154), ST_Transform(a.geom, 2154)))
    ELSE ST_HausdorffDistance(ST_Transform(b.geom, 2154), ST_Transform(a.geom, 2154)) END
FROM unnest(%(before)s::bigint[], %(after)s::bigint[]) AS pair (before_id, after_id)
JOIN {before_table} AS b ON b.id = pair.before_id JOIN {after_table} AS a ON a.id = pair.after_id
""")


def shifts(
    table: str, pairs: Sequence[tuple[int, int]], *, sides: tuple[Side, Side]
) -> dict[tuple[int, int], float]:
    """Return how far the objects of a table moved, by pair of keys (before, after).

    It is in square metres that only one of both covers for surfaces, else in metres (Hausdorff), in EPSG:2154.
    """
    if not pairs:
        return {}
    old, new = sides
    statement = _SHIFTS.format(before_table=old.relation(table), after_table=new.relation(table))
    values = {"before": [one for one, _ in pairs], "after": [two for _, two in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), values)
        return {(one, other): float(shift) for one, other, shift in cursor.fetchall()}


def is_noise(shift: float) -> bool:
    """Whether a shift of ``shifts`` is numerical noise."""
    return shift <= NOISE_M
