"""A file written in a child process of ``sandbox``, which has the libraries of the format and nothing of the portal.

The portal reads the rows, in its transaction and under its limits, and passes them on as PostgreSQL wrote them. The
child writes in the folder of the export, and ends with the portal's process or with the block that started it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from export_formats.rows import RowBlock
from export_formats.tables import Table
from layers.errors import ExportFailed
from sandbox import supervisor
from sandbox.errors import SandboxError
from sandbox.limits import MEGABYTE, Limits
from sandbox.supervisor import Sandbox

_ANSWER_BYTES = 16 * MEGABYTE
_CLOSING_S = 60


class FileWriter:
    """The file that a child writes, and its tables one after the other."""

    def __init__(self, child: Sandbox) -> None:
        self._child = child

    def write(self, table: Table, blocks: Iterable[RowBlock]) -> int:
        """Send a table and its rows; return how many.

        Raises:
            ExportFailed: the format cannot hold these rows, or the child ended.
            OSError: the disk has no room (``ENOSPC``).
        """
        self._send({"table": asdict(table)})
        count = 0
        for block in blocks:
            self._send({"rows": block.count}, block.content)
            count += block.count
        return count

    def finish(self, **ending: Any) -> Mapping[str, Any]:
        """Send what the file says after its last row; return what the child says of it, once it is whole.

        Raises:
            ExportFailed, OSError: as ``write``.
        """
        self._send({"end": ending})
        return self._answer()

    def _send(self, message: Mapping[str, Any], content: bytes = b"") -> None:
        try:
            self._child.send(message, content)
        except SandboxError:
            self._answer()  # a child that gives up says why, and reads no more
            raise

    def _answer(self) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._child.receive()[0]
        if "failed" in answer:
            raise ExportFailed(answer["failed"])
        return answer


@contextmanager
def file_writer(writer: str, path: Path, **description: Any) -> Iterator[FileWriter]:
    """Start the child that writes ``path`` by a module of ``writers``; it is gone when the block ends.

    ``description`` is what its ``write`` needs before the first table.

    Raises:
        ExportFailed: no child can be started, or it ended.
        OSError: as ``FileWriter.write``.
    """
    try:
        with (
            open(os.devnull, "rb") as nothing,
            supervisor.start(
                f"export_formats.writers.{writer}:serve",
                file=nothing,
                arguments={},
                limits=_limits(),
                folder=path.parent,
            ) as child,
        ):
            child.send({"path": path.name, **description})
            yield FileWriter(child)
    except SandboxError as error:
        raise ExportFailed(_("L’écriture du fichier s’est interrompue : recommencez.")) from error


def _limits() -> Limits:
    """Return the bounds of a child that writes: it outlasts the statement of its rows, and closes its file."""
    seconds = 2 * int(settings.LAYER_TIMEOUTS["export"]) + _CLOSING_S
    return Limits(
        memory=settings.SANDBOX_MEMORY_MB * MEGABYTE,
        cpu_seconds=seconds,
        wall_seconds=seconds,
        files=settings.SANDBOX_FILES,
        file_bytes=settings.SANDBOX_DISK_MB * MEGABYTE,
        output_bytes=_ANSWER_BYTES,
    )
