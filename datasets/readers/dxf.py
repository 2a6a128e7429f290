"""Drawings in DXF: recognised among texts, of which they look like one (two lines a value)."""

from __future__ import annotations

import re

from datasets.readers.sniffing import Content

_START = re.compile(
    rb"\s*(?:999[ \t]*\r?\n[^\n]*\n\s*)*0[ \t]*\r?\n[ \t]*SECTION[ \t]*\r?\n[ \t]*2[ \t]*\r?\n[ \t]*"
    rb"(?:HEADER|CLASSES|TABLES|BLOCKS|ENTITIES|OBJECTS)\b"
)


def is_dxf(content: Content) -> bool:
    """Whether the text opens as a drawing: comments, then a section."""
    return _START.match(content.text) is not None
