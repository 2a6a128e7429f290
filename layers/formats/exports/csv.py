"""CSV, written by PostgreSQL: a plain one for programs and one that a French Excel opens by a double click.

Plain: comma, UTF-8, decimal point, ISO 8601 dates, ``true`` and ``false``, names as headings. Excel: semicolon, UTF-8
with its mark, decimal comma, JJ/MM/AAAA, VRAI and FAUX, titles as headings. In both a value that is missing is nothing
at all and an empty text is ``""``. Points are two columns, other geometries are WKT.

A text that a spreadsheet would run gets an apostrophe before it, whichever separator the spreadsheet cuts at
(``formulas``). Numbers are never touched: a column of numbers stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from layers.crs import Crs
from layers.definitions import FieldType
from layers.formats.exports.columns import ExportColumn, columns_of, compile_rows
from layers.formats.exports.formulas import safe_lines, safe_sql, safe_text, spaced_wkt
from layers.formats.exports.notice import Notice
from layers.formats.exports.progress import watched
from layers.queries import Selection
from layers.sql.costs import examine
from layers.sql.limits import time_limit

_BUFFER = 1 << 20
LIST_SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way to write CSV: ``dress`` turns the SQL of a value into the SQL of its text, by type."""

    delimiter: str
    mark: bytes
    dress: Mapping[FieldType, Callable[[str], str]]
    number: Callable[[str], str]
    wkt: Callable[[str], str]
    heading: Callable[[ExportColumn], str]


def _texts(sql: str) -> str:
    return safe_sql(f"array_to_string({sql}, '{LIST_SEPARATOR}')")


def _as_is(sql: str) -> str:
    return sql


def _with_comma(sql: str) -> str:
    return f"replace({sql}::text, '.', ',')"


PLAIN = Dialect(
    delimiter=",",
    mark=b"",
    dress={
        FieldType.TEXT: safe_sql,
        FieldType.INTEGER: _as_is,
        FieldType.NUMBER: _as_is,
        FieldType.BOOLEAN: lambda sql: f"{sql}::text",
        FieldType.DATE: _as_is,
        FieldType.DATETIME: lambda sql: f"replace(({sql} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'",
        FieldType.TEXTS: _texts,
    },
    number=_as_is,
    wkt=_as_is,
    heading=lambda column: column.name,
)
EXCEL = Dialect(
    delimiter=";",
    mark=b"\xef\xbb\xbf",
    dress={
        FieldType.TEXT: safe_sql,
        FieldType.INTEGER: _as_is,
        FieldType.NUMBER: _with_comma,
        FieldType.BOOLEAN: lambda sql: f"CASE {sql} WHEN true THEN 'VRAI' WHEN false THEN 'FAUX' END",
        FieldType.DATE: lambda sql: f"to_char({sql}, 'DD/MM/YYYY')",
        FieldType.DATETIME: lambda sql: (
            f"to_char({sql} AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY HH24:MI:SS')"
        ),
        FieldType.TEXTS: _texts,
    },
    number=_with_comma,
    wkt=spaced_wkt,
    heading=lambda column: safe_text(str(column.field.title) or column.name),
)


def write_plain(selection: Selection, path: Path, notice: Notice) -> int:
    """Write plain CSV; return the number of rows."""
    return _write(selection, path, notice.crs, PLAIN)


def write_excel(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the CSV of a French Excel; return the number of rows."""
    return _write(selection, path, notice.crs, EXCEL)


def _write(selection: Selection, path: Path, crs: Crs, dialect: Dialect) -> int:
    places = _places(selection, crs)
    columns = columns_of(selection, reserved=[name for name, _sql in places])
    headings = [*(dialect.heading(column) for column in columns), *(name for name, _sql in places)]
    with path.open("wb", buffering=_BUFFER) as file:
        file.write(dialect.mark)
        file.writelines(safe_lines([_line(headings, dialect.delimiter)], dialect.delimiter))
        compiled = compile_rows(selection, crs)
        if compiled is None:
            return 0
        values = [dialect.dress[column.field.type](column.sql) for column in columns]
        values += [_place(sql, dialect) for _name, sql in places]
        select = f"SELECT {', '.join(values)} FROM {compiled.source}"  # noqa: S608 (names are ours, values bound)
        statement = f"COPY ({select}) TO STDOUT WITH (FORMAT csv, DELIMITER '{dialect.delimiter}')"
        with time_limit("export"), connection.cursor() as cursor:
            examine(select, compiled.parameters)
            with cursor.cursor.copy(statement, compiled.parameters) as copy:
                file.writelines(safe_lines(watched(copy), dialect.delimiter))
            return int(cursor.rowcount)


def _places(selection: Selection, crs: Crs) -> list[tuple[str, str]]:
    """Return the columns that say where, as names and SQL."""
    kind = selection.scope.definition.geometry
    if not kind.is_located:
        return []
    if not kind.is_point:
        return [("wkt", f"ST_AsText(s.geometry, {7 if crs.srid == 4326 else 3})")]
    if crs.srid == 4326:
        return [("longitude", "ST_X(s.geometry)"), ("latitude", "ST_Y(s.geometry)")]
    return [
        ("x", "trim_scale(round(ST_X(s.geometry)::numeric, 3))"),
        ("y", "trim_scale(round(ST_Y(s.geometry)::numeric, 3))"),
    ]


def _place(sql: str, dialect: Dialect) -> str:
    return dialect.wkt(sql) if sql.startswith("ST_AsText") else dialect.number(sql)


def _line(cells: Sequence[str], delimiter: str) -> bytes:
    """Write headings: always between quotes, since titles hold anything."""
    doubled = (cell.replace('"', '""') for cell in cells)
    return (delimiter.join(f'"{cell}"' for cell in doubled) + "\n").encode()
