"""Estimate the cost of a statement by the planner before it runs, and refuse the costly ones.

Only statements that may be heavy are estimated: those with a spatial join, and the reads whose kind is in
``HEAVY_KINDS``. Costs are the planner's units, in which a sequential page is 1; a hundred thousand of them are about
a second of a processor.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from layers.errors import TooCostly
from layers.sql.query_limiter import acquire_slot, check_time, use_one_process
from layers.sql.spatial import DEGREE_OF_LATITUDE_M
from layers.sql.spatial_joins import join_cost_factor, join_parameter

# Reads of every row of an answer. ``count`` is that of a question with a filter or words.
HEAVY_KINDS = frozenset({"whole", "export", "aggregate", "count"})
_KIND: ContextVar[str] = ContextVar("read_kind", default="")
_READS = ("SELECT", "WITH ")


@contextmanager
def reading(kind: str) -> Iterator[None]:
    """Say which kind of read the statements of the block are."""
    token = _KIND.set(kind)
    try:
        yield
    finally:
        _KIND.reset(token)


def plan_of(sql: str, parameters: Any) -> dict[str, Any]:
    """Return the root of the plan of a statement, which is not run (``EXPLAIN (FORMAT JSON)``)."""
    connection.ensure_connection()
    # psycopg's own cursor: what is asked of the planner is no statement of the request.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        (plans,) = cursor.fetchone()
    root: dict[str, Any] = plans[0]["Plan"]
    return root


def examine(sql: str, parameters: Any) -> None:
    """Let a read run now: at once when it is light, with a slot of the query limiter when it is heavy.

    Raises:
        TooCostly: it has a spatial join that would compare too much.
        Busy: every slot is taken, and stayed so for a while.
        TooSlow: the time of the request is over.
    """
    if _KIND.get():
        check_time()
    cost_factor = join_cost_factor(sql)
    if not cost_factor and _KIND.get() not in HEAVY_KINDS:
        return
    cost = float(plan_of(sql, parameters)["Total Cost"]) * (cost_factor or 1.0)
    if cost_factor and cost > settings.REFUSED_COST:
        raise TooCostly(
            _(
                "Cette question comparerait trop d’objets entre eux : réduisez la distance, l’emprise, "
                "ou le filtre de la couche voisine."
            ),
            parameter=join_parameter(sql),
        )
    if cost > settings.HEAVY_COST:
        acquire_slot()
        if cost_factor:
            use_one_process()


def examined(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Examine the reads that Django runs: the wrapper of every connection (``connection.execute_wrappers``).

    Statements that psycopg composes are ours, of imports: they are no questions of anybody.
    """
    if not many and isinstance(sql, str) and sql.startswith(_READS):
        examine(sql, params)
    return execute(sql, params, many, context)


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
    histogram = json.loads(text)
    (west, south), (east, north) = (histogram["extent"][end][:2] for end in ("min", "max"))
    cells = histogram["cells_covered"] / max(histogram["histogram_features"], 1)
    cell = math.sqrt(max(east - west, 0) * max(north - south, 0) / max(histogram["histogram_cells"], 1))
    # What is smaller than a cell covers one.
    return Spread(max(rows, 0), (west, south, east, north), max(math.sqrt(cells) - 1, 0) * cell)


def meeting_chance(one: Spread, other: Spread, metres: float) -> float:
    """Return the share of ``other`` whose boxes intersect that of a row of ``one``, enlarged by ``metres``."""
    if other.extent is None or one.extent is None:
        return DEFAULT_CHANCE
    west, south, east, north = other.extent
    latitude = math.radians(min(max(abs(south), abs(north)), _FURTHEST))
    height = one.side + other.side + 2 * metres / DEGREE_OF_LATITUDE_M
    width = one.side + other.side + 2 * metres / (DEGREE_OF_LATITUDE_M * math.cos(latitude))
    share = min(height / max(north - south, height), 1) * min(width / max(east - west, width), 1)
    return max(share, 1 / max(other.rows, 1)) if share else DEFAULT_CHANCE
