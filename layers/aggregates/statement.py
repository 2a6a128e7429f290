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

from layers.aggregates.derived import communes, expression
from layers.aggregates.empty_periods import filled
from layers.aggregates.plan import AggregatePlan, Computed, Grouping, Key
from layers.aggregates.rows import grouped_rows
from layers.aggregates.swapped_rows import SwappedRows
from layers.definitions import FieldType
from layers.models import Commune
from layers.parsing.aggregates import AggregateQuery
from layers.queries import Selection
from layers.sql.buckets import measurable, placed

_FUNCTIONS = {
    "sum": "sum({0})",
    "avg": "avg({0})",
    "min": "min({0})",
    "max": "max({0})",
    "stddev": "stddev_samp({0})",
    "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY {0})",
    "percentile": "percentile_cont(%s) WITHIN GROUP (ORDER BY {0})",
    "distinct": "count(DISTINCT {0})",
    "length": "coalesce(sum({0}), 0)",
    "area": "coalesce(sum({0}), 0)",
}
_STATEMENT = (
    "WITH {tables}s AS {reading}({rows}){limits}, {measured} AS ({groups}){filled}{communes}"
    " SELECT {outputs} FROM g{order} LIMIT %s"
)
_ROWS = "SELECT * FROM ({}) AS q({})"
_SERIES = "SELECT * FROM ({}) AS q({}) CROSS JOIN LATERAL (VALUES {}) AS series(place, value)"
_LIMITS = ", b AS MATERIALIZED (SELECT {} FROM s)"
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
    match, that of blank groups; then for each key of bins its lowest and highest value, and for each key of communes
    the name. A statement ``with_ranks`` adds the rank of the value of each key, and whether the group is kept.
    """

    sql: str
    parameters: tuple[Any, ...]


def statement(
    selection: Selection,
    plan: AggregatePlan,
    query: AggregateQuery,
    *,
    keeping: GroupFilter | None = None,
    with_ranks: int = 0,
    tables: Sequence[SwappedRows | None] = (None,),
) -> AggregateStatement | None:
    """Return the statement, or None when no row can match. ``keeping`` leaves out groups of the first key.

    ``with_ranks`` is how many groups are read at most, in no order and none left out, for who sorts them itself.
    ``tables`` are those whose rows are read, together: None is the layer's own, others are equivalent to it.
    """
    source = _source(grouped_rows(selection, plan.rows, query), plan, tables)
    if source is None:
        return None
    inner, parameters = source
    swapped = [table for table in tables if table is not None]
    groups, bound = _groups(plan, keeping, is_marked=bool(with_ranks))
    ends = [index for index, key in enumerate(plan.keys) if key.grouping.is_bins]
    limits = ", ".join(_ends(plan.keys[index], index) for index in ends)
    places, codes = communes(plan, _territory(selection))
    outputs, derived = _outputs(plan, ends)
    sql = _STATEMENT.format(
        tables="".join(f"{table.name} AS ({table.sql}), " for table in swapped),
        reading="NOT MATERIALIZED " if _is_read_twice(selection, plan) else "",
        rows=inner,
        limits=_LIMITS.format(limits) if ends else "",
        measured="m" if plan.filled >= 0 else "g",
        groups=groups,
        filled=filled(plan, is_marked=bool(with_ranks)) if plan.filled >= 0 else "",
        communes=places,
        outputs=", ".join([*outputs, *(_ranks(plan) if with_ranks else ())]),
        order="" if with_ranks else _order(plan, query),
    )
    first = [value for table in swapped for value in table.parameters]
    return AggregateStatement(sql, (*first, *parameters, *bound, *codes, *derived, with_ranks or query.limit))


def _ends(key: Key, index: int) -> str:
    """Return where the bins of a key start and end: positions keep the order of values, so two of them are computed."""
    low, high = (placed(key.field, f"{function}(k{index})") for function in ("min", "max"))
    return f"{low} AS lo{index}, {high} AS hi{index}"


def _is_read_twice(selection: Selection, plan: AggregatePlan) -> bool:
    """Whether rows are read for the ends of bins and again for the bins, by parallel workers both times.

    Rows that are dear to find, and records, are kept from the first to the second.
    """
    is_kept = selection.query.is_dear or plan.rows.relation is not None
    return any(key.grouping.is_bins for key in plan.keys) and not is_kept


def _territory(selection: Selection) -> tuple[str, ...]:
    """Return the codes of the communes that the question is about, none for all of the territory."""
    portal, asked = selection.scope.visitor.portal, selection.query.communes
    if portal and asked:
        return (portal,) if portal in asked else asked
    return (portal,) if portal else asked


def _source(
    rows: QuerySet[Any], plan: AggregatePlan, tables: Sequence[SwappedRows | None]
) -> tuple[str, tuple[Any, ...]] | None:
    """Return the innermost SELECT: one column a key, a measure and a series, named ``k…``, ``v…`` and ``x…``."""
    computed = {
        f"k{index}": key.expression for index, key in enumerate(plan.keys) if key.expression is not None
    }
    computed |= {
        f"v{index}": measure.expression
        for index, measure in enumerate(plan.measures)
        if measure.expression is not None
    }
    series = {f"x{index}": measurable(field) for index, field in enumerate(plan.rows.series)}
    # Named apart from any column: those of datasets are short.
    named = {f"aggregate_{name}": expression for name, expression in (computed | series).items()}
    try:
        values = rows.order_by().annotate(**named).values_list(*(named or ["pk"]))
        inner, parameters = values.query.sql_with_params()
    except EmptyResultSet:
        return None
    columns = ", ".join([*computed, *series]) or "pk"
    inner = " UNION ALL ".join(inner if table is None else table.read_by(inner) for table in tables)
    bound = tuple(parameters) * len(tables)
    if not series:
        return _ROWS.format(inner, columns), bound
    made = ", ".join(f"({place}, q.{name})" for place, name in enumerate(series))
    return _SERIES.format(inner, columns, made), bound


def _groups(plan: AggregatePlan, keeping: GroupFilter | None, *, is_marked: bool) -> tuple[str, list[Any]]:
    """Return the grouped SELECT with its parameters: ``g…``, ``m…`` and ``n``, the number of rows.

    When ``is_marked``, ``is_kept`` says which groups are kept and none is left out.
    """
    bound: list[Any] = []
    columns = []
    for index, key in enumerate(plan.keys):
        columns.append(f"{_grouped(key, index)} AS g{index}")
        bound += [key.asked.bins] * columns[-1].count("%s")
    for index, measure in enumerate(plan.measures):
        columns.append(f"{_measured(measure, index)} AS m{index}")
        bound += [measure.asked.share] * columns[-1].count("%s")
    columns.append("count(*) AS n")
    kept, values = _kept(plan.keys[0], keeping) if keeping else ("", [])
    if is_marked:
        columns.append(f"coalesce(bool_or(coalesce({kept or 'true'}, false)), true) AS is_kept")
    bound += values
    elements = [index for index, key in enumerate(plan.keys) if key.grouping is Grouping.ELEMENTS]
    joins = "".join(_ELEMENTS.format(index) for index in elements)
    where = f" WHERE {kept}" if kept and not is_marked else ""
    grouped = ", ".join(str(place + 1) for place in range(len(plan.keys)))
    by = f" GROUP BY {grouped}" if grouped else ""
    return _GROUPS.format(", ".join(columns), joins, where, by), bound


def _kept(key: Key, keeping: GroupFilter) -> tuple[str, list[Any]]:
    """Return the condition that keeps groups of the first key, and its parameters."""
    value = f"({_grouped(key, 0)})::text"
    words = _COMMUNE_NAME.format(value) if key.is_commune else value
    holds = f"strpos({_FOLDED.format(words)}, {_FOLDED.format('%s::text')}) > 0"
    return f"({holds} OR {value} = ANY(%s))", [keeping.text, list(keeping.codes)]


# Ends are read by subqueries, not by a join, for PostgreSQL to group in parallel.
_LOW, _HIGH = _LIMIT.format("lo", "{0}"), _LIMIT.format("hi", "{0}")
_IS_SPREAD = "(SELECT lo{0} < hi{0} FROM b)"
_STEP = f"greatest(1, ceil(({_HIGH} - {_LOW} + 1) / %s))"
_GROUPED = {
    Grouping.VALUE: "s.k{0}",
    Grouping.ELEMENTS: "e{0}.e",
    Grouping.SERIES: "s.place",
    Grouping.WHOLE_BINS: f"div({{1}} - {_LOW}, {_STEP})",
    Grouping.REAL_BINS: (
        f"CASE WHEN s.k{{0}} IS NULL THEN NULL WHEN {_IS_SPREAD}"
        f" THEN least(width_bucket({{1}}, {_LOW}, {_HIGH}, %s), %s) - 1 ELSE 0 END"
    ),
}


def _grouped(key: Key, index: int) -> str:
    """Return the value of the group that a row falls in, by a key."""
    place = placed(key.field, f"s.k{index}") if key.grouping.is_bins else ""
    return _GROUPED[key.grouping].format(index, place)


def _measured(measure: Computed, index: int) -> str:
    if measure.asked.function == "count":
        return "count(*)"
    return _FUNCTIONS[measure.asked.function].format("s.value" if measure.is_of_series else f"s.v{index}")


def _outputs(plan: AggregatePlan, ends: Sequence[int]) -> tuple[list[str], list[Any]]:
    """Return the columns of the answer, and the values bound in them."""
    overlap = any(key.grouping is Grouping.ELEMENTS for key in plan.keys)
    matched = "(SELECT count(*) FROM s)" if overlap else "sum(g.n) OVER ()"
    computed = [expression(plan, output) for output in plan.outputs]
    columns = [
        *(f"g.g{index}" for index in range(len(plan.keys))),
        *(text for text, _bound in computed),
        "g.n",
        "count(*) OVER ()",
        f"({matched}) / {len(plan.rows.series)}" if plan.rows.series else matched,
        "(SELECT count(*) FROM blank)" if plan.filled >= 0 else "0",
        *(_LIMIT.format(end, index) for index in ends for end in ("lo", "hi")),
        *(_COMMUNE_NAME.format(f"g.g{index}") for index, key in enumerate(plan.keys) if key.is_commune),
    ]
    return columns, [value for _text, bound in computed for value in bound]


def _ranks(plan: AggregatePlan) -> list[str]:
    """Return the rank of the value of each key among its values, and whether the group is kept."""
    ranks = (
        f"dense_rank() OVER (ORDER BY g.g{index}{_collated(key)})" for index, key in enumerate(plan.keys)
    )
    return [*ranks, "g.is_kept"]


def _order(plan: AggregatePlan, query: AggregateQuery) -> str:
    """Return a total order: what is asked, then every key. No value comes last, either way."""
    columns = {str(key.asked): f"g.g{index}{_collated(key)}" for index, key in enumerate(plan.keys)}
    columns |= {
        str(output.asked): str(len(plan.keys) + place + 1) for place, output in enumerate(plan.outputs)
    }
    asked = {key.name: " DESC NULLS LAST" if key.is_descending else "" for key in query.sort}
    closing = {str(key.asked): "" for key in plan.keys if str(key.asked) not in asked}
    terms = [f"{columns[name]}{direction}" for name, direction in (asked | closing).items()]
    return f" ORDER BY {', '.join(terms)}" if terms else ""


def _collated(key: Key) -> str:
    """Texts come in the order of a French dictionary, whatever the locale of the database."""
    is_text = key.field.type in {FieldType.TEXT, FieldType.TEXTS} and key.grouping is not Grouping.SERIES
    return ' COLLATE "fr-x-icu"' if is_text else ""
