"""The comparison kept with a delivery, as one person may read it: rows that come, leave and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from datasets.models import Delivery
from layers.definitions import Field, FieldType

GEOMETRY = "geometry"
Readable = Mapping[str, Field]
"""Fields that the person may read, by name, in the order of the schema."""

KINDS = ("added", "changed", "removed")


@dataclass(frozen=True, slots=True)
class Change:
    """A row that comes, leaves or changes; ``cells`` are title, value before and after ("": none)."""

    id: int
    kind: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts, counts by field (title, rows), and the first rows of each kind."""

    against: int
    added: int
    removed: int
    changed: int
    unchanged: int
    fields: tuple[tuple[str, int], ...]
    samples: tuple[Change, ...]
    has_positions: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.removed or self.changed)


def comparison_of(delivery: Delivery, readable: Readable) -> Comparison | None:
    """Return what a delivery changes, in the fields of ``readable``; None when nothing was online."""
    kept: dict[str, Any] = delivery.comparison
    if not kept:
        return None
    samples = [(kind, row) for kind in KINDS for row in kept["samples"][kind]]
    return Comparison(
        against=kept["against"],
        added=kept["added"],
        removed=kept["removed"],
        changed=kept["changed"],
        unchanged=kept["unchanged"],
        fields=tuple(
            (field["title"], field["count"])
            for field in kept["fields"]
            if field["name"] == GEOMETRY or field["name"] in readable
        ),
        samples=tuple(_change(kind, row, readable) for kind, row in samples),
        has_positions=any(row["position"] for _kind, row in samples),
    )


def positions_of(delivery: Delivery) -> dict[str, Any]:
    """Return the positions of the rows that change, as GeoJSON in EPSG:4326; ``change`` says how."""
    samples = delivery.comparison.get("samples", {})
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row["id"],
                "properties": {"change": kind},
                "geometry": {"type": "Point", "coordinates": row["position"]},
            }
            for kind in KINDS
            for row in samples.get(kind, [])
            if row["position"]
        ],
    }


def _change(kind: str, row: Mapping[str, Any], readable: Readable) -> Change:
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
    return Change(row["id"], kind, (*cells, *moved))


def _words(field: Field, value: str | None) -> str:
    if field.type is FieldType.BOOLEAN and value:
        return _("oui") if value in {"t", "true"} else _("non")
    return value or ""
