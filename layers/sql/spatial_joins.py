"""Two layers joined by space, from either of them: the index of the other one finds what is near.

``EXISTS`` looks, for each row of the layer asked about, in the other layer, and stops at the first that is near: it is
the way when most rows have one. However few rows the other layer has, PostgreSQL cannot turn it round: a semi-join
without an equality starts from its outer side. ``IN`` finds the pairs from the other layer, and joins them by their id
to the rows asked: it is the way when few rows of the other layer answer. ``layers.queries.combined_layers`` chooses.

The rows that are near none are asked either way too: ``NOT EXISTS`` is an anti-join by the index of the other layer,
and ``NOT IN`` finds those that are near once, and hashes their ids. No id is NULL.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import BooleanField, Expression, F, Model, QuerySet

from layers.sql.spatial import DEGREE_OF_LATITUDE_M, MARGIN, NEAR_POLE

# What a statement that may be quadratic says of itself: its cost is estimated before it runs (``layers.sql.costs``).
# It names the parameter that asks for the join, then what the planner's cost is multiplied by.
_OPENING = "/* spatial join "
_MARK = re.compile(r"/\* spatial join (\w+) x([0-9.]+) \*/")
_FROM_OTHER = (
    "{id} IN (SELECT joined.{column} FROM {table} AS joined, {others} AS other WHERE {condition} {mark})"
)
_FROM_ROWS = "EXISTS (SELECT 1 FROM {others} AS other WHERE {condition} {mark})"
_LONGEST_DEGREE_M = 111_700  # a degree of latitude at a pole (WGS 84): no degree of anything is longer


class SpatialJoin(Expression):
    """The row's geometry is at most ``metres`` on the spheroid from one of ``others``; 0 asks for a shared point.

    ``model`` is that of the rows, ``others`` the rows of the other layer; both have ``geom`` in EPSG:4326.
    ``parameter`` is what asks for it; with ``is_disjoint`` no one is so near. ``starts_apart`` finds the pairs from the
    other layer. ``excess`` is what the planner's cost is multiplied by: it knows neither the distance nor that the
    first pair is enough.
    """

    conditional = True

    def __init__(
        self,
        model: type[Model],
        others: QuerySet[Any],
        metres: float,
        *,
        parameter: str,
        is_disjoint: bool = False,
        starts_apart: bool,
        excess: float = 1.0,
    ) -> None:
        super().__init__(output_field=BooleanField())
        self.model, self.others, self.metres = model, others, metres
        self.parameter, self.is_disjoint = parameter, is_disjoint
        self.starts_apart, self.excess = starts_apart, excess
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
        query = self.others.order_by().values("geom").query.clone()
        query.subquery = True
        try:
            others, parameters = query.as_sql(compiler, connection)
        except EmptyResultSet:
            if self.is_disjoint:
                raise FullResultSet from None
            raise
        quote = connection.ops.quote_name
        row = "joined.geom" if self.starts_apart else geom
        sql = self._form.format(
            id=pk,
            column=quote(self.model._meta.pk.column),
            table=quote(self.model._meta.db_table),
            others=others,
            condition=self._condition(row),
            mark=f"{_OPENING}{self.parameter} x{self.excess:.4f} */",
        )
        return sql, (*parameters, *([self.metres] if self.metres else []))

    @property
    def _form(self) -> str:
        form = _FROM_OTHER if self.starts_apart else _FROM_ROWS
        return f"NOT ({form})" if self.is_disjoint else form

    def _condition(self, row: str) -> str:
        """Return the condition of a pair, whose index is that of the side looked into."""
        if not self.metres:
            return f"{row} && other.geom AND ST_Intersects({row}, other.geom)"
        looked_into, known = (row, "other.geom") if self.starts_apart else ("other.geom", row)
        # A path straight on the map is no shorter than the shortest: most pairs are told near without the spheroid.
        surely = f"ST_DWithin({row}, other.geom, {self.metres / _LONGEST_DEGREE_M!r})"
        exactly = f"ST_DWithin({row}::geography, other.geom::geography, %s)"
        return f"{looked_into} && {widened_box(known, f'{self.metres!r}')} AND ({surely} OR {exactly})"


def join_excess(sql: str) -> float:
    """Return what the planner's cost of a statement with spatial joins is multiplied by; 0 for one without any."""
    return _dearest(sql)[0]


def join_parameter(sql: str) -> str:
    """Return the parameter that asks for the dearest spatial join of a statement; empty for one without any."""
    return _dearest(sql)[1]


def _dearest(sql: str) -> tuple[float, str]:
    if _OPENING not in sql:
        return 0.0, ""
    return max(((float(excess), parameter) for parameter, excess in _MARK.findall(sql)), default=(0.0, ""))


def widened_box(column: str, metres: str) -> str:
    """Return the bounding box of a column in degrees, larger by ``metres`` on each side: what a GiST index answers.

    ``column`` and ``metres`` are SQL. The box is wide enough at its own highest latitude; poles are out of its reach.
    It is read from the header of the geometry, whatever the number of its positions.
    """
    box, height = f"{column}::box2d", f"({MARGIN / DEGREE_OF_LATITUDE_M!r} * ({metres} + 1))"
    latitude = f"radians(least({NEAR_POLE}, greatest(abs(ST_YMin({box})), abs(ST_YMax({box}))) + {height}))"
    return f"ST_Expand({box}, {height} / cos({latitude}), {height})::geometry"
