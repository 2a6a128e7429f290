"""Delimited text (CSV and its cousins): any delimiter, any usual encoding, a row at a time, with its line in the file.

The work per row is done by ``csv`` in C; the loop only checks the width of the row. The file is opened once
and every pass works on that open file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import EmptyFile, FieldTooLong, UnreadableFile
from datasets.readers.encodings import WINDOWS, broken_encoding, detect
from datasets.readers.limits import MAX_FIELD_CHARACTERS
from datasets.readers.source import RawRow, ReadOptions, Source
from datasets.readers.stability import check_unchanged, stamp
from datasets.vocabulary import Severity

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 100
_LONGEST_LINE = 2 * MAX_FIELD_CHARACTERS

csv.field_size_limit(MAX_FIELD_CHARACTERS)


class DelimitedSource(Source):
    """A CSV file. ``file`` is open for reading bytes and is closed with the source."""

    format = "csv"

    def __init__(self, file: BinaryIO, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        self._file = file
        self._stamp = stamp(file)
        self.encoding = options.encoding or detect(file)
        if self.encoding == WINDOWS and not options.encoding:
            self.note("encoding", _("Le fichier n’est pas en UTF-8 : lu en Windows-1252."))
        self._skipped = 0
        self.delimiter = options.delimiter or self._find_delimiter()
        header = next(self._records(), None)
        if header is None:
            raise EmptyFile(_("Le fichier ne contient aucune ligne."))
        self._header_line, titles = header
        while len(titles) > 1 and not titles[-1].strip():
            titles.pop()
        self.take_titles(titles)
        self.hints = (None,) * len(self.titles)

    def rows(self) -> Iterator[RawRow]:
        """Read the rows after the line of titles; a row with too many values is a finding, and left out."""
        self.forget_rows()
        width = len(self.titles)
        records = self._records()
        next(records, None)
        for line, values in records:
            if len(values) != width and not self._fits(values, line):
                continue
            yield line, [value or None for value in values], None
        check_unchanged(self._file, self._stamp)

    def _fits(self, values: list[str], line: int) -> bool:
        """Bring ``values`` to the width of the titles; say whether that loses nothing."""
        width = len(self.titles)
        if len(values) < width:
            self.note_row(
                Severity.WARNING,
                "row_short",
                _("La ligne a %(count)d valeurs pour %(width)d colonnes : les dernières sont vides.")
                % {"count": len(values), "width": width},
                line=line,
            )
            values.extend([""] * (width - len(values)))
            return True
        if any(values[width:]):
            self.note_row(
                Severity.ERROR,
                "row_long",
                _("La ligne a %(count)d valeurs pour %(width)d colonnes.")
                % {"count": len(values), "width": width},
                line=line,
                value=next(filter(None, values[width:]))[:200],
            )
            return False
        del values[width:]
        return True

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the line each record starts at and its values, blank lines left out, after the skipped lines."""
        reader = csv.reader(self._lines(), delimiter=self.delimiter, strict=False)
        skipped = self._skipped
        line = skipped + 1
        try:
            for values in reader:
                if values:
                    yield line, values
                line = skipped + reader.line_num + 1
        except UnicodeError as error:
            raise broken_encoding(self._file, self.encoding) from error
        except csv.Error as error:
            raise _refusal(error, line) from error

    def _lines(self) -> Iterator[str]:
        """Yield the lines of the file, none so long that it would fill the memory, none with a NUL."""
        self._file.seek(0)
        text = io.TextIOWrapper(_Kept(self._file), encoding=self.encoding, newline="")
        lines = iter(partial(text.readline, _LONGEST_LINE), "")
        for _skipped in range(self._skipped):
            next(lines, None)
        for number, line in enumerate(lines, start=self._skipped + 1):
            if len(line) >= _LONGEST_LINE:
                raise _too_long(number)
            if "\0" in line:
                raise UnreadableFile(
                    _("Ligne %d : un octet nul, qui n’est pas du texte.") % number, line=number
                )
            yield line

    def _find_delimiter(self) -> str:
        """Return the delimiter that cuts the first lines into rows of one width, the widest when several do."""
        try:
            head = list(islice(self._lines(), SAMPLE_ROWS))
        except UnicodeError as error:
            raise broken_encoding(self._file, self.encoding) from error
        if head and head[0].strip().lower().startswith("sep=") and len(head[0].strip()) == 5:
            self._skipped = 1
            return head[0].strip()[-1]
        return max(DELIMITERS, key=lambda candidate: _regularity(head, candidate))


class _Kept(io.BufferedReader):
    """A reader over an open file that survives the reader: several passes share the file."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(io.FileIO(file.fileno(), closefd=False), buffer_size=1024 * 1024)


def _regularity(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return the share of rows as wide as the first one (0 for a single column), then that width."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def _too_long(line: int) -> FieldTooLong:
    return FieldTooLong(
        _("Ligne %(line)d : une valeur de plus de %(limit)d millions de caractères ; un guillemet ouvert ?")
        % {"line": line, "limit": MAX_FIELD_CHARACTERS // 1_000_000},
        line=line,
    )


def _refusal(error: csv.Error, line: int) -> FieldTooLong | UnreadableFile:
    """Return the fault behind an error of ``csv`` in the record that starts at ``line``."""
    if "field limit" in str(error):
        return _too_long(line)
    return UnreadableFile(_("Ligne %d : cette ligne n’est pas du CSV.") % line, line=line)
