"""What became of zones, by the ground that zones of two versions share; no database.

Zones that are the same on both sides (ground, label, type) are not here: the rest is split, merged, the same ground
under another name, moved, added or removed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from plui.versions.changes import (
    ChangeKind,
    ObjectChange,
    PlanObject,
    Slivers,
    Transition,
    attribute_changes,
    collected,
)
from plui.versions.overlay import Ground

_HALF = 0.5


class ZoneOverlay:
    """Zones before and after, and the ground that they share: its parts above a sliver say what changed."""

    def __init__(
        self, before: Iterable[PlanObject], after: Iterable[PlanObject], ground: Sequence[Ground]
    ) -> None:
        self.before = {zone.pk: zone for zone in before}
        self.after = {zone.pk: zone for zone in after}
        self.ground = ground
        self.parts = [part for part in ground if not part.is_sliver]
        self.of_before: dict[int, list[Ground]] = defaultdict(list)
        self.of_after: dict[int, list[Ground]] = defaultdict(list)
        for part in self.parts:
            if part.before is not None:
                self.of_before[part.before].append(part)
            if part.after is not None:
                self.of_after[part.after].append(part)
        self.same_pairs: list[tuple[PlanObject, PlanObject]] = []

    def changes(self) -> list[ObjectChange]:
        """Return the changes of ground or of name; the pairs whose ground and name are the same are ``same_pairs``."""
        changes = [*self._split(), *self._merged()]
        old = {each.pk for change in changes for each in change.before}
        new = {each.pk for change in changes for each in change.after}
        pairs = self._pairs(old, new)
        self.same_pairs = []
        for one, other in pairs:
            if (change := self._pair_change(one, other)) is not None:
                changes.append(change)
            else:
                self.same_pairs.append((one, other))
        old |= {one.pk for one, _ in pairs}
        new |= {other.pk for _, other in pairs}
        changes += [
            self._change(ChangeKind.REMOVED, [zone], [], self.of_before[pk])
            for pk, zone in self.before.items()
            if pk not in old
        ]
        changes += [
            self._change(ChangeKind.ADDED, [], [zone], self.of_after[pk])
            for pk, zone in self.after.items()
            if pk not in new
        ]
        return changes

    def transitions(self) -> tuple[Transition, ...]:
        """Return the ground that goes from one name to another, the largest first."""
        parts = defaultdict(list)
        for part in self.parts:
            if self._is_renamed(part):
                parts[self._names(part)].append(part)
        rows = [
            Transition(before, after, sum(part.area_m2 for part in own), ground)
            for (before, after), own in parts.items()
            if (ground := collected(part.geometry for part in own))
        ]
        return tuple(sorted(rows, key=lambda row: -row.area_m2))

    def slivers(self) -> Slivers:
        """Return the ground of another name that is too small to be a change."""
        parts = [part for part in self.ground if part.is_sliver and self._is_renamed(part)]
        return Slivers(len(parts), sum(part.area_m2 for part in parts))

    def _names(self, part: Ground) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
        before = self.before[part.before].name if part.before is not None else None
        return before, self.after[part.after].name if part.after is not None else None

    def _is_renamed(self, part: Ground) -> bool:
        before, after = self._names(part)
        return before != after

    def _split(self) -> Iterator[ObjectChange]:
        """Yield the zones of which several were made, without ground of others."""
        for pk, zone in self.before.items():
            parts = self.of_before[pk]
            keys = [part.after for part in parts]
            if len(parts) > 1 and all(self._is_alone(self.of_after.get(key or 0, []), pk) for key in keys):
                yield self._change(
                    ChangeKind.SPLIT, [zone], [self.after[key] for key in keys if key], self._concerned(parts)
                )

    def _merged(self) -> Iterator[ObjectChange]:
        """Yield the zones that were made of several, without ground of others."""
        for pk, zone in self.after.items():
            parts = self.of_after[pk]
            keys = [part.before for part in parts]
            if len(parts) > 1 and all(
                self._makes_alone(self.of_before.get(key or 0, []), pk) for key in keys
            ):
                yield self._change(
                    ChangeKind.MERGED,
                    [self.before[key] for key in keys if key],
                    [zone],
                    self._concerned(parts),
                )

    @staticmethod
    def _is_alone(parts: Sequence[Ground], pk: int) -> bool:
        return len(parts) == 1 and parts[0].before == pk

    @staticmethod
    def _makes_alone(parts: Sequence[Ground], pk: int) -> bool:
        return len(parts) == 1 and parts[0].after == pk

    def _concerned(self, parts: Sequence[Ground]) -> list[Ground]:
        """Return the parts that other rules apply to; all of them when the names are the same."""
        return [part for part in parts if self._is_renamed(part)] or list(parts)

    def _pairs(self, old: set[int], new: set[int]) -> list[tuple[PlanObject, PlanObject]]:
        """Pair each zone with what it became: the same name first, else more than half of both."""
        pairs, old, new = [], set(old), set(new)
        shared = [part for part in self.parts if part.before is not None and part.after is not None]
        for is_name_needed in (True, False):
            for part in sorted(shared, key=lambda part: -part.area_m2):
                if part.before in old or part.after in new or part.before is None or part.after is None:
                    continue
                one, other = self.before[part.before], self.after[part.after]
                is_most = part.area_m2 > _HALF * max(one.size, other.size)
                if one.name == other.name if is_name_needed else is_most:
                    pairs.append((one, other))
                    old.add(one.pk)
                    new.add(other.pk)
        return pairs

    def _pair_change(self, one: PlanObject, other: PlanObject) -> ObjectChange | None:
        """Return how a zone changed into another: moved, under another name; None where only words may differ."""
        own = [*self.of_before[one.pk], *self.of_after[other.pk]]
        moved = [part for part in own if (part.before, part.after) != (one.pk, other.pk)]
        if moved:
            stays = [
                part for part in self.of_before[one.pk] if part.after == other.pk and self._is_renamed(part)
            ]
            return self._change(ChangeKind.MOVED, [one], [other], [*moved, *stays])
        if one.name != other.name:
            return self._change(ChangeKind.RECODED, [one], [other], self.of_before[one.pk])
        return None

    def _change(
        self,
        kind: ChangeKind,
        before: Sequence[PlanObject],
        after: Sequence[PlanObject],
        parts: Sequence[Ground],
    ) -> ObjectChange:
        is_pair = len(before) == len(after) == 1
        whole = sum(each.size for each in before or after)
        return ObjectChange(
            table=(before or after)[0].table,
            kind=kind,
            before=tuple(before),
            after=tuple(after),
            size=sum(part.area_m2 for part in parts) if parts else whole,
            ground=collected(part.geometry for part in parts),
            attributes=attribute_changes(before[0], after[0]) if is_pair else (),
        )
