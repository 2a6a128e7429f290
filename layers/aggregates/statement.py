"""The SQL statement of an aggregate: filtered rows, grouped, measured, completed, ordered and cut.

The ORM writes the innermost SELECT, so rights and filters are those of every list; the rest is made of column numbers
and constants of this module, and every value is bound. Columns of groups are ``g…`` (keys) and ``m…`` (measures);
derived measures are expressions over them (``derived``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from layers.aggregates.derived import blank_groups, communes_query, output_sql
from layers.aggregates.plan import (
    OF_GROUND,
    AggregatePlan,
    CommuneParts,
    Grouping,
    Key,
    ResolvedMeasure,
    grouped_rows,
)
from layers.definitions import FieldType
from layers.models import Commune
from layers.parsing.aggregates import AggregateQuery
from layers.queries import Selection
from layers.sql.grouping import measurable, placed, share_in

_FUNCTIONS = {
    "sum": "sum({0})",
    "avg": "avg({0})",
    "weighted": "(sum(({0})::float8 * {1}) / nullif(sum({1}::float8) FILTER (WHERE {0} IS NOT NULL), 0))",
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
_LIMITS = ", b AS MATERIALIZED (SELECT {} FROM s{})"
_LIMIT = "(SELECT {}{} FROM b)"
_GROUPS = "SELECT {} FROM s{}{}{}"
_MATCHED = "(SELECT count(*){} FROM s)"
_ELEMENTS = " LEFT JOIN LATERAL (SELECT DISTINCT e FROM unnest(s.k{0}) AS u(e)) AS e{0} ON true"
_COMMUNE_NAME = f"(SELECT c.nom FROM {Commune._meta.db_table} AS c WHERE c.code = {{}})"  # noqa: S608 (our own table)
_FOLDED = 'unaccent(lower({0} COLLATE "und-x-icu"))'


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """Select groups: those that contain ``text``, whatever the case and the accents, and ``codes``.

    Without ``text``, ``codes`` alone. Numbers are compared as they are written.
    """

    text: str | None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SwappedRows:
    """The rows of a table equivalent to that of a layer, as SQL with ``%s`` for each of ``parameters``.

    A statement over the layer's own ``table`` (quoted) reads them as ``name``.
    """

    name: str
    table: str
    sql: str
    parameters: tuple[Any, ...]

    def read_by(self, sql: str) -> str:
        """Return a statement of the layer's table as one of these rows."""
        return sql.replace(self.table, self.name)


@dataclass(frozen=True, slots=True)
class AggregateStatement:
    """SQL with ``%s`` for each of ``parameters``.

    Its rows are: the keys, the measures, the number of rows in the group, the number of groups, the number of rows
    that match, that of blank groups; then for each key of bins its lowest and highest value, and for each key of
    communes the name. A statement ``with_ranks`` adds the rank of the value of each key, and whether the group is
    selected.
    """

    sql: str
    parameters: tuple[Any, ...]


def statement(
    selection: Selection,
    plan: AggregatePlan,
    query: AggregateQuery,
    *,
    value_filter: GroupFilter | None = None,
    with_ranks: int = 0,
    tables: Sequence[SwappedRows | None] = (None,),
) -> AggregateStatement | None:
    """Return the statement, or None when no row can match. ``value_filter`` leaves out groups of the first key.

    ``with_ranks`` is how many groups are read at most, unsorted and complete, for a caller that sorts them.
    ``tables`` are those whose rows are read, together: None is the layer's own, others are equivalent to it.
    """
    rows = grouped_rows(selection, plan.rows, query, has_parts=plan.parts is not None)
    source = _source(selection, rows, plan, tables)
    if source is None:
        return None
    inner, parameters = source
    swapped = [table for table in tables if table is not None]
    groups, bound = _groups(plan, value_filter, is_marked=bool(with_ranks))
    ends = [index for index, key in enumerate(plan.keys) if key.grouping.is_bins]
    limits = ", ".join(_ends(plan.keys[index], index) for index in ends)
    communes_sql, codes = communes_query(plan, selection.communes)
    outputs, derived = _outputs(plan, ends)
    sql = _STATEMENT.format(
        tables="".join(f"{table.name} AS ({table.sql}), " for table in swapped),
        reading="NOT MATERIALIZED " if _is_read_twice(selection, plan) else "",
        rows=inner,
        limits=_LIMITS.format(limits, " WHERE s.is_counted" if plan.parts else "") if ends else "",
        measured="m" if plan.filled >= 0 else "g",
        groups=groups,
        filled=blank_groups(plan, is_marked=bool(with_ranks)) if plan.filled >= 0 else "",
        communes=communes_sql,
        outputs=", ".join([*outputs, *(_ranks(plan) if with_ranks else ())]),
        order="" if with_ranks else _order(plan, query),
    )
    first = [value for table in swapped for value in table.parameters]
    return AggregateStatement(sql, (*first, *parameters, *bound, *codes, *derived, with_ranks or query.limit))


