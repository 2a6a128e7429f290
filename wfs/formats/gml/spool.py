"""An answer under way: rows are spooled as PostgreSQL gives them, and the head, which counts them, is written last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol


class Readable(Protocol):
    """A file open at its beginning, to be closed by its sender."""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""

    def close(self) -> None:
        """Close it."""


# Kept in memory up to this size, on disk beyond.
_SPOOL_BYTES = 4 * 1024 * 1024
_BATCH_ROWS = 64


class Spool:
    """The rows of an answer; ``last`` is the last one written."""

    def __init__(self) -> None:
        self._body: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 (whoever sends the answer closes it)
        self.last = b""

    def text(self, text: str) -> None:
        """Write a text between rows."""
        self._body.write(text.encode())

    def rows(self, rows: Iterator[memoryview], most: int) -> tuple[int, bool]:
        """Write rows, ``most`` of them; return how many, and whether there are others."""
        count, batches = 0, islice(rows, most)
        while batch := list(islice(batches, _BATCH_ROWS)):
            self._body.write(b"".join(batch))
            count, self.last = count + len(batch), bytes(batch[-1])
        # Reading to the end is what closes a COPY.
        return count, len(list(rows)) > 0

    def page(self, rows: Sequence[bytes]) -> None:
        """Write the rows of a page that memory holds."""
        self._body.write(b"".join([row + b"\n" for row in rows]))
        self.last = rows[-1] if rows else b""

    def finished(self, head: bytes) -> HeadedFile:
        """Return the whole answer, open at its beginning."""
        size = self._body.tell()
        self._body.seek(0)
        return HeadedFile(head, self._body, size)

    def close(self) -> None:
        """Close the spool and discard its content."""
        self._body.close()


class HeadedFile:
    """A reader of a few bytes, then of a file that it owns."""

    def __init__(self, head: bytes, body: IO[bytes], size: int) -> None:
        self._head, self._body = head, body
        self.size = len(head) + size

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes of what is left, all of it when it is negative."""
        if size < 0:
            head, self._head = self._head, b""
            return head + self._body.read()
        head, self._head = self._head[:size], self._head[size:]
        return head or self._body.read(size)

    @property
    def is_on_disk(self) -> bool:
        """Whether it outgrew the memory that it may take."""
        return self.size > _SPOOL_BYTES

    def close(self) -> None:
        """Close the file."""
        self._body.close()
