"""Ranges of bytes of a file (RFC 9110, 14): what a request asks of it, and a reader of that part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from ``start`` to ``end``, both included; outside of the file when ``start`` is after its last byte."""

    start: int
    end: int
    is_outside: bool = False

    @property
    def size(self) -> int:
        """The number of bytes, both ends included."""
        return self.end - self.start + 1


def parse_range(text: str, size: int) -> ByteRange | None:
    """Read a ``Range`` header for a file of ``size`` bytes.

    None stands for the whole file: no header, another unit, several ranges or a malformed one (RFC 9110, 14.2 lets a
    server ignore it).
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        length = min(int(last), size)
        return ByteRange(size - length, size - 1, is_outside=length == 0)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    return ByteRange(start, min(end, size - 1), is_outside=start >= size)


class Slice:
    """A reader of a part of an open file, which it owns."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._left = file, size
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes of what is left of the part."""
        length = self._left if size < 0 else min(size, self._left)
        content = self._file.read(length)
        self._left -= len(content)
        return content

    def close(self) -> None:
        """Close the file."""
        self._file.close()
