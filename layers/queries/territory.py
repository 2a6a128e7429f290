"""The ground every page and protocol stands on: the communes, and the extent of a layer in space and time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import Area, PointOnSurface
from django.db.models import Count, Max, Min, Q, Subquery, TextField, Value

from layers.access import Scope
from layers.cache import BoundedCache
from layers.definitions import Field, FieldType
from layers.models import Commune, DataVersion
from layers.parsing.datetimes import Moment
from layers.sql.catalogue import table_versions
from layers.sql.limits import time_limit

Bounds = tuple[float, float, float, float]
Position = tuple[float, float]
Period = tuple[Moment, Moment]
# Days: the last one is excluded, None without end.
DatedPeriod = tuple[dt.date, dt.date | None]
# What PostgreSQL holds and Python does not (infinity, five digits of a year) is in no period.
_INSTANTS = (dt.datetime(1, 1, 2, tzinfo=dt.UTC), dt.datetime(9999, 12, 30, tzinfo=dt.UTC))
_DAYS = (_INSTANTS[0].date(), _INSTANTS[1].date())
# The margin of an extent: a part of its longer side, in degrees at least so much, rounded to so many parts of a degree.
_MARGIN = 0.02
_LEAST_MARGIN = 0.0005
_PRECISION = 10_000


@dataclass(frozen=True, slots=True)
class _Ground:
    bounds: Bounds | None = None
    period: Period | None = None


def communes() -> list[Commune]:
    """Return the communes of the territory by name, without their geometry.

    Every page names them: they are cached until somebody writes to their table.
    """
    table = Commune._meta.db_table
    if not _communes.is_empty:
        cached = _communes.get(table_versions([table]).get(table, 0))
        if cached is not None:
            return list(cached)
    version = DataVersion.objects.filter(table=table).values("version")
    rows = Commune.objects.defer("geom", "geom_3857").order_by("nom").annotate(data_version=Subquery(version))
    read = tuple(rows)
    if read:
        _communes.recall(read[0].data_version or 0, lambda: read)
    return list(read)


def territory_extent() -> Bounds | None:
    """Return west, south, east, north of the communes, in degrees; None when there is none."""
    bounds: Bounds | None = Commune.objects.aggregate(bounds=Extent("geom"))["bounds"]
    return bounds


def commune_extent(code: str) -> Bounds | None:
    """Return west, south, east, north of a commune by its INSEE code, in degrees; None when there is none."""
    bounds: Bounds | None = Commune.objects.filter(code=code).aggregate(bounds=Extent("geom"))["bounds"]
    return bounds


def extent(scope: Scope) -> Bounds | None:
    """Return west, south, east, north around what the visitor sees of a layer, in degrees; None when there is none."""
    return extents([scope])[scope.slug]


def extents(scopes: Sequence[Scope]) -> dict[str, Bounds | None]:
    """Return the extent of several layers, by slug, with its margin (``enlarged``).

    Each reads its whole layer once, until the data changes.
    """
    return {scope.slug: _ground(scope).bounds for scope in scopes}


def enlarged(bounds: Bounds) -> Bounds:
    """Return a box in degrees with a margin on every side, rounded outwards.

    Clients transform the two corners of an extent to a projected system and expect every feature between them.
    Lambert-93 and CC49 turn the axes, by 0.6° in the west of Paris, which moves a corner by 1 % of the longer side. The
    margin also hides where the outermost feature is.
    """
    west, south, east, north = bounds
    margin = max(_MARGIN * max(east - west, north - south), _LEAST_MARGIN)
    return (
        max(_rounded(west - margin, math.floor), -180.0),
        max(_rounded(south - margin, math.floor), -90.0),
        min(_rounded(east + margin, math.ceil), 180.0),
        min(_rounded(north + margin, math.ceil), 90.0),
    )


def _rounded(degrees: float, rounding: Callable[[float], int]) -> float:
    """Round up or down; what binary fractions add beyond the tenth decimal does not count."""
    return rounding(round(degrees * _PRECISION, 6)) / _PRECISION


def period(scope: Scope) -> Period | None:
    """Return the first and the last date of what the visitor sees of a layer, read with its extent.

    None when nothing has a date, or when the visitor does not read it.
    """
    return _ground(scope).period


def dated_periods(scopes: Iterable[Scope]) -> dict[str, list[DatedPeriod]]:
    """Return the days of the versions of layers that have some, by slug: those of the commune of its portal.

    A statement for all the layers of plans.
    """
    questions = {
        scope.slug: (scope.definition.dated.periods, scope.visitor.portal)
        for scope in scopes
        if scope.definition.dated
    }
    listed = {(periods, portal): list(periods(portal)) for periods, portal in set(questions.values())}
    return {slug: listed[question] for slug, question in questions.items()}


def _ground(scope: Scope) -> _Ground:
    return _extents.recall((scope.key, scope.version), partial(_read, scope))


def _read(scope: Scope) -> _Ground:
    aggregates: dict[str, Any] = {"bounds": Extent("geom")} if scope.definition.geometry.is_located else {}
    if scope.time_field is not None:
        aggregates |= _ends(scope.time_field)
    row = scope.queryset.aggregate(**aggregates) if aggregates else {}
    bounds, first, last = row.get("bounds"), row.get("first"), row.get("last")
    return _Ground(
        None if bounds is None else enlarged(bounds),
        None if first is None or last is None else (first, last),
    )


def _ends(field: Field) -> dict[str, Any]:
    least, most = _DAYS if field.type is FieldType.DATE else _INSTANTS
    condition = Q(**{f"{field.source}__gte": least, f"{field.source}__lte": most})
    return {"first": Min(field.source, filter=condition), "last": Max(field.source, filter=condition)}


def inner_points(scope: Scope, ids: Iterable[int]) -> dict[int, Position]:
    """Return a longitude and a latitude on the surface of each of some features, those of the largest first.

    Features that the visitor does not see have none.

    Raises:
        TooSlow: they took longer than ``LAYER_TIMEOUTS["map"]``.
    """
    rows = scope.queryset.filter(pk__in=list(ids), geom__isnull=False).annotate(inside=PointOnSurface("geom"))
    with time_limit("map"):
        located = list(rows.order_by(Area("geom").desc(), "pk").values_list("pk", "inside"))
    return {pk: (inside.x, inside.y) for pk, inside in located}


def last_change(scope: Scope) -> dt.datetime | None:
    """Return when the data of a layer last changed, read once for each version of it; None when there never was any.

    It is the instant of the last write to its table or to those of the related records that the visitor reads, a
    deletion and the publication of a delivery included. It is that of the layer, whatever the visible rows; it
    reveals no more than the ETag, which changes at the same moments.
    """
    return last_changes([scope])[0]


def last_changes(scopes: Sequence[Scope]) -> list[dt.datetime | None]:
    """Return ``last_change`` of each layer, in one statement for those that are not cached, or in two."""
    keys = [(scope.rows_key, frozenset(_read_tables(scope)), scope.version) for scope in scopes]
    cached = {key: entry for key in keys if (entry := _changes.get(key)) is not None}
    missing = {key: scope for key, scope in zip(keys, scopes, strict=True) if key not in cached}
    names = {table for _rows, tables, _version in missing for table in tables}
    instants: dict[str, dt.datetime] = {}
    if names:
        rows = DataVersion.objects.filter(table__in=names).values_list("table", "changed_at")
        instants = {table: instant for table, instant in rows if instant is not None}
    last = {
        key: max((instants[table] for table in key[1] if table in instants), default=None) for key in missing
    }
    # Rows that were there before their table had a trigger, and that nothing has written to since.
    unwritten = [scope for key, scope in missing.items() if last[key] is None]
    updates = {slug: updated for slug, (_count, updated) in _summaries(unwritten).items()}
    for key, scope in missing.items():
        cached[key] = _changes.store(key, (last[key] or updates.get(scope.slug),))
    return [cached[key][0] for key in keys]


_Summary = tuple[int, dt.datetime | None]


def _summaries(scopes: Iterable[Scope]) -> dict[str, _Summary]:
    """Return how many rows of each layer a visitor sees, and their last change, by slug.

    One statement reads those that changed since: the lists of layers need both numbers.
    """
    summaries, missing = {}, []
    for scope in scopes:
        summary = _read_summaries.get((scope.rows_key, scope.version))
        if summary is None:
            missing.append(scope)
        else:
            summaries[scope.slug] = summary
    queries = [
        scope.queryset.order_by()
        .values(layer_slug=Value(scope.slug, TextField()))
        .annotate(rows=Count("pk"), updated=Max("updated_at"))
        .values_list("layer_slug", "rows", "updated")
        for scope in missing
    ]
    read = queries[0].union(*queries[1:], all=True) if queries else ()
    by_slug = {slug: (count, updated) for slug, count, updated in read}
    for scope in missing:
        summary = by_slug.get(scope.slug, (0, None))
        summaries[scope.slug] = _read_summaries.store((scope.rows_key, scope.version), summary)
    return summaries


def _read_tables(scope: Scope) -> set[str]:
    """Return the table of a layer and those of the related records that the visitor reads."""
    own, *related = scope.definition.tables
    read = {relation.name for relation in scope.relations}
    pairs = zip(related, scope.definition.relations, strict=True)
    return {own, *(table for table, relation in pairs if relation.name in read)}


def row_counts(scopes: Iterable[Scope]) -> dict[str, int]:
    """Return how many rows of each layer a visitor sees, by slug: one statement for those that changed since."""
    return {slug: count for slug, (count, _updated) in _summaries(scopes).items()}


_read_summaries: BoundedCache[_Summary] = BoundedCache(5_000)
_extents: BoundedCache[_Ground] = BoundedCache(500)
_communes: BoundedCache[tuple[Commune, ...]] = BoundedCache(2)
_changes: BoundedCache[tuple[dt.datetime | None]] = BoundedCache(5_000)
