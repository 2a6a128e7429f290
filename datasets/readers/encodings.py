"""The encoding of a text file, found in its bytes: UTF-8, UTF-16, or what Windows, Mac and DOS wrote before.

The whole file is read, a megabyte at a time, since the first accent may come at the last line. Lines are counted
meanwhile, and damaged characters found.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import BrokenEncoding, UnreadableFile

CHUNK = 1024 * 1024
WINDOWS = "cp1252"
OLDER = {
    WINDOWS: "Windows-1252",
    "iso-8859-15": "ISO-8859-15",
    "mac-roman": "Mac Roman",
    "cp850": "DOS (CP850)",
}
"""Encodings of one byte a character that French files come in, by their names in Python: the names people read."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII = bytes(range(128))
_CONTROLS = bytes([*range(1, 9), 11, 12, *range(14, 26), *range(27, 32), 127])
_MOJIBAKE = (b"\xc3\x83\xc2", b"\xc3\xa2\xe2\x82\xac", b"\xc3\x82\xc2")
"""UTF-8 read as Windows-1252 and written again: ``Ã©``, ``â€™``, ``Â°``."""

_LOST = b"\xef\xbf\xbd"
_LETTERS = {
    **dict.fromkeys("éèàêç", 12), **dict.fromkeys("ôîûâùïëœ’°«»", 4),
    **dict.fromkeys("ÉÈÀÊÇÔÎÂŒ²³€–…·\u00a0", 1), **dict.fromkeys("üöäñ½¼®©§“”‘æÏÛÙË—", 0),
}  # fmt: skip
_STRANGE = -6


@dataclass(frozen=True, slots=True)
class Text:
    """The encoding of a text file and remarks about it. ``lines`` is their number, None when it was not counted.

    ``remarks`` are a code, a sentence and a line (0: the whole file) each.
    """

    encoding: str
    lines: int | None
    remarks: tuple[tuple[str, str, int], ...] = ()


def examine(file: BinaryIO, encoding: str = "") -> Text:
    """Examine the bytes of ``file``; ``encoding`` is the one that a person chose.

    Raises ``BrokenEncoding`` with the line and the byte when the bytes are of no single encoding.
    """
    name = encoding or detect(file)
    remarks = []
    if not encoding and name in OLDER:
        remarks.append(("encoding", _("Le fichier n’est pas en UTF-8 : lu en %s.") % OLDER[name], 0))
    if name.startswith("utf-16") or name.startswith("utf_16"):
        return Text(name, None, tuple(remarks))
    lines, first_lines = _look(file, is_utf8=name.startswith("utf-8"))
    reasons = {
        "mojibake": _("Des accents sont doublement encodés (« Ã© » pour « é ») : la source est à corriger."),
        "lost_letters": _("Des caractères ont été perdus avant l’envoi (« � ») : la source est à corriger."),
        "controls": _("Des caractères de commande, invisibles, sont dans le texte."),
    }
    remarks += [(code, reasons[code], line) for code, line in first_lines.items()]
    return Text(name, lines, tuple(remarks))


def _look(file: BinaryIO, *, is_utf8: bool) -> tuple[int, dict[str, int]]:
    """Return the number of lines, and the first line of each accident."""
    count, ends_line, was_return = 0, True, False
    first_lines: dict[str, int] = {}
    file.seek(len(codecs.BOM_UTF8) if is_utf8 and _starts_with_mark(file) else 0)
    while chunk := file.read(CHUNK):
        chunk += file.readline(CHUNK)
        for code, index in _accidents(chunk, is_utf8=is_utf8):
            if code not in first_lines:
                first_lines[code] = count + _line_ends(chunk[:index], was_return=was_return) + 1
        count += _line_ends(chunk, was_return=was_return)
        was_return = chunk.endswith(b"\r")
        ends_line = chunk.endswith((b"\r", b"\n"))
    return count + (not ends_line), first_lines


def _starts_with_mark(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def _line_ends(chunk: bytes, *, was_return: bool) -> int:
    """Count the ends of lines: LF, CR, and CR LF as one, even cut in the middle."""
    returns = chunk.count(b"\r")
    lines = chunk.count(b"\n") + (returns and returns - chunk.count(b"\r\n"))
    return lines - (was_return and chunk.startswith(b"\n"))


def _accidents(chunk: bytes, *, is_utf8: bool) -> list[tuple[str, int]]:
    accidents = []
    if is_utf8:
        marks = [index for mark in _MOJIBAKE if (index := chunk.find(mark)) >= 0]
        accidents += [("mojibake", min(marks))] if marks else []
        accidents += [("lost_letters", chunk.find(_LOST))] if _LOST in chunk else []
    if len(chunk.translate(None, _CONTROLS)) < len(chunk):
        accidents.append(("controls", next(index for index, byte in enumerate(chunk) if byte in _CONTROLS)))
    return accidents


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


def broken_position(file: BinaryIO, encoding: str) -> tuple[int, int, int]:
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
    line, position, byte = broken_position(file, encoding)
    if not position:
        return BrokenEncoding(_("Le fichier s’arrête au milieu d’un caractère : il est incomplet."))
    return BrokenEncoding(
        _(
            "Ligne %(line)d : l’octet 0x%(byte)02X (position %(position)d du fichier) n’est pas du texte %(encoding)s."
        )
        % {"line": line, "byte": byte, "position": position, "encoding": encoding.upper()},
        line=line,
    )


def _without_mark(head: bytes) -> str:
    """Distinguish UTF-16 without its mark from a binary file, by the side of its NUL bytes."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even < odd // 10:
        return "utf-16-le"
    if even > len(head) // 4 and odd < even // 10:
        return "utf-16-be"
    raise UnreadableFile(_("Le fichier contient des octets nuls : ce n’est pas un fichier texte."), line=1)


def _older(file: BinaryIO) -> str:
    """Return the encoding in which the bytes are French letters, unless the file is mostly UTF-8 and broken.

    Windows-1252 needs no such letter, only bytes that mean something in it.
    """
    well_formed = likely = inside = 0
    counts = Counter[int]()
    file.seek(0)
    while chunk := file.read(CHUNK):
        sequences = _SEQUENCE.findall(chunk)
        well_formed += len(sequences)
        likely += sum(_LETTERS.get(letters.decode(errors="replace"), 0) > 0 for letters in sequences)
        inside += sum(map(len, sequences))
        counts.update(chunk.translate(None, _ASCII))
    scores = {name: score for name in OLDER if (score := _likeness(counts, name)) is not None}
    best = max(scores, key=lambda name: scores[name])
    foreign = counts.total() - inside
    is_mostly_utf8 = (likely if scores[best] > 0 else well_formed) * 10 > foreign
    if is_mostly_utf8 or (best != WINDOWS and scores[best] <= 0):
        raise broken_encoding(file, "utf-8")
    return best


def _likeness(counts: Counter[int], encoding: str) -> int | None:
    """Return how French the bytes over 127 are in an encoding; None when one of them means nothing in it."""
    score = 0
    for byte, count in counts.items():
        letter = bytes([byte]).decode(encoding, "replace")
        if letter == "\ufffd" or "\x80" <= letter < "\xa0":
            return None
        score += count * _LETTERS.get(letter, _STRANGE)
    return score