def _ends(key: Key, index: int) -> str:
    """Return where the bins of a key start and end; only the two extreme positions are computed, not one a row."""
    low, high = (placed(key.field, f"{function}(k{index})") for function in ("min", "max"))
    return f"{low} AS lo{index}, {high} AS hi{index}"


def _is_read_twice(selection: Selection, plan: AggregatePlan) -> bool:
    """Whether rows are read twice, for the ends of bins and for the bins, in parallel both times.

    Rows that are costly to select, and records, are stored in between instead.
    """
    is_materialized = selection.query.is_dear or plan.rows.relation is not None
    return any(key.grouping.is_bins for key in plan.keys) and not is_materialized


def _source(
    selection: Selection, rows: QuerySet[Any], plan: AggregatePlan, tables: Sequence[SwappedRows | None]
) -> tuple[str, tuple[Any, ...]] | None:
    """Return the innermost SELECT: one column a key, a measure and a series, named ``k…``, ``v…`` (its weight ``w…``)
    and ``x…``.

    With ``plan.parts`` it has ``part`` too, what is measured of the row, and ``is_counted``: a row counts once.
    """
    expressions = {
        f"k{index}": key.expression for index, key in enumerate(plan.keys) if key.expression is not None
    }
    expressions |= {
        f"v{index}": measure.expression
        for index, measure in enumerate(plan.measures)
        if measure.expression is not None and not (plan.parts and measure.requested.function in OF_GROUND)
    }
    expressions |= {
        f"w{index}": measure.weight_expression
        for index, measure in enumerate(plan.measures)
        if measure.weight_expression is not None
    }
    series = {f"x{index}": measurable(field) for index, field in enumerate(plan.rows.series)}
    expressions |= _part_columns(selection, plan)
    # Named apart from any column: those of datasets are short.
    named = {f"aggregate_{name}": expression for name, expression in (expressions | series).items()}
    try:
        values = rows.order_by().annotate(**named).values_list(*(named or ["pk"]))
        inner, parameters = values.query.sql_with_params()
    except EmptyResultSet:
        return None
    columns = ", ".join([*expressions, *series]) or "pk"
    inner = " UNION ALL ".join(inner if table is None else table.read_by(inner) for table in tables)
    bound = tuple(parameters) * len(tables)
    if plan.parts and plan.parts.key >= 0:
        inner, codes = _divided(plan, plan.parts, inner, (*expressions, *series))
        bound += codes
    if not series:
        return _ROWS.format(inner, columns), bound
    values = ", ".join(f"({position}, q.{name})" for position, name in enumerate(series))
    return _SERIES.format(inner, columns, values), bound


def _part_columns(selection: Selection, plan: AggregatePlan) -> dict[str, Any]:
    """Return the columns of what is measured of a row; those of a key of communes are made of them (``_divided``)."""
    if plan.parts is None:
        return {}
    counted = ExpressionWrapper(selection.in_communes or Q(pk__isnull=False), BooleanField())
    part = F("commune_shares") if plan.parts.key >= 0 else share_in(plan.parts.codes)
    return {"part": part, "is_counted": counted}


# A row for each part of a feature, in the group of its commune; it counts in that of its own commune alone.
_DIVIDED = "SELECT {columns} FROM ({rows}) AS q({names}) LEFT JOIN LATERAL jsonb_each_text(q.part) AS h ON {selected}"
_OF_PART = {
    "key": "nullif(h.key, '')",
    "part": "h.value::float8",
    "is_counted": "q.is_counted AND nullif(h.key, '') IS NOT DISTINCT FROM q.{key}",
}


def _divided(
    plan: AggregatePlan, parts: CommuneParts, rows: str, names: Sequence[str]
) -> tuple[str, tuple[Any, ...]]:
    """Return the rows with one for each of their parts, and the parameters that follow."""
    key = f"k{parts.key}"
    columns = [
        _OF_PART["key" if name == key else name].format(key=key)
        if name in {key, "part", "is_counted"}
        else f"q.{name}"
        for name in names
    ]
    selected = "h.key = ANY(%s)" if parts.codes else "true"
    sql = _DIVIDED.format(columns=", ".join(columns), rows=rows, names=", ".join(names), selected=selected)
    return sql, (list(parts.codes),) if parts.codes else ()


def _counting(plan: AggregatePlan) -> str:
    """Return what restricts a count, a list of values or a sum to the rows that count."""
    return " FILTER (WHERE s.is_counted)" if plan.parts else ""


