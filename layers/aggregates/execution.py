"""Run an aggregate on a selection: resolve it, read it in one statement within its time, cache the answer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import DataError, connection
from django.utils.translation import gettext as _

from layers.aggregates.data_states import in_one_state, one_state
from layers.aggregates.derived import MAX_BLANK
from layers.aggregates.disclosure import check_question
from layers.aggregates.plan import AggregatePlan, resolve
from layers.aggregates.results import (
    COUNTS,
    AggregateResult,
    StatementGroups,
    answer,
    named_series,
    raw_of_nothing,
)
from layers.aggregates.statement import AggregateStatement, GroupFilter, statement
from layers.aggregates.suppression import MAX_GROUPS, mask_groups, publish_groups
from layers.errors import InvalidParameter, UnknownLayer
from layers.parsing.aggregates import DEFAULT_GROUPS, AggregateQuery
from layers.queries import Selection
from layers.queries.shared_answers import SharedAnswers, answer_key
from layers.sql.limits import time_limit

# Values of groups that JSON has no word for: a type, written by ``str`` and read again.
_TYPES: dict[str, Callable[[str], Any]] = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "Decimal": Decimal,
}


def encode_groups(groups: StatementGroups) -> bytes:
    """Return the groups of a statement as bytes, for other processes."""
    parts = (
        groups.raw,
        groups.smallest_count,
        sorted(groups.suppressed),
        groups.is_hidden,
        groups.hides_groups,
    )
    return json.dumps(parts, default=_typed).encode()


def decode_groups(content: bytes) -> StatementGroups:
    """Return the groups that ``encode_groups`` wrote."""
    raw, smallest, suppressed, is_hidden, hides_groups = json.loads(content, object_hook=_read_typed)
    return StatementGroups(raw, smallest, frozenset(suppressed), is_hidden, hides_groups)


def _typed(value: object) -> dict[str, str]:
    return {type(value).__name__: str(value)}


def _read_typed(written: dict[str, str]) -> Any:
    ((name, text),) = written.items()
    return _TYPES[name](text)


# A hundred answers of a thousand groups at most: some megabytes a process.
_answers: SharedAnswers[StatementGroups] = SharedAnswers(
    "groups", 100, encode=encode_groups, decode=decode_groups
)


def aggregate(
    selection: Selection,
    query: AggregateQuery,
    *,
    parameter: str = "",
    value_filter: GroupFilter | None = None,
    parallel_queries: int = 1,
) -> AggregateResult:
    """Group and measure the features of a selection, all pages together, in one statement.

    A layer with a ``smallest_count`` suppresses the groups that count fewer rows (``layers.aggregates.suppression``).
    For rows that the visitor may not read (``Scope.can_read_rows``), only some queries are allowed and only published
    groups returned (``layers.aggregates.disclosure``), in one state of the data: the selection's, or a newer one. The
    answer is cached for all processes until the data change. ``parameter`` names the culprit of an error when the
    question has parameters of its own; ``value_filter`` leaves out groups of the first key. ``parallel_queries`` is how
    many such queries run at once (``layers.sql.limits.time_limit``).

    Raises:
        UnknownProperty: a key or a measure names a property the visitor does not have.
        InvalidParameter: a key or a measure does not fit the type of its property, a number is out of range, empty
            periods are too many, or the question is not asked of rows that may not be read.
        UnknownLayer: the values of a group are searched in rows that may not be read.
        TooSlow: the statement took longer than ``LAYER_TIMEOUTS["aggregate"]``.
        Busy: rows that may not be read are written again and again while they are counted.
    """
    plan = resolve(selection.scope, query, communes=selection.communes, parameter=parameter)

    def groups(state: Selection) -> StatementGroups:
        compute = partial(
            _read,
            state,
            plan,
            query,
            value_filter,
            parameter=parameter or "measures",
            parallel_queries=parallel_queries,
        )
        if query.limit > DEFAULT_GROUPS:
            return compute()
        plain_query = replace(query, record_filter=None)  # its text stays
        key = answer_key(state.scope, state.query.identity, plain_query, value_filter)
        return _answers.recall(key, compute)

    return answer(plan, query, in_one_state(selection, groups))


def _read(
    selection: Selection,
    plan: AggregatePlan,
    query: AggregateQuery,
    value_filter: GroupFilter | None,
    *,
    parameter: str,
    parallel_queries: int,
) -> StatementGroups:
    smallest = selection.scope.layer.smallest_count
    if not selection.scope.can_read_rows:
        return _read_published(
            selection, plan, query, value_filter, parameter=parameter, parallel_queries=parallel_queries
        )
    most = MAX_GROUPS + 1 if smallest else 0
    query_sql = statement(selection, plan, query, value_filter=value_filter, with_ranks=most)
    if query_sql is None:
        return StatementGroups(raw_of_nothing(plan), smallest)
    raw = named_series(plan, _fetched(query_sql, parameter, parallel_queries))
    if plan.filled >= 0 and raw and raw[0][len(plan.keys) + len(plan.outputs) + COUNTS - 1] >= MAX_BLANK:
        raise InvalidParameter(
            _(
                "Entre la première et la dernière date, il y a plus de %d groupes vides : choisissez une autre période."
            )
            % MAX_BLANK,
            parameter="empty",
        )
    return mask_groups(plan, query, raw, smallest, parameter) if smallest else StatementGroups(raw)


def _read_published(
    selection: Selection,
    plan: AggregatePlan,
    query: AggregateQuery,
    value_filter: GroupFilter | None,
    *,
    parameter: str,
    parallel_queries: int,
) -> StatementGroups:
    """Read the data and its equivalent tables, and return the groups that are the same in all.

    Raises:
        DataChanged: the data changed since the scope was read.
    """
    scope, smallest = selection.scope, selection.scope.layer.smallest_count
    if value_filter is not None:
        raise UnknownLayer(scope.slug)
    tables = (None, *check_question(scope, selection.query, query, plan).tables)
    answers = []
    with one_state(scope, parallel_queries=parallel_queries):
        for read in (tables, *((table,) for table in tables)):
            query_sql = statement(selection, plan, query, with_ranks=MAX_GROUPS + 1, tables=read)
            if query_sql is None:
                nothing = [] if plan.keys else [[*(None for _output in plan.outputs), 0, 1, 0, 0]]
                return StatementGroups(nothing, smallest, is_hidden=True, hides_groups=True)
            answers.append(named_series(plan, _executed(query_sql, parameter)))
    return publish_groups(plan, query, answers[0], answers[1:], smallest, parameter)


def _fetched(query_sql: AggregateStatement, parameter: str, parallel_queries: int) -> list[tuple[Any, ...]]:
    with time_limit("aggregate", parallel_queries=parallel_queries):
        return _executed(query_sql, parameter)


def _executed(query_sql: AggregateStatement, parameter: str) -> list[tuple[Any, ...]]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(query_sql.sql, query_sql.parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
    except DataError as error:
        raise InvalidParameter(
            _("Un nombre calculé est trop grand pour être écrit."), parameter=parameter
        ) from error
    return rows
