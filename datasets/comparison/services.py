"""What a delivery changes of what is online: rows and fields, kept with it. ``schema_changes`` says the schema's."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from datasets.comparison.sql.changed_rows import rows_of_kind
from datasets.comparison.sql.counts import ChangeCounts, together, totals
from datasets.comparison.sql.moves import moves
from datasets.comparison.sql.sides import GEOMETRY, Sides
from datasets.definitions import DatasetSchema
from datasets.models import Delivery

SAMPLE_ROWS = 50
SETS_OF_FIELDS = 500


def write_comparison(delivery: Delivery, online: Delivery) -> None:
    """Compare two deliveries of a dataset and keep the answer in ``delivery.comparison``."""
    delivery.comparison = compare(old=online, new=delivery)


def compare(*, old: Delivery, new: Delivery) -> dict[str, Any]:
    """Return what ``new`` changes of ``old``: counts, counts by field, how far rows move, and samples.

    Both must have a table. Samples hold ``SAMPLE_ROWS`` rows of a kind at most, as ``rows_of_kind`` gives them; those
    that moved are among the changed ones too. ``together`` counts the rows that change exactly a set of fields, None
    above ``SETS_OF_FIELDS`` sets: what is told to who does not read all of them.
    """
    sides = Sides(old.names, new.names, old.schema_version.schema, new.schema_version.schema)
    counted = totals(sides)
    moved = moves(sides) if GEOMETRY in counted.fields else None
    return {
        "against": old.number,
        "added": counted.added,
        "removed": counted.removed,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "fields": [
            {"name": name, "title": _title(sides.new_schema, name), "count": count}
            for name, count in counted.fields.items()
        ],
        "moves": asdict(moved) if moved else None,
        "together": together(sides, list(counted.fields), SETS_OF_FIELDS),
        "samples": {
            kind: rows_of_kind(sides, kind, limit=SAMPLE_ROWS) if count else []
            for kind, count in _counts(counted).items()
        },
    }


def _counts(counted: ChangeCounts) -> dict[str, int]:
    return {
        "added": counted.added,
        "removed": counted.removed,
        "changed": counted.changed,
        "moved": counted.fields.get(GEOMETRY, 0),
    }


def _title(schema: DatasetSchema, name: str) -> str:
    field = schema.by_name.get(name)
    return (field.title or field.source) if field is not None else name
