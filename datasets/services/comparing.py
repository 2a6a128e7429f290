"""What a delivery changes of what is online: rows, fields and schema, kept with the delivery."""

from __future__ import annotations

from typing import Any

from datasets.definitions import DatasetSchema
from datasets.models import Delivery
from datasets.sql import comparison
from datasets.sql.comparison import Sides

SAMPLE_ROWS = 50


def write_comparison(delivery: Delivery, online: Delivery) -> None:
    """Compare two deliveries of a dataset and keep the answer in ``delivery.comparison``."""
    delivery.comparison = compare(old=online, new=delivery)


def compare(*, old: Delivery, new: Delivery) -> dict[str, Any]:
    """Return what ``new`` changes of ``old``: counts, counts by field, samples, and changes of the schema.

    Both must have a table. Samples hold ``SAMPLE_ROWS`` rows at most, with a ``position`` [longitude, latitude] for a
    map; a changed row gives ``[before, after]`` for each changed field, as texts.
    """
    sides = Sides(old.names, new.names, old.schema_version.schema, new.schema_version.schema)
    totals = comparison.totals(sides)
    return {
        "against": old.number,
        "added": totals.added,
        "removed": totals.removed,
        "changed": totals.changed,
        "unchanged": totals.unchanged,
        "fields": [
            {"name": name, "title": _title(sides.new_schema, name), "count": count}
            for name, count in totals.fields.items()
        ],
        "schema": schema_changes(sides.old_schema, sides.new_schema),
        "samples": {
            "added": comparison.sample_of_side(sides, "new", SAMPLE_ROWS) if totals.added else [],
            "removed": comparison.sample_of_side(sides, "old", SAMPLE_ROWS) if totals.removed else [],
            "changed": comparison.sample_of_changes(sides, SAMPLE_ROWS) if totals.changed else [],
        },
    }


def schema_changes(old: DatasetSchema, new: DatasetSchema) -> dict[str, Any]:
    """Return the fields added, removed and retyped, and whether the key or the geometry changed."""
    before, after = old.by_name, new.by_name
    return {
        "added": [name for name in after if name not in before],
        "removed": [name for name in before if name not in after],
        "retyped": [
            {"name": name, "before": before[name].type.value, "after": field.type.value}
            for name, field in after.items()
            if name in before and before[name].type is not field.type
        ],
        "key": [list(old.key), list(new.key)] if old.key != new.key else [],
        "geometry": [old.geometry.value, new.geometry.value] if old.geometry is not new.geometry else [],
    }


def has_schema_change(changes: dict[str, Any]) -> bool:
    """Whether a comparison's ``schema`` says anything: then a person must agree before publishing."""
    return any(changes.values())


def _title(schema: DatasetSchema, name: str) -> str:
    field = schema.by_name.get(name)
    return (field.title or field.source) if field is not None else name
