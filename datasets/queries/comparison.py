"""The comparison kept with a delivery, as one person may read it: rows that come, leave and change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from datasets.models import Delivery

GEOMETRY = "geometry"
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


def comparison_of(delivery: Delivery, readable: Mapping[str, str]) -> Comparison | None:
    """Return what a delivery changes, in the fields of ``readable`` (name → title); None when nothing was online."""
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
            (field["title"], field["count"]) for field in kept["fields"] if _is_told(field["name"], readable)
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


def _is_told(name: str, readable: Collection[str]) -> bool:
    return name == GEOMETRY or name in readable


def _change(kind: str, row: Mapping[str, Any], readable: Mapping[str, str]) -> Change:
    if kind == "changed":
        pairs = [(name, *values) for name, values in row["fields"].items()]
    else:
        pairs = [
            (name, None, value) if kind == "added" else (name, value, None)
            for name, value in row["values"].items()
        ]
    told = [
        (readable.get(name, name), old or "", new or "")
        for name, old, new in pairs
        if _is_told(name, readable)
    ]
    return Change(row["id"], kind, tuple(told))
