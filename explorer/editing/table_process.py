"""Small tables of strangers (CSV, XLSX, ODS), read into texts in a child process of ``sandbox``.

What people send back of a file that the portal wrote: one table, its titles on the first line that holds something. A
workbook's dates and numbers become texts that the forms of the portal read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from layers.errors import InvalidFile
from layers.parsing.spreadsheet_texts import plain_text
from sandbox.child import Job

MAX_ROWS, MAX_COLUMNS = 2_000, 60
MAX_TEXT = 32_767  # what a cell of a workbook holds
_DELIMITERS = ";,\t"
_WORKBOOK = (b"PK\x03\x04",)
Line = tuple[int, list[str]]


def serve(job: Job) -> None:
    """Answer with the lines of the table, or with why it is refused."""
    try:
        lines = read_lines(job.file)
    except InvalidFile as error:
        job.channel.send({"refused": error.detail})
    else:
        job.channel.send({}, json.dumps(lines).encode())


def read_lines(file: BinaryIO) -> list[Line]:
    """Return the number and the texts of each line that holds something.

    Raises:
        InvalidFile: not such a table, or over its bounds.
    """
    file.seek(0)
    content = file.read()
    rows = _workbook_rows(content) if content.startswith(_WORKBOOK) else _text_rows(content)
    lines_: list[Line] = []
    for number, cells in rows:
        texts = [_plain(text) for text in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        if max(map(len, texts)) > MAX_TEXT:
            raise InvalidFile(
                _("Ligne %(line)d : un texte dépasse %(max)d caractères.") % {"line": number, "max": MAX_TEXT}
            )
        if len(lines_) > MAX_ROWS:
            raise InvalidFile(_("Le fichier dépasse %d lignes : importez-le en plusieurs fois.") % MAX_ROWS)
        if len(texts) > MAX_COLUMNS:
            raise InvalidFile(
                _("Ligne %(line)d : plus de %(max)d colonnes.") % {"line": number, "max": MAX_COLUMNS}
            )
        lines_.append((number, texts))
    if not lines_:
        raise InvalidFile(_("Le fichier est vide."))
    return lines_


def _plain(text: str) -> str:
    return plain_text(text.replace("\0", "").strip())


def _text_rows(content: bytes) -> Iterable[Line]:
    lines = _decoded(content).splitlines(keepends=True)
    first = 1
    if lines and lines[0].strip().lower() in {f"sep={mark}" for mark in _DELIMITERS}:
        lines, first = lines[1:], 2
    head = lines[0] if lines else ""
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
    try:
        start = 0
        for cells in reader:
            yield first + start, cells
            start = reader.line_num
    except csv.Error as error:
        raise InvalidFile(_("Ligne %d : le texte ne se lit pas comme un CSV.") % (first + start)) from error


def _decoded(content: bytes) -> str:
    """Return the text: UTF-8 and UTF-16 as they say, else what an older Excel writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _workbook_rows(content: bytes) -> Iterable[Line]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        first = (sheet.start or (0, 0))[0] + 1
        yield from (
            (line, [_cell(cell) for cell in cells])
            for line, cells in enumerate(sheet.iter_rows(), start=first)
        )
    except (CalamineError, ValueError, OSError, IndexError) as error:
        raise InvalidFile(_("Ce classeur est endommagé, incomplet ou protégé.")) from error


def _cell(cell: Any) -> str:
    """Return the text of a cell as a form would be typed."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        is_day = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if is_day else cell.strftime("%Y-%m-%dT%H:%M:%S")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)
