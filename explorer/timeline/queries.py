"""The dates of the features of a layer under its other conditions; and the versions that may replace it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from django.utils.translation import gettext as _

from explorer.map_state.parsing import MapQuery
from explorer.map_state.queries import layer_query
from interface.conditions import RANGE
from layers import access
from layers.access import Scope
from layers.aggregates import Bin, Histogram, calendar
from layers.definitions import Field
from layers.errors import UnknownFeature
from layers.registry import LayerVersion

# Dates far from all others are told beside the bars: at most one in so many, or one alone of ten, where the others take
# less than this share of the time.
_RARE, _ENOUGH, _SHARE = 50, 10, 4
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dates of a layer: ``spread`` over the periods that are drawn, ``before`` and ``after`` beyond both ends.

    ``field`` and ``spread`` are None for a layer that has versions and no date. ``values`` are those of the field in
    the address. ``nulls`` features have no date; None when the layer suppresses the count.
    """

    scope: Scope
    field: Field | None
    values: tuple[str, ...]
    spread: Histogram | None
    before: int
    after: int
    nulls: int | None
    versions: tuple[LayerVersion, ...]


def has_time(scope: Scope) -> bool:
    """Whether a layer has a bar of time for its visitor: a date that they read, or versions that they may see."""
    return scope.event_field is not None or bool(access.versions(scope))


def timeline(scope: Scope, query: MapQuery, scopes: Mapping[str, Scope]) -> Timeline:
    """Return the dates of the features of a layer that match the other conditions.

    Raises:
        UnknownFeature: the layer has no date that the visitor reads, and no version that they may see.
        UnknownLayer, InvalidParameter: as ``explorer.map_state.queries.layer_query``.
    """
    field, versions = scope.event_field, access.versions(scope)
    if field is None:
        if not versions:
            raise UnknownFeature(_("Cette couche n’a ni date ni version."), parameter="temps")
        return Timeline(scope, None, (), None, 0, 0, 0, versions)
    values = query.own.get(scope.slug, {}).get(field.name, ())

    def spread_in(*requested: str) -> Histogram:
        question = layer_query(scope, query.asking(scope.slug, {field.name: requested}), scopes)
        return calendar(question.selection, field.name, parameter=f"{scope.slug}.{field.name}")

    extent = spread_in()
    remaining = _without_far(extent.bins)
    if extent.step != "years" or remaining == extent.bins or scope.layer.smallest_count:
        return Timeline(scope, field, values, extent, 0, 0, extent.nulls, versions)
    start, end = remaining[0].start, remaining[-1].end
    assert isinstance(start, dt.date)
    assert isinstance(end, dt.date)
    spread = spread_in(f"{start}{RANGE}{end - _ONE_DAY}")
    before = _total(each for each in extent.bins if _is_before(each, start))
    return Timeline(
        scope,
        field,
        values,
        spread,
        before,
        _total(extent.bins) - _total(remaining) - before,
        extent.nulls,
        versions,
    )


def _is_before(each: Bin, start: dt.date) -> bool:
    assert isinstance(each.start, dt.date)
    return each.start < start


def _without_far(bins: Sequence[Bin]) -> Sequence[Bin]:
    """Return the bins without the rare dates at either end, where what is left takes a small part of the time."""
    if _total(bins) < _ENOUGH:
        return bins
    rare = max(1, _total(bins) // _RARE)

    def few(ordered: Sequence[Bin]) -> int:
        counts = accumulate(each.count or 0 for each in ordered)
        return sum(1 for _count in takewhile(lambda count: count <= rare, counts))

    first, last = few(bins), len(bins) - few(bins[::-1])
    remaining = bins[first:last]
    return remaining if remaining and _SHARE * len(remaining) < len(bins) else bins


def _total(bins: Iterable[Bin]) -> int:
    return sum(each.count or 0 for each in bins)


def has_time_bar(scope: Scope) -> bool:
    """Whether a layer offers the bar of time: it has a date that the visitor reads, or they feed its versions.

    It runs no query, for a panel of many layers: a dataset has a revision, and versions for who feeds it.
    """
    return scope.event_field is not None or (
        bool(scope.definition.revision) and (scope.can_load or scope.can_publish)
    )
