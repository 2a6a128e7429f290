"""Rows that their key no longer tells, recognised among those online, whose ids they take.

A file of text rounds its positions, and a digest of everything no longer recognises the rows of a dataset without a
key. A dataset whose key changes is read by the new one, in what is online too.
"""

from __future__ import annotations

from itertools import takewhile

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.definitions import DatasetSchema
from datasets.loading.sql.rules import staged_value
from datasets.loading.sql.staging import StagingPlan, errors_of
from datasets.sql import Names, listed, qualified, run
from datasets.vocabulary import GeometryKind

METRES = 1
"""How far a position goes at most between two files that write it otherwise."""
_AROUND = 3e-5
"""Degrees: a metre of longitude up to 70° of latitude, with some room."""
_PASSES = 10
"""Looks for pairs: a row whose nearest was another's takes the next one."""


def match_positions(plan: StagingPlan, online: Names, online_schema: DatasetSchema) -> int:
    """Give new rows the keys of rows online that would leave: alike but for a position within a metre.

    Each takes the nearest one, unless that one is nearer to another new row. Return how many were matched.
    """
    schemas = (plan.schema, online_schema)
    if any(schema.key or schema.geometry is GeometryKind.NONE for schema in schemas):
        return 0
    counts = (_match_nearest(plan, online, online_schema) for _pass in range(_PASSES))
    return sum(takewhile(bool, counts))


def match_new_key(plan: StagingPlan, online: Names, online_schema: DatasetSchema) -> int:
    """Give the keys of a dataset that changes keys to the rows online that have their values, once each.

    Return how many were recognised.
    """
    names = plan.schema.key
    if not names or names == online_schema.key or not online_schema.by_name.keys() >= set(names):
        return 0
    indexes = {field.name: index for index, field in enumerate(plan.schema.fields)}
    columns = [Identifier(online_schema.by_name[name].column) for name in names]
    return run(
        SQL(
            "INSERT INTO {keys} (key, id) SELECT DISTINCT ON (s.key) s.key, o.id FROM {staged} AS s JOIN"
            " (SELECT {columns}, min(id) AS id FROM {online} GROUP BY {columns} HAVING count(*) = 1) AS o ON {equal}"
            " WHERE NOT s.faults && {errors} AND NOT EXISTS (SELECT FROM {keys} AS k WHERE k.key = s.key)"
        ).format(
            keys=qualified(plan.names.keys),
            staged=qualified(plan.names.staged),
            columns=listed(list(columns)),
            online=qualified(online.table),
            equal=SQL(" AND ").join(
                SQL("s.{}::text = o.{}::text").format(staged_value(indexes[name]), column)
                for name, column in zip(names, columns, strict=True)
            ),
            errors=errors_of(plan),
        )
    )


def _match_nearest(plan: StagingPlan, online: Names, online_schema: DatasetSchema) -> int:
    """Match the pairs of rows of which each is the nearest of the other; return how many."""
    return run(
        SQL(
            "WITH pairs AS MATERIALIZED ({pairs}),"
            " nearest AS (SELECT DISTINCT ON (line) line, id FROM pairs ORDER BY line, metres, id),"
            " taken AS (SELECT DISTINCT ON (id) id, line FROM pairs ORDER BY id, metres, line)"
            " UPDATE {staged} AS s SET key = k.key FROM nearest JOIN taken USING (line, id) JOIN {keys} AS k USING (id)"
            " WHERE s.line = nearest.line"
        ).format(
            pairs=_pairs(plan, online, online_schema),
            staged=qualified(plan.names.staged),
            keys=qualified(plan.names.keys),
        )
    )


def _pairs(plan: StagingPlan, online: Names, online_schema: DatasetSchema) -> Composed:
    """Return the new rows, by line, with the rows online around them that are alike and would leave."""
    return SQL(
        "SELECT s.line, o.id, {metres} AS metres FROM {staged} AS s JOIN {online} AS o"
        " ON o.geom && ST_Expand(s.geom, {around}) AND {alike} AND {metres} <= {most}"
        " WHERE NOT s.faults && {errors} AND NOT EXISTS (SELECT FROM {keys} AS k WHERE k.key = s.key)"
        " AND NOT EXISTS (SELECT FROM {keys} AS k JOIN {staged} AS other USING (key)"
        " WHERE k.id = o.id AND NOT other.faults && {errors})"
    ).format(
        metres=SQL("ST_Distance({}::geography, {}::geography)").format(
            _middle("s", plan.schema), _middle("o", online_schema)
        ),
        staged=qualified(plan.names.staged),
        online=qualified(online.table),
        around=Literal(_AROUND),
        alike=_alike(plan, online_schema),
        most=Literal(METRES),
        errors=errors_of(plan),
        keys=qualified(plan.names.keys),
    )


def _alike(plan: StagingPlan, online_schema: DatasetSchema) -> Composed:
    """Return the condition that two rows have the same values, but for the columns that give the position."""
    indexes = {field.name: index for index, field in enumerate(plan.schema.fields)}
    position_names = {
        field.name
        for field, position in zip(plan.schema.fields, plan.positions, strict=True)
        if position in plan.recipe.columns
    }
    parts: list[Composable] = []
    for field in online_schema.fields:
        if field.name in position_names:
            continue
        if field.name not in indexes:
            return SQL("false").format()
        new = SQL("s.{}").format(staged_value(indexes[field.name]))
        parts.append(SQL("{}::text IS NOT DISTINCT FROM {}::text").format(new, Identifier("o", field.column)))
    return SQL(" AND ").join(parts or [SQL("true")])


def _middle(alias: str, schema: DatasetSchema) -> Composed:
    is_point = schema.geometry is GeometryKind.POINT
    return SQL("{}.geom" if is_point else "ST_Centroid({}.geom)").format(SQL(alias))
