"""The encoding of a text file, found in its bytes: UTF-8, UTF-16, or what Windows wrote before.

The whole file is looked at, a megabyte at a time: the first accent may come at the last line.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import BrokenEncoding, UnreadableFile

CHUNK = 1024 * 1024
WINDOWS = "cp1252"

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def detect(file: BinaryIO) -> str:
    """Return the Python name of the encoding of ``file``, read from its start.

    Raises ``BrokenEncoding`` with the line and the byte when the bytes are of no single encoding.
    """
    file.seek(0)
    head = file.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return _without_mark(head)
    return "utf-8" if is_utf8(file) else _older(file)


def is_utf8(file: BinaryIO) -> bool:
    """Say whether every byte of ``file`` is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def broken_place(file: BinaryIO, encoding: str) -> tuple[int, int, int]:
    """Return line, position (both 1-based) and value of the first byte that ``encoding`` refuses; zeros if none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    done, lines = 0, 1
    while chunk := file.read(CHUNK):
        pending = decoder.getstate()[0]
        try:
            decoder.decode(chunk, final=False)
        except UnicodeDecodeError as error:
            at = max(error.start - len(pending), 0)
            return lines + chunk.count(b"\n", 0, at), done + at + 1, chunk[at]
        lines += chunk.count(b"\n")
        done += len(chunk)
    return 0, 0, 0


def broken_encoding(file: BinaryIO, encoding: str) -> BrokenEncoding:
    """Return the error that names the line and the byte ``encoding`` refuses."""
    line, position, byte = broken_place(file, encoding)
    return BrokenEncoding(
        _(
            "Ligne %(line)d : l’octet 0x%(byte)02X (position %(position)d du fichier) n’est pas du texte %(encoding)s."
        )
        % {"line": line, "byte": byte, "position": position, "encoding": encoding.upper()},
        line=line,
    )


def _without_mark(head: bytes) -> str:
    """Tell UTF-16 without its mark from a binary file, by the side its NUL bytes are on."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even < odd // 10:
        return "utf-16-le"
    if even > len(head) // 4 and odd < even // 10:
        return "utf-16-be"
    raise UnreadableFile(_("Le fichier contient des octets nuls : ce n’est pas un fichier texte."), line=1)


def _older(file: BinaryIO) -> str:
    """Return the Windows encoding, unless the file is mostly UTF-8 and broken."""
    well_formed = foreign = undefined = 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        sequences = _SEQUENCE.findall(chunk)
        well_formed += len(sequences)
        foreign += len(_NOT_ASCII.findall(chunk)) - sum(map(len, sequences))
        undefined += len(_UNDEFINED.findall(chunk))
    if well_formed * 10 > foreign or undefined:
        raise broken_encoding(file, "utf-8")
    return WINDOWS
