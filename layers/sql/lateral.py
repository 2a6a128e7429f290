"""The nearest row of another layer beside each row, as a ``LEFT JOIN LATERAL``: it is found once a row.

A scalar subquery gives one value, and would be run again for each column. The ORM knows no lateral join; its query
takes any source of columns that can write itself and follow the change of an alias (``Query.join``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Expression, FloatField, IntegerField, QuerySet, TextField
from django.db.models import Field as ModelField
from django.db.models.sql.constants import LOUTER

from layers.sql.spatial_joins import widened_box

# The nearest on the map bounds how far the nearest on the spheroid can be: the index then finds the few that are not
# farther. Features that share a point are at 0 m; of several at one distance the lowest id is told.
_NEAREST = """
SELECT other.id, other.title,
    CASE WHEN ST_Intersects({row}, other.geom) THEN 0
    ELSE ST_Distance({row}::geography, other.geom::geography) END AS metres
FROM (
    SELECT least(%s, ST_Distance({row}::geography, first.geom::geography)) AS metres
    FROM {others} AS first(id, geom, title)
    WHERE first.geom && {reach}
    ORDER BY first.geom <-> {row} LIMIT 1
) AS bound, {others} AS other(id, geom, title)
WHERE other.geom && {bound}
"""
_SHARING = """
SELECT other.id, other.title, 0 AS metres FROM {others} AS other(id, geom, title)
WHERE {row} && other.geom AND ST_Intersects({row}, other.geom)
"""
_JOIN = """
LEFT JOIN LATERAL (
    SELECT near.id, near.title::text AS title, round(near.metres::numeric, 2)::double precision AS metres
    FROM ({found}) AS near ORDER BY near.metres, near.id LIMIT 1
) AS {alias} ON true
"""
COLUMNS: dict[str, type[ModelField[Any, Any]]] = {
    "id": IntegerField,
    "title": TextField,
    "metres": FloatField,
}


class NearestJoin:
    """Joins each row to the nearest of ``others`` within ``metres`` on the spheroid; 0 asks for a shared point.

    ``others`` are the other layer's rows as (id, geometry in EPSG:4326, title). What the ORM asks of a join is here
    (``django.db.models.sql.datastructures``).
    """

    join_type = LOUTER
    nullable = True
    filtered_relation = None

    def __init__(
        self, others: QuerySet[Any], metres: float, *, parent_alias: str, name: str, table_alias: str = ""
    ) -> None:
        self.others, self.metres = others, metres
        self.parent_alias, self.table_name, self.table_alias = parent_alias, name, table_alias or name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write the join.

        Raises:
            EmptyResultSet: the other layer has no row.
        """
        query = self.others.query.clone()
        query.subquery = True  # geometries stay as they are
        others, parameters = query.as_sql(compiler, connection)
        row = f"{compiler.quote_name_unless_alias(self.parent_alias)}.geom"
        form, bound = (_NEAREST, [self.metres, *parameters]) if self.metres else (_SHARING, [])
        found = form.format(
            row=row,
            others=others,
            reach=widened_box(row, f"{self.metres!r}"),
            bound=widened_box(row, "bound.metres"),
        )
        sql = _JOIN.format(found=found, alias=connection.ops.quote_name(self.table_alias))
        return sql, [*bound, *parameters]

    def relabeled_clone(self, change_map: dict[str, str]) -> NearestJoin:
        """Return the join under the aliases of another query."""
        return NearestJoin(
            self.others,
            self.metres,
            parent_alias=change_map.get(self.parent_alias, self.parent_alias),
            name=self.table_name,
            table_alias=change_map.get(self.table_alias, self.table_alias),
        )


class JoinedColumn(Expression):
    """A column of a join by its alias: the ORM's own needs a field of a model."""

    def __init__(self, alias: str, column: str) -> None:
        super().__init__(output_field=COLUMNS[column]())
        self.alias, self.column = alias, column

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Write the column."""
        return f"{compiler.quote_name_unless_alias(self.alias)}.{self.column}", ()

    def relabeled_clone(self, change_map: Mapping[str, str]) -> JoinedColumn:
        """Return the column under the alias of another query."""
        return JoinedColumn(change_map.get(self.alias, self.alias), self.column)


def with_nearest(rows: QuerySet[Any], others: QuerySet[Any], metres: float, name: str) -> QuerySet[Any]:
    """Annotate rows with ``<name>_id``, ``<name>_title`` and ``<name>_metres`` of the nearest of ``others``.

    ``others`` are (id, geometry, title) in this order; ``metres`` bounds the search, and are told to the centimetre.
    """
    joined = rows.all()
    parent = joined.query.get_initial_alias()
    assert parent is not None
    alias = joined.query.join(NearestJoin(others, metres, parent_alias=parent, name=name))  # type: ignore[arg-type]  # any source of columns
    annotated: QuerySet[Any] = joined.annotate(
        **{f"{name}_{column}": JoinedColumn(alias, column) for column in COLUMNS}
    )
    return annotated
