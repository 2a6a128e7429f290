"""Two layers joined by space: rows of one that overlap or are near the other, or not, and the nearest row of the other.

``EXISTS`` searches the other layer for each row of the queried layer, and stops at the first near one: best when most
rows have one. PostgreSQL cannot reverse it, even when the other layer has few rows, since a semi-join without an
equality starts from its outer side. ``IN`` finds the pairs from the other layer and joins them by id: best when few
rows of the other layer match. ``layers.queries.combined_layers`` chooses.

The rows near none have the same two forms: ``NOT EXISTS`` is an anti-join by the index of the other layer, and ``NOT
IN`` finds the near ones once and hashes their ids. No id is NULL. The nearest row is a lateral join.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import (
    BooleanField,
    Expression,
    F,
    FloatField,
    Func,
    IntegerField,
    Model,
    QuerySet,
    TextField,
)
from django.db.models import Field as ModelField
from django.db.models.lookups import GreaterThan
from django.db.models.sql.constants import LOUTER

from layers.sql.functions import Predicate
from layers.sql.spatial import DEGREE_OF_LATITUDE_M, MARGIN, NEAR_POLE, Geography

# What a statement that may be quadratic says of itself: its cost is estimated before it runs (``layers.sql.costs``).
# It names the parameter that asks for the join, then what the planner's cost is multiplied by.
_OPENING = "/* spatial join "
_MARK = re.compile(r"/\* spatial join (\w+) x([0-9.]+) \*/")
_FROM_OTHER = (
    "{id} IN (SELECT joined.{column} FROM {table} AS joined, {other_rows} AS other WHERE {condition} {mark})"
)
_FROM_ROWS = "EXISTS (SELECT 1 FROM {other_rows} AS other WHERE {condition} {mark})"
_COARSE_FROM_M = 100
_LONGEST_DEGREE_M = 111_700  # a degree of latitude at a pole (WGS 84): no degree of anything is longer


class Overlap(Predicate):
    """Two lines or surfaces share more than a border, points whatever they share: the function of the database.

    The thresholds are those of communes, in metres.
    """

    function = "layers_overlap"
    template = "%(function)s(%(expressions)s, %(thresholds)s)"

    @staticmethod
    def thresholds() -> str:
        """Return the depth of a surface and the length of a line, as SQL."""
        return f"{settings.COMMUNE_DEPTH_CM / 100!r}, {settings.COMMUNE_LENGTH_CM / 100!r}"

    def __init__(self, *expressions: Any) -> None:
        super().__init__(*expressions, thresholds=self.thresholds())


def _sharing(row: str, *, is_overlap: bool) -> str:
    """Return the condition that a pair of geometries shares a point, or overlaps; the index serves it."""
    sharing = f"{row} && other.geom AND ST_Intersects({row}, other.geom)"
    return (
        f"{sharing} AND {Overlap.function}({row}, other.geom, {Overlap.thresholds()})"
        if is_overlap
        else sharing
    )


class SpatialJoin(Expression):
    """The row's geometry is at most ``metres`` on the spheroid from one of ``other_rows``; 0 means a shared point.

    With ``is_overlap`` it shares more than a border with one of them, which takes lines and surfaces.
    ``model`` is that of the rows, ``other_rows`` the rows of the other layer; both have ``geom`` in EPSG:4326.
    ``parameter`` is the parameter of the request; with ``is_disjoint`` no row is so near. ``from_other_layer`` finds
    the pairs from the other layer. ``cost_factor`` multiplies the planner's cost, which ignores the distance and that
    the first pair is enough.
    """

    conditional = True

    def __init__(
        self,
        model: type[Model],
        other_rows: QuerySet[Any],
        metres: float,
        *,
        parameter: str,
        is_disjoint: bool = False,
        from_other_layer: bool,
        is_overlap: bool = False,
        cost_factor: float = 1.0,
    ) -> None:
        super().__init__(output_field=BooleanField())
        self.model, self.other_rows, self.metres = model, other_rows, metres
        self.parameter, self.is_disjoint = parameter, is_disjoint
        self.from_other_layer, self.cost_factor = from_other_layer, cost_factor
        self.is_overlap = is_overlap
        self.columns: list[Any] = [F("pk"), F("geom")]

    def get_source_expressions(self) -> list[Any]:
        """Return the row's id and geometry: the rest is a question of its own."""
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        """Take the columns under the names of the query."""
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Write the condition.

        Raises:
            EmptyResultSet: the other layer has no such row, and no row is near one.
            FullResultSet: it has none, and every row is near none.
        """
        (pk, _none), (geom, _nothing) = (compiler.compile(column) for column in self.columns)
        query = self.other_rows.order_by().values("geom").query.clone()
        query.subquery = True
        try:
            other_rows, parameters = query.as_sql(compiler, connection)
        except EmptyResultSet:
            if self.is_disjoint:
                raise FullResultSet from None
            raise
        quote = connection.ops.quote_name
        row = "joined.geom" if self.from_other_layer else geom
        sql = self._form.format(
            id=pk,
            column=quote(self.model._meta.pk.column),
            table=quote(self.model._meta.db_table),
            other_rows=other_rows,
            condition=self._condition(row),
            mark=f"{_OPENING}{self.parameter} x{self.cost_factor:.4f} */",
        )
        return sql, (*parameters, *([self.metres] if self.metres else []))

    @property
    def _form(self) -> str:
        form = _FROM_OTHER if self.from_other_layer else _FROM_ROWS
        return f"NOT ({form})" if self.is_disjoint else form

    def _condition(self, row: str) -> str:
        """Return the condition of a pair, whose index is that of the side looked into."""
        if not self.metres:
            return _sharing(row, is_overlap=self.is_overlap)
        looked_into, outer = (row, "other.geom") if self.from_other_layer else ("other.geom", row)
        # A path straight on the map is no shorter than the shortest: most pairs are near by it, without the spheroid.
        surely = f"ST_DWithin({row}, other.geom, {self.metres / _LONGEST_DEGREE_M!r})"
        exactly = f"ST_DWithin({row}::geography, other.geom::geography, %s)"
        return f"{looked_into} && {widened_box(outer, f'{self.metres!r}')} AND ({surely} OR {exactly})"


def join_cost_factor(sql: str) -> float:
    """Return the factor on the planner's cost of a statement with spatial joins; 0 for one without any."""
    return _dearest(sql)[0]


