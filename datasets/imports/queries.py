"""Reads of the files that wait in the wizard: an upload is its owner's alone, for everyone else it does not exist."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from datasets.models import Delivery, Upload
from datasets.vocabulary import WAS_ACCEPTED
from layers.errors import UnknownFeature
from layers.visitor import Visitor


def upload_of(visitor: Visitor, key: uuid.UUID) -> Upload:
    """Return the visitor's own upload.

    Raises:
        UnknownFeature: there is none of this key, or it is somebody else's.
    """
    found = (
        Upload.objects.select_related("dataset__layer", "delivery__dataset__layer")
        .filter(pk=key, owner_id=visitor.user_id)
        .first()
        if visitor.user_id
        else None
    )
    if found is None:
        raise UnknownFeature(_("Ce dépôt n’existe pas, ou n’existe plus."), parameter="depot")
    return found


def waiting_uploads(visitor: Visitor) -> list[Upload]:
    """Return the visitor's uploads that nothing to publish has come out of yet, newest first."""
    if not visitor.user_id:
        return []
    mine = Upload.objects.select_related("dataset__layer").filter(owner_id=visitor.user_id)
    return list(mine.exclude(delivery__state__in=WAS_ACCEPTED))


def upload_behind(visitor: Visitor, delivery: Delivery) -> Upload | None:
    """Return the visitor's own file that a delivery came out of, while it is kept."""
    return Upload.objects.filter(delivery=delivery, owner_id=visitor.user_id).first()
