"""What a statement will cost, asked of the planner before it runs; what costs too much does not.

Only statements that may be heavy are asked about, so that the others pay nothing: those with a spatial join, whatever
runs them, and the reads whose kind is in ``HEAVY_KINDS``. Costs are the planner's units, in which a sequential page is
1; a hundred thousand of them are about a second of a processor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import TooCostly
from layers.sql.lane import check_time, enter_lane, use_one_process
from layers.sql.spatial_joins import join_excess, join_parameter
from layers.sql.statistics import plan_of

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


def examine(sql: str, parameters: Any) -> None:
    """Let a read run now: at once when it is light, in the heavy lane when it is not.

    Raises:
        TooCostly: it has a spatial join that would compare too much.
        Busy: the heavy lane is full, and stayed so for a while.
        TooSlow: the time of the request is over.
    """
    if _KIND.get():
        check_time()
    excess = join_excess(sql)
    if not excess and _KIND.get() not in HEAVY_KINDS:
        return
    cost = float(plan_of(sql, parameters)["Total Cost"]) * (excess or 1.0)
    if excess and cost > settings.REFUSED_COST:
        raise TooCostly(
            _(
                "Cette question comparerait trop d’objets entre eux : réduisez la distance, l’emprise, "
                "ou le filtre de la couche voisine."
            ),
            parameter=join_parameter(sql),
        )
    if cost > settings.HEAVY_COST:
        enter_lane()
        if excess:
            use_one_process()


def examined(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Examine the reads that Django runs: the wrapper of every connection (``connection.execute_wrappers``).

    Statements that psycopg composes are ours, of imports: they are no questions of anybody.
    """
    if not many and isinstance(sql, str) and sql.startswith(_READS):
        examine(sql, params)
    return execute(sql, params, many, context)
