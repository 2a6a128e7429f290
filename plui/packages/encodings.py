"""The encoding of a table: what the metadata declare, what the bytes are, and the two readings of one value.

The national validator reads texts in the charset of the metadata (UTF-8 without), and ignores ``.cpg``. Here the bytes
decide: a text that is UTF-8 is read so whatever was declared, so that no mojibake enters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

UTF_8, WINDOWS = "utf-8", "cp1252"
_CHARSETS = {
    "utf8": UTF_8,
    "utf-8": UTF_8,
    "8859part1": "iso-8859-1",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "8859part15": "iso-8859-15",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": WINDOWS,
    "cp1252": WINDOWS,
}
_CHARSETS_TEXT = "ucs2 ucs4 utf7 utf8 utf16 jis shiftJIS eucJP usAscii ebcdic eucKR big5 GB2312"
CHARSETS = frozenset(_CHARSETS_TEXT.split()) | {
    f"8859part{number}" for number in (*range(1, 12), *range(13, 17))
}
"""MD_CharacterSetCode of ISO 19139."""

_MARKS = ("Ã©", "Ã¨", "Ã ", "Ãª", "Ã§", "Ã´", "Ã¢", "Ã®", "Ã»", "Ã‰", "â€™", "Â°", "Ã\u00a0", "Ã«", "Ã¯")


def codec_of(charset: str) -> str:
    """Return the Python name of a declared charset; UTF-8 when it is none that French files have."""
    return _CHARSETS.get(charset.strip().lower(), UTF_8)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value read twice: as declared, and as its bytes are. ``row`` is 0-based."""

    column: str
    row: int
    declared: str
    actual: str


def decode(texts: list[list[str]], codec: str) -> list[list[str]]:
    """Return texts read as Latin-1, a character a byte, in their encoding."""
    return [
        [
            text if text.isascii() else text.encode("latin-1", "replace").decode(codec, "replace")
            for text in column
        ]
        for column in texts
    ]


def actual_codec(texts: Iterable[list[str]]) -> str:
    """Return the encoding of the bytes: UTF-8 when all of them are, else Windows-1252; empty when all are ASCII."""
    is_ascii = True
    for column in texts:
        for text in column:
            if text.isascii():
                continue
            is_ascii = False
            try:
                text.encode("latin-1").decode(UTF_8)
            except UnicodeError:
                return WINDOWS
    return "" if is_ascii else UTF_8


def two_readings(columns: list[str], texts: list[list[str]], declared: str, actual: str) -> Reading | None:
    """Return the first value that the two encodings read differently; None when they agree."""
    for name, column in zip(columns, texts, strict=True):
        for row, text in enumerate(column):
            if text.isascii():
                continue
            first, second = (
                text.encode("latin-1", "replace").decode(codec, "replace") for codec in (declared, actual)
            )
            if first != second:
                return Reading(name, row, first, second)
    return None


def repaired(text: str) -> str | None:
    """Return a text that was encoded twice as it was meant; None when it was not."""
    if text.isascii() or not any(mark in text for mark in _MARKS):
        return None
    try:
        return text.encode(WINDOWS).decode(UTF_8)
    except UnicodeError:
        return None


def control_characters(text: str) -> list[str]:
    """Return the control characters of a text, tabulations and ends of lines left out, and lost characters."""
    return [
        letter
        for letter in text
        if (ord(letter) < 32 and letter not in "\t\n\r") or 127 <= ord(letter) < 160 or letter == "�"
    ]
