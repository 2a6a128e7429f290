"""XLSX: typed cells on a first sheet, the notice and the dictionary of fields on a second one.

A library writes the frame of the workbook (styles, widths, filters) around sheets without rows; ``sheet_rows`` writes
the rows, which go straight into the archive. The frame is written twice: what opens the first sheet is needed before
its rows, and what closes it says how many they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy
import shapely
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
from export_formats.sheet_rows import MAX_TEXT, CellColumn, SheetRows
from layers.definitions import FieldType, GeometryType
from layers.errors import ExportFailed
from layers.lazy import lazy_module
from layers.queries import Selection

if TYPE_CHECKING:
    import pyarrow as pa
    import xlsxwriter
    import xlsxwriter.utility as cells
else:
    pa = lazy_module("pyarrow")
    xlsxwriter = lazy_module("xlsxwriter")
    cells = lazy_module("xlsxwriter.utility")

MAX_ROWS = 1_048_575  # below the line of headings
_MAX_SHEET_BYTES = (1 << 31) - 1  # of XML: Excel doubts an archive with the fields of larger ones
_GEOMETRY = "geometry"
_WIDTHS = {
    FieldType.DATE: 12,
    FieldType.DATETIME: 19,
    FieldType.BOOLEAN: 10,
    FieldType.TEXT: 28,
    FieldType.TEXTS: 28,
}
_NARROW = 14
_NOTICE_WIDTHS = (30, 30, 24, 24, 24, 24)
_FORMATS = (
    {"bold": True, "bottom": 1},
    {"num_format": "dd/mm/yyyy"},
    {"num_format": "dd/mm/yyyy hh:mm:ss"},
)
_TYPES = "[Content_Types].xml"
_STYLED = re.compile(rb'<c r="[A-Z]1" s="([0-9]+)"/>')
# What a reader computes from the rows: the library knows none of them.
_DIMENSION = re.compile(rb"<dimension [^>]*/>")

WithHeadings = Callable[[Sequence[ExportColumn]], Sequence[SheetColumn]]


def write_workbook(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the workbook; return the number of rows."""
    return _write(selection, path, notice, columns_with_titles)


def write_workbook_for_people(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the workbook with units in its headings and labels before codes; return the number of rows."""
    return _write(selection, path, notice, columns_with_labels)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet without its rows. The headings of a table stay in view; the main one also has filters."""

    name: str
    widths: Sequence[int]
    is_table: bool = True
    has_filters: bool = False


def _write(selection: Selection, path: Path, notice: Notice, with_headings: WithHeadings) -> int:
    kind = selection.scope.definition.geometry
    columns = columns_of(selection, reserved=[_GEOMETRY])
    rows = rows_of(selection, columns, notice.crs, geometry=_GEOMETRY if kind.is_located else "")
    main = _Table(_("Données"), with_headings(columns), rows, kind, notice.crs.srid)
    tables = [
        main,
        *(
            _Table(_sheet_name(str(table.relation.title)), with_headings(table.columns), table.rows)
            for table in record_tables(selection)
        ),
    ]
    sheets = [
        *(_Sheet(table.name, table.widths, has_filters=table is main) for table in tables),
        _Sheet(_("Notice"), _NOTICE_WIDTHS, is_table=False),
    ]
    frame = _Frame(sheets, 0)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_TYPES, frame.part(_TYPES))
        for number, table in enumerate(tables):
            with archive.open(_part_name(number), "w") as file:
                file.write(frame.opening(number))
                table.write(file, frame.styles)
                if table is main:
                    frame = _Frame(sheets, rows.count)
                file.write(frame.closing(number))
        with archive.open(_part_name(len(tables)), "w") as file:
            file.write(frame.opening(len(tables)))
            _write_notice(file, frame.styles[0], notice, columns, rows.count, main.too_long)
            file.write(frame.closing(len(tables)))
        for name in frame.other_parts:
            archive.writestr(name, frame.part(name))
    return rows.count


def _sheet_name(title: str) -> str:
    """Return a name that Excel accepts: 31 characters, none of those of its formulas."""
    return "".join("-" if character in "[]:*?/\\" else character for character in title)[:31]


def _part_name(number: int) -> str:
    return f"xl/worksheets/sheet{number + 1}.xml"


class _Frame:
    """The parts of a workbook without a row. ``styles`` are the numbers of ``_FORMATS``."""

    def __init__(self, sheets: Sequence[_Sheet], row_count: int) -> None:
        content = BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
            formats = [book.add_format(each) for each in _FORMATS]
            for sheet in sheets:
                worksheet = book.add_worksheet(sheet.name)
                for position, width in enumerate(sheet.widths):
                    worksheet.set_column(position, position, width)
                if sheet.is_table:
                    worksheet.freeze_panes(1, 0)
                if sheet.has_filters:
                    worksheet.autofilter(0, 0, max(row_count, 1), len(sheet.widths) - 1)
                for position, style in enumerate(formats):  # a style that no cell has is left out
                    worksheet.write_blank(0, position, None, style)
        self._archive = ZipFile(content)
        self._sheets = [_part_name(number) for number in range(len(sheets))]
        self.styles = tuple(number.decode() for number in _STYLED.findall(self.part(self._sheets[0])))

    @property
    def other_parts(self) -> list[str]:
        """The names of the parts that are no sheet, the types apart."""
        return [name for name in self._archive.namelist() if name not in {_TYPES, *self._sheets}]

    def part(self, name: str) -> bytes:
        """Return a part as it is."""
        return self._archive.read(name)

    def opening(self, number: int) -> bytes:
        """Return what comes before the rows of a sheet."""
        head = self.part(self._sheets[number]).partition(b"<sheetData>")[0]
        return _DIMENSION.sub(b"", head) + b"<sheetData>"

    def closing(self, number: int) -> bytes:
        """Return what comes after the rows of a sheet."""
        return b"</sheetData>" + self.part(self._sheets[number]).partition(b"</sheetData>")[2]