def join_parameter(sql: str) -> str:
    """Return the parameter of the costliest spatial join of a statement; empty for one without any."""
    return _dearest(sql)[1]


def _dearest(sql: str) -> tuple[float, str]:
    if _OPENING not in sql:
        return 0.0, ""
    return max(
        ((float(cost_factor), parameter) for parameter, cost_factor in _MARK.findall(sql)), default=(0.0, "")
    )


def widened_box(column: str, metres: str) -> str:
    """Return the bounding box of a column in degrees, larger by ``metres`` on each side: what a GiST index answers.

    ``column`` and ``metres`` are SQL. The box is wide enough at its own highest latitude; poles are out of its reach.
    It is read from the header of the geometry, whatever the number of its positions.
    """
    box, height = f"{column}::box2d", f"({MARGIN / DEGREE_OF_LATITUDE_M!r} * ({metres} + 1))"
    latitude = f"radians(least({NEAR_POLE}, greatest(abs(ST_YMin({box})), abs(ST_YMax({box}))) + {height}))"
    return f"ST_Expand({box}, {height} / cos({latitude}), {height})::geometry"


# The nearest on the map bounds how far the nearest on the spheroid can be: the index then finds the few that are not
# farther. Features that share a point are at 0 m; of several at one distance the lowest id.
_NEAREST = """
SELECT other.id, other.title, other.error, other.geom,
    CASE WHEN ST_Intersects({row}, other.geom) THEN 0
    ELSE ST_Distance({row}::geography, other.geom::geography) END AS metres
FROM (
    SELECT least(%s, ST_Distance({row}::geography, first.geom::geography)) AS metres
    FROM {other_rows} AS first(id, geom, title, error)
    WHERE first.geom && {reach}
    ORDER BY first.geom <-> {row} LIMIT 1
) AS bound, {other_rows} AS other(id, geom, title, error)
WHERE other.geom && {bound}
"""
_SHARING = """
SELECT other.id, other.title, other.error, other.geom, 0 AS metres FROM {other_rows} AS other(id, geom, title, error)
WHERE {sharing}
"""
_JOIN = """
LEFT JOIN LATERAL (
    SELECT near.id, near.title::text AS title, round(near.metres::numeric, 2)::double precision AS metres,
        near.error, near.geom
    FROM ({candidates}) AS near ORDER BY near.metres, near.id LIMIT 1
) AS {alias} ON true
"""
COLUMNS: dict[str, type[ModelField[Any, Any]]] = {
    "id": IntegerField,
    "title": TextField,
    "metres": FloatField,
}
# What only expressions on the joined row read: the error of its position, and its geometry.
_JOINED: dict[str, type[ModelField[Any, Any]]] = {**COLUMNS, "error": FloatField, "geom": GeometryField}


