"""CSV as French spreadsheets open it: semicolons, UTF-8 with its mark; a geometry is WKT in EPSG:4326.

What a spreadsheet would run gets an apostrophe before it, as in every export (``export_formats.csv``).
Spooled before it is sent, in memory up to a few megabytes and then on disk: a slow client holds no database connection.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO

from django.contrib.gis.db.models.functions import AsWKT
from django.db import connection
from django.db.models import TextField, Value
from django.utils.translation import gettext as _

from datasets.loading.report import VisibleFinding
from export_formats.csv import safe_lines, safe_sql, safe_text, spaced_wkt
from layers.definitions import Field, FieldType
from layers.formats.statements import Compiled, CompiledColumn, compile_columns, quoted
from layers.queries import Selection
from layers.sql.costs import examine
from layers.sql.limits import time_limit

MEDIA_TYPE = "text/csv; charset=utf-8"
_SPOOL_BYTES = 4 * 1024 * 1024
_MARK = b"\xef\xbb\xbf"
_DELIMITER = ";"
_OPTIONS = f"WITH (FORMAT csv, HEADER, DELIMITER '{_DELIMITER}')"


def rows_as_csv(selection: Selection) -> SpooledTemporaryFile[bytes]:
    """Write every row of a selection's page, id first and geometry last; the file is at its beginning.

    Raises:
        TooSlow: the database did not answer in the time given to a whole layer.
    """
    is_located = selection.scope.definition.geometry.is_located
    geometry = AsWKT("geom", precision=7) if is_located else Value(None, output_field=TextField())
    rows = selection.window().rows[: selection.query.limit]
    compiled = compile_columns(rows, geometry, selection.fields)
    with ExitStack() as undo:
        body: SpooledTemporaryFile[bytes] = undo.enter_context(SpooledTemporaryFile(max_size=_SPOOL_BYTES))
        body.write(_MARK)
        if compiled is not None:
            wkt = [f"{spaced_wkt('s.geometry')} AS {quoted('wkt')}"] if is_located else []
            _copy(compiled, [*map(_value, compiled.columns, selection.fields), *wkt], body)
        undo.pop_all()  # whoever sends the body closes it
    body.seek(0)
    return body


def _copy(compiled: Compiled, values: Sequence[str], body: IO[bytes]) -> None:
    columns = ", ".join(["s.id", *values])
    select = f"SELECT {columns} FROM {compiled.source}"  # noqa: S608 (no value in it)
    with time_limit("whole"), connection.cursor() as cursor:
        examine(select, compiled.parameters)
        with cursor.cursor.copy(f"COPY ({select}) TO STDOUT {_OPTIONS}", compiled.parameters) as copy:
            body.writelines(safe_lines(copy, _DELIMITER))


def _value(column: CompiledColumn, field: Field) -> str:
    sql = f"s.{column.name}"
    return f"{safe_sql(sql) if field.type is FieldType.TEXT else sql} AS {column.title}"


def findings_as_csv(findings: Iterable[VisibleFinding]) -> Iterator[bytes]:
    """Write findings, a title line first: line, severity, field, value, reason."""
    yield _MARK + _line([_("ligne"), _("gravité"), _("champ"), _("valeur"), _("motif")])
    for finding in findings:
        value = _("valeur masquée") if finding.is_masked else finding.value
        yield _line([finding.line or "", finding.severity, finding.field, value, finding.reason])


def _line(cells: list[object]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=_DELIMITER, lineterminator="\r\n")
    writer.writerow([safe_text(str(cell)) for cell in cells])
    return b"".join(safe_lines([text.getvalue().encode()], _DELIMITER))
