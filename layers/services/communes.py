"""What follows when the boundary of a commune changes."""

from __future__ import annotations

from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import F

from layers import registry
from layers.access import every_row


@transaction.atomic
def place_features() -> int:
    """Place the features of every layer in their commune again; return how many rows were read.

    The trigger of each table does the work, as on any write of a commune: from the geometry, or from what names it.
    """
    placed = 0
    for definition in registry.definitions():
        try:
            definition.model._meta.get_field("commune_id")
        except FieldDoesNotExist:
            continue
        placed += every_row(definition).update(commune_id=F("commune_id"))
    return placed
