"""A file arrives: streamed to the disk, stopped at the size limit or at a full disk, with a word for the person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from interface.wording import size


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes to a temporary file of its own, mode 0600; ``fault`` says why it stopped, empty when it did not."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.fault = ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        """Write a chunk, or drain the rest of the request without keeping it."""
        if start + len(raw_data) > settings.DATASET_UPLOAD_MAX_BYTES:
            limit = size(settings.DATASET_UPLOAD_MAX_BYTES)
            self._stop(
                _("Ce fichier dépasse %s. Découpez-le, ou demandez à l’équipe SIG de l’importer.") % limit
            )
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError:
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