def _groups(
    plan: AggregatePlan, value_filter: GroupFilter | None, *, is_marked: bool
) -> tuple[str, list[Any]]:
    """Return the grouped SELECT with its parameters: ``g…``, ``m…`` and ``n``, the number of rows.

    When ``is_marked``, all groups are returned and ``is_kept`` marks the selected ones.
    """
    bound: list[Any] = []
    columns = []
    for index, key in enumerate(plan.keys):
        columns.append(f"{_grouped(key, index)} AS g{index}")
        bound += [key.requested.bins] * columns[-1].count("%s")
    for index, measure in enumerate(plan.measures):
        columns.append(f"{_measured(plan, measure, index)} AS m{index}")
        bound += [measure.requested.share] * columns[-1].count("%s")
    columns.append(f"count(*){_counting(plan)} AS n")
    condition, values = _group_condition(plan.keys[0], value_filter) if value_filter else ("", [])
    if is_marked:
        columns.append(f"coalesce(bool_or(coalesce({condition or 'true'}, false)), true) AS is_kept")
    bound += values
    elements = [index for index, key in enumerate(plan.keys) if key.grouping is Grouping.ELEMENTS]
    joins = "".join(_ELEMENTS.format(index) for index in elements)
    where = f" WHERE {condition}" if condition and not is_marked else ""
    grouped = ", ".join(str(position + 1) for position in range(len(plan.keys)))
    by = f" GROUP BY {grouped}" if grouped else ""
    if grouped and plan.parts and plan.parts.key < 0:  # slivers of no row that is of the commune
        by += f" HAVING count(*){_counting(plan)} > 0"
    return _GROUPS.format(", ".join(columns), joins, where, by), bound


def _group_condition(key: Key, value_filter: GroupFilter) -> tuple[str, list[Any]]:
    """Return the condition that selects groups of the first key, and its parameters."""
    value = f"({_grouped(key, 0)})::text"
    words = _COMMUNE_NAME.format(value) if key.is_commune else value
    # ``unaccent`` is stable: outside a subquery it would fold the constant again for each group.
    holds = f"strpos({_FOLDED.format(words)}, (SELECT {_FOLDED.format('%s::text')})) > 0"
    return f"({holds} OR {value} = ANY(%s))", [value_filter.text, list(value_filter.codes)]


# Ends are read by subqueries, not by a join, for PostgreSQL to group in parallel.
_LOW, _HIGH = _LIMIT.format("lo", "{0}"), _LIMIT.format("hi", "{0}")
_IS_SPREAD = "(SELECT lo{0} < hi{0} FROM b)"
_STEP = f"greatest(1, ceil(({_HIGH} - {_LOW} + 1) / %s))"
_GROUPED = {
    Grouping.VALUE: "s.k{0}",
    Grouping.ELEMENTS: "e{0}.e",
    Grouping.SERIES: "s.place",
    Grouping.INTEGER_BINS: f"div({{1}} - {_LOW}, {_STEP})",
    Grouping.REAL_BINS: (
        f"CASE WHEN s.k{{0}} IS NULL THEN NULL WHEN {_IS_SPREAD}"
        f" THEN least(width_bucket({{1}}, {_LOW}, {_HIGH}, %s), %s) - 1 ELSE 0 END"
    ),
}


def _grouped(key: Key, index: int) -> str:
    """Return the value of the group that a row falls in, by a key."""
    position = placed(key.field, f"s.k{index}") if key.grouping.is_bins else ""
    return _GROUPED[key.grouping].format(index, position)


def _measured(plan: AggregatePlan, measure: ResolvedMeasure, index: int) -> str:
    function = measure.requested.function
    if function == "count":
        return f"count(*){_counting(plan)}"
    if plan.parts and function in OF_GROUND:
        return _FUNCTIONS[function].format("s.part")
    if measure.weight is not None:
        value = f"CASE WHEN s.is_counted THEN s.v{index} END" if plan.parts else f"s.v{index}"
        return _FUNCTIONS["weighted"].format(value, f"s.w{index}")
    return _FUNCTIONS[function].format("s.value" if measure.is_of_series else f"s.v{index}") + _counting(plan)


def _outputs(plan: AggregatePlan, ends: Sequence[int]) -> tuple[list[str], list[Any]]:
    """Return the columns of the answer, and the values bound in them."""
    overlap = any(key.grouping is Grouping.ELEMENTS for key in plan.keys)
    matched = _MATCHED.format(_counting(plan)) if overlap else "sum(g.n) OVER ()"
    computed = [output_sql(plan, output) for output in plan.outputs]
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
    """Return the rank of the value of each key among its values, and whether the group is selected."""
    ranks = (
        f"dense_rank() OVER (ORDER BY g.g{index}{_collated(key)})" for index, key in enumerate(plan.keys)
    )
    return [*ranks, "g.is_kept"]


def _order(plan: AggregatePlan, query: AggregateQuery) -> str:
    """Return a total order: the given sort, then every key. No value comes last, either way."""
    columns = {str(key.requested): f"g.g{index}{_collated(key)}" for index, key in enumerate(plan.keys)}
    columns |= {
        str(output.requested): str(len(plan.keys) + index + 1) for index, output in enumerate(plan.outputs)
    }
    directions = {key.name: " DESC NULLS LAST" if key.is_descending else "" for key in query.sort}
    closing = {str(key.requested): "" for key in plan.keys if str(key.requested) not in directions}
    terms = [f"{columns[name]}{direction}" for name, direction in (directions | closing).items()]
    return f" ORDER BY {', '.join(terms)}" if terms else ""


def _collated(key: Key) -> str:
    """Texts come in the order of a French dictionary, whatever the locale of the database."""
    is_text = key.field.type in {FieldType.TEXT, FieldType.TEXTS} and key.grouping is not Grouping.SERIES
    return ' COLLATE "fr-x-icu"' if is_text else ""
