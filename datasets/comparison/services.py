"""What a delivery changes of what is online: rows and fields, stored with it, and the schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from datasets.comparison.queries import version_pair
from datasets.comparison.sql.changed_rows import rows_of_kind
from datasets.comparison.sql.counts import ChangeCounts, rows_by_field_set, totals
from datasets.comparison.sql.moves import moves
from datasets.comparison.sql.row_pairs import changes_by_commune
from datasets.comparison.sql.version_pair import GEOMETRY, VersionPair
from datasets.definitions import DatasetSchema, SchemaField
from datasets.models import Delivery

SAMPLE_ROWS = 50
SETS_OF_FIELDS = 500


def write_comparison(delivery: Delivery, online: Delivery) -> None:
    """Compare two deliveries of a dataset and store the result in ``delivery.comparison``."""
    delivery.comparison = compare(old=online, new=delivery)


def compare(*, old: Delivery, new: Delivery) -> dict[str, Any]:
    """Return what ``new`` changes of ``old``: counts, by field and by commune, how far rows move, and samples.

    Both must have a table. Samples hold ``SAMPLE_ROWS`` rows of a kind at most, as ``rows_of_kind`` gives them; those
    that moved are among the changed ones too. ``together`` counts the rows that change exactly a set of fields, None
    above ``SETS_OF_FIELDS`` sets: what is shown to who does not read all of them.
    """
    pair = version_pair(old=old, new=new)
    counted = totals(pair)
    moved = counted.fields.get(GEOMETRY, 0) if pair.has_geometry else 0
    measured = moves(pair) if moved else None
    kinds = {
        "added": counted.added,
        "removed": counted.removed,
        "changed": counted.changed,
        "moved": moved,
    }
    return _counts(pair, counted, old) | {
        "moves": asdict(measured) if measured else None,
        "communes": changes_by_commune(pair),
        "samples": {
            kind: rows_of_kind(pair, kind, limit=SAMPLE_ROWS) if count else []
            for kind, count in kinds.items()
        },
    }


def compare_counts(*, old: Delivery, new: Delivery) -> dict[str, Any]:
    """Return the counts of ``compare``, in two statements, without distances nor samples."""
    pair = version_pair(old=old, new=new)
    return _counts(pair, totals(pair), old) | {"moves": None, "samples": {}}


def _counts(pair: VersionPair, counted: ChangeCounts, old: Delivery) -> dict[str, Any]:
    return {
        "against": old.number,
        "added": counted.added,
        "removed": counted.removed,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "fields": [
            {"name": name, "title": title_of(pair.new_schema, name), "count": count}
            for name, count in counted.fields.items()
        ],
        "together": rows_by_field_set(pair, list(counted.fields), SETS_OF_FIELDS),
    }


def title_of(schema: DatasetSchema, name: str) -> str:
    """Return what people call a field of a schema: its title, else that of its column; the name of what is none."""
    field = schema.by_name.get(name)
    return (field.title or field.source) if field is not None else name


# What decides which values are accepted and who reads them; titles, descriptions and units are told, not asked.
_RULES = {
    "enum": gettext_lazy("valeurs admises"),
    "pattern": pgettext_lazy("rule of a column", "motif"),
    "minimum": gettext_lazy("minimum"),
    "maximum": gettext_lazy("maximum"),
    "is_required": gettext_lazy("obligatoire"),
    "is_unique": gettext_lazy("unique"),
    "is_protected": gettext_lazy("protégé"),
}


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A field or a property of the schema that changes: ``kind`` is added, removed, retyped, ruled or changed.

    ``title`` is what people call it, never its technical name.
    """

    kind: str
    title: str
    before: str = ""
    after: str = ""


def schema_changes(delivery: Delivery) -> list[SchemaChange]:
    """Return what the schema of a delivery changes of the one online, nothing when nothing is online."""
    online = delivery.dataset.online
    if online is None or online.schema_version_id == delivery.schema_version_id:
        return []
    return changes_between(online.schema_version.schema, delivery.schema_version.schema)


def changes_between(before: DatasetSchema, after: DatasetSchema) -> list[SchemaChange]:
    """Return the changes from one schema to another: fields by name, then geometry and key."""
    changes = [
        SchemaChange("removed", title_of(before, name), before=str(field.type.label))
        for name, field in before.by_name.items()
        if name not in after.by_name
    ]
    for name, field in after.by_name.items():
        old = before.by_name.get(name)
        changes += (
            [SchemaChange("added", title_of(after, name), after=str(field.type.label))]
            if old is None
            else _of_field(old, field, title_of(after, name))
        )
    if before.geometry != after.geometry:
        changes.append(
            SchemaChange("retyped", _("géométrie"), str(before.geometry.label), str(after.geometry.label))
        )
    if before.key != after.key:
        changes.append(
            SchemaChange("changed", _("clé"), _titles(before, before.key), _titles(after, after.key))
        )
    return changes


def _titles(schema: DatasetSchema, names: Iterable[str]) -> str:
    return ", ".join(title_of(schema, name) for name in names) or "—"


def _of_field(old: SchemaField, new: SchemaField, title: str) -> list[SchemaChange]:
    if old.type != new.type:
        return [SchemaChange("retyped", title, str(old.type.label), str(new.type.label))]
    differing = [str(label) for name, label in _RULES.items() if getattr(old, name) != getattr(new, name)]
    return [SchemaChange("ruled", title, after=", ".join(differing))] if differing else []
