"""Small uploaded tables, read by ``explorer.editing.table_process`` in a process of its own."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from typing import BinaryIO

from django.core.files.base import File
from django.utils.translation import gettext as _

from layers.errors import InvalidFile
from sandbox import supervisor
from sandbox.errors import MemoryExceeded, SandboxError, SandboxUnavailable, TimeExceeded
from sandbox.limits import MEGABYTE, configured_limits

MAX_BYTES = 5 * MEGABYTE
_TARGET = "explorer.editing.table_process:serve"
_MAX_ANSWER = 32 * MEGABYTE
_SECONDS = 20

Line = tuple[int, list[str]]


def read_sheet(*, upload: BinaryIO | File[bytes]) -> list[Line]:
    """Return the number and the texts of each line of a table.

    Raises:
        InvalidFile: not a CSV, an XLSX or an ODS, damaged, or over what one may ask for.
    """
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InvalidFile(_("Le fichier dépasse %d Mo.") % (MAX_BYTES // MEGABYTE), parameter="upload")
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return _read(file)


def _read(file: BinaryIO) -> list[Line]:
    configured = configured_limits()
    limits = replace(
        configured,
        cpu_seconds=min(configured.cpu_seconds, _SECONDS),
        wall_seconds=min(configured.wall_seconds, 2 * _SECONDS),
        output_bytes=_MAX_ANSWER,
    )
    try:
        with supervisor.start(_TARGET, file=file, arguments={}, limits=limits) as child:
            answer, content = child.receive()
    except SandboxError as error:
        raise InvalidFile(_explanation(error), parameter="upload") from error
    if isinstance(answer, dict) and isinstance(answer.get("refused"), str):
        raise InvalidFile(answer["refused"], parameter="upload")
    return [(int(number), [str(text) for text in texts]) for number, texts in json.loads(content)]


def _explanation(error: SandboxError) -> str:
    """Say in words how the child ended."""
    if isinstance(error, MemoryExceeded | TimeExceeded):
        return _("La lecture de ce fichier demande trop de mémoire ou de temps.")
    if isinstance(error, SandboxUnavailable):
        return _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
    return _("Le lecteur s’est arrêté sur ce fichier : il est sans doute endommagé.")
