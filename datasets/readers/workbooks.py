"""What a workbook's parts say that its values do not: formulas, errors, merged and hidden cells, and its extent.

The XML is looked at a megabyte at a time, before anything reads it whole. Rows and cells have no number in an ODS, they
are counted: its whole document is read when some are marked.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser
from django.utils.translation import gettext as _

from datasets.errors import TooDemanding
from datasets.readers.source import MAX_SHEET_CELLS

_CHUNK = 1024 * 1024
_OVERLAP = 4096
MOST_MARKS = 10_000
_FORMULA = re.compile(rb"<f[ >/]|table:formula=")
_MERGED = re.compile(rb'<mergeCell |number-(?:columns|rows)-spanned="(?:[2-9]|1[0-9])')
_COLUMN = re.compile(rb"""<c r=["']([A-Z]{1,3})""")
_ROW = re.compile(rb"""<(?:row|c) r=["'][A-Z]*([0-9]{1,7})""")
_CELL = rb'<c r="([A-Z]{1,3}[0-9]{1,7})"([^>]{0,120})>'
_FORMULA_CELL = rb"(?:<f[^>]{0,400}>[^<]{0,2000}</f>|<f[^>]{0,400}/>)"
_ERROR = re.compile(_CELL + rb"(?:" + _FORMULA_CELL + rb")?<v>(#[^<]{1,20})</v>")
_UNSAVED = re.compile(_CELL + _FORMULA_CELL + rb"(?:<v></v>|<v ?/>)?</c>")
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^>]{0,200} hidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col [^>]{0,200}hidden="(?:1|true)"')
_COUNTED = re.compile(rb'calcext:value-type="error"|table:visibility="(?:collapse|filter)"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class Marks:
    """What one part of a workbook holds apart from values. Cells have names as in Excel, ``B12``; errors
    their text. ``has_more`` says that cells have to be counted to know which ones are marked, as in an ODS."""

    has_formulas: bool = False
    has_merged: bool = False
    has_hidden_columns: bool = False
    has_more: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    unsaved: set[str] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)


PART = "content.xml"

_HIDDEN = frozenset({"collapse", "filter"})
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


def cell_marks(archive: zipfile.ZipFile, sheet: str, marks: Marks) -> None:
    """Add to ``marks`` what the cells of a sheet say; what cannot be parsed is left to who reads the values."""
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(_Cells(sheet, marks))
    try:
        with archive.open(PART) as content:
            parser.parse(content)
    except (SAXException, DefusedXmlException, ValueError):
        return


