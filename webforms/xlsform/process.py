"""The three sheets of an XLSForm, read into texts in a child process of ``sandbox``: workbooks come from strangers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from layers.errors import InvalidFile
from sandbox.child import Job
from webforms.xlsform.sheets import CHOICES, SETTINGS, SURVEY, Row, Sheets

MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 3_000, 60, 4_000


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
        if any(_text(cell) for cell in cells[MAX_COLUMNS:]):
            raise InvalidFile(_("Une feuille dépasse %d colonnes.") % MAX_COLUMNS)
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
