"""Counts of what the killed site holds, for Django's shell on its data."""

from __future__ import annotations

from typing import Any

from layers.models.features import events_of
from layers.registry import definition


def written(layer: str, label: str) -> tuple[int, int]:
    """Return how many features have this label, and how many entries of history say that they were made."""
    model = definition(layer).model
    features = model._default_manager.filter(libelle=label)
    events = events_of(model)
    if events is None:
        raise LookupError(f"{layer} keeps no history")
    made: dict[str, Any] = {"pgh_obj__in": features, "pgh_label": "insert"}
    return features.count(), events._default_manager.filter(**made).count()
