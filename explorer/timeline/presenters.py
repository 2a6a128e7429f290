"""The bar of time for its template and script: bars, periods in words, the present range, choices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from explorer.filters.presenters import HistogramBar, bars, bin_words
from explorer.map_state.parsing import MapQuery
from explorer.map_state.queries import version_words
from explorer.timeline.queries import Timeline
from interface import wording
from interface.conditions import BEFORE, EMPTY, RANGE, resolved_range, value_words
from layers.access import Scope
from layers.aggregates import Bin, Histogram
from layers.definitions import Field
from layers.parsing.relative_periods import FREQUENT, relative_period, relative_period_words

_ONE_DAY = dt.timedelta(days=1)
# Periods counted from today that the bar offers besides the frequent ones; the last one has no end.
_LONG, _TO_COME = "last-5-years", f"today{RANGE}"


@dataclass(frozen=True, slots=True)
class Preset:
    """A period offered: its name, and its value in the address, which counts from the day of the request."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """A version offered: its number, empty for what is online, and its words."""

    number: str
    words: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class TimeBar:
    """The bar. ``periods`` are those of the bars, for its script: first and last day as texts, and a name.

    The first has no first day where earlier dates are left out, nor has the last a last day. ``first`` and ``last``
    are the indexes of the present range. ``none_words`` word the features without a date, ``asks_none`` whether they
    answer too.
    """

    scope: Scope
    name: str
    title: str
    bars: tuple[HistogramBar, ...]
    periods: list[dict[str, Any]]
    first: int
    last: int
    words: str
    unit: str
    none_words: str
    asks_none: bool
    presets: tuple[Preset, ...]
    versions: tuple[VersionChoice, ...]
    layers: tuple[Scope, ...]

    @property
    def end(self) -> int:
        """The place of the last period."""
        return len(self.periods) - 1


def time_bar(bar: Timeline, query: MapQuery, layers: tuple[Scope, ...]) -> TimeBar:
    """Return the bar of a layer; ``layers`` are those that are on and have one."""
    visible = query.versions.get(bar.scope.slug)
    numbers = [(str(one.number), version_words(one), one.number == visible) for one in bar.versions]
    choices = tuple(VersionChoice(*each) for each in numbers)
    empty = TimeBar(bar.scope, "", "", (), [], 0, 0, "", "", "", False, (), choices, layers)
    if bar.field is None or bar.spread is None:
        return empty
    spread, field = _with_ends(bar, bar.spread), bar.field
    requested = next((value for value in bar.values if value != EMPTY), "")
    periods = list(_periods(bar, spread))
    first, last = _period_indexes(requested, periods)
    return replace(
        empty,
        name=f"{bar.scope.slug}.{field.name}",
        title=str(field.title),
        bars=tuple(bars(field, spread)),
        periods=periods,
        first=first,
        last=last,
        words=value_words(field, requested) if requested else "",
        unit=str(_UNITS.get(spread.step, "")),
        none_words=_none_words(bar.nulls),
        asks_none=EMPTY in bar.values or not requested,
        presets=tuple(_presets(spread)),
    )


_UNITS = {
    "day": gettext_lazy("un trait par jour"),
    "month": gettext_lazy("un trait par mois"),
    "year": gettext_lazy("un trait par année"),
    "years": gettext_lazy("un trait pour plusieurs années"),
}


def _none_words(nulls: int | None) -> str:
    if nulls is None:
        return _("sans date (effectif masqué)")
    return ngettext("%s sans date", "%s sans date", nulls) % wording.number(nulls) if nulls else ""


def _with_ends(bar: Timeline, spread: Histogram) -> Histogram:
    """Return the histogram with a bar for what is far before, and one for what is far after."""
    if not spread.bins:
        return spread
    low, high = _day(spread.bins[0].start), _day(spread.bins[-1].end)
    ends = (
        [Bin(low, low, bar.before)] * bool(bar.before),
        [Bin(high, high, bar.after)] * bool(bar.after),
    )
    return replace(spread, bins=(*ends[0], *spread.bins, *ends[1]))


def _periods(bar: Timeline, spread: Histogram) -> Iterator[dict[str, Any]]:
    assert bar.field is not None
    for index, each in enumerate(spread.bins):
        start, end = _day(each.start), _day(each.end)
        is_before = bool(bar.before) and index == 0
        is_after = bool(bar.after) and index == len(spread.bins) - 1
        yield {
            "first": "" if is_before else start.isoformat(),
            "last": "" if is_after else (end - _ONE_DAY).isoformat(),
            "name": _far_words(bar.field, start, is_before=is_before)
            if is_before or is_after
            else bin_words(bar.field, spread, each),
            "count": each.count,
        }


def _far_words(field: Field, day: dt.date, *, is_before: bool) -> str:
    return value_words(field, f"{RANGE}{BEFORE}{day}" if is_before else f"{day}{RANGE}")


def _period_indexes(requested: str, periods: list[dict[str, Any]]) -> tuple[int, int]:
    """Return the indexes of the first and the last period that a range intersects: ISO days compare as texts."""
    end = max(len(periods) - 1, 0)
    first, separator, last = resolved_range(requested).partition(RANGE)
    last = last.removeprefix(BEFORE) if separator else first
    low = next(
        (index for index, each in enumerate(periods) if not each["last"] or each["last"] >= first), end
    )
    late = [index for index, each in enumerate(periods) if last and each["first"] > last]
    return (low if first else 0), (max(late[0] - 1, low, 0) if late else end)


def _presets(spread: Histogram) -> Iterator[Preset]:
    """Yield the periods around today that hold some of the dates, and not all of them."""
    if spread.min is None or spread.max is None:
        return
    low, high = _day(spread.min), _day(spread.max)
    for name in (*FREQUENT, _LONG):
        days = relative_period(name)
        if days.first <= high and days.last >= low and not (days.first <= low and days.last >= high):
            yield Preset(relative_period_words(name), name)
    if low < timezone.localdate() <= high:
        yield Preset(_("à venir"), _TO_COME)


def _day(value: object) -> dt.date:
    assert isinstance(value, dt.date)
    return value
