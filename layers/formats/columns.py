"""A compiled selection: the inner SELECT with short column names, ready to be dressed by a renderer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import FloatField, QuerySet
from django.db.models.expressions import BaseExpression
from django.db.models.sql import Query
from psycopg.sql import Identifier

from layers.definitions import Field

# A whole float is written ``42.0``: readers that learn the types from the values (OGR, hence QGIS and geopandas) would
# make integers of a column whose first values are whole, and lose the decimals of the others. Beyond 10^15 PostgreSQL
# writes an exponent, which no reader takes for an integer. NaN and infinity are greater than any bound.
_WITH_POINT = (
    "CASE WHEN {0} = trunc({0}) AND abs({0}) < 1e15 THEN ({0}::text || '.0')::json ELSE to_json({0}) END"
)


@dataclass(frozen=True, slots=True)
class CompiledColumn:
    """A column of a compiled selection under the name of its field, quoted; ``is_float`` tells a binary number."""

    name: str
    title: str
    is_float: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """``FROM`` clause ``(…) AS s(id, geometry, c0, c1, …)`` with its parameters, and what its columns are called."""

    source: str
    parameters: tuple[Any, ...]
    columns: tuple[CompiledColumn, ...]

    @property
    def attributes(self) -> str:
        """The columns under the names of their fields, as SELECT lists them."""
        return ", ".join(f"s.{column.name} AS {column.title}" for column in self.columns)

    @property
    def json_attributes(self) -> str:
        """The same, for PostgreSQL to write in JSON: a float always has a decimal point."""
        return ", ".join(
            f"{_WITH_POINT.format(f's.{column.name}') if column.is_float else f's.{column.name}'} AS {column.title}"
            for column in self.columns
        )


def compile_columns(
    rows: QuerySet[Any], geometry: BaseExpression, fields: Sequence[Field]
) -> Compiled | None:
    """Compile ordered, cut rows to id, geometry and one column a field; None when no row can match."""
    query = (
        rows.annotate(rendered=geometry)
        .values_list("pk", "rendered", *(field.source for field in fields))
        .query
    )
    try:
        inner, parameters = query.sql_with_params()
    except EmptyResultSet:
        return None
    kinds = _kinds_of(query, fields)
    columns = tuple(
        CompiledColumn(f"c{index}", quoted(field.name), isinstance(kind, FloatField))
        for index, (field, kind) in enumerate(zip(fields, kinds, strict=True))
    )
    names = ["id", "geometry", *(column.name for column in columns)]
    return Compiled(f"({inner}) AS s({', '.join(names)})", tuple(parameters), columns)


def _kinds_of(query: Query, fields: Sequence[Field]) -> Iterator[Any]:
    """Yield the kind of each column: a computed value is an annotation, the others follow the key."""
    stored: Iterator[Any] = iter(query.select[1:])  # the columns, which the stubs take for any expression
    for field in fields:
        computed = query.annotation_select.get(field.source)
        yield computed.output_field if computed is not None else next(stored).target


@lru_cache(maxsize=4_096)
def quoted(name: str) -> str:
    """Quote an identifier for a statement that psycopg formats (where a percent sign must be doubled)."""
    return Identifier(name).as_string(None).replace("%", "%%")
