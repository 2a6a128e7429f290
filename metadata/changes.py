"""The history of the metadata of a layer: what changed, who changed it, and the signal that the journal hears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from layers.models import Layer
from layers.visitor import Visitor
from metadata.models import MetadataChange

# Sent with ``layer``, ``visitor`` and ``fields`` (their names), in the transaction.
metadata_changed = Signal()


@dataclass(frozen=True, slots=True)
class Change:
    """A value before and after, as JSON."""

    before: Any
    after: Any


def record_change(*, layer: Layer, visitor: Visitor, changes: Mapping[str, Change]) -> None:
    """Add to the history of the metadata of a layer, by field, and say so to who listens."""
    MetadataChange.objects.create(
        layer=layer,
        at=visitor.instant,
        author_id=visitor.user_id,
        changes={name: [change.before, change.after] for name, change in changes.items()},
    )
    metadata_changed.send(MetadataChange, layer=layer, visitor=visitor, fields=sorted(changes))
