"""XLSX: a library writes the frame of the workbook (styles, widths, filters) around sheets without rows.

``sheet_rows`` writes the rows, which go straight into the archive. The frame is written twice: what opens the first
sheet is needed before its rows, and what closes it says how many they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy
import pyarrow as pa
import shapely
import xlsxwriter
import xlsxwriter.utility as cells
from django.utils.translation import gettext as _

from export_formats.tables import LIST_SEPARATOR, Cells, Table
from export_formats.writers.batches import Rows, Tables, serve_file
from export_formats.writers.sheet_rows import CellColumn, SheetRows
from layers.definitions import FieldType, GeometryType
from layers.errors import ExportFailed
from sandbox.child import Job

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


def serve(job: Job) -> None:
    """Be the process that writes a file."""
    serve_file(job, write)


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """What a sheet holds: rows below its headings, bytes of XML, UTF-16 units of a cell."""

    rows: int
    size: int
    units: int


def write(description: Mapping[str, Any], tables: Tables) -> Mapping[str, Any]:
    """Write the workbook: a sheet for each of ``tables``, then one for ``notice`` and ``dictionary`` of the ending.

    ``limits`` are those of ``SheetLimits``, ``notice`` the name of the last sheet.

    Raises:
        ExportFailed: a table takes more than a sheet can hold.
    """
    limits = SheetLimits(**description["limits"])
    heads = [Table.from_json(document) for document in description["tables"]]
    sheets = [
        *(_Sheet(table.name, _widths(table), has_filters=number == 0) for number, table in enumerate(heads)),
        _Sheet(description["notice"], _NOTICE_WIDTHS, is_table=False),
    ]
    frame, too_long = _Frame(sheets, 0), 0
    with ZipFile(description["path"], "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_TYPES, frame.part(_TYPES))
        for number, rows in enumerate(tables):
            with archive.open(_part_name(number), "w") as file:
                file.write(frame.opening(number))
                cut = _write_table(file, rows, frame.styles, limits)
                if number == 0:
                    frame, too_long = _Frame(sheets, rows.count), cut
                file.write(frame.closing(number))
        with archive.open(_part_name(len(heads)), "w") as file:
            file.write(frame.opening(len(heads)))
            _write_notice(file, frame.styles[0], tables.ending, too_long, limits)
            file.write(frame.closing(len(heads)))
        for name in frame.other_parts:
            archive.writestr(name, frame.part(name))
    return {}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet without its rows. The headings of a table stay in view; the main one also has filters."""

    name: str
    widths: Sequence[int]
    is_table: bool = True
    has_filters: bool = False


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


def _widths(table: Table) -> list[int]:
    """Return the widths of the columns of a sheet, in characters."""
    own = [_WIDTHS.get(FieldType(column.type), _NARROW) for column in table.cells]
    return own + [_NARROW] * len(_position_headings(table))


def _write_table(file: IO[bytes], rows: Rows, styles: Sequence[str], limits: SheetLimits) -> int:
    """Write the headings and the rows of a sheet; return how many texts were cut.

    Raises:
        ExportFailed: they take more than a sheet can.
    """
    table, (bold, day, moment) = rows.table, styles
    positions = _position_headings(table)
    position_type = FieldType.NUMBER if GeometryType(table.kind).is_point else FieldType.TEXT
    types = [*(FieldType(column.type) for column in table.cells), *(position_type for _heading in positions)]
    sheet = SheetRows(most_units=limits.units)
    headings = [*(column.heading for column in table.cells), *positions]
    file.write(sheet.xml(_texts(len(types), bold), _one_row(headings)))
    by_type = {FieldType.DATE: day, FieldType.DATETIME: moment}
    columns = [
        CellColumn(cells.xl_col_to_name(position), kind, by_type.get(kind, ""))
        for position, kind in enumerate(types)
    ]
    size = 0
    for batch in rows:
        xml = sheet.xml(columns, _arrays(batch, table))
        size += len(xml)
        if size > limits.size or sheet.row - 2 > limits.rows:  # below the headings
            raise ExportFailed(
                _(
                    "La feuille « %s » a trop de lignes : ajoutez un filtre, ou choisissez le GeoPackage ou le CSV."
                )
                % table.name
            )
        file.write(xml)
    return sheet.too_long


def _arrays(batch: pa.RecordBatch, table: Table) -> list[pa.Array]:
    arrays = [_written(batch.column(column.position), column) for column in table.cells]
    if table.geometry:
        shapes = shapely.from_wkb(batch.column(batch.num_columns - 1).to_numpy(zero_copy_only=False))
        arrays += _positions(shapes, GeometryType(table.kind))
    return arrays


def _written(array: pa.Array, column: Cells) -> pa.Array:
    """Return what cells hold: labels and lists are written once for each different value of the batch."""
    if column.labels is None and FieldType(column.type) is not FieldType.TEXTS:
        return array
    coded = array.dictionary_encode()
    texts = [_cell_text(value, column) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def _cell_text(value: Any, column: Cells) -> str:
    """Return the text of a value; a code without a label stays itself."""
    labels = column.labels or {}
    if FieldType(column.type) is not FieldType.TEXTS:
        return str(labels.get(str(value), value))
    return LIST_SEPARATOR.join(str(labels.get(str(each), each)) for each in json.loads(value))


def _positions(shapes: Any, kind: GeometryType) -> list[pa.Array]:
    if not kind.is_point:
        return [pa.array(shapely.to_wkt(shapes, rounding_precision=7), pa.string())]
    axes = (shapely.get_x(shapes).round(7), shapely.get_y(shapes).round(7))
    return [pa.array(axis, mask=numpy.isnan(axis)) for axis in axes]


def _position_headings(table: Table) -> list[str]:
    if not table.geometry:
        return []
    if not GeometryType(table.kind).is_point:
        return ["wkt"]
    return ["longitude", "latitude"] if table.srid == 4326 else ["x", "y"]


def _texts(count: int, *styles: str) -> list[CellColumn]:
    """Return columns of texts; the last style is that of the columns that have none of their own."""
    return [
        CellColumn(cells.xl_col_to_name(position), FieldType.TEXT, styles[min(position, len(styles) - 1)])
        for position in range(count)
    ]


def _one_row(texts: Sequence[str]) -> list[pa.Array]:
    return [pa.array([text], pa.string()) for text in texts]


def _write_notice(
    file: IO[bytes], bold: str, ending: Mapping[str, Any], too_long: int, limits: SheetLimits
) -> None:
    lines: list[Sequence[str]] = list(ending["notice"])
    if too_long:
        limit = _("%(count)d textes dépassent %(max)d caractères et sont coupés.")
        lines.append((_("Limite du format"), limit % {"count": too_long, "max": limits.units}))
    sheet = SheetRows()
    for line in lines:
        file.write(sheet.xml(_texts(len(line), bold, ""), _one_row(line)))
    sheet.row += 1
    for position, line in enumerate(ending["dictionary"]):
        file.write(sheet.xml(_texts(len(line), "" if position else bold), _one_row(line)))
