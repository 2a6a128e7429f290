"""XLSX: typed cells on a first sheet, the notice and the dictionary of fields on a second one.

A text is always written as a text, so that nothing in it is ever a formula. The library keeps one row in memory; the
database is read to its end before, since writing a workbook is ten times slower than reading it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from export_formats.columns import (
    ExportColumn,
    SheetColumn,
    columns_of,
    columns_with_labels,
    columns_with_titles,
    dictionary_entry,
    dictionary_headings,
)
from export_formats.csv import LIST_SEPARATOR
from export_formats.notice import Notice
from export_formats.rows import record_tables, rows_of
from layers.definitions import FieldType, GeometryType
from layers.lazy import lazy_module
from layers.queries import Selection

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.worksheet import Worksheet
else:
    xlsxwriter = lazy_module("xlsxwriter")

MAX_ROWS = 1_048_575  # below the line of headings
MAX_TEXT = 32_767
_GEOMETRY = "geometry"
_WIDTHS = {
    FieldType.DATE: 12,
    FieldType.DATETIME: 19,
    FieldType.BOOLEAN: 10,
    FieldType.TEXT: 28,
    FieldType.TEXTS: 28,
}
_NARROW = 14
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}

Put = Callable[[int, int, Any], Any]
WithHeadings = Callable[[Sequence[ExportColumn]], Sequence[SheetColumn]]


def write_workbook(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the workbook; return the number of rows."""
    return _write(selection, path, notice, columns_with_titles)


def write_workbook_for_people(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the workbook with units in its headings and labels before codes; return the number of rows."""
    return _write(selection, path, notice, columns_with_labels)


def _write(selection: Selection, path: Path, notice: Notice, with_headings: WithHeadings) -> int:
    kind = selection.scope.definition.geometry
    columns = columns_of(selection, reserved=[_GEOMETRY])
    rows = rows_of(
        selection, columns, notice.crs, geometry=_GEOMETRY if kind.is_located else "", spooled=True
    )
    # The library leaves its temporary files behind when a write fails: they go with the folder of the export.
    options = _OPTIONS | {"tmpdir": str(path.parent)}
    with closing(xlsxwriter.Workbook(str(path), options)) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(_("Données"))
        sheet_columns = with_headings(columns)
        puts = _puts(sheet, book, sheet_columns)
        position_headings = _position_headings(kind, notice.crs.srid)
        _headings(sheet, [*(column.heading for column in sheet_columns), *position_headings], bold)
        puts += [sheet.write_string if name == "wkt" else sheet.write_number for name in position_headings]
        too_long = _fill(sheet, puts, _cells(rows, sheet_columns, kind))
        sheet.autofilter(0, 0, max(rows.count, 1), len(puts) - 1)
        _records(book, bold, selection, with_headings)
        _notice(book.add_worksheet(_("Notice")), bold, notice, columns, rows.count, too_long)
    return rows.count


def _records(
    book: xlsxwriter.Workbook, bold: CellFormat, selection: Selection, with_headings: WithHeadings
) -> None:
    """Write a sheet for each relation."""
    for table in record_tables(selection, spooled=True):
        sheet = book.add_worksheet(_sheet_name(str(table.relation.title)))
        sheet_columns = with_headings(table.columns)
        _headings(sheet, [column.heading for column in sheet_columns], bold)
        _fill(sheet, _puts(sheet, book, sheet_columns), _cells(table.rows, sheet_columns, GeometryType.NONE))


def _sheet_name(title: str) -> str:
    """Return a name that Excel accepts: 31 characters, none of those of its formulas."""
    return "".join("-" if character in "[]:*?/\\" else character for character in title)[:31]


def _puts(sheet: Worksheet, book: xlsxwriter.Workbook, columns: Sequence[SheetColumn]) -> list[Put]:
    """Return, for each column, what writes one of its cells; ``None`` is never given to it."""
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    zone = timezone.get_default_timezone()
    by_type: dict[FieldType, Put] = {
        FieldType.TEXT: sheet.write_string,
        FieldType.INTEGER: sheet.write_number,
        FieldType.NUMBER: sheet.write_number,
        FieldType.BOOLEAN: sheet.write_boolean,
        FieldType.DATE: lambda row, column, value: sheet.write_datetime(row, column, value, day),
        FieldType.DATETIME: lambda row, column, value: sheet.write_datetime(
            row, column, value.astimezone(zone).replace(tzinfo=None), moment
        ),
        FieldType.TEXTS: lambda row, column, value: sheet.write_string(
            row, column, LIST_SEPARATOR.join(str(text) for text in json.loads(value))
        ),
    }
    for position, column in enumerate(columns):
        sheet.set_column(position, position, _WIDTHS.get(column.type, _NARROW))
    return [by_type[column.type] for column in columns]


def _fill(sheet: Worksheet, puts: list[Put], cells: Iterator[Iterable[Any]]) -> int:
    """Write the rows; return how many texts were longer than a cell."""
    too_long = 0
    for number, values in enumerate(cells, start=1):
        for position, (put, value) in enumerate(zip(puts, values, strict=True)):
            if value is not None:
                too_long += put(number, position, value) == -2  # the library's word for a text it has cut
    return too_long


def _cells(
    rows: Iterable[Any], columns: Sequence[SheetColumn], kind: GeometryType
) -> Iterator[Iterable[Any]]:
    for batch in rows:
        read = [column.to_pylist() for column in batch.columns]
        cells = [
            read[column.position]
            if column.labels is None
            else [column.written(value) for value in read[column.position]]
            for column in columns
        ]
        if kind.is_located:
            cells += _positions(shapely.from_wkb(read[-1]), kind)
        yield from zip(*cells, strict=True)


def _positions(shapes: Any, kind: GeometryType) -> list[list[Any]]:
    if not kind.is_point:
        return [list(shapely.to_wkt(shapes, rounding_precision=7))]
    coordinates = (shapely.get_x(shapes), shapely.get_y(shapes))
    return [[None if value != value else value for value in axis.round(7).tolist()] for axis in coordinates]


def _position_headings(kind: GeometryType, srid: int) -> list[str]:
    if not kind.is_located:
        return []
    if not kind.is_point:
        return ["wkt"]
    return ["longitude", "latitude"] if srid == 4326 else ["x", "y"]


def _headings(sheet: Worksheet, titles: list[str], bold: CellFormat) -> None:
    sheet.freeze_panes(1, 0)
    for position, title in enumerate(titles):
        sheet.write_string(0, position, title, bold)


def _notice(
    sheet: Worksheet,
    bold: CellFormat,
    notice: Notice,
    columns: tuple[ExportColumn, ...],
    rows: int,
    too_long: int,
) -> None:
    sheet.set_column(0, 1, 30)
    sheet.set_column(2, 5, 24)
    lines: list[tuple[str, ...]] = list(notice.entries(rows))
    if too_long:
        limit = _("%(count)d textes dépassent %(max)d caractères et sont coupés.")
        lines.append((_("Limite du format"), limit % {"count": too_long, "max": MAX_TEXT}))
    lines.append(())
    first = len(lines)
    lines += [dictionary_headings(), *(dictionary_entry(column) for column in columns)]
    for number, cells in enumerate(lines):
        for position, text in enumerate(cells):
            is_heading = number == first or (number < first and position == 0)
            sheet.write_string(number, position, text[:MAX_TEXT], bold if is_heading else None)
