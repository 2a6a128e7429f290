"""Split the line of a feature in two: one part stays in its row, the other is a new row with the same values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection, models
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import GEOMETRY
from layers.errors import InvalidGeometry
from layers.services.features import (
    Expected,
    check_row_values,
    check_written,
    is_addable,
    is_changeable,
    locked_feature,
    sign,
    writable_columns,
    writing,
)
from layers.services.moderation import begin_row, settle_row
from layers.vocabulary import WriteRight

# How far from its line a person may point, in metres.
MAX_AWAY_M = 50
# The two parts of a line at its place nearest to a point, and how far the point is in metres. The parts of a collection
# before the one that is cut go with its beginning, those after it with its end.
_PARTS = """
WITH line AS (SELECT ST_GeomFromEWKB(%(line)s) AS geom, ST_GeomFromEWKB(%(point)s) AS point),
part AS (
  SELECT coalesce(dump.path[1], 1) AS rank, dump.geom, line.point
  FROM line, ST_Dump(line.geom) AS dump
),
cut AS (
  SELECT rank, geom, ST_LineLocatePoint(geom, point) AS place,
    ST_DistanceSphere(ST_ClosestPoint(geom, point), point) AS away
  FROM part ORDER BY ST_Distance(geom, point), rank LIMIT 1
)
SELECT
  ST_AsEWKB(ST_Multi(ST_Collect(ARRAY(
    SELECT geom FROM part WHERE part.rank < cut.rank
    UNION ALL SELECT ST_LineSubstring(cut.geom, 0, cut.place) WHERE cut.place > 0)))),
  ST_AsEWKB(ST_Multi(ST_Collect(ARRAY(
    SELECT ST_LineSubstring(cut.geom, cut.place, 1) WHERE cut.place < 1
    UNION ALL SELECT geom FROM part WHERE part.rank > cut.rank)))),
  cut.away
FROM cut
"""


@dataclass(frozen=True, slots=True)
class SplitFeature:
    """The id of the row that was added; ``change`` undoes the whole."""

    added: int
    change: UUID


def is_splittable(scope: Scope) -> bool:
    """Whether the visitor may split the lines of the layer: it has lines, and they may change and add rows."""
    return scope.definition.geometry.dimension == 1 and is_changeable(scope) and is_addable(scope)


def line_parts(line: GEOSGeometry, point: Point) -> tuple[GEOSGeometry, GEOSGeometry]:
    """Return the two parts of a line, cut at its place nearest to ``point``; all in degrees (EPSG:4326).

    Raises:
        InvalidGeometry: the point is further than ``MAX_AWAY_M`` from the line, or nearest to one of its ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"line": bytes(line.ewkb), "point": bytes(point.ewkb)})
        row = cursor.fetchone()
    if row is None or row[2] > MAX_AWAY_M:
        raise InvalidGeometry(
            _("Le point de coupe est à plus de %d m de la ligne.") % MAX_AWAY_M, parameter="position"
        )
    parts = [None if part is None else GEOSGeometry(memoryview(part)) for part in row[:2]]
    before, after = (None if part is None or part.empty or part.length == 0 else part for part in parts)
    if before is None or after is None:
        raise InvalidGeometry(
            _("La ligne ne se coupe pas à une extrémité : choisissez un point entre les deux."),
            parameter="position",
        )
    if line.geom_type == "LineString":
        return before[0], after[0]
    return before, after


def unique_columns(scope: Scope) -> dict[str, models.Field[Any, Any]]:
    """Return the columns that no two rows share and that the visitor writes, by published name."""
    return {name: column for name, column in writable_columns(scope).items() if column.unique}


def split_feature(
    *, scope: Scope, pk: int, position: Point, expected: Expected, values: Mapping[str, Any]
) -> SplitFeature:
    """Split a line at its place nearest to ``position`` (degrees, EPSG:4326).

    The longer part stays in the row; the other is a new row with the same values, but for those that no two rows share:
    ``values`` gives them by published name, and what it does not give is empty or the default.

    Raises:
        UnknownFeature: no such feature for this visitor.
        StaleFeature: it changed since the versions expected.
        InvalidGeometry: as ``line_parts``.
        InvalidFeature: a value that the layer refuses.
        Forbidden: outside the rows that the visitor may change or add.
    """
    with writing(scope) as change:
        row = locked_feature(scope, pk, expected)
        stored = [
            column for column in row._meta.concrete_fields if not (column.generated or column.primary_key)
        ]
        longer, shorter = sorted(line_parts(row.geom, position), key=lambda part: -part.length)
        extra = type(row)(**{column.attname: getattr(row, column.attname) for column in stored})
        row.geom, extra.geom = longer, shorter
        for column in stored:
            if column.unique:
                setattr(extra, column.attname, column.get_default())
        for name, column in unique_columns(scope).items():
            if values.get(name) is not None:
                setattr(extra, column.attname, values[name])
        checked = {"geom": "geometry"} | {
            column.name: name for name, column in writable_columns(scope).items()
        }
        sign(scope, extra)
        begin_row(scope, extra)
        for part, right in ((row, WriteRight.CHANGE), (extra, WriteRight.ADD)):
            check_row_values(part, checked)
            part.save()
            check_written(scope, part.pk, right, [GEOMETRY])
        settle_row(scope, extra)
    return SplitFeature(extra.pk, change)
