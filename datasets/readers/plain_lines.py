"""Lines of delimited text that are rows as they stand, read in blocks that go straight to the database.

A line is plain when no quotation mark, no NUL and no lone carriage return is near it, and it has one value a title, not
all of them empty. Plain lines follow each other from the first row of a file on; the first that is not, and the last
lines of the file, among which its totals may be, are read by ``datasets.readers.tables`` one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO

from datasets.readers.csv_records import CsvDialect
from datasets.readers.source import RowBlock

BLOCK_BYTES = 256 * 1024
_MOST_BYTES = 16 * BLOCK_BYTES
"""Bytes among which there must be more lines than those held back."""

HELD_LINES = 16
"""Lines read one by one before the first that is not plain: more than the records of a footer."""


@dataclass(slots=True)
class PlainLines:
    """The plain lines of an open file, from ``line`` at ``offset`` on: both advance as blocks are read.

    ``width`` is the number of titles, ``titles`` their line, which may be repeated among the rows.
    """

    file: FileIO
    dialect: CsvDialect
    encoding: str
    width: int
    titles: bytes
    line: int
    offset: int

    def blocks(self) -> Iterator[RowBlock]:
        """Yield the rows of plain lines."""
        pending, position = b"", self.offset
        while len(pending) < _MOST_BYTES:
            self.file.seek(position)
            chunk = self.file.read(BLOCK_BYTES)
            position += len(chunk)
            content = pending + chunk
            complete_lines = content[: content.rfind(b"\n") + 1]
            lines = self._plain(complete_lines)
            if not chunk or lines is None:
                return
            count = max(len(lines) - HELD_LINES, 0)
            if count:
                block = RowBlock(count, self._copied(lines[:count]))
                size = _size_of(complete_lines, count)
                self.line, self.offset = self.line + count, self.offset + size
                content = content[size:]
                yield block
            pending = content

    def _plain(self, content: bytes) -> list[bytes] | None:
        """Return the lines in UTF-8, without their ends, if all of them are plain."""
        mark, delimiter = self.dialect.quote.encode(), self.dialect.delimiter.encode()
        if mark in content or b"\0" in content:
            return None
        content = content.replace(b"\r\n", b"\n")
        if b"\r" in content:
            return None
        try:
            lines = content.decode(self.encoding).encode().split(b"\n")[:-1]
        except UnicodeDecodeError:
            return None
        gaps = self.width - 1
        is_plain = (
            all(line.count(delimiter) == gaps for line in lines)
            and delimiter * gaps not in lines
            and self.titles not in lines
        )
        return lines if is_plain else None

    def _copied(self, lines: list[bytes]) -> bytes:
        """Return the lines as ``COPY`` reads them, each after its number; a value that is empty is none."""
        rows = b"\n".join(b"%d\r%b" % numbered for numbered in enumerate(lines, start=self.line))
        delimiter = self.dialect.delimiter.encode()
        rows = rows.replace(b"\\", b"\\\\")
        if delimiter != b"\t":
            rows = rows.replace(b"\t", b"\\t").replace(delimiter, b"\t")
        rows = rows.replace(b"\r", b"\t") + b"\n"
        for _overlapping in range(2):
            rows = rows.replace(b"\t\t", b"\t\\N\t")
        return rows.replace(b"\t\n", b"\t\\N\n")


def _size_of(content: bytes, count: int) -> int:
    """Return how many bytes the first lines take."""
    end = len(content)
    for _held in range(content.count(b"\n") - count + 1):
        end = content.rfind(b"\n", 0, end)
    return end + 1
