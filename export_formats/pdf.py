"""PDF of a page, written by a child process that is shut in: see ``pdf_process``."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import Busy, ExportFailed, TooSlow
from sandbox import supervisor
from sandbox.errors import SandboxError, SandboxUnavailable, TimeExceeded
from sandbox.limits import MEGABYTE, Limits

logger = logging.getLogger(__name__)

_TARGET = "export_formats.pdf_process:serve"
# Sixty panels take some ten seconds and 300 MB; ten thousand rows of tables as much again.
LIMITS = Limits(
    memory=1_536 * MEGABYTE,
    cpu_seconds=120,
    wall_seconds=180.0,
    files=64,
    file_bytes=64 * MEGABYTE,
    output_bytes=96 * MEGABYTE,
)
# What a worker writes apart, nobody waiting for it: some three hundred sheets with a map take 90 s of a processor.
LONG_LIMITS = Limits(
    memory=2_560 * MEGABYTE,
    cpu_seconds=360,
    wall_seconds=900.0,
    files=64,
    file_bytes=256 * MEGABYTE,
    output_bytes=256 * MEGABYTE,
)
_RETRY_AFTER_S = 10


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF: how many pages it has, and on which one each name of the document starts, from 0."""

    content: bytes
    pages: int
    names: Mapping[str, int]

    def pages_before(self, name: str) -> int:
        """Return how many pages come before a name; all of them without it."""
        return self.names.get(name, self.pages)


def pdf_of(html: str, *, limits: Limits = LIMITS) -> Pdf:
    """Return a page as PDF; a long document that a worker writes has ``LONG_LIMITS``.

    Raises:
        Busy: too many children are at work, or none can be started.
        TooSlow: it took longer than its limit.
        ExportFailed: the child could not write it.
    """
    with tempfile.TemporaryFile() as file:
        file.write(html.encode())
        file.seek(0)
        try:
            with supervisor.start(_TARGET, file=file, arguments={}, limits=limits) as child:
                status, content = child.receive()
        except SandboxUnavailable as error:
            raise Busy(
                _("D’autres fichiers sont en cours d’écriture."), retry_after=_RETRY_AFTER_S
            ) from error
        except TimeExceeded as error:
            raise TooSlow(_("Ce document est trop long à mettre en page.")) from error
        except SandboxError as error:
            raise ExportFailed(_("Ce document n’a pas pu être mis en page.")) from error
    return Pdf(content, status["pages"], status["names"])
