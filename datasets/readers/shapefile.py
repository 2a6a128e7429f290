"""Shapefiles, and dBASE tables alone: GDAL reads them once their table is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasets.readers.dbf import READ_BY_GDAL, DbfContent, declare, examine, note
from datasets.readers.source import ReadOptions
from datasets.readers.texts import Column
from datasets.readers.vectors import VectorSource


class ShapefileSource(VectorSource):
    """A Shapefile with its neighbours, or a ``.dbf``."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        table = _examined(files[0], options)
        # The encoding that GDAL does not know: it gives a character a byte.
        self._encoding = table.encoding if table and table.encoding not in READ_BY_GDAL else ""
        super().__init__(files, kind, name, options)
        if table:
            self.declared_rows = table.count - table.deleted
            note(self, table)

    def decoded(self, text: str) -> str:
        """Return a text in the encoding of its table."""
        return text.encode("latin-1", "replace").decode(self._encoding, "replace") if self._encoding else text

    def column_texts(self, column: Any) -> Column:
        """Return the values of a column as text, in the encoding of the table."""
        values = super().column_texts(column)
        return [value and self.decoded(value) for value in values] if self._encoding else values


def _examined(path: Path, options: ReadOptions) -> DbfContent | None:
    """Look at the table of a Shapefile and declare its encoding; None when there is no table."""
    table = path.with_suffix(".dbf")
    if not table.exists():
        return None
    content = examine(table, encoding=options.encoding)
    declare(table, content)
    return content
