"""What PostgreSQL's statistics say of tables: how many rows answer, and how likely two geometries are near each other.

The planner takes a thousandth for the share of a layer that is near a feature of another, whatever the distance: it has
no statistics of a box that is computed for each row. Those of the two tables say better.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from layers.sql.spatial import DEGREE_OF_LATITUDE_M

# PostGIS's own guess where it has nothing to go by (DEFAULT_ND_JOINSEL in gserialized_estimate.c).
DEFAULT_CHANCE = 0.001
_STATISTICS = """
SELECT c.reltuples, CASE WHEN EXISTS (
    SELECT FROM pg_stats AS s
    WHERE s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
    AND s.attname = 'geom' AND s.null_frac < 1
) THEN _postgis_stats(c.oid::regclass, 'geom') END
FROM pg_class AS c WHERE c.oid = %s::regclass
"""
# An equator of cosines: beyond, a box is as wide as it can be.
_FURTHEST = 85.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the rows of a table are: their number, their extent in degrees, the mean side of their boxes in degrees.

    ``extent`` is None when the table was never analysed.
    """

    rows: float
    extent: tuple[float, float, float, float] | None = None
    side: float = 0.0


def plan_of(sql: str, parameters: Any) -> dict[str, Any]:
    """Return the root of the plan of a statement, which is not run (``EXPLAIN (FORMAT JSON)``)."""
    connection.ensure_connection()
    # psycopg's own cursor: what is asked of the planner is no statement of the request.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        (plans,) = cursor.fetchone()
    root: dict[str, Any] = plans[0]["Plan"]
    return root


def expected_rows(rows: QuerySet[Any]) -> float:
    """Return how many rows the planner expects."""
    try:
        sql, parameters = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0.0
    return float(plan_of(sql, parameters)["Plan Rows"])


def spread(table: str) -> Spread:
    """Return where the rows of a table are; ``table`` is the name the ORM has for it."""
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS, [connection.ops.quote_name(table)])
        rows, text = cursor.fetchone() or (0, None)
    if not text:
        return Spread(max(rows, 0))
    known = json.loads(text)
    (west, south), (east, north) = (known["extent"][end][:2] for end in ("min", "max"))
    cells = known["cells_covered"] / max(known["histogram_features"], 1)
    cell = math.sqrt(max(east - west, 0) * max(north - south, 0) / max(known["histogram_cells"], 1))
    # What is smaller than a cell covers one.
    return Spread(max(rows, 0), (west, south, east, north), max(math.sqrt(cells) - 1, 0) * cell)


def meeting_chance(one: Spread, other: Spread, metres: float) -> float:
    """Return the share of ``other`` whose boxes meet that of a row of ``one``, larger by ``metres`` on each side."""
    if other.extent is None or one.extent is None:
        return DEFAULT_CHANCE
    west, south, east, north = other.extent
    latitude = math.radians(min(max(abs(south), abs(north)), _FURTHEST))
    height = one.side + other.side + 2 * metres / DEGREE_OF_LATITUDE_M
    width = one.side + other.side + 2 * metres / (DEGREE_OF_LATITUDE_M * math.cos(latitude))
    share = min(height / max(north - south, height), 1) * min(width / max(east - west, width), 1)
    return max(share, 1 / max(other.rows, 1)) if share else DEFAULT_CHANCE
