"""Published schemas whose files are recognised by their columns."""

from __future__ import annotations

from collections.abc import Sequence

from datasets.inference.known_fields.cnig import PRESCRIPTIONS
from datasets.inference.known_fields.definitions import KnownField, KnownSchema
from datasets.inference.known_fields.irve import IRVE
from datasets.inference.known_fields.places import EQUIPMENT, PARKING, TREES

KNOWN = (IRVE, PARKING, EQUIPMENT, PRESCRIPTIONS, TREES)

__all__ = ["KNOWN", "KnownField", "KnownSchema", "recognise"]


def recognise(titles: Sequence[str]) -> KnownSchema | None:
    """Return the schema whose marks are nearly all among ``titles``."""
    present = {title.strip().lower() for title in titles}
    return next((schema for schema in KNOWN if _share(schema, present) >= schema.enough), None)


def _share(schema: KnownSchema, present: set[str]) -> float:
    return sum(mark.lower() in present for mark in schema.marks) / len(schema.marks)
