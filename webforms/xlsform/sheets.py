"""The three sheets of an XLSForm as rows of texts, read by ``webforms.xlsform.process`` in a process of its own."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from typing import BinaryIO

from django.core.files.base import File
from django.utils.translation import gettext as _

from layers.errors import InvalidFile
from sandbox import supervisor
from sandbox.errors import SandboxError, SandboxUnavailable
from sandbox.limits import MEGABYTE, configured_limits

MAX_BYTES = 2 * MEGABYTE
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
