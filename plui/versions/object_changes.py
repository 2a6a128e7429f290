"""What became of prescriptions, informations and drawings, and of objects of the same ground and name: their words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from django.db.models import F

from plui.versions.changes import (
    ChangeKind,
    GeoJson,
    ObjectChange,
    PlanObject,
    attribute_changes,
    pairs_of,
)
from plui.versions.overlay import Drawing, Side, is_noise, parsed_drawing, shifts

Pairs = list[tuple[PlanObject, PlanObject]]

_IDENTITIES: tuple[Callable[[PlanObject], Hashable], ...] = (
    lambda each: (each.shape_key, *each.name, tuple(sorted(each.values.items()))),
    lambda each: (each.shape_key, *each.name),
    lambda each: (each.shape_key, each.code),
    lambda each: each.shape_key,
    lambda each: (each.feature_id, each.code) if each.feature_id else None,
    lambda each: (each.identifier, *each.name) if each.identifier else None,
    lambda each: each.name,
)
"""By what an object is the same in two packages, from the surest: its ground, its row online, its number, its name."""


def object_changes(
    table: str, before: Sequence[PlanObject], after: Sequence[PlanObject], *, sides: tuple[Side, Side]
) -> tuple[list[ObjectChange], int]:
    """Return the changes of the objects of a table, and how many are the same."""
    pairs: Pairs = []
    left_before, left_after = list(before), list(after)
    for identity in _IDENTITIES:
        matched, left_before, left_after = pairs_of(left_before, left_after, identity)
        pairs += matched
    kinds = _kinds(table, pairs, sides)
    changed = [(one, other) for one, other in pairs if (one.pk, other.pk) in kinds]
    former_ground = drawings(table, [each.pk for each in left_before], side=sides[0])
    concerned = [*left_after, *(other for _, other in changed)]
    ground = drawings(table, [each.pk for each in concerned], side=sides[1])
    changes = [
        ObjectChange(table, kinds[one.pk, other.pk], (one,), (other,), other.size, ground.get(other.pk),
                     attribute_changes(one, other))
        for one, other in changed
    ]  # fmt: skip
    changes += [
        ObjectChange(table, ChangeKind.REMOVED, (each,), (), each.size, former_ground.get(each.pk))
        for each in left_before
    ]
    changes += [
        ObjectChange(table, ChangeKind.ADDED, (), (each,), each.size, ground.get(each.pk))
        for each in left_after
    ]
    return changes, len(pairs) - len(changed)


def _kinds(table: str, pairs: Pairs, sides: tuple[Side, Side]) -> Mapping[tuple[int, int], ChangeKind]:
    """Return how each pair that changed did, by its keys."""
    moved = [(one.pk, other.pk) for one, other in pairs if one.shape_key != other.shape_key]
    distances = shifts(table, moved, sides=sides)
    kinds: dict[tuple[int, int], ChangeKind] = {}
    for one, other in pairs:
        key = one.pk, other.pk
        if key in distances and not is_noise(distances[key]):
            kinds[key] = ChangeKind.MOVED
        elif one.name != other.name:
            kinds[key] = ChangeKind.RECODED
        elif one.values != other.values:
            kinds[key] = ChangeKind.REWORDED
    return kinds


def reworded(table: str, pairs: Pairs, *, side: Side) -> list[ObjectChange]:
    """Return the pairs of which an attribute differs: same ground, same name; ``side`` has the second of each."""
    changed = [(one, other) for one, other in pairs if one.values != other.values]
    ground = drawings(table, [other.pk for _, other in changed], side=side)
    return [
        ObjectChange(table, ChangeKind.REWORDED, (one,), (other,), other.size, ground.get(other.pk),
                     attribute_changes(one, other))
        for one, other in changed
    ]  # fmt: skip


def drawings(table: str, keys: Iterable[int], *, side: Side) -> dict[int, GeoJson]:
    """Return the geometries of objects of a side by key."""
    if not (listed := list(keys)):
        return {}
    rows = side.rows(table).filter(pk__in=listed).values_list("pk", Drawing(F("geom")))
    return {pk: parsed_drawing(text) for pk, text in rows}
