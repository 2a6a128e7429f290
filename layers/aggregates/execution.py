"""An aggregate asked of a selection: resolved, read in one statement within its time, remembered, answered."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import DataError, connection
from django.utils.translation import gettext as _

from layers.aggregates.columns import Raw, answer, raw_of_nothing
from layers.aggregates.plan import AggregatePlan, resolve
from layers.aggregates.results import AggregateResult
from layers.aggregates.statement import GroupFilter, statement
from layers.errors import InvalidParameter
from layers.parsing.aggregates import DEFAULT_GROUPS, AggregateQuery
from layers.queries import Selection
from layers.queries.cache import BoundedCache
from layers.sql.limits import time_limit

# A hundred answers of a thousand groups at most: some megabytes a process.
_answers: BoundedCache[Raw] = BoundedCache(100)


def aggregate(
    selection: Selection, query: AggregateQuery, *, parameter: str = "", keeping: GroupFilter | None = None
) -> AggregateResult:
    """Group and measure the features of a selection, all pages together, in one statement.

    The answer is remembered for as long as the data does not change. ``parameter`` names the culprit of an error when
    the question has parameters of its own; ``keeping`` leaves out groups of the first key.

    Raises:
        UnknownProperty: a key or a measure names a property the visitor does not have.
        InvalidParameter: a key or a measure does not fit the type of its property, or a number is out of range.
        TooSlow: the statement took longer than ``LAYER_TIMEOUTS["aggregate"]``.
    """
    plan = resolve(selection.scope, query, parameter=parameter)
    compute = partial(_read, selection, plan, query, keeping, parameter or "measures")
    if query.limit > DEFAULT_GROUPS:
        return answer(plan, query, compute())
    key = (selection.scope.key, selection.version, selection.query.identity, query, keeping)
    return answer(plan, query, _answers.recall(key, compute))


def _read(
    selection: Selection,
    plan: AggregatePlan,
    query: AggregateQuery,
    keeping: GroupFilter | None,
    parameter: str,
) -> Raw:
    found = statement(selection.queryset, plan, query, keeping=keeping)
    if found is None:
        return raw_of_nothing(plan)
    try:
        with time_limit("aggregate"), connection.cursor() as cursor:
            cursor.execute(found.sql, found.parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
    except DataError as error:
        raise InvalidParameter(
            _("Un nombre calculé est trop grand pour être écrit."), parameter=parameter
        ) from error
    return rows
