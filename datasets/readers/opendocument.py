"""What the cells of an ODS say beside their values: errors of formulas, hidden rows and columns.

Rows and cells have no number there, they are counted: the whole document is read, when something is to be found.
"""

from __future__ import annotations

import zipfile
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from datasets.readers.workbooks import MOST_MARKS, Marks, column_letters

PART = "content.xml"

_HIDDEN = frozenset({"collapse", "filter"})
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


def look_at_cells(archive: zipfile.ZipFile, sheet: str, marks: Marks) -> None:
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
        self._wanted, self._marks = sheet, marks
        self._is_inside = self._is_error = self._is_hidden = self._has_content = False
        self._row, self._rows = 1, 1
        self._column, self._cells = 1, 1
        self._text: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 (the name of the standard library)
        """Enter a sheet, a column, a row or a cell."""
        if name == "table:table":
            self._is_inside = attrs.get("table:name") == self._wanted
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
        """Keep the words of an error."""
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
