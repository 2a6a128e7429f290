"""Attachments of a layer: checked by their content, cleaned, stored under a random name, removed with their file."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from layers.errors import InvalidImage, InvalidParameter
from layers.models import Layer
from layers.services.photos import read_picture
from layers.services.storage import storing
from layers.visitor import Visitor
from metadata.changes import Change, record_change
from metadata.models import Attachment, attachment_folder
from sandbox import supervisor
from sandbox.errors import SandboxError, SandboxUnavailable
from sandbox.limits import MEGABYTE, configured_limits

MAX_BYTES = 10 * MEGABYTE
MAX_ATTACHMENTS = 20
PDF, JPEG, TEXT, CSV = "application/pdf", "image/jpeg", "text/plain", "text/csv"
_PDF_PROCESS = "metadata.attachments.pdf_process:serve"
_MEMORY, _SECONDS = 768 * MEGABYTE, 20
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_SUFFIXES = {PDF: ".pdf", JPEG: ".jpg", TEXT: ".txt", CSV: ".csv"}
_UNSAFE = re.compile(r"[^\w. -]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that may be stored: its bytes and its type."""

    content: bytes
    media_type: str


def read_document(upload: BinaryIO | File[bytes], name: str) -> Document:
    """Return a document as it may be stored: pictures are encoded anew, a PDF is examined, a text is UTF-8.

    Raises:
        InvalidParameter: empty, above ``MAX_BYTES``, of another type, or refused; ``parameter`` is ``file``.
    """
    content = upload.read(MAX_BYTES + 1)
    if not content:
        raise _refused(_("Le fichier est vide."))
    if len(content) > MAX_BYTES:
        raise _refused(_("Le fichier dépasse %d Mo.") % (MAX_BYTES // MEGABYTE))
    if content.startswith(b"%PDF-"):
        _examine_pdf(content)
        return Document(content, PDF)
    if content.startswith(_PICTURES):
        return Document(_clean_picture(content), JPEG)
    return Document(_text(content), CSV if name.lower().endswith(".csv") else TEXT)


@transaction.atomic
def add_attachment(
    *, layer: Layer, title: str, upload: BinaryIO | File[bytes], name: str, visitor: Visitor
) -> Attachment:
    """Store a document of a layer, and say so in the history of its metadata.

    Raises:
        InvalidParameter: see ``read_document``, or the layer has ``MAX_ATTACHMENTS`` already.
        StorageFull: no room for the file.
    """
    document = read_document(upload, name)
    locked = Layer.objects.select_for_update().get(pk=layer.pk)
    if Attachment.objects.filter(layer=locked).count() >= MAX_ATTACHMENTS:
        raise _refused(_("Une couche a %d pièces jointes au plus : retirez-en une.") % MAX_ATTACHMENTS)
    attachment = Attachment(
        layer=locked,
        title=title,
        file_name=_file_name(name, document.media_type),
        stored_name=f"{uuid4().hex}{_SUFFIXES[document.media_type]}",
        media_type=document.media_type,
        size=len(document.content),
        sha256=hashlib.sha256(document.content).hexdigest(),
    )
    folder = attachment_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with storing(folder, len(document.content)):
        try:
            attachment.path.write_bytes(document.content)
            attachment.save()
            record_change(layer=locked, visitor=visitor, changes={"attachments": Change(None, title)})
        except BaseException:
            attachment.path.unlink(missing_ok=True)
            raise
    return attachment


@transaction.atomic
def remove_attachment(*, attachment: Attachment, visitor: Visitor) -> None:
    """Delete an attachment, and its file once the transaction is committed."""
    layer, title = attachment.layer, attachment.title
    attachment.delete()
    record_change(layer=layer, visitor=visitor, changes={"attachments": Change(title, None)})


def _examine_pdf(content: bytes) -> None:
    configured = configured_limits()
    limits = replace(
        configured,
        memory=min(configured.memory, _MEMORY),
        cpu_seconds=min(configured.cpu_seconds, _SECONDS),
        wall_seconds=min(configured.wall_seconds, 2 * _SECONDS),
        output_bytes=MEGABYTE,
    )
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            with supervisor.start(_PDF_PROCESS, file=file, arguments={}, limits=limits) as child:
                answer, _content = child.receive()
        except SandboxUnavailable as error:
            raise _refused(
                _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
            ) from error
        except SandboxError as error:
            raise _refused(_("Ce PDF n’a pas pu être vérifié : il est sans doute endommagé.")) from error
    reason = answer.get("refused") if isinstance(answer, dict) else None
    if reason != "":
        raise _refused(
            str(reason) if reason else _("Ce PDF n’a pas pu être vérifié : il est sans doute endommagé.")
        )


def _clean_picture(content: bytes) -> bytes:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        try:
            return read_picture(upload=file).full
        except InvalidImage as error:
            raise _refused(error.detail) from error


def _text(content: bytes) -> bytes:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise _refused(
            _("Ce fichier n’est ni un PDF, ni une image PNG ou JPEG, ni un texte en UTF-8 (TXT, CSV).")
        )
    return content


def _file_name(name: str, media_type: str) -> str:
    """Return the name that people save the file under: that of the upload, safe in an address, with its true suffix."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    return f"{_UNSAFE.sub('-', stem).strip(' .-')[:100] or 'notice'}{_SUFFIXES[media_type]}"


def _refused(reason: str) -> InvalidParameter:
    return InvalidParameter(reason, parameter="file")
