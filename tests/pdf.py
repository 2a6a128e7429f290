"""What a PDF file says of itself, read from its bytes (ISO 32000-1): objects, sheets, headings, words for pictures."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_BOX = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")
_MILLIMETRES = 25.4 / 72


def objects(content: bytes) -> bytes:
    """Return the objects of a file, those of its compressed streams inflated."""
    found = [content]
    for stream in _STREAM.findall(content):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def sheets(content: bytes) -> list[tuple[int, int]]:
    """Return the width and the height of each page, in millimetres (7.7.3.3)."""
    sizes = _BOX.findall(objects(content))
    return [
        (round(float(width) * _MILLIMETRES), round(float(height) * _MILLIMETRES)) for width, height in sizes
    ]


def strings(content: bytes, key: str) -> list[str]:
    """Return the text strings (7.9.2.2) under a key: ``Title`` of bookmarks, ``Alt`` of pictures."""
    plain = re.findall(rb"/" + key.encode() + rb" \(((?:\\.|[^\\)])*)\)", objects(content))
    coded = re.findall(rb"/" + key.encode() + rb" <([0-9a-fA-F]+)>", objects(content))
    texts = [re.sub(rb"\\(.)", rb"\1", text).decode("latin-1") for text in plain]
    return texts + [bytes.fromhex(text.decode()).decode("utf-16") for text in coded]
