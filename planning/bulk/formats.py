"""Writers of the sheets of a list: CSV by feature, CSV by parcel, a workbook with both, one A4 by parcel as PDF."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from export_formats.csv import safe_cell
from layers.definitions import Text
from layers.lazy import lazy_module
from layers.visitor import Visitor
from planning.bulk.paper import write_paper
from planning.bulk.parsing import MAX_PARCELS
from planning.bulk.presenters import (
    Cell,
    ParcelSheet,
    Row,
    detail_rows,
    detail_titles,
    fault_row,
    fault_summary,
    fault_titles,
    summary_row,
    summary_titles,
)
from planning.bulk.queries.parcel_lists import LineFault

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazy_module("xlsxwriter")

MAX_ON_PAPER = 200
# Excel reads UTF-8 by this mark alone, and French ones cut at semicolons.
_MARK, _DELIMITER = "\ufeff", ";"
_CSV = "text/csv; charset=utf-8; header=present"
_WORKBOOK = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
             "strings_to_urls": False, "nan_inf_to_errors": True}  # fmt: skip
_WIDTH, _LONG = 16, 60


@dataclass(frozen=True, slots=True)
class ListContent:
    """What a file is written of: sheets, read as they come, and the lines that have none, known once all are read."""

    visitor: Visitor
    sheets: Iterable[ParcelSheet]
    faults: Callable[[], Sequence[LineFault]]


@dataclass(frozen=True, slots=True)
class ListFormat:
    """A format of the sheets of a list; ``ending`` closes the name of its file."""

    extension: str
    title: Text
    words: Text
    media_type: str
    write: Callable[[ListContent, Path], None]
    ending: str
    max_parcels: int = MAX_PARCELS


def write_details(content: ListContent, path: Path) -> None:
    """Write a row for each feature that applies to a parcel."""
    _write_csv(path, detail_titles(), (row for sheet in content.sheets for row in detail_rows(sheet)))


def write_summary(content: ListContent, path: Path) -> None:
    """Write a row for each parcel, then one for each line without sheet."""

    def rows() -> Iterable[Row]:
        yield from map(summary_row, content.sheets)
        yield from map(fault_summary, content.faults())

    _write_csv(path, summary_titles(), rows())


def _write_csv(path: Path, titles: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_MARK)
        writer = csv.writer(file, delimiter=_DELIMITER)
        writer.writerow(titles)
        writer.writerows([_csv_cell(cell) for cell in row] for row in rows)


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return str(cell).replace(".", ",")
    return safe_cell(cell, _DELIMITER)


def write_workbook(content: ListContent, path: Path) -> None:
    """Write three tables: parcels, features that apply to them, lines without sheet."""
    options = _WORKBOOK | {"tmpdir": str(path.parent)}
    with closing(xlsxwriter.Workbook(str(path), options)) as book:
        parcels = _Table(book, _("Parcelles"), summary_titles())
        details = _Table(book, _("Règles"), detail_titles())
        for sheet in content.sheets:
            parcels.append(summary_row(sheet))
            for row in detail_rows(sheet):
                details.append(row)
        faults = _Table(book, _("Lignes sans fiche"), fault_titles())
        for fault in content.faults():
            faults.append(fault_row(fault))


class _Table:
    """A sheet of a workbook, row after row: a text is never a formula."""

    def __init__(self, book: Any, name: str, titles: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._top = book.add_format({"valign": "top"})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._sheet.freeze_panes(1, 1)
        self._sheet.autofilter(0, 0, 0, len(titles) - 1)
        self._sheet.set_column(0, len(titles) - 1, _WIDTH)
        self._line = 0
        for column, title in enumerate(titles):
            self._sheet.write_string(0, column, title, bold)

    def append(self, row: Row) -> None:
        """Write the next row."""
        self._line += 1
        for column, cell in enumerate(row):
            if isinstance(cell, int | float):
                self._sheet.write_number(self._line, column, cell, self._top)
            elif cell:
                look = self._wrapped if "\n" in cell or len(cell) > _LONG else self._top
                self._sheet.write_string(self._line, column, cell, look)


def write_pages(content: ListContent, path: Path) -> None:
    """Write the contents, then one A4 for each parcel."""
    write_paper(content.visitor, content.sheets, content.faults, path)


_FORMATS = (
    ListFormat(
        "xlsx",
        gettext_lazy("Classeur (XLSX)"),
        gettext_lazy("trois feuilles : les parcelles, les règles, les lignes sans fiche"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_workbook,
        "xlsx",
    ),
    ListFormat(
        "csv",
        gettext_lazy("CSV, une ligne par règle"),
        gettext_lazy("une ligne pour chaque objet qui s’applique à une parcelle"),
        _CSV,
        write_details,
        "regles.csv",
    ),
    ListFormat(
        "parcelles.csv",
        gettext_lazy("CSV, une ligne par parcelle"),
        gettext_lazy("zones et parts, nombres, mises en garde, lignes sans fiche"),
        _CSV,
        write_summary,
        "parcelles.csv",
    ),
    ListFormat(
        "pdf",
        gettext_lazy("PDF"),
        gettext_lazy("un sommaire, puis une page A4 par parcelle"),
        "application/pdf",
        write_pages,
        "pdf",
        MAX_ON_PAPER,
    ),
)
LIST_FORMATS = {each.extension: each for each in _FORMATS}
