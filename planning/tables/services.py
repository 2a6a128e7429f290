"""Files of tables: CSV for a French Excel, XLSX and GeoJSON, rendered by PostgreSQL and spooled before they are sent.

A failure is an error, never a file that stops in the middle.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from export_formats.csv import EXCEL, safe_lines, safe_text
from export_formats.rows import RowBlock
from export_formats.services import export_slot
from export_formats.tables import MAX_CELL_UNITS, Cells, Table
from export_formats.writer_process import file_writer
from export_formats.xlsx import MAX_ROWS
from layers.definitions import FieldType
from layers.errors import Forbidden, InvalidParameter
from layers.services.storage import check_space
from layers.services.work_folders import private_folder, work_folder
from layers.sql.costs import examine
from layers.sql.limits import closed_with_block, copy_rows, time_limit
from layers.visitor import Visitor
from planning.tables.definitions import Column, TableStatement

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}
_BLOCK_BYTES = 1 << 18
_BUFFER = 1 << 20
_MAX_SHEET_BYTES = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file to send: ``body`` is open at its beginning."""

    name: str
    media_type: str
    body: BinaryIO


def check_form(form: str, forms: Sequence[str]) -> None:
    """Refuse a form of file that a table has not.

    Raises:
        InvalidParameter: naming those that it has.
    """
    if form not in forms:
        raise InvalidParameter(
            _("« %(form)s » n’est pas un format de ce tableau : %(forms)s.")
            % {"form": form[:20], "forms": ", ".join(forms)},
            parameter="format",
        )


def check_download(can_download: bool) -> None:
    """Refuse the file to who reads a layer and may not take it away.

    Raises:
        Forbidden: the visitor may not download one of the layers.
    """
    if not can_download:
        raise Forbidden(_("Vous lisez cette couche, mais vous n’avez pas le droit de la télécharger."))


def table_file(
    visitor: Visitor, statement: TableStatement, *, form: str, name: str, notice: Sequence[tuple[str, str]]
) -> TableFile:
    """Write the file of a table; ``notice`` is what its workbook says of it.

    Raises:
        TooManyRequests, Busy: too many files are being written.
        TooCostly, TooSlow: the rows would take too long.
        StorageFull: there is no room.
    """
    folder = private_folder(Path(settings.EXPORT_FOLDER))
    with export_slot(visitor), work_folder(folder) as own:
        check_space(folder)
        path = own / f"table.{form}"
        _WRITERS[form](statement, path, notice)
        body = path.open("rb")  # the folder goes, the open file stays
    return TableFile(f"{name}.{form}", MEDIA_TYPES[form], body)


def _csv(statement: TableStatement, path: Path, _notice: Sequence[tuple[str, str]]) -> None:
    headings = [safe_text(str(column.title)).replace('"', '""') for column in statement.columns]
    line = (EXCEL.delimiter.join(f'"{heading}"' for heading in headings) + "\n").encode()
    values = [
        EXCEL.value_sql[column.type](value)
        for column, value in zip(statement.columns, statement.values, strict=True)
    ]
    select = f"SELECT {', '.join(values)} FROM {statement.source}"  # noqa: S608 (names are ours, values bound)
    copied = f"COPY ({select}) TO STDOUT WITH (FORMAT csv, DELIMITER '{EXCEL.delimiter}')"
    with path.open("wb", buffering=_BUFFER) as file, time_limit("export"), connection.cursor() as cursor:
        file.write(EXCEL.mark)
        file.writelines(safe_lines([line], EXCEL.delimiter))
        examine(select, statement.parameters)
        with cursor.cursor.copy(copied, statement.parameters) as copy:
            file.writelines(safe_lines(copy, EXCEL.delimiter))


def _xlsx(statement: TableStatement, path: Path, notice: Sequence[tuple[str, str]]) -> None:
    types = tuple((column.name, column.type.value) for column in statement.columns)
    cells = tuple(
        Cells(at, str(column.title), column.type.value) for at, column in enumerate(statement.columns)
    )
    table = Table(_("Données"), types, cells=cells)
    limits = {"rows": MAX_ROWS, "size": _MAX_SHEET_BYTES, "units": MAX_CELL_UNITS}
    with file_writer("workbook", path, tables=[asdict(table)], notice=_("Notice"), limits=limits) as file:
        file.write(table, closed_with_block(_blocks(statement)))
        dictionary = [
            (_("Colonne"), _("Titre")),
            *((each.name, str(each.title)) for each in statement.columns),
        ]
        file.finish(notice=list(notice), dictionary=dictionary)


def _blocks(statement: TableStatement) -> Generator[RowBlock, None, None]:
    """Yield the rows as blocks of plain CSV, as the process that writes a workbook reads them."""
    select = f"SELECT {', '.join(statement.values)} FROM {statement.source}"  # noqa: S608 (names are ours, values bound)
    with time_limit("export"), connection.cursor() as cursor, ExitStack() as reads:
        examine(select, statement.parameters)
        copied = f"COPY ({select}) TO STDOUT WITH (FORMAT csv)"
        copy = reads.enter_context(cursor.cursor.copy(copied, statement.parameters))
        pending: list[memoryview] = []
        size = 0
        for row in copy:
            pending.append(row)
            size += len(row)
            if size >= _BLOCK_BYTES:
                yield RowBlock(len(pending), b"".join(pending))
                pending, size = [], 0
        if pending:
            yield RowBlock(len(pending), b"".join(pending))


def _geojson(statement: TableStatement, path: Path, _notice: Sequence[tuple[str, str]]) -> None:
    pairs = ", ".join(
        f"'{column.name}', {_json_value(column, value)}"
        for column, value in zip(statement.columns, statement.values, strict=True)
    )
    feature = (
        "json_build_object('type', 'Feature', 'geometry', ST_AsGeoJSON(s.geometry, 7)::json,"
        f" 'properties', json_build_object({pairs}))::text"
    )
    select = f"SELECT {feature} FROM {statement.source}"  # noqa: S608 (names are ours, values bound)
    with path.open("wb", buffering=_BUFFER) as file, time_limit("export"):
        file.write(b'{"type":"FeatureCollection","features":[\n')
        file.writelines(_joined(copy_rows(select, statement.parameters)))
        file.write(b"]}\n")


def _json_value(column: Column, sql: str) -> str:
    return f"{sql}::text" if column.type is FieldType.DATE else sql


def _joined(rows: Iterator[memoryview]) -> Iterator[bytes]:
    is_first = True
    for row in rows:
        yield bytes(row) if is_first else b"," + bytes(row)
        is_first = False


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "geojson": _geojson}
