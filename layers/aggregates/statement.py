"""The one SQL statement of an aggregate: the narrowed, filtered rows, grouped, measured, ordered and cut.

The ORM writes the innermost SELECT, so rights and filters are those of every list; what is around it is made of column
numbers and of the constants of this module, and every value is bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from layers.aggregates.plan import AggregatePlan, Computed, Grouping, Key
from layers.definitions import FieldType
from layers.models import Commune
from layers.parsing.aggregates import AggregateQuery

_FUNCTIONS = {
    "sum": "sum({0})",
    "avg": "avg({0})",
    "min": "min({0})",
    "max": "max({0})",
    "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY {0})",
    "percentile": "percentile_cont(%s) WITHIN GROUP (ORDER BY {0})",
    "distinct": "count(DISTINCT {0})",
    "length": "coalesce(sum({0}), 0)",
    "area": "coalesce(sum({0}), 0)",
}
_STATEMENT = "WITH s AS ({rows}){limits} SELECT {outputs} FROM ({groups}) AS g{order} LIMIT %s"
_ROWS = "SELECT * FROM ({}) AS q({})"
_LIMITS = ", b AS (SELECT {} FROM s)"
_LIMIT = "(SELECT {}{} FROM b)"
_GROUPS = "SELECT {} FROM s{}{}{}"
_ELEMENTS = " LEFT JOIN LATERAL (SELECT DISTINCT e FROM unnest(s.k{0}) AS u(e)) AS e{0} ON true"
_COMMUNE_NAME = f"(SELECT c.nom FROM {Commune._meta.db_table} AS c WHERE c.code = {{}})"  # noqa: S608 (our own table)
_FOLDED = 'unaccent(lower({0} COLLATE "und-x-icu"))'


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """Which groups are kept: those that hold ``text``, whatever the case and the accents, and ``codes``.

    Without ``text``, ``codes`` alone. Numbers are compared as they are written.
    """

    text: str | None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AggregateStatement:
    """SQL with ``%s`` for each of ``parameters``.

    Its rows are: the keys, the measures, the number of rows in the group, the number of groups, the number of rows that
    match; then for each key of bins its lowest and highest value, and for each key of communes the name.
    """

    sql: str
    parameters: tuple[Any, ...]


def statement(
    rows: QuerySet[Any], plan: AggregatePlan, query: AggregateQuery, *, keeping: GroupFilter | None = None
) -> AggregateStatement | None:
    """Return the statement, or None when no row can match. ``keeping`` leaves out groups of the first key."""
    source = _source(rows, plan)
    if source is None:
        return None
    inner, parameters = source
    groups, bound = _groups(plan, keeping)
    ends = [index for index, key in enumerate(plan.keys) if key.grouping.is_bins]
    limits = ", ".join(f"min(k{index}) AS lo{index}, max(k{index}) AS hi{index}" for index in ends)
    sql = _STATEMENT.format(
        rows=inner,
        limits=_LIMITS.format(limits) if ends else "",
        outputs=", ".join(_outputs(plan, ends)),
        groups=groups,
        order=_order(plan, query),
    )
    return AggregateStatement(sql, (*parameters, *bound, query.limit))


def _source(rows: QuerySet[Any], plan: AggregatePlan) -> tuple[str, tuple[Any, ...]] | None:
    """Return the innermost SELECT: one column a key and one a measure, named ``k…`` and ``v…``."""
    computed = {f"k{index}": key.expression for index, key in enumerate(plan.keys)}
    computed |= {
        f"v{index}": measure.expression
        for index, measure in enumerate(plan.measures)
        if measure.expression is not None
    }
    # Named apart from any column: those of datasets are short.
    named = {f"aggregate_{name}": expression for name, expression in computed.items()}
    try:
        values = rows.order_by().annotate(**named).values_list(*(named or ["pk"]))
        inner, parameters = values.query.sql_with_params()
    except EmptyResultSet:
        return None
    return _ROWS.format(inner, ", ".join(computed) or "pk"), tuple(parameters)


def _groups(plan: AggregatePlan, keeping: GroupFilter | None) -> tuple[str, list[Any]]:
    """Return the grouped SELECT with its parameters: ``g…``, ``m…`` and ``n``, the number of rows."""
    bound: list[Any] = []
    columns = []
    for index, key in enumerate(plan.keys):
        columns.append(f"{_GROUPED[key.grouping].format(index)} AS g{index}")
        bound += [key.asked.bins] * columns[-1].count("%s")
    for index, measure in enumerate(plan.measures):
        columns.append(f"{_measured(measure, index)} AS m{index}")
        bound += [measure.asked.share] * columns[-1].count("%s")
    columns.append("count(*) AS n")
    elements = [index for index, key in enumerate(plan.keys) if key.grouping is Grouping.ELEMENTS]
    joins = " CROSS JOIN b" if any(key.grouping.is_bins for key in plan.keys) else ""
    joins += "".join(_ELEMENTS.format(index) for index in elements)
    where, values = _kept(plan.keys[0], keeping) if keeping else ("", [])
    bound += values
    grouped = ", ".join(str(position + 1) for position in range(len(plan.keys)))
    by = f" GROUP BY {grouped}" if grouped else ""
    return _GROUPS.format(", ".join(columns), joins, where, by), bound


def _kept(key: Key, keeping: GroupFilter) -> tuple[str, list[Any]]:
    """Return the WHERE clause that keeps groups of the first key, and its parameters."""
    value = f"({_GROUPED[key.grouping].format(0)})::text"
    words = _COMMUNE_NAME.format(value) if key.is_commune else value
    holds = f"strpos({_FOLDED.format(words)}, {_FOLDED.format('%s::text')}) > 0"
    return f" WHERE ({holds} OR {value} = ANY(%s))", [keeping.text, list(keeping.codes)]


_STEP = "greatest(1, ceil((b.hi{0} - b.lo{0} + 1) / %s))"
_GROUPED = {
    Grouping.VALUE: "s.k{0}",
    Grouping.ELEMENTS: "e{0}.e",
    Grouping.WHOLE_BINS: f"div(s.k{{0}} - b.lo{{0}}, {_STEP})",
    Grouping.REAL_BINS: (
        "CASE WHEN s.k{0} IS NULL THEN NULL"
        " WHEN b.lo{0} < b.hi{0} THEN least(width_bucket(s.k{0}, b.lo{0}, b.hi{0}, %s), %s) - 1 ELSE 0 END"
    ),
}


def _measured(measure: Computed, index: int) -> str:
    if measure.expression is None:
        return "count(*)"
    return _FUNCTIONS[measure.asked.function].format(f"s.v{index}")


def _outputs(plan: AggregatePlan, ends: Sequence[int]) -> list[str]:
    overlap = any(key.grouping is Grouping.ELEMENTS for key in plan.keys)
    matched = "(SELECT count(*) FROM s)" if overlap else "sum(g.n) OVER ()"
    return [
        *(f"g.g{index}" for index in range(len(plan.keys))),
        *(f"g.m{index}" for index in range(len(plan.measures))),
        "g.n",
        "count(*) OVER ()",
        matched,
        *(_LIMIT.format(end, index) for index in ends for end in ("lo", "hi")),
        *(_COMMUNE_NAME.format(f"g.g{index}") for index, key in enumerate(plan.keys) if key.is_commune),
    ]


def _order(plan: AggregatePlan, query: AggregateQuery) -> str:
    """Return a total order: what is asked, then every key. No value comes last, either way."""
    columns = {str(key.asked): f"g.g{index}{_collated(key)}" for index, key in enumerate(plan.keys)}
    columns |= {str(measure.asked): f"g.m{index}" for index, measure in enumerate(plan.measures)}
    asked = {key.name: " DESC NULLS LAST" if key.is_descending else "" for key in query.sort}
    closing = {str(key.asked): "" for key in plan.keys if str(key.asked) not in asked}
    terms = [f"{columns[name]}{direction}" for name, direction in (asked | closing).items()]
    return f" ORDER BY {', '.join(terms)}" if terms else ""


def _collated(key: Key) -> str:
    """Texts come in the order of a French dictionary, whatever the locale of the database."""
    is_text = key.field.type in {FieldType.TEXT, FieldType.TEXTS} and not key.asked.period
    return ' COLLATE "fr-x-icu"' if is_text else ""
