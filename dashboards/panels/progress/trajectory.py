"""From a reference to a target: what was expected at a date, and whether what was measured follows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression
from typing import Any

from dashboards.panels.figure.queries import Point

ON_TRACK, LATE, UNKNOWN = "on-track", "late", "unknown"
PACE = dt.timedelta(days=5 * 365 + 2)
"""How far back the present pace is looked for: the five years before the last measure."""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value at a day."""

    day: dt.date
    value: float

    @classmethod
    def of(cls, option: Mapping[str, Any]) -> DatedValue:
        """Return the milestone of a document: ``date`` is a day or a year."""
        text = str(option["date"])
        day = dt.date(int(text), 1, 1) if len(text) == 4 else dt.date.fromisoformat(text)
        return cls(day, float(option["value"]))


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A straight line from ``reference`` to ``target``, and what was measured beside it.

    ``tolerance`` is the part of the expected value that the measure may miss (0.02: two percents).
    """

    reference: DatedValue
    target: DatedValue
    points: Sequence[Point]
    tolerance: float = 0.02

    @property
    def last(self) -> Point | None:
        """The last measure."""
        return self.points[-1] if self.points else None

    @property
    def expected(self) -> float | None:
        """What was expected at the day of the last measure."""
        return None if self.last is None else self.at(self.last.start)

    @property
    def gap(self) -> float | None:
        """The last measure, less what was expected."""
        return None if self.last is None or self.expected is None else self.last.value - self.expected

    @property
    def state(self) -> str:
        """Whether the last measure follows the line, on the side that leads to the target."""
        if self.gap is None or self.expected is None:
            return UNKNOWN
        wanted = 1 if self.target.value >= self.reference.value else -1
        return ON_TRACK if self.gap * wanted >= -abs(self.expected) * self.tolerance else LATE

    @property
    def done(self) -> float | None:
        """How much of the way is done, from 0 to 1; None when there is no way."""
        way = self.target.value - self.reference.value
        if self.last is None or not way:
            return None
        return min(max((self.last.value - self.reference.value) / way, 0.0), 1.0)

    @property
    def recent(self) -> Sequence[Point]:
        """The measures that tell the present pace: those of the last years, the last two at least."""
        if self.last is None:
            return ()
        since = self.last.start - PACE
        found = [point for point in self.points if point.start >= since]
        return found if len(found) > 1 else self.points[-2:]

    @property
    def pace(self) -> float | None:
        """What a day adds at the present pace: the slope of the line that fits recent measures best; None below two."""
        recent = self.recent
        if len(recent) < 2:
            return None
        days = [float((point.start - recent[0].start).days) for point in recent]
        return linear_regression(days, [point.value for point in recent]).slope

    @property
    def projected(self) -> DatedValue | None:
        """Where the present pace leads from the last measure at the day of the target; None once it has passed.

        What has never been below zero does not go there, and what is counted stays whole.
        """
        if self.last is None or self.pace is None or self.last.start >= self.target.day:
            return None
        value = self.last.value + self.pace * (self.target.day - self.last.start).days
        known = (self.reference.value, self.target.value, *(point.value for point in self.points))
        if min(known) >= 0:
            value = max(value, 0.0)
        return DatedValue(self.target.day, float(round(value)) if all(map(_is_whole, known)) else value)

    def at(self, day: dt.date) -> float:
        """Return what is expected at a day: the reference before the line, the target after it."""
        length = (self.target.day - self.reference.day).days
        passed = min(max((day - self.reference.day).days, 0), max(length, 0))
        way = self.target.value - self.reference.value
        return self.reference.value + (way * passed / length if length > 0 else way)


def _is_whole(value: float) -> bool:
    return value == int(value)