class _Cells(ContentHandler):
    """Counts the rows and the cells of one sheet. Repeated ones count as many times."""

    def __init__(self, sheet: str, marks: Marks) -> None:
        super().__init__()
        self._sheet, self._marks = sheet, marks
        self._is_inside = self._is_error = self._is_hidden = self._has_content = False
        self._row, self._rows = 1, 1
        self._column, self._cells = 1, 1
        self._text: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 (the name of the standard library)
        """Enter a sheet, a column, a row or a cell."""
        if name == "table:table":
            self._is_inside = attrs.get("table:name") == self._sheet
        if not self._is_inside:
            return
        if name == "table:table-column":
            self._marks.has_hidden_columns |= attrs.get("table:visibility") in _HIDDEN
        elif name == "table:table-row":
            self._rows = int(attrs.get("table:number-rows-repeated", 1))
            self._is_hidden = attrs.get("table:visibility") in _HIDDEN
            self._has_content, self._column = False, 1
        elif name in _CELLS:
            self._cells = int(attrs.get("table:number-columns-repeated", 1))
            self._is_error = attrs.get("calcext:value-type") == "error"
            self._has_content |= "office:value-type" in attrs
            self._text.clear()

    def characters(self, content: str) -> None:
        """Collect the words of an error."""
        if self._is_error:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 (as above)
        """Leave a cell or a row."""
        if not self._is_inside:
            return
        if name in _CELLS:
            if self._is_error and len(self._marks.errors) < MOST_MARKS:
                word = "".join(self._text).strip()
                columns = range(self._column, self._column + min(self._cells, MOST_MARKS))
                rows = range(self._row, self._row + min(self._rows, MOST_MARKS // len(columns)))
                self._marks.errors |= {f"{column_letters(c)}{row}": word for row in rows for c in columns}
            self._is_error = False
            self._column += self._cells
        elif name == "table:table-row":
            if self._is_hidden and self._has_content and len(self._marks.hidden_rows) < MOST_MARKS:
                self._marks.hidden_rows.update(range(self._row, self._row + min(self._rows, MOST_MARKS)))
            self._row += self._rows
        elif name == "table:table":
            self._is_inside = False


def marks_of(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """Return the marks of every part that holds cells, by its name.

    Raises ``TooDemanding`` when the first and the last cell of one are too far from each other.
    """
    parts = {}
    for entry in archive.infolist():
        if not (entry.filename.startswith("xl/worksheets/") or entry.filename == "content.xml"):
            continue
        marks = parts[entry.filename] = Marks()
        tail, columns, last = b"", {b"A"}, 1
        with archive.open(entry) as sheet:
            while chunk := sheet.read(_CHUNK):
                window = tail + chunk
                _look(window, marks)
                columns.update(_COLUMN.findall(window))
                last = max(last, *map(int, _ROW.findall(window[-_OVERLAP:])), 1)
                tail = window[-_OVERLAP:]
        _check_cells(last * max(map(_column_number, columns)))
    return parts


def marks_of_sheet(archive: zipfile.ZipFile, marks: Mapping[str, Marks], sheet: str) -> Marks:
    """Return the marks of a sheet by its name; of all of them when the workbook does not say where it is."""
    part = _part_of(archive, sheet)
    if part in marks:
        return marks[part]
    merged = Marks()
    for part_marks in marks.values():
        merged.has_more |= part_marks.has_more
        merged.has_formulas |= part_marks.has_formulas
        merged.has_merged |= part_marks.has_merged
    return merged


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds a sheet; empty when it is not found."""
    names = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    listed = set(archive.namelist())
    if not listed.issuperset(names) or any(archive.getinfo(name).file_size > _MOST_BYTES for name in names):
        return ""
    try:
        workbook, relations = (ElementTree.fromstring(archive.read(name)) for name in names)
    except (ElementTree.ParseError, ValueError):
        return ""
    target_names = {
        item.get("name"): item.get(_RELATION) for item in workbook.iter() if item.tag.endswith("}sheet")
    }
    targets = {item.get("Id"): item.get("Target", "") for item in relations.iter()}
    target = targets.get(target_names.get(sheet)) or ""
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _look(window: bytes, marks: Marks) -> None:
    """Add what a piece of XML holds; pieces overlap, cells have names."""
    marks.has_formulas |= bool(_FORMULA.search(window))
    marks.has_merged |= bool(_MERGED.search(window))
    marks.has_more |= bool(_COUNTED.search(window))
    if b"<f" in window and len(marks.unsaved) < MOST_MARKS:
        cells = (match.groups() for match in _UNSAVED.finditer(window))
        marks.unsaved.update(name.decode() for name, attributes in cells if b't="str"' not in attributes)
    if b't="e"' in window and len(marks.errors) < MOST_MARKS:
        marks.errors.update((f[1].decode(), f[3].decode("utf-8", "replace")) for f in _ERROR.finditer(window))
    if b"hidden=" in window:
        marks.has_hidden_columns |= bool(_HIDDEN_COLUMN.search(window))
        marks.hidden_rows.update(map(int, _HIDDEN_ROW.findall(window)))


def _check_cells(count: int) -> None:
    if count > MAX_SHEET_CELLS:
        raise TooDemanding(
            _(
                "Une feuille de ce classeur s’étend sur %(count)d millions de cellules, vides comprises ;"
                " %(limit)d millions au plus sont lues. Une valeur est sans doute égarée loin des autres."
            )
            % {"count": count // 1_000_000, "limit": MAX_SHEET_CELLS // 1_000_000}
        )


def column_letters(number: int) -> str:
    """Return the name of a column by its rank from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(cell: str) -> int:
    """Return the rank of the column of a cell: that of B12 is 2."""
    return _column_number(cell.rstrip("0123456789").encode())


def _column_number(letters: bytes) -> int:
    """Return the rank of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
