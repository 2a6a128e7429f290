"""The three sheets of an XLSForm, read into texts in a child process of ``sandbox``: workbooks come from strangers."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from django.core.files.base import File
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from layers.errors import InvalidFile
from sandbox import supervisor
from sandbox.child import Job
from sandbox.errors import SandboxError, SandboxUnavailable
from sandbox.limits import MEGABYTE, configured_limits

MAX_BYTES = 2 * MEGABYTE
MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 3_000, 60, 4_000
SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
_TARGET = "webforms.xlsform.process:serve"
_SECONDS, _MAX_ANSWER = 20, 16 * MEGABYTE

# A row by the titles of its columns, with its line in the sheet.
Row = tuple[int, dict[str, str]]
Sheets = dict[str, list[Row]]


def read_sheets(*, upload: BinaryIO | File[bytes]) -> Sheets:
    """Return the rows of the sheets ``survey``, ``choices`` and ``settings``.

    Raises:
        InvalidFile: not such a workbook, damaged, or over its bounds.
    """
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InvalidFile(_("Le fichier dépasse %d Mo.") % (MAX_BYTES // MEGABYTE), parameter="workbook")
    limits = configured_limits()
    limits = replace(
        limits,
        cpu_seconds=min(limits.cpu_seconds, _SECONDS),
        wall_seconds=min(limits.wall_seconds, 2 * _SECONDS),
        output_bytes=_MAX_ANSWER,
    )
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            with supervisor.start(_TARGET, file=file, arguments={}, limits=limits) as child:
                answer, sent = child.receive()
        except SandboxUnavailable as error:
            raise InvalidFile(
                _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes."),
                parameter="workbook",
            ) from error
        except SandboxError as error:
            raise InvalidFile(
                _("Le lecteur s’est arrêté sur ce fichier : il est sans doute endommagé."),
                parameter="workbook",
            ) from error
    if isinstance(answer, dict) and isinstance(answer.get("refused"), str):
        raise InvalidFile(answer["refused"], parameter="workbook")
    return {
        str(name): [(int(line), {str(key): str(text) for key, text in row.items()}) for line, row in rows]
        for name, rows in json.loads(sent).items()
    }


def serve(job: Job) -> None:
    """Answer with the sheets, or with why the workbook is refused."""
    try:
        sheets = read_workbook(job.file)
    except InvalidFile as error:
        job.channel.send({"refused": error.detail})
    else:
        job.channel.send({}, json.dumps(sheets).encode())


def read_workbook(file: BinaryIO) -> Sheets:
    """Return the rows of the sheets of a workbook.

    Raises:
        InvalidFile: as ``read_sheets``.
    """
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        names = {name.strip().lower(): name for name in book.sheet_names}
        if SURVEY not in names:
            raise InvalidFile(_("Ce classeur n’a pas de feuille « survey » : ce n’est pas un XLSForm."))
        return {
            sheet: list(_rows(book.get_sheet_by_name(names[sheet])))
            for sheet in (SURVEY, CHOICES, SETTINGS)
            if sheet in names
        }
    except (CalamineError, ValueError, OSError, IndexError) as error:
        raise InvalidFile(_("Ce classeur est endommagé, incomplet ou protégé.")) from error


def _rows(sheet: Any) -> Iterator[Row]:
    first = (sheet.start or (0, 0))[0] + 1
    titles: list[str] = []
    for line, cells in enumerate(sheet.iter_rows(), start=first):
        texts = [_text(cell) for cell in cells[:MAX_COLUMNS]]
        if not any(texts):
            continue
        if not titles:
            titles = [text.lower() for text in texts]
            continue
        if line - first > MAX_ROWS:
            raise InvalidFile(_("Une feuille dépasse %d lignes.") % MAX_ROWS)
        yield line, {title: text for title, text in zip(titles, texts, strict=False) if title and text}


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).replace("\0", "").strip()[:MAX_TEXT]
