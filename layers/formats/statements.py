"""Statements of renderers: a compiled selection with short column names, and the cached statement of a page.

Moves over a map and successive pages repeat a query, and Django takes as long to write the statement of a page of
1,000 as PostgreSQL to read a tenth of its rows. The text and its parameters are cached, never a row. The key holds
all that decides them (permissions, version of the data, query, media type); the box and the first id, which change
from page to page, are bound at their positions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, FloatField, ForeignKey, IntegerField, QuerySet
from django.db.models.expressions import BaseExpression
from django.db.models.sql import Query
from psycopg.sql import Identifier, Literal

from layers.cache import BoundedCache
from layers.definitions import Field
from layers.queries import Selection, Window

_written: BoundedCache[_Written] = BoundedCache(1_000)
# Characters of the question beside the box: a thousand questions of any length would fill the memory.
_LONGEST = 2_000
# A whole float is written ``42.0``: readers that learn the types from the values (OGR, hence QGIS and geopandas) would
# make integers of a column whose first values are whole, and lose the decimals of the others. Beyond 10^15 PostgreSQL
# writes an exponent, which no reader takes for an integer. NaN and infinity are greater than any bound.
_WITH_POINT = (
    "CASE WHEN {0} = trunc({0}) AND abs({0}) < 1e15 THEN ({0}::text || '.0')::json ELSE to_json({0}) END"
)
_FLOAT_TEXT = (
    "CASE WHEN {0} = trunc({0}) THEN CASE WHEN abs({0}) < 1e15 THEN {0}::text || '.0' ELSE {1}({0})::text END"
    " ELSE {0}::text END"
)
# What PostgreSQL writes alike in a text and in JSON.
_PLAIN_KINDS = (IntegerField, BooleanField)
# ``JSON_SCALAR`` looks up how a type is written once a statement; ``to_json``, which writes the same, at each value.
_JSON_SCALAR_SINCE = 170_000


@dataclass(frozen=True, slots=True)
class BoundStatement:
    """A SELECT and its bound parameters."""

    sql: str
    parameters: tuple[Any, ...]


Write = Callable[[], BoundStatement | None]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement (None where no row can match) and the positions of what changes among its parameters, if clear."""

    statement: BoundStatement | None
    positions: tuple[int, ...] | None


def statement_of(
    selection: Selection, window: Window, form: Hashable, write: Write, *, is_counting: bool = False
) -> BoundStatement | None:
    """Return the statement of a page in ``form``; ``write`` writes it when it is not cached.

    Only short queries are cached, for pages in the order of ids that go forward. None where no row can match.
    ``is_counting``: the statement selects the rows twice, since it counts them.
    """
    query = selection.query
    other_parameters = tuple((name, text) for name, text in query.fingerprint if name != "bbox")
    is_simple = selection.order.is_by_id and not window.is_before
    if not is_simple or sum(len(text) for _name, text in other_parameters) > _LONGEST:
        return write()
    boxes = [PostGISAdapter(query.bbox)] if query.bbox is not None else []
    changing = [*boxes * (2 if is_counting else 1), *window.start]
    kinds = (len(boxes), len(window.start))
    fields = tuple(field.name for field in selection.fields)
    shaped = (fields, str(selection.order), query.limit, query.crs.uri, form)
    key = (selection.scope.key, selection.version, other_parameters, *kinds, *shaped)
    written = _written.recall(key, lambda: _placed(write(), changing))
    if written.statement is None or written.positions is None:
        return write()
    parameters = list(written.statement.parameters)
    for position, value in zip(written.positions, changing, strict=True):
        parameters[position] = value
    return BoundStatement(written.statement.sql, tuple(parameters))


def _placed(statement: BoundStatement | None, changing: Sequence[Any]) -> _Written:
    """Find the parameters that change from page to page; none is clear that occurs oftener than it changes."""
    parameters = statement.parameters if statement else ()
    places = [
        [
            position
            for position, value in enumerate(parameters)
            if isinstance(value, type(one)) and value == one
        ]
        for one in changing
    ]
    is_clear = all(len(each) == changing.count(one) for each, one in zip(places, changing, strict=True))
    # The first of several equal values takes the first place.
    positions = (
        each[changing[:index].count(changing[index])] for index, each in enumerate(places) if is_clear
    )
    return _Written(statement, tuple(positions) if is_clear else None)


@dataclass(frozen=True, slots=True)
class CompiledColumn:
    """A column of a compiled selection under the name of its field, quoted; ``is_float``: a binary number.

    ``json_key`` is the field as JSON writes it before a value, ``json_value`` the SQL of its value as JSON or NULL.
    """

    name: str
    title: str
    is_float: bool
    json_key: str
    json_value: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """``FROM`` clause ``(…) AS s(id, geometry, c0, c1, …)`` with its parameters, and the names of its columns."""

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

    def json_object(self, *, before: str = "", after: str = "") -> str:
        """The columns as a JSON object between two texts, as ``row_to_json`` writes it, at two thirds of the cost."""
        sql, text = "", before + "{"
        for column in self.columns:
            sql += f"{_literal(text + column.json_key)} || coalesce({column.json_value}, 'null') || "
            text = ","
        return sql + _literal("}" + after if self.columns else text + "}" + after)


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
        CompiledColumn(
            f"c{index}",
            quoted(field.name),
            isinstance(kind, FloatField),
            f"{json.dumps(field.name, ensure_ascii=False)}:",
            _json_value(f"s.c{index}", kind),
        )
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


def _json_value(column: str, kind: Any) -> str:
    """Return the SQL of a column as JSON text, NULL without a value."""
    written = kind.target_field if isinstance(kind, ForeignKey) else kind
    if isinstance(written, _PLAIN_KINDS):
        return f"{column}::text"
    scalar = "JSON_SCALAR" if _server_version() >= _JSON_SCALAR_SINCE else "to_json"
    if isinstance(written, FloatField):
        return _FLOAT_TEXT.format(column, scalar)
    return f"{scalar}({column})::text"


@cache
def _server_version() -> int:
    """Return the version of PostgreSQL, read once: the event loop, which may not read it, leaves that to a thread."""
    return int(connection.pg_version)  # type: ignore[attr-defined]  # of PostgreSQL, which the stubs do not say


def _literal(text: str) -> str:
    """Quote a text for a statement that psycopg formats."""
    return Literal(text).as_string(None).replace("%", "%%")


@lru_cache(maxsize=4_096)
def quoted(name: str) -> str:
    """Quote an identifier for a statement that psycopg formats (where a percent sign must be doubled)."""
    return Identifier(name).as_string(None).replace("%", "%%")
