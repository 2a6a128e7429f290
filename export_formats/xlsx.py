"""XLSX: typed cells on a first sheet, related records on others, the notice and the fields on the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _

from export_formats.columns import (
    ExportColumn,
    SheetColumn,
    columns_of,
    columns_with_labels,
    columns_with_titles,
    dictionary_entry,
    dictionary_headings,
    types_of,
)
from export_formats.notice import Notice
from export_formats.rows import record_tables, rows_of
from export_formats.tables import MAX_CELL_UNITS, Cells, Table
from export_formats.writer_process import file_writer
from layers.queries import Selection

MAX_ROWS = 1_048_575  # below the line of headings
_MAX_SHEET_BYTES = (1 << 31) - 1  # of XML: Excel doubts an archive with the fields of larger ones
_GEOMETRY = "geometry"

WithHeadings = Callable[[Sequence[ExportColumn]], Sequence[SheetColumn]]


def write_workbook(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the workbook; return the number of rows."""
    return _write(selection, path, notice, columns_with_titles)


def write_workbook_for_people(selection: Selection, path: Path, notice: Notice) -> int:
    """Write the workbook with units in its headings and labels before codes; return the number of rows."""
    return _write(selection, path, notice, columns_with_labels)


def _write(selection: Selection, path: Path, notice: Notice, with_headings: WithHeadings) -> int:
    columns = columns_of(selection, reserved=[_GEOMETRY])
    main = Table(
        _("Données"),
        types_of(columns),
        _GEOMETRY if notice.is_located else "",
        notice.geometry.value,
        notice.crs.srid,
        cells=_cells(with_headings(columns)),
    )
    related = [
        (
            Table(
                _sheet_name(str(records.relation.title)),
                types_of(records.columns),
                cells=_cells(with_headings(records.columns)),
            ),
            records.rows,
        )
        for records in record_tables(selection)
    ]
    limits = {"rows": MAX_ROWS, "size": _MAX_SHEET_BYTES, "units": MAX_CELL_UNITS}
    tables = [asdict(table) for table in (main, *(table for table, _rows in related))]
    with file_writer("workbook", path, tables=tables, notice=_("Notice"), limits=limits) as file:
        count = file.write(main, rows_of(selection, columns, notice.crs, has_geometry=notice.is_located))
        for table, rows in related:
            file.write(table, rows)
        dictionary = [dictionary_headings(), *(dictionary_entry(column) for column in columns)]
        file.finish(notice=notice.entries(count), dictionary=dictionary)
    return count


def _cells(columns: Sequence[SheetColumn]) -> tuple[Cells, ...]:
    return tuple(column.cells for column in columns)


def _sheet_name(title: str) -> str:
    """Return a name that Excel accepts: 31 characters, none of those of its formulas."""
    return "".join("-" if character in "[]:*?/\\" else character for character in title)[:31]
