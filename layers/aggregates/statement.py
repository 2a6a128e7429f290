"""The SQL statement of an aggregate: filtered rows, grouped, measured, completed, ordered and cut.

The ORM writes the innermost SELECT, so rights and filters are those of every list; the rest is made of column numbers
and constants of this module, and every value is bound. Columns of groups are ``g…`` (keys) and ``m…`` (measures);
derived measures are expressions over them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from layers.aggregates.plan import (
    OF_GROUND,
    ZERO_OF_NOTHING,
    AggregatePlan,
    CommuneParts,
    Grouping,
    Key,
    OutputColumn,
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
    communes_sql, codes = _communes(plan, selection.communes)
    outputs, derived = _outputs(plan, ends)
    sql = _STATEMENT.format(
        tables="".join(f"{table.name} AS ({table.sql}), " for table in swapped),
        reading="NOT MATERIALIZED " if _is_read_twice(selection, plan) else "",
        rows=inner,
        limits=_LIMITS.format(limits, " WHERE s.is_counted" if plan.parts else "") if ends else "",
        measured="m" if plan.filled >= 0 else "g",
        groups=groups,
        filled=_blank_groups(plan, is_marked=bool(with_ranks)) if plan.filled >= 0 else "",
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
    named = {f"aggregate_{name}": _output_sql for name, _output_sql in (expressions | series).items()}
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
    holds = f"strpos({_FOLDED.format(words)}, {_FOLDED.format('%s::text')}) > 0"
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
    computed = [_output_sql(plan, output) for output in plan.outputs]
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


Fragment = tuple[str, list[Any]]
# Communes by code, with what a density divides by: none where it is unknown. Parts of a territory add up when all are.
_COMMUNES = (
    "p AS (SELECT c.code, c.population, ST_Area(c.geom::geography) AS area"  # noqa: S608 (our own table)
    f" FROM {Commune._meta.db_table} AS c{{}})"
)
_OF_COMMUNE = "(SELECT {} FROM p WHERE p.code = g.g{})"
_OF_TERRITORY = "(SELECT CASE WHEN count({0}) = count(*) THEN sum({0}) END FROM p)"
# What a density is per: a thousand inhabitants, a square kilometre.
_DENSITIES = {"per_inhabitant": ("population", 1e3), "per_km2": ("area", 1e6)}
_PERIODS = {
    "year": "1 year",
    "quarter": "3 months",
    "month": "1 month",
    "week": "7 days",
    "day": "1 day",
}


def _communes(plan: AggregatePlan, codes: tuple[str, ...]) -> Fragment:
    """Return the query ``p`` of the communes with their population and area in square metres; empty when unneeded.

    ``codes`` are those of the territory of the question, none for all: groups of one commune have their own.
    """
    if not any(output.requested.function in _DENSITIES for output in plan.outputs):
        return "", []
    if not codes or _commune_index(plan) >= 0:
        return f", {_COMMUNES.format('')}", []
    return f", {_COMMUNES.format(' WHERE c.code = ANY(%s)')}", [list(codes)]


def _output_sql(plan: AggregatePlan, output: OutputColumn) -> Fragment:
    """Return the SQL of a column of the answer."""
    derive = _DERIVED.get(output.requested.function)
    return derive(plan, output) if derive else (f"g.m{output.parts[0]}", [])


def _period_interval(period: str) -> str:
    """Return the length of a period as PostgreSQL writes intervals."""
    return f"interval '{_PERIODS[period]}'"


def _share(_plan: AggregatePlan, output: OutputColumn) -> Fragment:
    measured = f"g.m{output.parts[0]}"
    return f"(100.0 * {measured} / nullif(sum({measured}) OVER (), 0))", []


def _ratio(_plan: AggregatePlan, output: OutputColumn) -> Fragment:
    dividend, divisor = (f"g.m{part}::float8" for part in output.parts)
    if output.requested.times == 1:
        return f"({dividend} / nullif({divisor}, 0))", []
    return f"(%s::float8 * {dividend} / nullif({divisor}, 0))", [output.requested.times]


def _density(plan: AggregatePlan, output: OutputColumn) -> Fragment:
    column, scale = _DENSITIES[output.requested.function]
    index = _commune_index(plan)
    base = _OF_COMMUNE.format(column, index) if index >= 0 else _OF_TERRITORY.format(column)
    return f"({scale:f} * g.m{output.parts[0]} / nullif({base}, 0))", []


def _commune_index(plan: AggregatePlan) -> int:
    """Return the index of the key of communes, -1 without."""
    return next((index for index, key in enumerate(plan.keys) if key.is_commune), -1)


def _cumulated(plan: AggregatePlan, output: OutputColumn) -> Fragment:
    total = f"sum(g.m{output.parts[0]}) OVER {_window(plan, output.along)}"
    return f"(CASE WHEN g.g{output.along} IS NOT NULL THEN {total} END)", []


def _change(plan: AggregatePlan, output: OutputColumn) -> Fragment:
    """Return the difference to the group before; to nothing when that is not the period or the bin before."""
    window, measured, key = _window(plan, output.along), f"g.m{output.parts[0]}", f"g.g{output.along}"
    before = f"lag({key}) OVER {window}"
    of_nothing = plan.measures[output.parts[0]].requested.function in ZERO_OF_NOTHING
    previous, bound = _previous(plan, output.along)
    return (
        f"(CASE WHEN {key} IS NULL OR {before} IS NULL THEN NULL"
        f" WHEN {before} = {previous} THEN {measured} - lag({measured}) OVER {window}"
        f" ELSE {measured if of_nothing else 'NULL'} END)",
        bound,
    )


def _previous(plan: AggregatePlan, index: int) -> Fragment:
    """Return the key of the previous group: the period or bin before; for plain values, the previous row (``lag``)."""
    key, column = plan.keys[index], f"g.g{index}"
    if key.requested.period:
        return f"({column} - {_period_interval(key.requested.period)})::date", []
    if key.requested.width is not None:
        return f"({column} - %s)", [key.requested.width]
    if key.grouping.is_bins:
        return f"({column} - 1)", []
    return f"lag({column}) OVER {_window(plan, index)}", []


def _window(plan: AggregatePlan, along: int) -> str:
    partition = ", ".join(f"g.g{index}" for index in range(len(plan.keys)) if index != along)
    return f"({f'PARTITION BY {partition} ' if partition else ''}ORDER BY g.g{along})"


_DERIVED: dict[str, Callable[[AggregatePlan, OutputColumn], Fragment]] = {
    "share": _share,
    "ratio": _ratio,
    "per_inhabitant": _density,
    "per_km2": _density,
    "cumulated": _cumulated,
    "change": _change,
}


# Blank groups, of periods that no row falls in; more are refused: the days of ten centuries are no chart.
MAX_BLANK = 20_000
_WITH = (
    ", e AS (SELECT min(g{period}) AS lo, max(g{period}) AS hi FROM m)"
    ", c AS (SELECT DISTINCT {others} FROM m)"
    ", blank AS (SELECT {columns} FROM c CROSS JOIN (SELECT generate_series(lo::timestamp,"
    " least(hi, lo + {most} * {step}), {step})::date AS start FROM e) AS t LIMIT {most})"
    ", g AS (SELECT {merged} FROM (SELECT * FROM m UNION ALL SELECT {nothing} FROM blank) AS m GROUP BY {keys})"
)


def _blank_groups(plan: AggregatePlan, *, is_marked: bool) -> str:
    """Return the queries that add blank groups to the measured ones ``m`` to make ``g``: at most ``MAX_BLANK``.

    ``is_marked``: ``m`` has the column ``is_kept``.
    """
    keys = [f"g{index}" for index in range(len(plan.keys))]
    other_keys = [key for index, key in enumerate(keys) if index != plan.filled]
    measures = [*(f"m{index}" for index in range(len(plan.measures))), "n"]
    of_nothing = [
        "0" if measure.requested.function in ZERO_OF_NOTHING else "NULL" for measure in plan.measures
    ]
    mark = ["bool_or(is_kept) AS is_kept"] if is_marked else []
    return _WITH.format(
        period=plan.filled,
        others=", ".join(other_keys) or "1",
        columns=", ".join(f"c.{key}" if key in other_keys else f"t.start AS {key}" for key in keys),
        step=_period_interval(plan.keys[plan.filled].requested.period),
        most=MAX_BLANK,
        merged=", ".join([*keys, *(f"max({name}) AS {name}" for name in measures), *mark]),
        nothing=", ".join([*keys, *of_nothing, "0", *(["true"] if is_marked else [])]),
        keys=", ".join(keys),
    )
