"""The SQL of derived measures, made of measured groups: shares, ratios, densities, running totals and changes.

Columns of groups are ``g…`` (keys) and ``m…`` (measures), as in ``statement``. A running total and a change go along a
key of periods, whose blank periods are added as groups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layers.aggregates.plan import ZERO_OF_NOTHING, AggregatePlan, OutputColumn
from layers.models import Commune

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


def communes_query(plan: AggregatePlan, codes: tuple[str, ...]) -> Fragment:
    """Return the query ``p`` of the communes with their population and area in square metres; empty when unneeded.

    ``codes`` are those of the territory of the question, none for all: groups of one commune have their own.
    """
    if not any(output.requested.function in _DENSITIES for output in plan.outputs):
        return "", []
    if not codes or _commune_index(plan) >= 0:
        return f", {_COMMUNES.format('')}", []
    return f", {_COMMUNES.format(' WHERE c.code = ANY(%s)')}", [list(codes)]


def output_sql(plan: AggregatePlan, output: OutputColumn) -> Fragment:
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


def blank_groups(plan: AggregatePlan, *, is_marked: bool) -> str:
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
