"""A file arrives: streamed to the disk, stopped at the size limit or at a full disk, with a word for the person."""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from interface.wording import size
from layers.errors import StorageFull
from layers.services.storage import check_space

logger = logging.getLogger(__name__)


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes to a temporary file of its own, mode 0600; ``fault`` says why it stopped, empty when it did not.

    ``is_full``: it stopped because the disk has no room.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.fault = ""
        self.is_full = False
        self._expected = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Any:
        """Learn how large the request is; Django's parser reads it."""
        self._expected = content_length

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        """Write a chunk, or drain the rest of the request without keeping it."""
        if start == 0:
            self._check_space()
        if start + len(raw_data) > settings.DATASET_UPLOAD_MAX_BYTES:
            limit = size(settings.DATASET_UPLOAD_MAX_BYTES)
            self._stop(
                _("Ce fichier dépasse %s. Découpez-le, ou demandez à l’équipe SIG de l’importer.") % limit
            )
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            logger.error("A file given to the wizard found no room: %s", error)
            self._stop_full()

    def _check_space(self) -> None:
        """Stop at the first chunk of a file for which the disk has no room."""
        try:
            check_space(Path(gettempdir()), self._expected)
        except StorageFull:
            self._stop_full()

    def _stop_full(self) -> None:
        self.is_full = True
        self._stop(disk_full())

    def _stop(self, fault: str) -> None:
        self.fault = fault
        self.file.close()  # which removes it
        raise StopUpload(connection_reset=False)


def disk_full() -> str:
    """Return the word for a disk that takes nothing more."""
    return _("Le disque du serveur ne peut pas recevoir ce fichier. Prévenez l’équipe SIG.")


def receive(request: HttpRequest) -> BoundedUpload:
    """Choose how the file of this request is received; to be called before anything of the form is read."""
    handler = BoundedUpload(request)
    request.upload_handlers = [handler]
    return handler
