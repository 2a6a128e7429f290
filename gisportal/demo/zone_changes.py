"""What the procedures of the sample plan did to its zones: new labels, moved borders, zones cut out of a neighbour.

The zones online are the result; what they were before is computed from them, so that former zones tile the territory as
well. A zone that lost or won ground bears the date of the procedure (DATVALID), as its neighbour does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import shapely

Shape = Any  # shapely has no types
# First plan, first modification, and the modification online: DATAPPRO.
STARTING_DATE, MODIFICATION_1, MODIFICATION_2 = "20190628", "20221014", "20260101"
_STRIP = 0.00012  # some 10 m
_GRID = 1e-6  # 0.1 m


class ChangeKind(Enum):
    """What a procedure did to a zone."""

    RECODED = "another label"
    MOVED = "a border moved"
    SPLIT = "cut out of its neighbour"


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """A change of a zone: ``number`` and ``partner`` are 1-based, 0 without a neighbour; ``day`` is DATAPPRO.

    ``former_shape`` is None for a zone that was not there; ``former_partner`` is that of the neighbour.
    """

    number: int
    kind: ChangeKind
    day: str
    partner: int = 0
    former_shape: Shape = None
    former_partner: Shape = None


def datvalid(number: int) -> str:
    """Return the DATVALID of an object by its number: most date from the first plan, few from the last procedure."""
    if number % 25 == 0:
        return MODIFICATION_2
    return MODIFICATION_1 if number % 10 == 3 else STARTING_DATE


def zone_changes(zones: Sequence[tuple[str, Shape]]) -> list[ZoneChange]:
    """Return the changes of zones (INSEE code, simple polygon in EPSG:4326) in order, each zone in one at most."""
    shapes = [shape for _code, shape in zones]
    index = shapely.STRtree(shapes)
    changed = {position for position in range(len(zones)) if datvalid(position + 1) != STARTING_DATE}
    changes = []
    for position in sorted(changed):
        kind = list(ChangeKind)[position % 3]
        change = ZoneChange(
            position + 1, ChangeKind.RECODED, datvalid(position + 1), former_shape=shapes[position]
        )
        if kind is not ChangeKind.RECODED:
            free = sorted(
                {int(other) for other in index.query(shapes[position], predicate="intersects")} - changed
            )
            near = [other for other in free if zones[other][0] == zones[position][0]]
            change = next(_with_neighbour(change, kind, near, shapes), change)
            changed.add(change.partner - 1)
        changes.append(change)
    return changes


def changed_days(changes: Iterable[ZoneChange]) -> dict[int, str]:
    """Return the DATVALID of each zone that a procedure changed, by its number."""
    return {number: change.day for change in changes for number in (change.number, change.partner) if number}


def _with_neighbour(
    change: ZoneChange, kind: ChangeKind, near: Sequence[int], shapes: Sequence[Shape]
) -> Iterator[ZoneChange]:
    """Yield the change with each neighbour of which both zones were simple polygons before it."""
    own = shapes[change.number - 1]
    for other in near:
        if kind is ChangeKind.SPLIT:
            joined, left = own.union(shapes[other]), None
        else:
            strip = own.intersection(shapes[other].buffer(_STRIP))
            joined, left = shapes[other].union(strip), own.difference(strip)
        if all(shape is None or _is_simple(shape) for shape in (joined, left)):
            yield ZoneChange(change.number, kind, change.day, other + 1, left, joined)


def _is_simple(shape: Shape) -> bool:
    """Whether a shape is one polygon, also once its coordinates are rounded as tiles do."""
    rounded = shapely.set_precision(shape, _GRID)
    return bool(shape.geom_type == rounded.geom_type == "Polygon" and shape.is_valid and not shape.is_empty)
