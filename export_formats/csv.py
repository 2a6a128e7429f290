"""CSV, written by PostgreSQL: a plain one for programs and one that a French Excel opens by a double click.

Plain: comma, UTF-8, decimal point, ISO 8601 dates, ``true`` and ``false``, names as headings. Excel: semicolon, UTF-8
with its mark, decimal comma, JJ/MM/AAAA, VRAI and FAUX, titles as headings. Both have a form for people
(``columns_with_labels``). In both a value that is missing is nothing at all and an empty text is ``""``. Points are two
columns, other geometries are WKT.

A text that a spreadsheet would run gets an apostrophe before it, « this is text ». A text is run when its cell begins
with = + - @, a tabulation or a line end, wide forms included. Which cells there are depends on the reader: a French
Excel cuts a file of commas at its semicolons, an English one the other way, and a quotation mark inside a cell holds
nothing together. So what follows a separator that is not the file's own, within a text, is looked at too. Numbers are
never touched: no such separator is in one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from django.db import connection

from export_formats.columns import (
    ExportColumn,
    SheetColumn,
    columns_of,
    columns_with_labels,
    columns_with_names,
    columns_with_titles,
    compile_rows,
)
from export_formats.notice import Notice
from export_formats.rows import with_progress
from export_formats.tables import LIST_SEPARATOR
from layers.crs import Crs
from layers.definitions import FieldType
from layers.queries import Selection
from layers.sql.costs import examine
from layers.sql.limits import time_limit

_BUFFER = 1 << 20
# Code points of = + - @, tabulation, line feed, carriage return, and of the wide forms of the first four.
_CODES = "(61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312)"
_FIRST = frozenset("=+-@\t\n\r＝＋－＠")
_SEPARATORS = ",;\t\n\r"
# A pattern for each separator, not one for all: what a literal begins is looked for three times as fast.
_INNER = {
    separator: (re.compile(f'{separator}("*)([=+@-]|＝|＋|－|＠)'.encode()), rf"{separator}\1'\2".encode())
    for separator in _SEPARATORS
}
_BATCH_ROWS = 512


def safe_text(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return f"'{text}" if text[:1] in _FIRST and text else text


def safe_cell(text: str, delimiter: str) -> str:
    """Return a text as a cell that no spreadsheet runs, whichever separator it cuts a file of ``delimiter`` at.

    An apostrophe that is there gets another: ``layers.parsing.spreadsheet_texts.plain_text`` reads the text itself.
    """
    return _inner(delimiter).sub(r"\1'", text)


@lru_cache(maxsize=8)
def _inner(delimiter: str) -> re.Pattern[str]:
    """Return where a cell may begin in a text: at its beginning, and after the separators of other readers."""
    other_marks = re.escape("".join(mark for mark in _SEPARATORS if mark != delimiter))
    return re.compile(rf"""(^|[{other_marks}]"*)(?='*[{re.escape("".join(sorted(_FIRST)))}])""")


def safe_sql(sql: str) -> str:
    """Return the SQL of a text as ``safe_text`` writes it."""
    return f"CASE WHEN ascii({sql}::text) IN {_CODES} THEN '''' || {sql} ELSE {sql}::text END"


def safe_lines(lines: Iterable[bytes | memoryview], delimiter: str) -> Iterator[bytes]:
    """Put an apostrophe where another reader's cell would begin with a formula, in lines written with ``delimiter``.

    Whole lines, each beginning with a number or a word: the first of a file may be that of headings. WKT must have a
    blank after its commas, where they are not the delimiter (``spaced_wkt``): a coordinate may be negative.
    """
    rules = [rule for separator, rule in _INNER.items() if separator != delimiter]
    left = iter(lines)
    while batch := list(islice(left, _BATCH_ROWS)):
        block = b"".join(batch)
        for pattern, safe in rules:
            block = pattern.sub(safe, block)
        yield block


def spaced_wkt(sql: str) -> str:
    """Return the SQL of a WKT with a blank after its commas."""
    return f"replace({sql}, ',', ', ')"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way to write CSV: ``value_sql`` turns the SQL of a value into the SQL of its text, by type.

    ``columns`` says what the columns are called, and which labels go with codes.
    """

    delimiter: str
    mark: bytes
    value_sql: Mapping[FieldType, Callable[[str], str]]
    number: Callable[[str], str]
    wkt: Callable[[str], str]
    columns: Callable[[Sequence[ExportColumn]], Sequence[SheetColumn]]


def _texts(sql: str) -> str:
    return safe_sql(f"array_to_string({sql}, '{LIST_SEPARATOR}')")


def _as_is(sql: str) -> str:
    return sql


def _with_comma(sql: str) -> str:
    return f"replace({sql}::text, '.', ',')"


PLAIN = Dialect(
    delimiter=",",
    mark=b"",
    value_sql={
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
    columns=columns_with_names,
)
EXCEL = Dialect(
    delimiter=";",
    mark=b"\xef\xbb\xbf",
    value_sql={
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
    columns=columns_with_titles,
)


# The plain form under the separator and the mark that readers of the former portal expect.
SEMICOLON = replace(PLAIN, delimiter=";", mark=EXCEL.mark, wkt=spaced_wkt)


def write_plain(selection: Selection, path: Path, notice: Notice) -> int:
    """Write plain CSV; return the number of rows."""
    return _write(selection, path, notice.crs, PLAIN)


def write_excel(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the CSV of a French Excel; return the number of rows."""
    return _write(selection, path, notice.crs, EXCEL)


