"""What a delivery changes of what is online: rows and fields, kept with it. ``queries.changes`` says the schema's."""

from __future__ import annotations

from typing import Any

from datasets.comparison import sql as comparison_sql
from datasets.comparison.sql import Sides
from datasets.definitions import DatasetSchema
from datasets.models import Delivery

SAMPLE_ROWS = 50
SETS_OF_FIELDS = 500


def write_comparison(delivery: Delivery, online: Delivery) -> None:
    """Compare two deliveries of a dataset and keep the answer in ``delivery.comparison``."""
    delivery.comparison = compare(old=online, new=delivery)


def compare(*, old: Delivery, new: Delivery) -> dict[str, Any]:
    """Return what ``new`` changes of ``old``: counts, counts by field, and samples.

    Both must have a table. Samples hold ``SAMPLE_ROWS`` rows at most, with a ``position`` [longitude, latitude] for a
    map; a changed row gives ``[before, after]`` for each changed field, as texts. ``together`` counts the rows that
    change exactly a set of fields, None above ``SETS_OF_FIELDS`` sets: what is told to who does not read all of them.
    """
    sides = Sides(old.names, new.names, old.schema_version.schema, new.schema_version.schema)
    totals = comparison_sql.totals(sides)
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
        "together": comparison_sql.together(sides, list(totals.fields), SETS_OF_FIELDS),
        "samples": {
            "added": comparison_sql.sample_of_side(sides, "new", SAMPLE_ROWS) if totals.added else [],
            "removed": comparison_sql.sample_of_side(sides, "old", SAMPLE_ROWS) if totals.removed else [],
            "changed": comparison_sql.sample_of_changes(sides, SAMPLE_ROWS) if totals.changed else [],
        },
    }


def _title(schema: DatasetSchema, name: str) -> str:
    field = schema.by_name.get(name)
    return (field.title or field.source) if field is not None else name
