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

from datasets.errors import UnreadableFile
from datasets.readers.csv_records import (
    SAMPLE_LINES,
    CsvDialect,
    CsvRecords,
    find_dialect,
    is_fixed_width,
    too_long,
    unwrapped_line,
)
from datasets.readers.encodings import broken_encoding, examine
from datasets.readers.headers import Record
from datasets.readers.plain_lines import PlainLines
from datasets.readers.source import (
    MAX_FIELD_CHARACTERS,
    RawRow,
    ReadOptions,
    RowBlock,
    check_unchanged,
    stamp,
)
from datasets.readers.tables import TableSource, last_records
from datasets.vocabulary import Severity

_LONGEST_LINE = 2 * MAX_FIELD_CHARACTERS
_SMALL_BYTES = 512 * 1024
"""Size under which a file is read to its end when it is opened, to see what ends it."""

_TAIL_BYTES = 32 * 1024

csv.field_size_limit(MAX_FIELD_CHARACTERS)


class DelimitedSource(TableSource):
    """A CSV file. ``file`` is open for reading bytes and is closed with the source."""

    format = "csv"

    def __init__(self, file: BinaryIO, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        self._file = file
        self._stamp = stamp(file)
        self._text = examine(file, options.encoding)
        for code, reason, line in self._text.remarks:
            self.note(code, reason, line=line)
        self.encoding = self._text.encoding
        self._is_named = self._is_wrapped = False
        self._dialect = self._find_dialect()
        self.delimiter = self._dialect.delimiter
        self._is_wrapped = self._dialect.is_wrapped
        self.find_table(first_line=1 + self._is_named)
        self._tell_lines()
        if self._text.lines is not None:
            self.estimated_rows = max(0, self._text.lines - self._header_line)

    def rows(self) -> Iterator[RawRow]:
        """Read the rows under the titles; a row with too many values is a finding, and left out."""
        yield from super().rows()
        check_unchanged(self._file, self._stamp)

    def blocks(self) -> Iterator[RowBlock | RawRow]:
        """Read the plain lines in blocks, and the rows from the first line that is not plain on."""
        self.forget_rows()
        plain = self._plain_lines()
        if plain is None:
            yield from self.rows()
            return
        yield from plain.blocks()
        yield from self.rows_of(self._records(self._lines_from(plain.line, plain.offset), plain.line))
        check_unchanged(self._file, self._stamp)

    def _plain_lines(self) -> PlainLines | None:
        """Return the lines from the first row on; None when they cannot be plain, or begin where nobody can say."""
        dialect, encoding = self._dialect, self.encoding.removesuffix("-sig")
        first = next(self._body(), None)
        is_usual = not (self._is_wrapped or self._wrapped_columns or dialect.skips_spaces)
        if first is None or not is_usual or self._text.lines is None or not dialect.delimiter.isascii():
            return None
        reader = _SharedReader(self._file)
        reader.seek(0)
        above = [reader.readline(_LONGEST_LINE) for _line in range(1, first[0])]
        has_mark = encoding != self.encoding and not above
        if has_mark or any(b"\r" in line.removesuffix(b"\n").removesuffix(b"\r") for line in above):
            return None
        return PlainLines(
            file=io.FileIO(self._file.fileno(), closefd=False),
            dialect=dialect,
            encoding=encoding,
            width=len(self.titles),
            titles=dialect.delimiter.join(self._raw_titles or ()).encode(),
            line=first[0],
            offset=sum(map(len, above)),
        )

    def records(self, first_line: int) -> Iterator[Record]:
        """Yield the line each record starts at and its values, blank lines left out.

        The lines above are skipped as they are: a title may hold a quotation mark.
        """
        yield from self._records(self._lines(first_line), first_line)

    def _records(self, lines: Iterator[str], first_line: int) -> Iterator[Record]:
        """Yield the records of lines, the first of which has this number, to the end of the file."""
        records = CsvRecords(lines, self._dialect, first_line, self._note_line)
        try:
            yield from records
        except UnicodeError as error:
            raise broken_encoding(self._file, self.encoding) from error
        if self._text.lines is not None and records.line != self._text.lines + 1:
            check_unchanged(self._file, self._stamp)
            raise UnreadableFile(
                _("%(read)d lignes lues sur les %(count)d du fichier.")
                % {"read": records.line - 1, "count": self._text.lines}
            )

    def last_records(self) -> tuple[list[Record], int]:
        """Return the last records and what trails them: of the whole file when it is small, else of its last bytes."""
        size = self._stamp[0]
        if size > _SMALL_BYTES:
            return ([], 0) if self._text.lines is None else self._tail(size, self._text.lines)
        last = last_records(self.records(self._header_line))
        self.forget_rows()
        return last

    def _tail(self, size: int, count: int) -> tuple[list[Record], int]:
        """Return the same of the last bytes; ``count`` is the number of lines of the file."""
        self._file.seek(size - _TAIL_BYTES)
        text = self._file.read(_TAIL_BYTES).decode(self.encoding, "replace")
        lines = list(map(self._plain, io.StringIO(text, newline="").readlines()[1:]))
        first = count - len(lines) + 1
        silent = CsvRecords(iter(lines), self._dialect, first, lambda *_arguments: None)
        return last_records(silent)

    def _note_line(self, severity: Severity, code: str, reason: str, line: int, value: str) -> None:
        self.note_row(severity, code, reason, line=line, value=value)
        self.skipped_rows += severity is Severity.ERROR

    def _lines(self, first_line: int) -> Iterator[str]:
        """Yield the lines of the file, none so long that it would fill the memory, none with a NUL."""
        return self._lines_from(first_line, 0)

    def _lines_from(self, first_line: int, offset: int) -> Iterator[str]:
        """Yield the lines of the file from the one at an offset; at 0, those above ``first_line`` are skipped."""
        reader = _SharedReader(self._file)
        reader.seek(offset)
        text = io.TextIOWrapper(reader, encoding=self.encoding, newline="")
        lines = iter(partial(text.readline, _LONGEST_LINE), "")
        for _skipped in range(1, first_line if offset == 0 else 1):
            next(lines, None)
        for number, line in enumerate(lines, start=first_line):
            if len(line) >= _LONGEST_LINE:
                raise too_long(number)
            if "\0" in line:
                raise UnreadableFile(
                    _("Ligne %d : un octet nul, qui n’est pas du texte.") % number, line=number
                )
            yield self._plain(line)

    def _plain(self, line: str) -> str:
        return unwrapped_line(line) if self._is_wrapped else line

    def _tell_lines(self) -> None:
        """Report lines between quotation marks, and those above the titles that are no records."""
        if self._is_wrapped:
            reason = _(
                "Chaque ligne entière est entre guillemets : ils sont retirés, et la ligne est découpée."
            )
            self.note("wrapped_lines", reason)
        first = 1 + self._is_named
        noted = {finding.line for finding in self.findings if finding.code == "preamble"}
        for number, line in enumerate(islice(self._lines(first), self._header_line - first), start=first):
            if number not in noted and line.strip(f" \r\n\t{self.delimiter}"):
                reason = _("Ligne au-dessus des titres de colonnes : elle n’est pas lue.")
                self.note("preamble", reason, line=number, value=line.strip()[:200])

    def _find_dialect(self) -> CsvDialect:
        """Return the dialect: declared by Excel's first line, or found in the first lines."""
        try:
            head = list(islice(self._lines(1), SAMPLE_LINES))
        except UnicodeError as error:
            raise broken_encoding(self._file, self.encoding) from error
        named = ""
        if head and head[0].strip().lower().startswith("sep=") and len(head[0].rstrip("\r\n")) == 5:
            named = head[0].rstrip("\r\n")[-1]
            self._is_named = True
        if not (self.options.delimiter or named) and is_fixed_width(head):
            raise UnreadableFile(
                _(
                    "Ce texte est en colonnes de largeur fixe, sans séparateur : ouvrez-le dans un tableur et"
                    " enregistrez-le en CSV, ou donnez le séparateur."
                )
            )
        return find_dialect(head[self._is_named :], delimiter=self.options.delimiter or named)


class _SharedReader(io.BufferedReader):
    """A reader over an open file that survives the reader: several passes share the file."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(io.FileIO(file.fileno(), closefd=False), buffer_size=1024 * 1024)
