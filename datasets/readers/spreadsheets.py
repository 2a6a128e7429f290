"""Workbooks (XLSX, ODS): the values as the workbook keeps them, and a word where a workbook is more than a table."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, Self

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from datasets.errors import EmptyFile, TooDemanding, UnknownPart, UnreadableFile, UnsafeArchive
from datasets.readers.limits import MAX_FIELD_CHARACTERS, MAX_SHEET_BYTES, MAX_SHEET_CELLS
from datasets.readers.source import RawRow, ReadOptions, Source
from datasets.readers.texts import number_text

_CHUNK = 1024 * 1024
_OVERLAP = 256
_FORMULA = re.compile(rb"<f[ >/]|table:formula=")
_MERGED = re.compile(rb'<mergeCell |number-(?:columns|rows)-spanned="(?:[2-9]|1[0-9])')
_COLUMN = re.compile(rb"""<c r=["']([A-Z]{1,3})""")
_ROW = re.compile(rb"""<(?:row|c) r=["'][A-Z]*([0-9]{1,7})""")
_TITLE_SEARCH = 20


class SpreadsheetSource(Source):
    """One sheet of a workbook; formulas give the value computed when the workbook was last saved."""

    def __init__(self, file: BinaryIO, kind: str, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        self.format = kind
        file.seek(0)
        try:
            self._workbook = CalamineWorkbook.from_filelike(file)
        except (CalamineError, ValueError, OSError) as error:
            raise UnreadableFile(_("Ce classeur est endommagé, incomplet ou protégé.")) from error
        self.layers = tuple(self._workbook.sheet_names)
        self._sheet = self._choose()
        self.layer = self._sheet.name
        first = self._sheet.start or (0, 0)
        self._first_row = first[0] + 1
        self._titles_at, titles = self._find_titles()
        self.take_titles(titles)
        self.hints = (None,) * len(self.titles)

    @classmethod
    def from_archive(
        cls, archive: zipfile.ZipFile, file: BinaryIO, kind: str, name: str, options: ReadOptions
    ) -> Self:
        """Open the workbook in ``file``, whose inspected ``archive`` tells its size, formulas and merged cells."""
        if sum(entry.file_size for entry in archive.infolist()) > MAX_SHEET_BYTES:
            raise UnsafeArchive(_("Ce classeur est trop volumineux : déposez un CSV."))
        found = _marks(archive)
        source = cls(file, kind, name, options)
        if "formula" in found:
            source.note(
                "formulas", _("Le classeur contient des formules : leur dernière valeur calculée est lue.")
            )
        if "merged" in found:
            source.note(
                "merged",
                _("Le classeur contient des cellules fusionnées : seule la première porte la valeur."),
            )
        return source

    def rows(self) -> Iterator[RawRow]:
        """Read the rows under the titles; the number of a row is that of the sheet; blank rows are left out."""
        width = len(self.titles)
        for position, cells in enumerate(self._sheet.iter_rows()):
            if position <= self._titles_at:
                continue
            values = [_text(cell) for cell in cells[:width]]
            if any(value is not None for value in values):
                yield self._first_row + position, values + [None] * (width - len(values)), None

    def _choose(self) -> CalamineSheet:
        """Return the sheet asked for, or the first that holds something."""
        wanted = self.options.sheet or self.options.layer
        if wanted and wanted not in self.layers:
            raise UnknownPart(
                _("Le classeur n’a pas de feuille « %(sheet)s » ; il contient : %(sheets)s.")
                % {"sheet": wanted, "sheets": ", ".join(self.layers)},
                parameter="sheet",
            )
        try:
            sheets = (
                self._workbook.get_sheet_by_name(name) for name in ([wanted] if wanted else self.layers)
            )
            sheet = next((sheet for sheet in sheets if sheet.height), None)
        except (CalamineError, ValueError, OSError) as error:
            raise UnreadableFile(_("Une feuille de ce classeur ne peut pas être lue.")) from error
        if sheet is None:
            raise EmptyFile(_("Le classeur ne contient aucune donnée."))
        if len(self.layers) > 1 and not wanted:
            self.note(
                "several_layers", _("Le classeur contient plusieurs feuilles : « %s » est lue.") % sheet.name
            )
        return sheet

    def _find_titles(self) -> tuple[int, list[str]]:
        """Return position and cells of the line of titles: the first that is at least half filled."""
        width = self._sheet.width
        for position, cells in enumerate(self._sheet.iter_rows()):
            titles = [_text(cell) or "" for cell in cells]
            if sum(map(bool, titles)) * 2 >= width or position >= _TITLE_SEARCH:
                break
        if position:
            self.note(
                "preamble",
                _("Les lignes avant la ligne %d, celle des titres, ne sont pas lues.")
                % (self._first_row + position),
            )
        while len(titles) > 1 and not titles[-1]:
            titles.pop()
        return position, titles


def _text(cell: Any) -> str | None:
    """Return the text of a cell: a date without a time of day is a date."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return cell.replace("\0", "")[:MAX_FIELD_CHARACTERS]
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time.min else cell).isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else _plain(cell)


def _plain(cell: int | timedelta) -> str:
    return str(cell)


def _marks(archive: zipfile.ZipFile) -> set[str]:
    """Say whether the sheets hold formulas or merged cells, reading them a megabyte at a time.

    Raises ``TooDemanding`` when the first and the last cell of one are too far from each other.
    """
    found: set[str] = set()
    for entry in archive.infolist():
        if not (entry.filename.startswith("xl/worksheets/") or entry.filename == "content.xml"):
            continue
        tail, columns, last = b"", {b"A"}, 1
        with archive.open(entry) as sheet:
            while chunk := sheet.read(_CHUNK):
                window = tail + chunk
                found |= {"formula"} if _FORMULA.search(window) else set()
                found |= {"merged"} if _MERGED.search(window) else set()
                columns.update(_COLUMN.findall(window))
                last = max(last, *map(int, _ROW.findall(window[-_OVERLAP * 16 :])), 1)
                tail = window[-_OVERLAP:]
        _check_cells(last * max(map(_column_number, columns)))
    return found


def _check_cells(count: int) -> None:
    if count > MAX_SHEET_CELLS:
        raise TooDemanding(
            _(
                "Une feuille de ce classeur s’étend sur %(count)d millions de cellules, vides comprises ;"
                " %(limit)d millions au plus sont lues. Une valeur est sans doute égarée loin des autres."
            )
            % {"count": count // 1_000_000, "limit": MAX_SHEET_CELLS // 1_000_000}
        )


def _column_number(letters: bytes) -> int:
    """Return the rank of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