class NearestJoin:
    """Joins each row to the nearest of ``other_rows`` within ``metres`` on the spheroid; 0 means a shared point.

    With ``is_overlap`` it is one that shares more than a border with the row. ``other_rows`` are the other layer's rows
    as (id, geometry in EPSG:4326, title, error of the position). It implements the interface of joins of the ORM
    (``django.db.models.sql.datastructures``).
    """

    join_type = LOUTER
    nullable = True
    filtered_relation = None

    def __init__(
        self,
        other_rows: QuerySet[Any],
        metres: float,
        *,
        is_overlap: bool = False,
        parent_alias: str,
        name: str,
        table_alias: str = "",
    ) -> None:
        self.other_rows, self.metres, self.is_overlap = other_rows, metres, is_overlap
        self.parent_alias, self.table_name, self.table_alias = parent_alias, name, table_alias or name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Write the join.

        Raises:
            EmptyResultSet: the other layer has no row.
        """
        query = self.other_rows.query.clone()
        query.subquery = True  # geometries stay as they are
        other_rows, parameters = query.as_sql(compiler, connection)
        row = f"{compiler.quote_name_unless_alias(self.parent_alias)}.geom"
        form, bound = (_NEAREST, [self.metres, *parameters]) if self.metres else (_SHARING, [])
        candidates = form.format(
            row=row,
            other_rows=other_rows,
            sharing=_sharing(row, is_overlap=self.is_overlap),
            reach=widened_box(row, f"{self.metres!r}"),
            bound=widened_box(row, "bound.metres"),
        )
        sql = _JOIN.format(candidates=candidates, alias=connection.ops.quote_name(self.table_alias))
        return sql, [*bound, *parameters]

    def relabeled_clone(self, change_map: dict[str, str]) -> NearestJoin:
        """Return the join under the aliases of another query."""
        return NearestJoin(
            self.other_rows,
            self.metres,
            is_overlap=self.is_overlap,
            parent_alias=change_map.get(self.parent_alias, self.parent_alias),
            name=self.table_name,
            table_alias=change_map.get(self.table_alias, self.table_alias),
        )


class JoinedColumn(Expression):
    """A column of a join by its alias: the ORM's own needs a field of a model."""

    def __init__(self, alias: str, column: str) -> None:
        super().__init__(output_field=_JOINED[column]())
        self.alias, self.column = alias, column

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Write the column."""
        return f"{compiler.quote_name_unless_alias(self.alias)}.{self.column}", ()

    def relabeled_clone(self, change_map: Mapping[str, str]) -> JoinedColumn:
        """Return the column under the alias of another query."""
        return JoinedColumn(change_map.get(self.alias, self.alias), self.column)


class DistanceError(Func):
    """The probable error of a distance, from those of the positions of its ends: NULL where neither is known.

    Independent errors add by their squares. It is rounded to the metre, from 100 m to ten metres.
    """

    template = (
        "(SELECT round(error::numeric, CASE WHEN error < 100 THEN 0 ELSE -1 END)::double precision FROM ("
        "SELECT sqrt(sum(one * one)) AS error FROM unnest(ARRAY[%(expressions)s]::double precision[]) AS one"
        ") AS squares)"
    )
    output_field = FloatField()


def distance_error(*errors: float | None) -> float | None:
    """Return the same from values: « à 250 m près » of a position at 150 m and of another at 200 m."""
    metres = [error for error in errors if error is not None]
    if not metres:
        return None
    error = math.hypot(*metres)
    step = 1 if error < _COARSE_FROM_M else 10
    return float(math.floor(error / step + 0.5) * step)


def _near_boundary(alias: str, error: Expression) -> Func:
    """Return whether a position is no farther from the boundary of the joined surface than an error in metres."""
    boundary = Func(JoinedColumn(alias, "geom"), function="ST_Boundary", output_field=GeometryField())
    ends = (Geography(F("geom")), Geography(boundary))
    return Func(*ends, error, function="ST_DWithin", output_field=BooleanField())


def with_nearest(
    rows: QuerySet[Any],
    other_rows: QuerySet[Any],
    metres: float,
    name: str,
    *,
    is_overlap: bool = False,
    has_error: bool = False,
    own_error: str = "",
) -> QuerySet[Any]:
    """Annotate rows with ``<name>_id``, ``<name>_title`` and ``<name>_metres`` of the nearest of ``other_rows``.

    ``other_rows`` are (id, geometry, title, error) in this order; ``metres`` bounds the search, rounded to the
    centimetre; 0 means a shared point, with ``is_overlap`` more than a border. With ``has_error`` come
    ``<name>_error``, from theirs and the column ``own_error`` of the rows, and ``<name>_near_limit``: whether the limit
    is within it, which is the boundary of a surface where ``metres`` is 0.
    """
    joined = rows.all()
    parent = joined.query.get_initial_alias()
    assert parent is not None
    alias = joined.query.join(
        NearestJoin(other_rows, metres, is_overlap=is_overlap, parent_alias=parent, name=name)  # type: ignore[arg-type]  # any source of columns
    )
    columns: dict[str, Any] = {f"{name}_{column}": JoinedColumn(alias, column) for column in COLUMNS}
    if has_error:
        error = DistanceError(*([F(own_error)] if own_error else []), JoinedColumn(alias, "error"))
        far = JoinedColumn(alias, "metres") + error
        columns[f"{name}_error"] = error
        columns[f"{name}_near_limit"] = GreaterThan(far, metres) if metres else _near_boundary(alias, error)
    annotated: QuerySet[Any] = joined.annotate(**columns)
    return annotated
