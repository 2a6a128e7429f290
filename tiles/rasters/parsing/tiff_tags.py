"""What a TIFF file declares as the value of cells without any, in its own words.

GDAL leaves out a value that the type of the cells cannot hold (−9999 in bytes), and every cell then counts: the file
says one thing and is read as another. The tag is read here to tell. TIFF 6.0, section 2; BigTIFF (libtiff); the tag
42113 is GDAL's (``GDAL_NODATA``), a text.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

_NODATA = 42_113
_TEXT = 2
_MAX_TAGS = 4_096
_MAX_LENGTH = 64


def declared_nodata(file: BinaryIO) -> str:
    """Return the text of the tag in the first image of a file; empty when there is none, or no such image."""
    try:
        return _read(file)
    except (struct.error, OSError, ValueError):  # GDAL says what is wrong with the rest
        return ""


def _read(file: BinaryIO) -> str:
    file.seek(0)
    order = ">" if file.read(2) == b"MM" else "<"
    (version,) = struct.unpack(order + "H", file.read(2))
    is_big = version == 43
    if is_big:
        file.seek(8)
    (first,) = struct.unpack(order + ("Q" if is_big else "I"), file.read(8 if is_big else 4))
    file.seek(first)
    (count,) = struct.unpack(order + ("Q" if is_big else "H"), file.read(8 if is_big else 2))
    layout = struct.Struct(order + ("HHQ8s" if is_big else "HHI4s"))
    for _entry in range(min(count, _MAX_TAGS)):
        tag, kind, length, value = layout.unpack(file.read(layout.size))
        if tag == _NODATA and kind == _TEXT:
            return _text(file, order, is_big, min(length, _MAX_LENGTH), value)
    return ""


def _text(file: BinaryIO, order: str, is_big: bool, length: int, value: bytes) -> str:
    if length > len(value):
        file.seek(struct.unpack(order + ("Q" if is_big else "I"), value)[0])
        value = file.read(length)
    return value[:length].split(b"\x00")[0].decode("latin-1").strip()
