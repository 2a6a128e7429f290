"""Changes between two versions of a plan: objects, what became of them, the ground that is concerned.

Areas are in square metres on the spheroid, lengths in metres; geometries are GeoJSON in EPSG:4326.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

GeoJson = dict[str, Any]


class ChangeKind(StrEnum):
    """How an object changed. ``RECODED``: same ground, other LIBELLE or type; ``REWORDED``: other attributes alone."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    RECODED = "recoded"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute of the standard (lower case) with its text before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlanObject:
    """An object of a version: ``code`` is TYPEZONE, or type and subtype; ``size`` in m², m, or 1 for a point.

    ``shares`` are the parts of it by INSEE code, empty where no commune is. ``values`` are the texts that are compared.
    """

    pk: int
    table: str
    label: str
    code: str
    size: float
    shares: Mapping[str, float]
    values: Mapping[str, str]
    identifier: str
    feature_id: int | None
    shape_key: str

    @property
    def name(self) -> tuple[str, str]:
        """What rules apply: label and code."""
        return self.label, self.code


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """A change, with the objects before and after.

    ``size`` is that of the ground concerned (m², m for lines, 1 for a point): what other rules apply to, or the whole
    object where it comes, goes or has other words. ``ground`` is that ground in EPSG:4326.
    """

    table: str
    kind: ChangeKind
    before: tuple[PlanObject, ...]
    after: tuple[PlanObject, ...]
    size: float
    ground: GeoJson | None
    attributes: tuple[AttributeChange, ...] = ()

    @property
    def communes(self) -> tuple[str, ...]:
        """The INSEE codes of its objects, sorted."""
        return tuple(sorted({code for each in (*self.before, *self.after) for code in each.shares if code}))


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Zones of a type, a label or a commune, before and after. Empty fields are not told apart."""

    typezone: str
    label: str
    commune: str
    before_count: int
    after_count: int
    before_m2: float
    after_m2: float

    @property
    def difference_m2(self) -> float:
        """What there is more, negative where there is less."""
        return self.after_m2 - self.before_m2


@dataclass(frozen=True, slots=True)
class Transition:
    """Ground that goes from one zone to another: (LIBELLE, TYPEZONE), None where no zone covers it."""

    before: tuple[str, str] | None
    after: tuple[str, str] | None
    area_m2: float
    ground: GeoJson


@dataclass(frozen=True, slots=True)
class Slivers:
    """Differences between two drawings, under 1 m² each: how many, and square metres together."""

    count: int
    area_m2: float


def pairs_of(
    before: Iterable[PlanObject], after: Iterable[PlanObject], key: Callable[[PlanObject], Hashable]
) -> tuple[list[tuple[PlanObject, PlanObject]], list[PlanObject], list[PlanObject]]:
    """Pair the objects of the same key, those with None apart; return the pairs and what is left on each side."""
    before, waiting, pairs, left_after = (
        list(before),
        defaultdict(list),
        list[tuple[PlanObject, PlanObject]](),
        [],
    )
    for each in before:
        if (own := key(each)) is not None:
            waiting[own].append(each)
    for each in after:
        own = key(each)
        if own is not None and waiting[own]:
            pairs.append((waiting[own].pop(0), each))
        else:
            left_after.append(each)
    paired = {one.pk for one, _ in pairs}
    return pairs, [each for each in before if each.pk not in paired], left_after


def attribute_changes(one: PlanObject, other: PlanObject) -> tuple[AttributeChange, ...]:
    """Return the attributes that differ between two objects of a table."""
    return tuple(
        AttributeChange(name, text, other.values[name])
        for name, text in one.values.items()
        if text != other.values[name]
    )


def collected(geometries: Iterable[GeoJson | None]) -> GeoJson | None:
    """Return geometries as one; of surfaces alone, a multipolygon."""
    parts = [geometry for geometry in geometries if geometry]
    if len(parts) < 2:
        return parts[0] if parts else None
    if any(part["type"] not in {"Polygon", "MultiPolygon"} for part in parts):
        return {"type": "GeometryCollection", "geometries": parts}
    polygons = [
        polygon
        for part in parts
        for polygon in (part["coordinates"] if part["type"] == "MultiPolygon" else [part["coordinates"]])
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}


def ordered(changes: Iterable[ObjectChange]) -> list[ObjectChange]:
    """Return changes by kind, the largest first."""
    ranks = {kind: rank for rank, kind in enumerate(ChangeKind)}
    return sorted(changes, key=lambda each: (ranks[each.kind], -each.size, _first_label(each)))


def _first_label(change: ObjectChange) -> str:
    return (change.before or change.after)[0].label
