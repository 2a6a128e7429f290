"""Shapefiles, and dBASE tables alone or in them: a table is examined first for what GDAL leaves out in silence.

The encoding is what the bytes are, whatever the neighbour ``.cpg`` or the language byte say: half of the files lie. The
records are examined column by column, some megabytes at a time.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Any

import numpy
from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile
from datasets.readers.sniffing import Content
from datasets.readers.source import ReadOptions, Source
from datasets.readers.texts import Column
from datasets.readers.vectors import VectorSource

FULL_TEXT = 254
"""Bytes of the longest text that the format holds."""

_BLOCK_BYTES = 16 * 1024 * 1024
_LANGUAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x08: "cp865", 0x13: "cp932", 0x1A: "cp1252", 0x37: "cp850",
    0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252", 0x64: "cp852", 0x65: "cp866", 0xC8: "cp1250", 0xC9: "cp1251",
}  # fmt: skip
"""Code pages by the language byte of the header (29); those met in Europe."""

_WINDOWS = "cp1252"
LATIN = "ISO-8859-1"
READ_BY_GDAL = {"utf-8": "UTF-8", "cp1252": "1252", "iso8859-1": LATIN}
"""Encodings that GDAL reads wherever it was built. Texts in others pass through Latin-1, a character a byte."""

_NUMBERS = frozenset("NF")


@dataclass(frozen=True, slots=True)
class DbfColumn:
    """A column: its title as bytes, type letter, place in a record and bytes."""

    title: bytes
    kind: str
    start: int
    width: int


@dataclass(slots=True)
class DbfContent:
    """The content of a table. ``encoding`` is a Python name; ``declared`` that of the file, empty without.

    ``cut`` counts, by the place of a column, texts as long as the format holds; ``overflown`` numbers too long for
    their column, which are stars; ``count`` is that of all records by the header, ``deleted`` that of those marked as
    deleted.
    """

    encoding: str = "utf-8"
    declared: str = ""
    has_accents: bool = False
    count: int = 0
    deleted: int = 0
    cut: dict[int, int] = field(default_factory=dict)
    overflown: dict[int, int] = field(default_factory=dict)
    columns: tuple[DbfColumn, ...] = ()

    def title(self, index: int) -> str:
        """Return the title of a column."""
        return self.columns[index].title.decode(self.encoding, "replace").strip()


def is_dbf(content: Content) -> bool:
    """Whether the bytes begin as a dBASE III table: version, a day, and a first column that can be one."""
    head = content.head
    if len(head) < 65 or head[0] not in {0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5}:
        return False
    _count, start, length = struct.unpack_from("<IHH", head, 4)
    is_binary = b"\0" in head[12:32]
    is_day = is_binary and 1 <= head[2] <= 12 and 1 <= head[3] <= 31
    return (
        is_day
        and start >= 65
        and (start - 33) % 32 in {0, 8}
        and length > 1
        and chr(head[43]) in "CNFDLMIBT@Y"
    )


def examine(path: Path, *, encoding: str = "") -> DbfContent:
    """Read the whole table; ``encoding`` is a person's choice, which prevails.

    Raises:
        UnreadableFile: it is no dBASE table, or its records are not whole.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        count, start, length = _header(file.read(32))
        file.seek(32)
        columns = _columns(file.read(start - 32))
        file.seek(29)
        language = file.read(1)[0]
    content = DbfContent(columns=columns, count=count)
    count = min(count, max(size - start, 0) // length)
    titles = [column.title for column in columns]
    has_accents = not all(title.isascii() for title in titles)
    is_utf8 = _are_utf8(titles)
    for block in _blocks(path, start, length, count):
        _look(block, content)
        texts = [
            block[:, column.start : column.start + column.width] for column in columns if column.kind == "C"
        ]
        if any((text & 0x80).any() for text in texts):
            has_accents = True
            is_utf8 = is_utf8 and all(map(_is_utf8_column, texts))
    content.declared = _declared(path, language)
    content.has_accents = has_accents
    content.encoding = _codec_name(encoding) or _encoding(
        content.declared, has_accents=has_accents, is_utf8=is_utf8
    )
    return content


def declare(path: Path, content: DbfContent) -> None:
    """Say the encoding to GDAL, in the neighbour file of our copy."""
    for other in path.parent.glob(f"{escape(path.stem)}.*"):
        if other.suffix.lower() == ".cpg":
            other.unlink()
    path.with_suffix(".cpg").write_text(READ_BY_GDAL.get(content.encoding, LATIN))


def note(source: Source, content: DbfContent) -> None:
    """Say what a person should know of the table."""
    declared = _codec_name(content.declared)
    if content.declared and declared != content.encoding and not source.options.encoding:
        source.note(
            "encoding",
            _("Le fichier se dit en « %(declared)s » mais ses textes sont en %(encoding)s : lus comme tels.")
            % {"declared": content.declared[:40], "encoding": content.encoding.upper()},
        )
    elif content.has_accents and not content.declared and content.encoding != "utf-8":
        source.note("encoding", _("Le fichier n’est pas en UTF-8 : lu en Windows-1252."))
    if content.deleted:
        source.note(
            "deleted_records",
            _("Enregistrements marqués comme supprimés, non lus : %d.") % content.deleted,
        )
    for index, count in content.cut.items():
        reason = _("Textes qui occupent les %(limit)d octets du format, sans doute coupés : %(count)d.")
        source.note("text_cut", reason % {"count": count, "limit": FULL_TEXT}, field=content.title(index))
    for index, count in content.overflown.items():
        reason = _("Nombres trop longs pour leur colonne (des étoiles), perdus dans le fichier : %d.")
        source.note("number_overflow", reason % count, field=content.title(index), value="****")


def _header(head: bytes) -> tuple[int, int, int]:
    """Return the number of records, where they begin, and the bytes of one."""
    try:
        count, start, length = struct.unpack_from("<IHH", head, 4)
    except struct.error:
        count = start = length = 0
    if start < 33 or length < 2:
        raise UnreadableFile(_("La table dBASE (.dbf) est endommagée ou incomplète."))
    return count, start, length


def _columns(described: bytes) -> tuple[DbfColumn, ...]:
    columns: list[DbfColumn] = []
    start = 1
    for offset in range(0, len(described) - 31, 32):
        one = described[offset : offset + 32]
        if one[:1] == b"\r":
            break
        width = one[16]
        columns.append(DbfColumn(one[:11].partition(b"\0")[0], chr(one[11]), start, width))
        start += width
    return tuple(columns)


def _blocks(path: Path, start: int, length: int, count: int) -> Iterator[numpy.ndarray]:
    """Yield the records by blocks, a row each."""
    rows = max(_BLOCK_BYTES // length, 1)
    with path.open("rb") as file:
        file.seek(start)
        for first in range(0, count, rows):
            size = min(rows, count - first)
            content = file.read(size * length)
            read = len(content) // length
            yield numpy.frombuffer(content[: read * length], dtype=numpy.uint8).reshape(read, length)


def _look(block: numpy.ndarray, content: DbfContent) -> None:
    """Count what is lost or left in the records of a block."""
    is_live = block[:, 0] != ord("*")
    content.deleted += int(block.shape[0] - is_live.sum())
    for index, column in enumerate(content.columns):
        if column.kind in _NUMBERS and column.width:
            stars = int(((block[:, column.start] == ord("*")) & is_live).sum())
            counts, number = content.overflown, stars
        elif column.kind == "C" and column.width >= FULL_TEXT:
            last = block[:, column.start + FULL_TEXT - 1]
            counts, number = content.cut, int(((last != ord(" ")) & (last != 0) & is_live).sum())
        else:
            continue
        if number:
            counts[index] = counts.get(index, 0) + number


def _is_utf8_column(texts: numpy.ndarray) -> bool:
    """Say whether the texts of a column are UTF-8; a character cut at the end of the column is forgiven."""
    rows = texts[(texts & 0x80).any(axis=1)]
    return _are_utf8([row.tobytes() for row in rows])


def _are_utf8(texts: list[bytes]) -> bool:
    for text in texts:
        try:
            text.decode()
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data":
                return False
    return True


def _declared(path: Path, language: int) -> str:
    """Return the declared encoding: that of its neighbour ``.cpg`` first, as written there."""
    for other in path.parent.glob(f"{escape(path.stem)}.*"):
        if other.suffix.lower() == ".cpg":
            return other.read_bytes()[:100].decode("ascii", "replace").strip()
    return _LANGUAGES.get(language, "")


def _codec_name(declared: str) -> str:
    """Return the Python name of a declared encoding, empty for an unknown one.

    Windows and ArcGIS write ``1252``, ``ANSI 1252``, ``ANSI``, ``8859_1``, ``LDID/87``, ``CP1252``, ``UTF-8``.
    """
    name = declared.strip().lower().replace("_", "-")
    if name in {"ansi", "windows", "latin1", "system"} or "1252" in name:
        return _WINDOWS
    if name.startswith("ldid/"):
        return _LANGUAGES.get(int(name[5:]), "") if name[5:].isdecimal() else ""
    if name.startswith("8859"):
        name = f"iso-{name}"
    elif name.isdecimal():
        name = f"cp{name}"
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _encoding(declared: str, *, has_accents: bool, is_utf8: bool) -> str:
    """Return the encoding of the texts: UTF-8 when they are, else the declared one, else Windows'."""
    encoding = _codec_name(declared)
    if not has_accents:
        return encoding or "utf-8"
    if is_utf8 and encoding in {"", "utf-8", _WINDOWS, "iso8859-1"}:
        return "utf-8"
    return _WINDOWS if encoding in {"", "utf-8"} else encoding


class ShapefileSource(VectorSource):
    """A Shapefile with its neighbours, or a ``.dbf``."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        table = _examined(files[0], options)
        # The encoding that GDAL does not know: it gives a character a byte.
        self._encoding = table.encoding if table and table.encoding not in READ_BY_GDAL else ""
        super().__init__(files, kind, name, options)
        if table:
            self.declared_rows = table.count - table.deleted
            note(self, table)

    def decoded(self, text: str) -> str:
        """Return a text in the encoding of its table."""
        return text.encode("latin-1", "replace").decode(self._encoding, "replace") if self._encoding else text

    def column_texts(self, column: Any) -> Column:
        """Return the values of a column as text, in the encoding of the table."""
        values = super().column_texts(column)
        return [value and self.decoded(value) for value in values] if self._encoding else values


def _examined(path: Path, options: ReadOptions) -> DbfContent | None:
    """Look at the table of a Shapefile and declare its encoding; None when there is no table."""
    table = path.with_suffix(".dbf")
    if not table.exists():
        return None
    content = examine(table, encoding=options.encoding)
    declare(table, content)
    return content
