"""The rows of a queryset around each of many places, in one statement: a lateral join over an array of geometries.

The queryset names a place by ``PlaceColumn``; its order and its limit hold for each place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet, TextField

SHAPE, BOX, PK = "shape", "box", "pk"
_COLUMNS = frozenset({SHAPE, BOX, PK})
# Geometries travel as hexadecimal EWKB and are read once: a subquery would be pulled up, and read them for each row.
_ROWS = """
WITH place AS MATERIALIZED (
    SELECT number, shape::geometry AS shape, box::geometry AS box, pk
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::bigint[]) AS written(number, shape, box, pk)
)
SELECT place.number, ranked.*
FROM place CROSS JOIN LATERAL (SELECT row_number() OVER () AS rank, listed.* FROM ({rows}) AS listed) AS ranked
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Places:
    """The places of the join: their geometries and boxes around them in EPSG:4326, as hexadecimal EWKB, and ids.

    They are written once for all the statements about them. ``boxes`` are None without any, an id where a place has no
    row.
    """

    shapes: Sequence[str]
    boxes: Sequence[str] | None
    pks: Sequence[int | None]

    @classmethod
    def of(cls, shapes: Sequence[GEOSGeometry], pks: Sequence[int | None] | None = None) -> Places:
        """Return places without boxes."""
        return cls([hex_of(each) for each in shapes], None, pks or [None] * len(shapes))

    def with_boxes(self, boxes: Sequence[GEOSGeometry | None]) -> Places:
        """Return the same with a box around each; without boxes where one has none."""
        written = [hex_of(box) for box in boxes if box is not None]
        return replace(self, boxes=written if len(written) == len(boxes) else None)


def hex_of(shape: GEOSGeometry) -> str:
    """Return a geometry as hexadecimal EWKB."""
    return shape.hexewkb.decode()


class PlaceColumn(Expression):
    """A column of the place that the rows are around: ``SHAPE``, ``BOX`` or ``PK``."""

    # Declared text: it is only ever an argument, and Django casts what it believes to be a geometry.
    output_field = TextField()

    def __init__(self, name: str) -> None:
        assert name in _COLUMNS
        self.name = name
        super().__init__()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Return the name of the column in the statement of ``rows_around``."""
        return f'"place"."{self.name}"', ()


def rows_around(places: Places, rows: QuerySet[Any]) -> Mapping[int, list[tuple[Any, ...]]]:
    """Return the rows of ``values_list`` around each place, by its index: those of none have no entry.

    The values are those of the database, without converters of fields: numbers, texts and booleans.
    """
    try:
        statement, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return {}
    count = len(places.shapes)
    boxes = [None] * count if places.boxes is None else list(places.boxes)
    arrays: list[Any] = [list(range(count)), list(places.shapes), boxes, list(places.pks)]
    around: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(rows=statement), [*arrays, *parameters])
        for number, _rank, *values in cursor.fetchall():
            around[number].append(tuple(values))
    return around
