"""Reads of attachments."""

from __future__ import annotations

from layers.models import Layer
from metadata.models import Attachment


def attachment_of(layer: Layer, pk: int) -> Attachment | None:
    """Return an attachment of a layer by its number; None when it has no such one."""
    return Attachment.objects.filter(layer=layer, pk=pk).first()


def attachments_of(layer: Layer) -> list[Attachment]:
    """Return the attachments of a layer, by title."""
    return list(Attachment.objects.filter(layer=layer))