def write_plain_for_people(selection: Selection, path: Path, notice: Notice) -> int:
    """Write plain CSV with titles, units and labels; return the number of rows."""
    return _write(selection, path, notice.crs, replace(PLAIN, columns=columns_with_labels))


def write_excel_for_people(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the CSV of a French Excel with titles, units and labels; return the number of rows."""
    return _write(selection, path, notice.crs, replace(EXCEL, columns=columns_with_labels))


def write_semicolon(selection: Selection, path: Path, notice: Notice) -> int:
    """Write plain CSV with semicolons; return the number of rows."""
    return _write(selection, path, notice.crs, SEMICOLON)


def write_semicolon_with_titles(selection: Selection, path: Path, notice: Notice) -> int:
    """Write plain CSV with semicolons, titles as headings; return the number of rows."""
    return _write(selection, path, notice.crs, replace(SEMICOLON, columns=columns_with_titles))


def _write(selection: Selection, path: Path, crs: Crs, dialect: Dialect) -> int:
    position_columns = _position_columns(selection, crs)
    columns = dialect.columns(columns_of(selection, reserved=[name for name, _sql in position_columns]))
    first = [*(safe_text(column.heading) for column in columns), *(name for name, _sql in position_columns)]
    with path.open("wb", buffering=_BUFFER) as file:
        file.write(dialect.mark)
        file.writelines(safe_lines([_line(first, dialect.delimiter)], dialect.delimiter))
        compiled = compile_rows(selection, crs)
        if compiled is None:
            return 0
        labels = [json.dumps(column.labels) for column in columns if column.labels is not None]
        values = [
            dialect.value_sql[column.type](sql)
            for column, sql in zip(columns, _sources(columns), strict=True)
        ]
        values += [
            dialect.wkt(sql) if sql.startswith("ST_AsText") else dialect.number(sql)
            for _name, sql in position_columns
        ]
        source = f"{compiled.source}{_labels_source(len(labels))}"
        parameters = (*compiled.parameters, *labels)
        select = f"SELECT {', '.join(values)} FROM {source}"  # noqa: S608 (names are ours, values bound)
        statement = f"COPY ({select}) TO STDOUT WITH (FORMAT csv, DELIMITER '{dialect.delimiter}')"
        with time_limit("export"), connection.cursor() as cursor:
            examine(select, parameters)
            with cursor.cursor.copy(statement, parameters) as copy:
                file.writelines(safe_lines(with_progress(copy), dialect.delimiter))
            return int(cursor.rowcount)


def _labels_source(count: int) -> str:
    """Return the row of the labels, ``l.l0`` for the first column that has some: JSON objects of labels by code."""
    if not count:
        return ""
    names = ", ".join(f"l{number}" for number in range(count))
    return f" CROSS JOIN (VALUES ({', '.join(['%s::jsonb'] * count)})) AS l({names})"


def _sources(columns: Sequence[SheetColumn]) -> list[str]:
    """Return the SQL of the values of each column: as they are stored, or labels by codes."""
    sources, count = list[str](), 0
    for one in columns:
        sql = one.column.sql
        if one.labels is not None:
            labels = f"l.l{count}"
            count += 1
            label = f"coalesce({labels} ->> {sql}::text, {sql}::text)"
            labelled = f"SELECT array_agg(coalesce({labels} ->> v, v) ORDER BY n)"
            each = f"({labelled} FROM unnest({sql}) WITH ORDINALITY AS u(v, n))"
            are_texts = one.column.field.type is FieldType.TEXTS
            sql = f"CASE WHEN {sql} IS NOT NULL THEN coalesce({each}, '{{}}') END" if are_texts else label
        sources.append(sql)
    return sources


def _position_columns(selection: Selection, crs: Crs) -> list[tuple[str, str]]:
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


def _line(cells: Sequence[str], delimiter: str) -> bytes:
    """Write headings: always between quotes, since titles hold anything."""
    doubled = (cell.replace('"', '""') for cell in cells)
    return (delimiter.join(f'"{cell}"' for cell in doubled) + "\n").encode()
