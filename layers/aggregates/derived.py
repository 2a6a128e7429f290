"""What is computed of groups once they are measured: shares, ratios, running totals, differences, densities.

Each is an SQL expression over the columns ``g…`` (keys) and ``m…`` (measures) of the groups, with its bound values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layers.aggregates.plan import ZERO_OF_NOTHING, AggregatePlan, Output
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


def communes(plan: AggregatePlan, codes: tuple[str, ...]) -> Fragment:
    """Return the query ``p`` of the communes with their population and area in square metres; empty when unneeded.

    ``codes`` are those of the territory of the question, none for all: groups of one commune have their own.
    """
    if not any(output.asked.function in _DENSITIES for output in plan.outputs):
        return "", []
    if not codes or _commune_place(plan) >= 0:
        return f", {_COMMUNES.format('')}", []
    return f", {_COMMUNES.format(' WHERE c.code = ANY(%s)')}", [list(codes)]


def expression(plan: AggregatePlan, output: Output) -> Fragment:
    """Return what a column of the answer is computed as."""
    derive = _DERIVED.get(output.asked.function)
    return derive(plan, output) if derive else (f"g.m{output.parts[0]}", [])


def period_step(period: str) -> str:
    """Return the length of a period as PostgreSQL writes intervals."""
    return f"interval '{_PERIODS[period]}'"


def _share(_plan: AggregatePlan, output: Output) -> Fragment:
    measured = f"g.m{output.parts[0]}"
    return f"(100.0 * {measured} / nullif(sum({measured}) OVER (), 0))", []


def _ratio(_plan: AggregatePlan, output: Output) -> Fragment:
    dividend, divisor = (f"g.m{part}::float8" for part in output.parts)
    if output.asked.times == 1:
        return f"({dividend} / nullif({divisor}, 0))", []
    return f"(%s::float8 * {dividend} / nullif({divisor}, 0))", [output.asked.times]


def _density(plan: AggregatePlan, output: Output) -> Fragment:
    column, scale = _DENSITIES[output.asked.function]
    place = _commune_place(plan)
    base = _OF_COMMUNE.format(column, place) if place >= 0 else _OF_TERRITORY.format(column)
    return f"({scale:f} * g.m{output.parts[0]} / nullif({base}, 0))", []


def _commune_place(plan: AggregatePlan) -> int:
    """Return the place of the key of communes, -1 without."""
    return next((place for place, key in enumerate(plan.keys) if key.is_commune), -1)


def _cumulated(plan: AggregatePlan, output: Output) -> Fragment:
    total = f"sum(g.m{output.parts[0]}) OVER {_window(plan, output)}"
    return f"(CASE WHEN g.g{output.along} IS NOT NULL THEN {total} END)", []


def _change(plan: AggregatePlan, output: Output) -> Fragment:
    """Return the difference to the group before; to nothing when that is not the period or the bin before."""
    window, measured, key = _window(plan, output), f"g.m{output.parts[0]}", f"g.g{output.along}"
    before = f"lag({key}) OVER {window}"
    of_nothing = plan.measures[output.parts[0]].asked.function in ZERO_OF_NOTHING
    previous, bound = _previous(plan, output.along)
    return (
        f"(CASE WHEN {key} IS NULL OR {before} IS NULL THEN NULL"
        f" WHEN {before} = {previous} THEN {measured} - lag({measured}) OVER {window}"
        f" ELSE {measured if of_nothing else 'NULL'} END)",
        bound,
    )


def _previous(plan: AggregatePlan, place: int) -> Fragment:
    """Return the value of a key before each; of values that are not cut, the one that is there."""
    key, column = plan.keys[place], f"g.g{place}"
    if key.asked.period:
        return f"({column} - {period_step(key.asked.period)})::date", []
    if key.asked.width is not None:
        return f"({column} - %s)", [key.asked.width]
    if key.grouping.is_bins:
        return f"({column} - 1)", []
    return f"lag({column}) OVER {_window_along(plan, place)}", []


def _window(plan: AggregatePlan, output: Output) -> str:
    return _window_along(plan, output.along)


def _window_along(plan: AggregatePlan, along: int) -> str:
    others = ", ".join(f"g.g{place}" for place in range(len(plan.keys)) if place != along)
    return f"({f'PARTITION BY {others} ' if others else ''}ORDER BY g.g{along})"


_DERIVED: dict[str, Callable[[AggregatePlan, Output], Fragment]] = {
    "share": _share,
    "ratio": _ratio,
    "per_inhabitant": _density,
    "per_km2": _density,
    "cumulated": _cumulated,
    "change": _change,
}
