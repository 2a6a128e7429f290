"""Workbooks (XLSX, ODS): the values as the workbook stores them; what is more than a table is reported."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from datasets.errors import EmptyFile, UnknownPart, UnreadableFile, UnsafeArchive
from datasets.readers.headers import Record
from datasets.readers.source import MAX_FIELD_CHARACTERS, MAX_SHEET_BYTES, ReadOptions
from datasets.readers.tables import TableSource, last_records
from datasets.readers.texts import number_text
from datasets.readers.workbooks import Marks, cell_marks, column_of, marks_of, marks_of_sheet
from datasets.vocabulary import ColumnType

_SMALL_CELLS = 300_000
"""Cells under which a sheet is read to its end when it is opened, to see what ends it."""

_TYPED_ROWS = 200
_MAX_MERGED = 200_000
_NAMED_CELLS = 30


class SpreadsheetSource(TableSource):
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
        self._first_row = (self._sheet.start or (0, 0))[0] + 1
        self._merged = self._spans()
        self._emptied: dict[int, list[int]] = {}
        self.find_table()
        self.hints = self._hints()

    @classmethod
    def from_archive(
        cls, archive: zipfile.ZipFile, file: BinaryIO, kind: str, name: str, options: ReadOptions
    ) -> Self:
        """Open the workbook in ``file``, whose inspected ``archive`` gives its size, formulas and merged cells."""
        if sum(entry.file_size for entry in archive.infolist()) > MAX_SHEET_BYTES:
            raise UnsafeArchive(_("Ce classeur est trop volumineux : déposez un CSV."))
        marks = marks_of(archive)
        source = cls(file, kind, name, options)
        sheet_marks = marks_of_sheet(archive, marks, source.layer)
        if kind == "ods" and sheet_marks.has_more:
            cell_marks(archive, source.layer, sheet_marks)
            source.empty(sheet_marks.errors)
        source.tell(sheet_marks)
        return source

    def empty(self, cells: Iterable[str]) -> None:
        """Read cells as no value: an ODS may hold a number for an error of its formula."""
        left = (self._sheet.start or (0, 0))[1]
        for cell in cells:
            index = column_of(cell) - 1 - left
            if 0 <= index < self._sheet.width:
                self._emptied.setdefault(_line_of(cell), []).append(index)

    def records(self, first_line: int) -> Iterator[Record]:
        """Read the rows of the sheet from ``first_line``, blank ones left out; their number is that of the sheet."""
        merged, merged_texts = self._merged, dict[int, str]()
        for line, cells in enumerate(self._sheet.iter_rows(), start=self._first_row):
            spans = merged.get(line, ()) if merged else ()
            for column, is_first in spans:
                cell = cells[column]
                if is_first:
                    merged_texts[column] = cell if isinstance(cell, str) else ""
                elif 0 < self._header_line < line:
                    cells[column] = cell or merged_texts.get(column, "")
            for column in self._emptied.get(line, ()) if self._emptied else ():
                cells[column] = ""
            texts = [_text(cell) for cell in cells]
            if line >= first_line and any(texts):
                yield line, texts

    def last_records(self) -> tuple[list[Record], int]:
        """Return the last rows that hold something, and how many follow, when the sheet is small."""
        is_small = self._sheet.height * self._sheet.width <= _SMALL_CELLS
        return last_records(self.records(self._header_line)) if is_small else ([], 0)

    def grouped(self, lines: Sequence[int], rows: list[list[str]]) -> tuple[list[list[str]], bool]:
        """Fill the groups of titles that are merged over their columns."""
        left = (self._sheet.start or (0, 0))[1]
        filled = [list(cells) for cells in rows]
        is_stated = False
        for first, last in self._sheet.merged_cell_ranges or []:
            line, column = first[0] + 1, first[1] - left
            if line in lines and last[1] > first[1] and 0 <= column < self._sheet.width:
                cells = filled[lines.index(line)]
                end = min(last[1] - left + 1, len(cells))
                cells[column:end] = [cells[column]] * (end - column)
                is_stated = True
        return filled, is_stated

    def tell(self, marks: Marks) -> None:
        """Report formulas, merged and hidden cells, and errors of the sheet."""
        if marks.has_formulas:
            reason = _("Le classeur contient des formules : leur dernière valeur calculée est lue.")
            self.note("formulas", reason)
        if marks.unsaved:
            reason = _("Des formules n’ont aucune valeur enregistrée : ouvrez le classeur et enregistrez-le.")
            self.note("formulas_unsaved", reason, value=_named(marks.unsaved))
        if marks.has_merged:
            reason = _(
                "Des cellules sont fusionnées : un texte fusionné sur plusieurs lignes est répété sur chacune,"
                " le reste n’est lu que dans la première."
            )
            self.note("merged", reason)
        for cell, word in sorted(marks.errors.items(), key=lambda item: _line_of(item[0]))[:_NAMED_CELLS]:
            reason = _("Cellule %(cell)s : une erreur de calcul d’Excel, lue comme une absence de valeur.")
            self.note("excel_error", reason % {"cell": cell}, line=_line_of(cell), value=word)
        if len(marks.errors) > _NAMED_CELLS:
            reason = _(
                "%d cellules de la feuille sont des erreurs de calcul, lues comme des absences de valeur."
            )
            self.note("excel_error", reason % len(marks.errors))
        self._tell_hidden(marks)

    def _tell_hidden(self, marks: Marks) -> None:
        count = len(marks.hidden_rows)
        if count:
            reason = ngettext(
                "%(count)d ligne masquée de la feuille est lue comme les autres.",
                "%(count)d lignes masquées de la feuille (un filtre ?) sont lues comme les autres.",
                count,
            )
            self.note("hidden_rows", reason % {"count": count}, line=min(marks.hidden_rows))
        if marks.has_hidden_columns:
            self.note("hidden_columns", _("Des colonnes masquées de la feuille sont lues comme les autres."))

    def _choose(self) -> CalamineSheet:
        """Return the requested sheet, or the first that holds something, visible sheets first."""
        requested = self.options.sheet or self.options.layer
        if requested and requested not in self.layers:
            raise UnknownPart(
                _("Le classeur n’a pas de feuille « %(sheet)s » ; il contient : %(sheets)s.")
                % {"sheet": requested, "sheets": ", ".join(self.layers)},
                parameter="sheet",
            )
        hidden = {
            sheet.name
            for sheet in self._workbook.sheets_metadata
            if sheet.visible is not None and sheet.visible != SheetVisibleEnum.Visible
        }
        ordered = sorted(self.layers, key=lambda name: name in hidden)
        try:
            sheets = (
                self._workbook.get_sheet_by_name(name) for name in ([requested] if requested else ordered)
            )
            sheet = next((sheet for sheet in sheets if sheet.height), None)
        except (CalamineError, ValueError, OSError) as error:
            raise UnreadableFile(_("Une feuille de ce classeur ne peut pas être lue.")) from error
        if sheet is None:
            raise EmptyFile(_("Le classeur ne contient aucune donnée."))
        if len(self.layers) > 1 and not requested:
            other_sheets = [name for name in self.layers if name != sheet.name]
            reason = _(
                "Le classeur contient plusieurs feuilles : « %(sheet)s » est lue ; les autres : %(others)s."
            )
            self.note(
                "several_layers", reason % {"sheet": sheet.name, "others": ", ".join(other_sheets)[:150]}
            )
        if hidden:
            reason = _("Des feuilles du classeur sont masquées : %s.")
            self.note("hidden_sheets", reason % ", ".join(sorted(hidden))[:150])
        return sheet

    def _spans(self) -> dict[int, list[tuple[int, bool]]]:
        """Return, by row, the columns of cells merged over several rows, and whether the row is the first of them."""
        spans: dict[int, list[tuple[int, bool]]] = {}
        ranges = self._sheet.merged_cell_ranges or []
        tall = [(first, last) for first, last in ranges if last[0] > first[0]]
        if sum(last[0] - first[0] for first, last in tall) > _MAX_MERGED:
            return {}
        left = (self._sheet.start or (0, 0))[1]
        width = self._sheet.width
        for first, last in tall:
            if 0 <= first[1] - left < width:
                for row in range(first[0], last[0] + 1):
                    spans.setdefault(row + 1, []).append((first[1] - left, row == first[0]))
        return spans

    def _hints(self) -> tuple[ColumnType | None, ...]:
        """Return text for the columns whose cells are all text, in a sheet that types numbers; nothing else."""
        rows = islice(
            self._sheet.iter_rows(),
            self._header_line - self._first_row + self._header.rows + self._header.has_units,
            _TYPED_ROWS,
        )
        kinds: list[set[type]] = [set() for _title in self.titles]
        for cells in rows:
            for types, cell in zip(kinds, cells, strict=False):
                if cell is not None and cell != "":
                    types.add(type(cell))
        has_numbers = any(types & {int, float} for types in kinds)
        return tuple(ColumnType.STRING if has_numbers and types == {str} else None for types in kinds)


def _text(cell: Any) -> str:
    """Return the text of a cell, empty for nothing: a date without a time of day is a date."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell.replace("\0", "")[:MAX_FIELD_CHARACTERS]
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # A workbook stores the noise of binary fractions (20.200000000000003) that spreadsheets do not show.
        return number_text(float(f"{cell:.15g}")) or ""
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time.min else cell).isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _named(cells: set[str]) -> str:
    ordered = sorted(cells, key=lambda cell: (_line_of(cell), cell))
    return ", ".join(ordered[:_NAMED_CELLS])


def _line_of(cell: str) -> int:
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
