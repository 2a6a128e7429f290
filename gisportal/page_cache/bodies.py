"""Pages as they are stored: compressed once, in pieces between which the words of one person are written.

The pieces are parts of one deflate stream (RFC 1951), each of which ends at a byte and refers to no other: joined with
what is written between them they are a gzip file (RFC 1952). Nothing is compressed again, nor decompressed for the
checksum of the whole: it is computed from the checksums and lengths of the pieces.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from interface.shared_pages import Placeholder
from layers.cache import BoundedCache

_LEVEL = 6
# A file without name nor date; the last block of a stream, which is empty.
_HEAD, _END = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x03\x00"
# Words up to this length are a stored block (RFC 1951, 3.2.4): a compressor costs more than it spares.
_STORED_MAX = 256
# The polynomial of CRC-32 without its highest term, bits reflected: the highest bit is the constant term.
_POLYNOMIAL, _ONE, _BYTE = 0xEDB88320, 1 << 31, 1 << 23


@dataclass(frozen=True, slots=True)
class Piece:
    """A deflated part of a page and the placeholder after it; the CRC-32 and the length in bytes of the part itself."""

    content: bytes
    placeholder: Placeholder
    checksum: int
    size: int


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page: its own headers, and its pieces. ``fill`` returns the words of a placeholder, in parts."""

    headers: Mapping[str, str]
    pieces: tuple[Piece, ...]

    def gzipped(self, fill: Callable[[Placeholder], Iterable[bytes]]) -> bytes:
        """Return the page as a gzip file."""
        stream, checksum, size = [_HEAD], 0, 0
        for piece in self.pieces:
            stream.append(piece.content)
            checksum, size = joined_checksum(checksum, piece.checksum, piece.size), size + piece.size
            for words in fill(piece.placeholder):
                stream.append(_block(words))
                checksum, size = zlib.crc32(words, checksum), size + len(words)
        return b"".join((*stream, _END, struct.pack("<II", checksum, size & 0xFFFFFFFF)))

    def plain(self, fill: Callable[[Placeholder], Iterable[bytes]]) -> bytes:
        """Return the page as it is."""
        return b"".join(
            part for piece in self.pieces for part in (inflated(piece.content), *fill(piece.placeholder))
        )


_menus: BoundedCache[bytes] = BoundedCache(1_000)


def joined_checksum(first: int, second: int, size: int) -> int:
    """Return the CRC-32 of two texts in a row, from that of each and the length in bytes of the second."""
    return _product(first, _power(size)) ^ second if first else second


@lru_cache(maxsize=4_000)
def _power(size: int) -> int:
    """Return x to the power of 8 × size modulo the polynomial: what so many bytes do to the checksum before them."""
    if not size:
        return _ONE
    half = _power(size // 2)
    square = _product(half, half)
    return _product(square, _BYTE) if size % 2 else square


def _product(left: int, right: int) -> int:
    """Multiply two polynomials over GF(2) modulo that of CRC-32."""
    total = 0
    while left:
        if left & _ONE:
            total ^= right
        left = left << 1 & 0xFFFFFFFF
        right = right >> 1 ^ (_POLYNOMIAL if right & 1 else 0)
    return total


def _block(words: bytes) -> bytes:
    """Return bytes as a piece of a stream; longer ones are those of a menu, which returns with each page."""
    if not words:
        return b""
    if len(words) > _STORED_MAX:
        return _menus.recall(words, lambda: deflated(words))
    return struct.pack("<BHH", 0, len(words), len(words) ^ 0xFFFF) + words


def deflated(content: bytes) -> bytes:
    """Compress bytes into a piece of a stream."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)


def inflated(piece: bytes) -> bytes:
    """Return the bytes of a piece of a stream."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(piece)


def packed(headers: Mapping[str, str], parts: Iterable[tuple[bytes, Placeholder]]) -> bytes:
    """Return the bytes to store for a page, whose parts are each followed by a placeholder."""
    pieces = [
        Piece(deflated(content), placeholder, zlib.crc32(content), len(content))
        for content, placeholder in parts
    ]
    head = {
        "headers": dict(headers),
        "pieces": [[len(each.content), each.placeholder.value, each.checksum, each.size] for each in pieces],
    }
    return b"".join((json.dumps(head).encode(), b"\n", *(each.content for each in pieces)))


def unpacked(stored: bytes) -> StoredPage:
    """Return the page of stored bytes."""
    line, _newline, stream = stored.partition(b"\n")
    head, pieces, start = json.loads(line), [], 0
    for length, placeholder, checksum, size in head["pieces"]:
        pieces.append(Piece(stream[start : start + length], Placeholder(placeholder), checksum, size))
        start += length
    return StoredPage(head["headers"], tuple(pieces))
