"""The comparison kept with a delivery, as one person may read it: rows that come, leave and change.

It is kept once, and every field is in it. Who does not read all of them is told of the changes in what they read: a row
that changes only elsewhere is one of the unchanged, so that nobody learns by trying whether a hidden value is the one
they sent. Where the rows themselves are recognised by a hidden field, or some are hidden, nothing is compared for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from datasets.access import Reading, reading_of
from datasets.definitions import DatasetSchema
from datasets.models import Delivery
from layers.definitions import Field, FieldType
from layers.visitor import Visitor

GEOMETRY = "geometry"
Readable = Mapping[str, Field]
"""Fields that the person may read in both versions, by name, in the order of the schema."""

KINDS = ("added", "changed", "removed")


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that comes, leaves or changes; ``cells`` are title, value before and after ("": none)."""

    id: int
    kind: str
    position: list[float] | None
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts, counts by field (title, rows), and the first rows of each kind.

    ``is_whole`` tells that every field is compared. When it is not, ``changed`` and ``unchanged`` are None if what the
    person does not read cannot be told apart.
    """

    against: int
    added: int
    removed: int
    changed: int | None
    unchanged: int | None
    fields: tuple[tuple[str, int], ...]
    samples: tuple[ChangedRow, ...]
    is_whole: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes, as far as the person may know."""
        return not (self.added or self.removed or self.fields)

    @property
    def has_positions(self) -> bool:
        """Whether a map has something to show."""
        return any(change.position for change in self.samples)


def comparison_of(visitor: Visitor, delivery: Delivery) -> Comparison | None:
    """Return what a delivery changes, as a visitor may know it; None when nothing was online or may be told."""
    kept: dict[str, Any] = delivery.comparison
    readable = _readable(visitor, delivery)
    if readable is None:
        return None
    total = kept["changed"] + kept["unchanged"]
    is_whole = readable.keys() >= delivery.schema_version.schema.by_name.keys()
    changed = kept["changed"] if is_whole else _changed_in(kept, readable)
    samples = (_change(kind, row, readable) for kind in KINDS for row in kept["samples"][kind])
    return Comparison(
        against=kept["against"],
        added=kept["added"],
        removed=kept["removed"],
        changed=changed,
        unchanged=None if changed is None else total - changed,
        fields=tuple(
            (field["title"], field["count"])
            for field in kept["fields"]
            if field["name"] == GEOMETRY or field["name"] in readable
        ),
        samples=tuple(change for change in samples if change.kind != "changed" or change.cells),
        is_whole=is_whole,
    )


def positions_of(visitor: Visitor, delivery: Delivery) -> dict[str, Any]:
    """Return the positions of the rows that change, as GeoJSON in EPSG:4326; ``change`` says how."""
    found = comparison_of(visitor, delivery)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": change.id,
                "properties": {"change": change.kind},
                "geometry": {"type": "Point", "coordinates": change.position},
            }
            for change in (found.samples if found else ())
            if change.position
        ],
    }


def _readable(visitor: Visitor, delivery: Delivery) -> Readable | None:
    """Return the fields that may be compared for a visitor, None when the rows themselves may not."""
    if not delivery.comparison:
        return None
    of_dataset = Delivery.objects.filter(dataset=delivery.dataset_id).select_related("schema_version")
    against = of_dataset.defer("report", "comparison").get(number=delivery.comparison["against"])
    against.dataset = delivery.dataset
    after, before = reading_of(visitor, delivery), reading_of(visitor, against)
    schemas = delivery.schema_version.schema, against.schema_version.schema
    if not (_recognises(after, schemas[0]) and _recognises(before, schemas[1])):
        return None
    closed = schemas[1].by_name.keys() - before.fields.keys()
    return {name: field for name, field in after.fields.items() if name not in closed}


def _recognises(reading: Reading, schema: DatasetSchema) -> bool:
    """Whether the person reads what recognises a row from one version to the next: its key, else all of it."""
    return reading.covers(schema.key or schema.by_name)


def _changed_in(kept: Mapping[str, Any], readable: Readable) -> int | None:
    """Return how many rows change in what the person reads; None when the comparison does not tell."""
    together: list[tuple[list[str], int]] | None = kept.get("together")
    if together is None:
        return None
    return sum(count for names, count in together if any(n == GEOMETRY or n in readable for n in names))


def _change(kind: str, row: Mapping[str, Any], readable: Readable) -> ChangedRow:
    """Return a row in the order of the fields: the one in which they were kept is the database's."""
    values = row["fields"] if kind == "changed" else row["values"]
    pairs = {name: (None, value) if kind == "added" else (value, None) for name, value in values.items()}
    if kind == "changed":
        pairs = values
    cells = [
        (str(field.title), _words(field, pairs[name][0]), _words(field, pairs[name][1]))
        for name, field in readable.items()
        if name in pairs
    ]
    moved = [(GEOMETRY, "", "")] if kind == "changed" and GEOMETRY in values else []
    return ChangedRow(row["id"], kind, row["position"], (*cells, *moved))


def _words(field: Field, value: str | None) -> str:
    if field.type is FieldType.BOOLEAN and value:
        return _("oui") if value in {"t", "true"} else _("non")
    return value or ""
