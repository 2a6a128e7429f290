"""When people work on a site: a phase as rules (days, hours) and as intervals, in the time of Paris.

Hours are those of clocks on the wall, whatever the offset from UTC: a night across a change of hour is an hour shorter
or longer. Hours that do not end after they begin go on until the next morning, and a night belongs to the day on which
it begins, so that the last night of a phase ends on the morning after its last day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
EVERY_DAY = frozenset(range(1, 8))
_DAY = dt.timedelta(days=1)
_MIDNIGHT = dt.time()
# Days of holidays that move with Easter, counted from its Sunday: Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER = (1, 39, 50)
# Month and day of the others (code du travail, L3133-1).
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Two aware instants, the second excluded."""

    start: dt.datetime
    end: dt.datetime


class PhaseDates(Protocol):
    """The dates of a phase, as ``roadworks.models.Phase`` names them."""

    date_debut: dt.date
    date_fin: dt.date
    heure_debut: dt.time | None
    heure_fin: dt.time | None
    jours: list[int]
    sauf_feries: bool


@dataclass(frozen=True)
class Rule:
    """The days from ``first`` to ``last``, those of ``days`` (ISO, Monday is 1) alone, from ``opens`` to ``closes``.

    Without hours (None) a day lasts from midnight to midnight. ``stops_at`` ends all before its time.
    """

    first: dt.date
    last: dt.date
    opens: dt.time | None = None
    closes: dt.time | None = None
    days: frozenset[int] = EVERY_DAY
    skips_holidays: bool = False
    stops_at: dt.datetime | None = None

    @property
    def is_overnight(self) -> bool:
        """Whether hours go on until the next morning."""
        return self.opens is not None and self.closes is not None and self.closes <= self.opens

    @property
    def is_continuous(self) -> bool:
        """Whether people work without a break from the first day to the last."""
        return self.opens is None and self.days == EVERY_DAY and not self.holidays

    @cached_property
    def holidays(self) -> tuple[dt.date, ...]:
        """The days of the rule that it skips since they are public holidays."""
        if not self.skips_holidays:
            return ()
        years = range(self.first.year, self.last.year + 1)
        days = sorted(day for year in years for day in public_holidays(year))
        return tuple(day for day in days if self.first <= day <= self.last and day.isoweekday() in self.days)

    def worked_days(self) -> Iterator[dt.date]:
        """Yield the days on which people begin to work, in order."""
        for number in range((self.last - self.first).days + 1):
            day = self.first + number * _DAY
            if day.isoweekday() in self.days and day not in self.holidays:
                yield day

    def interval(self, day: dt.date) -> Interval:
        """Return what begins on a day, whether or not it is worked."""
        start = instant(day, self.opens or _MIDNIGHT)
        if self.closes is None:
            return Interval(start, instant(day + _DAY, _MIDNIGHT))
        return Interval(start, instant(day + _DAY if self.is_overnight else day, self.closes, is_second=True))

    def intervals(self) -> Iterator[Interval]:
        """Yield the intervals in order; those that touch are one."""
        current: Interval | None = None
        for day in self.worked_days():
            following = self.interval(day)
            if self.stops_at is not None:
                if following.start >= self.stops_at:
                    break
                following = Interval(following.start, min(following.end, self.stops_at))
            if current is not None and following.start <= current.end:
                current = Interval(current.start, max(current.end, following.end))
                continue
            if current is not None:
                yield current
            current = following
        if current is not None:
            yield current

    @cached_property
    def hull(self) -> Interval | None:
        """From the beginning of the first interval to the end of the last; None when nobody ever works."""
        first = next(self.worked_days(), None)
        if first is None:
            return None
        start = self.interval(first).start
        if self.stops_at is not None and self.stops_at <= start:
            return None
        last = next(self._backwards())
        end = self.interval(last).end
        return Interval(start, end if self.stops_at is None else min(end, self.stops_at))

    def _backwards(self) -> Iterator[dt.date]:
        for number in range((self.last - self.first).days + 1):
            day = self.last - number * _DAY
            if day.isoweekday() in self.days and day not in self.holidays:
                yield day

    def without_holidays(self) -> tuple[Rule, ...]:
        """Return rules that together say the same, for formats that know days of the week alone."""
        parts, first = [], self.first
        for day in (*self.holidays, self.last + _DAY):
            part = replace(self, first=first, last=day - _DAY, skips_holidays=False)
            if first < day and part.hull is not None:
                parts.append(part)
            first = day + _DAY
        return tuple(parts)

    def within_days(self) -> tuple[DayPart, ...]:
        """Return the hours as parts that end on the day on which they begin: a night is two, of two days."""
        if self.opens is None or self.closes is None:
            return (DayPart(self.days, _MIDNIGHT, _MIDNIGHT, 0),)
        if not self.is_overnight:
            return (DayPart(self.days, self.opens, self.closes, 0),)
        evening = DayPart(self.days, self.opens, _MIDNIGHT, 0)
        if self.closes == _MIDNIGHT:
            return (evening,)
        return (evening, DayPart(frozenset(day % 7 + 1 for day in self.days), _MIDNIGHT, self.closes, 1))


@dataclass(frozen=True, slots=True)
class DayPart:
    """Hours within days of the week; ``closes`` at midnight is the end of the day. ``shift``: days after the rule's."""

    days: frozenset[int]
    opens: dt.time
    closes: dt.time
    shift: int


def rule_of(phase: PhaseDates, *, stops_at: dt.datetime | None = None) -> Rule:
    """Return the rule of a phase; no day of the week is every day."""
    return Rule(
        first=phase.date_debut,
        last=phase.date_fin,
        opens=phase.heure_debut,
        closes=phase.heure_fin,
        days=frozenset(phase.jours) or EVERY_DAY,
        skips_holidays=phase.sauf_feries,
        stops_at=stops_at,
    )


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the union of intervals, in order."""
    union: list[Interval] = []
    for interval in sorted(intervals):
        if union and interval.start <= union[-1].end:
            union[-1] = replace(union[-1], end=max(union[-1].end, interval.end))
        else:
            union.append(interval)
    return union


@lru_cache(maxsize=4_000)
def instant(day: dt.date, time: dt.time, *, is_second: bool = False) -> dt.datetime:
    """Return the instant of an hour in Paris, in UTC.

    An hour that clocks skip in March is an hour later; of one that they repeat in October it is the first, or the
    second.
    """
    local = dt.datetime.combine(day, time, PARIS).replace(fold=int(is_second))
    if is_second and local.utcoffset() != local.replace(fold=0).utcoffset() and _is_skipped(local):
        local = local.replace(fold=0)
    return local.astimezone(dt.UTC)


def _is_skipped(local: dt.datetime) -> bool:
    return local.astimezone(dt.UTC).astimezone(PARIS).replace(tzinfo=None, fold=0) != local.replace(
        tzinfo=None, fold=0
    )


@lru_cache(maxsize=200)
def public_holidays(year: int) -> frozenset[dt.date]:
    """Return the eleven public holidays of a year in metropolitan France, without those of Alsace and Moselle."""
    easter = _easter(year)
    return frozenset(
        [
            *(dt.date(year, month, day) for month, day in _FIXED),
            *(easter + days * _DAY for days in _AFTER_EASTER),
        ]
    )


def _easter(year: int) -> dt.date:
    """Return Easter Sunday in the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (19 * (year % 19) + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)