class _Table:
    """A table on its way to a sheet; ``too_long`` counts the texts that were cut, once it is written."""

    def __init__(
        self,
        name: str,
        columns: Sequence[SheetColumn],
        rows: Iterable[pa.RecordBatch],
        kind: GeometryType = GeometryType.NONE,
        srid: int = 4326,
    ) -> None:
        self.name, self.too_long = name, 0
        self._columns, self._rows, self._kind = columns, rows, kind
        positions = _position_headings(kind, srid)
        self._headings = [*(column.heading for column in columns), *positions]
        position_type = FieldType.NUMBER if kind.is_point else FieldType.TEXT
        self._types = [*(column.type for column in columns), *(position_type for _heading in positions)]

    @property
    def widths(self) -> list[int]:
        """The widths of the columns, in characters."""
        own = [_WIDTHS.get(column.type, _NARROW) for column in self._columns]
        return own + [_NARROW] * (len(self._types) - len(own))

    def write(self, file: IO[bytes], styles: Sequence[str]) -> None:
        """Write the headings and the rows.

        Raises:
            ExportFailed: they take more than a sheet can.
        """
        bold, day, moment = styles
        sheet = SheetRows()
        file.write(sheet.xml(_texts(len(self._types), bold), _one_row(self._headings)))
        by_type = {FieldType.DATE: day, FieldType.DATETIME: moment}
        columns = [
            CellColumn(cells.xl_col_to_name(position), kind, by_type.get(kind, ""))
            for position, kind in enumerate(self._types)
        ]
        size = 0
        for batch in self._rows:
            xml = sheet.xml(columns, self._arrays(batch))
            size += len(xml)
            if size > _MAX_SHEET_BYTES or sheet.row - 2 > MAX_ROWS:  # below the headings
                raise ExportFailed(
                    _(
                        "La feuille « %s » a trop de lignes : ajoutez un filtre, ou choisissez le GeoPackage ou le CSV."
                    )
                    % self.name
                )
            file.write(xml)
        self.too_long = sheet.too_long

    def _arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        arrays = [_written(batch.column(column.position), column) for column in self._columns]
        if self._kind.is_located:
            shapes = shapely.from_wkb(batch.column(batch.num_columns - 1).to_numpy(zero_copy_only=False))
            arrays += _positions(shapes, self._kind)
        return arrays


def _written(array: pa.Array, column: SheetColumn) -> pa.Array:
    """Return what cells hold: labels and lists are written once for each different value of the batch."""
    if column.labels is None and column.type is not FieldType.TEXTS:
        return array
    coded = array.dictionary_encode()
    texts = [_cell_text(column.written(value), column.type) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def _cell_text(value: Any, kind: FieldType) -> str:
    return LIST_SEPARATOR.join(map(str, json.loads(value))) if kind is FieldType.TEXTS else str(value)


def _positions(shapes: Any, kind: GeometryType) -> list[pa.Array]:
    if not kind.is_point:
        return [pa.array(shapely.to_wkt(shapes, rounding_precision=7), pa.string())]
    axes = (shapely.get_x(shapes).round(7), shapely.get_y(shapes).round(7))
    return [pa.array(axis, mask=numpy.isnan(axis)) for axis in axes]


def _position_headings(kind: GeometryType, srid: int) -> list[str]:
    if not kind.is_located:
        return []
    if not kind.is_point:
        return ["wkt"]
    return ["longitude", "latitude"] if srid == 4326 else ["x", "y"]


def _texts(count: int, *styles: str) -> list[CellColumn]:
    """Return columns of texts; the last style is that of the columns that have none of their own."""
    return [
        CellColumn(cells.xl_col_to_name(position), FieldType.TEXT, styles[min(position, len(styles) - 1)])
        for position in range(count)
    ]


def _one_row(texts: Sequence[str]) -> list[pa.Array]:
    return [pa.array([text], pa.string()) for text in texts]


def _write_notice(
    file: IO[bytes], bold: str, notice: Notice, columns: tuple[ExportColumn, ...], rows: int, too_long: int
) -> None:
    lines: list[tuple[str, ...]] = list(notice.entries(rows))
    if too_long:
        limit = _("%(count)d textes dépassent %(max)d caractères et sont coupés.")
        lines.append((_("Limite du format"), limit % {"count": too_long, "max": MAX_TEXT}))
    sheet = SheetRows()
    for line in lines:
        file.write(sheet.xml(_texts(len(line), bold, ""), _one_row(line)))
    sheet.row += 1
    headings = dictionary_headings()
    file.write(sheet.xml(_texts(len(headings), bold), _one_row(headings)))
    for column in columns:
        file.write(sheet.xml(_texts(len(headings), ""), _one_row(dictionary_entry(column))))
