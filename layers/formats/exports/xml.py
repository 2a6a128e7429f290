"""XML written by PostgreSQL, an element a row, between a head and a foot: what KML and GML share.

Values are escaped in SQL, and the control characters that XML 1.0 has no place for are left out. A missing value is a
missing element, an empty text an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from layers.definitions import FieldType
from layers.formats.exports.columns import ExportColumn, compile_rows
from layers.formats.exports.csv import LIST_SEPARATOR
from layers.formats.exports.notice import Notice
from layers.formats.exports.progress import watched
from layers.queries import Selection
from layers.sql.limits import copy_rows, time_limit

_BUFFER = 1 << 20
_BATCH_ROWS = 64
# Every control character but tabulation and the line ends, and the two code points that are no characters.
_FORBIDDEN = "".join(rf"\x{code:02x}" for code in range(1, 32) if code not in {9, 10, 13}) + r"\uFFFE\uFFFF"
# A text without any of these is written as it is: a regular expression tells it ten times faster than ``translate``
# goes through the text.
_MARKED = r"[\x01-\x08\x0a-\x1f&<>\uFFFE\uFFFF]"

Element = Callable[[ExportColumn], str]


def _escaped(sql: str) -> str:
    """Return the SQL of a text as XML holds it; line ends are written as references, which COPY leaves alone."""
    text = f"translate({sql}::text, E'{_FORBIDDEN}', '')"
    for plain, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = f"replace({text}, '{plain}', '{written}')"
    text = rf"replace(replace({text}, E'\n', '&#10;'), E'\r', '&#13;')"
    return f"""CASE WHEN {sql}::text COLLATE "C" ~ E'{_MARKED}' THEN {text} ELSE {sql}::text END"""


TEXTS: Mapping[FieldType, Callable[[str], str]] = {
    FieldType.TEXT: _escaped,
    FieldType.INTEGER: lambda sql: sql,
    FieldType.NUMBER: lambda sql: sql,
    FieldType.BOOLEAN: lambda sql: f"{sql}::text",
    FieldType.DATE: lambda sql: sql,
    FieldType.DATETIME: lambda sql: f"replace(({sql} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'",
    FieldType.TEXTS: lambda sql: _escaped(f"array_to_string({sql}, '{LIST_SEPARATOR}')"),
}


def elements(
    columns: Sequence[ExportColumn], element: Element, texts: Mapping[FieldType, Callable[[str], str]] = TEXTS
) -> Iterator[str]:
    """Yield, for each column, the SQL of its element, empty when there is no value; ``texts`` writes values by type."""
    for column in columns:
        opening = element(column).replace("'", "''").replace("%", "%%")
        closing = opening.partition(" ")[0]
        value = texts[column.field.type](column.sql)
        yield f"coalesce('<{opening}>' || {value} || '</{closing}>', '')"


def write_xml(
    selection: Selection, path: Path, notice: Notice, head: Sequence[str], parts: Sequence[str], foot: str
) -> int:
    """Write ``head``, the SQL of ``parts`` for each row, and ``foot``; return the number of rows."""
    count = 0
    with path.open("wb", buffering=_BUFFER) as file:
        file.write("".join(head).encode())
        compiled = compile_rows(selection, notice.crs)
        if compiled is not None:
            statement = f"SELECT {' || '.join(parts)} FROM {compiled.source}"  # noqa: S608 (names are ours, values bound)
            with time_limit("export"):
                rows = iter(watched(copy_rows(statement, compiled.parameters)))
                while batch := list(islice(rows, _BATCH_ROWS)):
                    file.write(b"".join(batch))
                    count += len(batch)
        file.write(foot.encode())
    return count
