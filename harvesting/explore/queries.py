"""Which layer an identifier of the former portal stands for, and its attachments, for who may see the layer."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers import access
from layers.errors import UnknownFeature, UnknownLayer
from layers.visitor import Visitor
from metadata.models import Attachment, LayerMetadata


class UnknownAttachment(UnknownFeature):
    """The dataset has no such attachment."""

    title = gettext_noop("Pièce jointe inconnue")

    def __init__(self, name: str) -> None:
        super().__init__(_("Aucune pièce jointe ne s’appelle « %s ».") % name[:80], parameter="attachment")


def slug_of(dataset: str) -> str:
    """Return the identifier of the layer of a dataset: by its former identifier, else the same. It may not exist."""
    row = LayerMetadata.objects.filter(former_id=dataset).values_list("layer__slug", flat=True).first()
    return row or dataset


def attachment(visitor: Visitor, dataset: str, name: str) -> Attachment:
    """Return an attachment of a dataset, by its former identifier, else by its number.

    Raises:
        UnknownLayer: no such dataset, or this visitor may not see it.
        UnknownAttachment: it has none of this name.
    """
    slug = slug_of(dataset)
    try:
        layer = access.scope(visitor, slug).layer
    except UnknownLayer:
        layer = access.raster_scope(visitor, slug).layer
    rows = Attachment.objects.filter(layer=layer)
    row = rows.filter(former_id=name).first()
    if row is None and name.isascii() and name.isdecimal() and len(name) < 19:
        row = rows.filter(former_id="", pk=int(name)).first()
    if row is None:
        raise UnknownAttachment(name)
    return row
