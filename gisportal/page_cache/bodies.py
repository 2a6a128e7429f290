"""Pages as they are stored: compressed once, in pieces between which the words of one person are written.

The pieces are parts of one deflate stream (RFC 1951), each of which ends at a byte and refers to no other: joined with
what is written between them they are a gzip file (RFC 1952), and nothing is compressed again.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from interface.shared_pages import Placeholder

_LEVEL = 6
# A file without name nor date; the last block of a stream, which is empty.
_HEAD, _END = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x03\x00"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page: its own headers, and its deflated pieces, each followed by a placeholder.

    ``checksum`` and ``size`` are those of the whole, when it has no placeholder but its end.
    """

    headers: Mapping[str, str]
    pieces: tuple[tuple[bytes, Placeholder], ...]
    checksum: int
    size: int

    @property
    def placeholders(self) -> frozenset[Placeholder]:
        """The placeholders to be filled in."""
        return frozenset(placeholder for _piece, placeholder in self.pieces) - {Placeholder.END}

    def gzipped(self, fill: Callable[[Placeholder], bytes]) -> bytes:
        """Return the page as a gzip file."""
        if not self.placeholders:
            return b"".join((_HEAD, self.pieces[0][0], _END, struct.pack("<II", self.checksum, self.size)))
        stream, checksum, size = [_HEAD], 0, 0
        for piece, placeholder in self.pieces:
            words = fill(placeholder)
            stream += [piece, deflated(words)] if words else [piece]
            for content in (inflated(piece), words):
                checksum, size = zlib.crc32(content, checksum), size + len(content)
        return b"".join((*stream, _END, struct.pack("<II", checksum, size & 0xFFFFFFFF)))

    def plain(self, fill: Callable[[Placeholder], bytes]) -> bytes:
        """Return the page as it is."""
        return b"".join(inflated(piece) + fill(placeholder) for piece, placeholder in self.pieces)


def deflated(content: bytes) -> bytes:
    """Compress bytes into a piece of a stream."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)


def inflated(piece: bytes) -> bytes:
    """Return the bytes of a piece of a stream."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(piece)


def packed(headers: Mapping[str, str], parts: Iterable[tuple[bytes, Placeholder]]) -> bytes:
    """Return the bytes to store for a page, whose parts are each followed by a placeholder."""
    checksum, size, pieces = 0, 0, []
    for content, placeholder in parts:
        pieces.append((deflated(content), placeholder))
        checksum, size = zlib.crc32(content, checksum), size + len(content)
    head = {
        "headers": dict(headers),
        "pieces": [[len(piece), placeholder.value] for piece, placeholder in pieces],
        "checksum": checksum,
        "size": size & 0xFFFFFFFF,
    }
    return b"".join((json.dumps(head).encode(), b"\n", *(piece for piece, _slot in pieces)))


def unpacked(stored: bytes) -> StoredPage:
    """Return the page of stored bytes."""
    line, _newline, stream = stored.partition(b"\n")
    head, pieces, start = json.loads(line), [], 0
    for length, placeholder in head["pieces"]:
        pieces.append((stream[start : start + length], Placeholder(placeholder)))
        start += length
    return StoredPage(head["headers"], tuple(pieces), head["checksum"], head["size"])
