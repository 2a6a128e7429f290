"""Rows of a layer as SQL, to be joined with those of another, and the measures of what two geometries share.

Geometries are in EPSG:4326; areas in m² and lengths in m, on the spheroid (WGS 84). Values are bound: the text of a
statement has names of ours alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, F, QuerySet

from planning.vocabulary import NOISE_M2, SLIVER_M, SLIVER_M2, SLIVER_SHARE

MARK = "/* spatial join {parameter} x1.0000 */"
"""What a statement that joins two layers says of itself: its cost is estimated first (``layers.sql.costs``)."""
# A page of a join of two large layers reads few rows: some hundreds at first, then more each time.
_FIRST = 400
_GROWTH = 8


@dataclass(frozen=True, slots=True)
class RowSource:
    """Rows as ``(SELECT …)`` with a ``%s`` for each of ``parameters``."""

    sql: str
    parameters: tuple[Any, ...]


def row_source(rows: QuerySet[Any], *columns: str | Expression | F) -> RowSource | None:
    """Return the columns of rows in the order given, geometries as PostGIS has them; None when no row can match."""
    query = rows.order_by().values_list(*columns).query.clone()
    query.subquery = True
    try:
        sql, parameters = query.as_sql(query.get_compiler(connection=connection), connection)
    except EmptyResultSet:
        return None
    return RowSource(sql, tuple(parameters))


def batches(rows: QuerySet[Any], start: int) -> Iterator[QuerySet[Any]]:
    """Yield the rows from the id ``start`` on, in the order of ids, more each time: one statement finds its end."""
    size = _FIRST
    while True:
        ids = list(rows.filter(pk__gte=start).order_by("pk").values_list("pk", flat=True)[: size + 1])
        if not ids:
            return
        yield rows.filter(pk__gte=start, pk__lte=ids[:size][-1])
        if len(ids) <= size:
            return
        start, size = ids[-1], size * _GROWTH


def _surface(one: str, other: str) -> str:
    return f"ST_CollectionExtract(ST_Intersection({one}, {other}), 3)"


def shared_area(one: str, other: str) -> str:
    """Return the SQL of the m² that a surface and another one share; a surface inside the other is not cut."""
    inside = f"ST_CoveredBy({one}, {other})"
    return f"ST_Area((CASE WHEN {inside} THEN {one} ELSE {_surface(one, other)} END)::geography)"


def shared_length(line: str, surface: str) -> str:
    """Return the SQL of the metres of a line inside a surface."""
    inside = f"ST_CollectionExtract(ST_Intersection({line}, {surface}), 2)"
    return f"ST_Length(({inside})::geography)"


def touching(one: str, other: str) -> str:
    """Return the SQL condition that two geometries share a point; the index of either serves it."""
    return f"{one} && {other} AND ST_Intersects({one}, {other})"


def area_sliver(shared: str, whole: str) -> str:
    """Return the SQL condition that a shared area comes from two drawings that differ, as on the sheet of a place."""
    return f"({shared} < {SLIVER_M2!r} AND {shared} < {SLIVER_SHARE!r} * {whole})"


def length_sliver(shared: str, whole: str) -> str:
    """Return the same of a shared length."""
    return f"({shared} < {SLIVER_M!r} AND {shared} < {SLIVER_SHARE!r} * {whole})"


def is_measured(shared: str) -> str:
    """Return the SQL condition that an area or a length is no noise: a border that two outlines share has neither."""
    return f"{shared} >= {NOISE_M2!r}"
