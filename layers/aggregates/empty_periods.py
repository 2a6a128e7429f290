"""Periods that no row falls in, as groups: from the first to the last of the selection, for every other key.

Blank groups are added to those measured and merged by key: a count of nothing is 0, another measure has no value.
"""

from __future__ import annotations

from layers.aggregates.derived import period_step
from layers.aggregates.plan import ZERO_OF_NOTHING, AggregatePlan

# More groups than that are refused, for the days of ten centuries are no chart.
MAX_BLANK = 20_000
_WITH = (
    ", e AS (SELECT min(g{period}) AS lo, max(g{period}) AS hi FROM m)"
    ", c AS (SELECT DISTINCT {others} FROM m)"
    ", blank AS (SELECT {columns} FROM c CROSS JOIN (SELECT generate_series(lo::timestamp,"
    " least(hi, lo + {most} * {step}), {step})::date AS start FROM e) AS t LIMIT {most})"
    ", g AS (SELECT {merged} FROM (SELECT * FROM m UNION ALL SELECT {nothing} FROM blank) AS m GROUP BY {keys})"
)


def filled(plan: AggregatePlan, *, is_marked: bool) -> str:
    """Return the queries that make ``g`` of the measured groups ``m``: the blank ones are at most ``MAX_BLANK``.

    ``is_marked`` tells that ``m`` has the column ``is_kept``.
    """
    keys = [f"g{place}" for place in range(len(plan.keys))]
    others = [key for place, key in enumerate(keys) if place != plan.filled]
    measures = [*(f"m{place}" for place in range(len(plan.measures))), "n"]
    of_nothing = ["0" if measure.asked.function in ZERO_OF_NOTHING else "NULL" for measure in plan.measures]
    kept = ["bool_or(is_kept) AS is_kept"] if is_marked else []
    return _WITH.format(
        period=plan.filled,
        others=", ".join(others) or "1",
        columns=", ".join(f"c.{key}" if key in others else f"t.start AS {key}" for key in keys),
        step=period_step(plan.keys[plan.filled].asked.period),
        most=MAX_BLANK,
        merged=", ".join([*keys, *(f"max({name}) AS {name}" for name in measures), *kept]),
        nothing=", ".join([*keys, *of_nothing, "0", *(["true"] if is_marked else [])]),
        keys=", ".join(keys),
    )
