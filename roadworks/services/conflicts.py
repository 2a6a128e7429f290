"""Works that hamper each other: by road and by hour, with the detours, fresh surfaces and events around them.

Distance is counted along the road (``geometry.gap_along``): a parallel street is not the same place. What the author
may not see of another site is one sentence, without place nor date. Nothing is ever refused here: who approves a site
in conflict says why, and the reason stays in its history (code de la voirie routière, L115-1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiLineString
from django.db.models import Q
from django.utils import timezone

from layers import access
from layers.access import Scope
from layers.queries import related_rows
from layers.sql.limits import time_limit
from layers.visitor import Visitor
from roadworks.geometry import RoadPart, gap_along, located, overlap
from roadworks.models import SiteSection
from roadworks.periods import Interval, merged, rule_of
from roadworks.services.sections import Placement, place, roads_near
from roadworks.vocabulary import Impact, Mode, SiteState, WorkNature

NEAR_M = 20.0
FRESH_SURFACE = dt.timedelta(days=3 * 365)
"""How long nobody opens a new surface (L115-1: a refusal needs no other reason)."""
EVENTS = "manifestations"
_EVENT_NEAR_M = 50
_DEGREE_M = 111_195.0
# What stands in the way of others; a draft is its author's alone.
_STANDING = (SiteState.SUBMITTED, SiteState.PUBLISHED, SiteState.EXTENDED, SiteState.SUSPENDED)
MAX_SITES = 200


class ConflictKind(Enum):
    """Why two works hamper each other."""

    PLACE = "place"
    DETOUR = "detour"
    SURFACE = "surface"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A site, or an event, that hampers the works of an author.

    ``site`` is the row as the author reads it, None for one that they may not see. ``first`` and ``last`` are the days
    on which both go on, None where days do not matter. ``gap_m`` is the distance along the road.
    """

    kind: ConflictKind
    site: Any = None
    street: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    gap_m: float = 0.0


@dataclass(frozen=True, slots=True)
class PlannedWorks:
    """Works to compare with the others: where, when, and what they close. ``pk`` is None before they are saved."""

    placement: Placement
    phases: Sequence[Any]
    nature: str = ""
    renews_surface: bool = False
    closes_road: bool = False
    detour: MultiLineString | None = None
    pk: int | None = None

    @property
    def first(self) -> dt.date:
        """The first day."""
        day: dt.date = min(phase.date_debut for phase in self.phases)
        return day

    @property
    def last(self) -> dt.date:
        """The last day."""
        day: dt.date = max(phase.date_fin for phase in self.phases)
        return day


@dataclass(slots=True)
class _Other:
    """Another site with its parts of roads: ``row`` is None where it is hidden."""

    values: dict[str, Any]
    row: Any
    parts: list[RoadPart] = field(default_factory=list)
    phases: list[Any] = field(default_factory=list)
    closes_road: bool = False


def find_conflicts(scope: Scope, works: PlannedWorks) -> list[Conflict]:
    """Return what hampers the works or is hampered by them, worst first: place, detours, surface, events.

    ``scope`` is that of the layer of road works for their author.
    """
    visitor = scope.visitor
    if not works.phases or not works.placement.parts:
        return _events(visitor, works)
    detour = place(visitor, works.detour) if works.detour else None
    other_sites = _other_sites(scope, works, detour)
    times = _times(works.phases)
    conflicts = []
    for other in other_sites:
        common = _common(times, _times(other.phases))
        conflicts += _conflicts_with(other, works, detour, common)
    return sorted(conflicts, key=_rank) + _events(visitor, works)


def _rank(conflict: Conflict) -> tuple[int, bool, dt.date]:
    kinds = list(ConflictKind)
    return kinds.index(conflict.kind), conflict.site is None, conflict.first or dt.date.max


def _conflicts_with(
    other: _Other, works: PlannedWorks, detour: Placement | None, common: Interval | None
) -> list[Conflict]:
    """Return at most one conflict of each kind with another site; of a hidden one its kind alone."""
    results = []
    own_parts = works.placement.parts
    is_standing = other.values["etat"] in _STANDING
    if common and is_standing:
        first, last = _day(common.start), _day(common.end - dt.timedelta(seconds=1))
        gap, street = _nearest(own_parts, other.parts)
        if gap is not None and gap <= NEAR_M:
            results.append(Conflict(ConflictKind.PLACE, other.row, street, first, last, gap))
        elif street := _detoured_street(other, works, detour):
            results.append(Conflict(ConflictKind.DETOUR, other.row, street, first, last))
    if _breaks_surface(other, works) and (street := _shared_street(own_parts, other.parts)):
        results.append(
            Conflict(
                ConflictKind.SURFACE,
                other.row,
                street,
                first=other.values["date_debut"],
                last=other.values["date_fin"],
            )
        )
    return results if other.row is not None else [Conflict(each.kind) for each in results[:1]]


def _breaks_surface(other: _Other, works: PlannedWorks) -> bool:
    """Whether one opens, within three years, the surface that the other renews."""
    ended, begins = other.values["date_fin"], other.values["date_debut"]
    if other.values["refait_chaussee"] and ended <= works.first <= ended + FRESH_SURFACE:
        return True
    opens_after = works.last <= begins <= works.last + FRESH_SURFACE
    return works.renews_surface and opens_after and other.values["nature"] != WorkNature.SURFACE


def _nearest(own_parts: Iterable[RoadPart], other_parts: Sequence[RoadPart]) -> tuple[float | None, str]:
    gaps = [
        (gap, part.road.street or other.road.street)
        for part in own_parts
        for other in other_parts
        if (gap := gap_along(part, other)) is not None
    ]
    return min(gaps, default=(None, ""), key=lambda each: each[0])


def _shared_street(own_parts: Iterable[RoadPart], other_parts: Sequence[RoadPart]) -> str:
    """Return the street of a section that two works share, « – » where it has no name; empty where they share none."""
    shared = (part.road.street for part in own_parts for other in other_parts if overlap(part, other) > 1)
    return next((street or "–" for street in shared), "")


def _detoured_street(other: _Other, works: PlannedWorks, detour: Placement | None) -> str:
    """Return the street of a detour of one site that the other closes; empty where there is none."""
    if detour and other.closes_road and (street := _shared_street(detour.parts, other.parts)):
        return street
    return _street_on_detour(other, works) if works.closes_road else ""


def _street_on_detour(other: _Other, works: PlannedWorks) -> str:
    """Return the street of the works that the detour of another site takes."""
    line = other.values["trace_deviation"]
    if line is None:
        return ""
    shape = works.placement.plane.metres(shapely.from_wkb(bytes(line.wkb)))
    for part in works.placement.parts:
        inside = shapely.intersection(part.line, shapely.buffer(shape, NEAR_M / 2))
        if inside.length > part.length / 2:
            return part.road.street or "–"
    return ""


def _other_sites(scope: Scope, works: PlannedWorks, detour: Placement | None) -> list[_Other]:
    """Return the sites around the works and their detour, with their phases and their parts of roads."""
    near = _around(works.placement.geom)
    if detour is not None:
        near = near.union(_around(detour.geom))
    period = Q(chantier__date_fin__gte=works.first, chantier__date_debut__lte=works.last)
    fresh = Q(chantier__refait_chaussee=True, chantier__date_fin__gte=works.first - FRESH_SURFACE)
    planned = Q(chantier__date_debut__gte=works.last, chantier__date_debut__lte=works.last + FRESH_SURFACE)
    standing = Q(chantier__etat__in=_STANDING)
    kinds = standing & period | (standing | Q(chantier__etat=SiteState.FINISHED)) & fresh
    if works.renews_surface:
        kinds |= standing & planned
    with time_limit("page"):
        sections = list(
            SiteSection.objects.filter(kinds)
            .filter(Q(geom__intersects=near) | Q(chantier__trace_deviation__intersects=near))
            .exclude(chantier=works.pk)
            .values_list("chantier", "cleabs", "geom", "voie")[: 10 * MAX_SITES]
        )
        pks = list(dict.fromkeys(pk for pk, *_rest in sections))[:MAX_SITES]
        other_sites = _read(scope, pks)
        codes = sorted({cleabs for _pk, cleabs, *_rest in sections})
        roads = {road.cleabs: road for road in _roads(scope.visitor, near, works, codes)}
    for pk, cleabs, line, _street in sections:
        if pk in other_sites and cleabs in roads:
            shape = works.placement.plane.metres(shapely.from_wkb(bytes(line.wkb)))
            other_sites[pk].parts.append(located(shape, roads[cleabs]))
    return list(other_sites.values())


def _roads(visitor: Visitor, near: GEOSGeometry, works: PlannedWorks, codes: Sequence[str]) -> Iterable[Any]:
    yield from roads_near(visitor, near, works.placement.plane, codes=codes)
    yield from (part.road for part in works.placement.parts)


_COLUMNS = ("pk", "etat", "date_debut", "date_fin", "refait_chaussee", "nature", "trace_deviation")


def _read(scope: Scope, pks: Sequence[int]) -> dict[int, _Other]:
    """Return the sites of some ids with their phases: of those that the visitor may not see, the same and no row."""
    visible = {row.pk: row for row in scope.queryset.filter(pk__in=pks)}
    values = SiteSection.objects.filter(chantier__in=pks).order_by("chantier").distinct("chantier")
    other_sites = {
        row["chantier"]: _Other(
            {name: row[f"chantier__{name}"] for name in _COLUMNS}, visible.get(row["chantier"])
        )
        for row in values.values("chantier", *(f"chantier__{name}" for name in _COLUMNS))
    }
    relations = {relation.name: relation for relation in scope.definition.relations}
    for phase in related_rows(scope, relations["phases"], pks):
        other_sites[phase.chantier_id].phases.append(phase)
    for effect in related_rows(scope, relations["effets"], pks):
        if effect.mode in (Mode.CAR, Mode.BUS) and effect.impact == Impact.CLOSED:
            other_sites[effect.chantier_id].closes_road = True
    for other in other_sites.values():
        other.phases = other.phases or [_WholeSite(other.values["date_debut"], other.values["date_fin"])]
    return other_sites


@dataclass(frozen=True, slots=True)
class _WholeSite:
    """A site without phases: day and night from its first day to its last."""

    date_debut: dt.date
    date_fin: dt.date
    heure_debut: dt.time | None = None
    heure_fin: dt.time | None = None
    jours: Sequence[int] = ()
    sauf_feries: bool = False


def _times(phases: Iterable[Any]) -> list[Interval]:
    """Return the hours of all phases, in order."""
    return merged(interval for phase in phases for interval in rule_of(phase).intervals())


def _common(first: Sequence[Interval], second: Sequence[Interval]) -> Interval | None:
    """Return from the first to the last instant at which both go on, None when they never meet."""
    common = []
    index = 0
    for interval in first:
        while index < len(second) and second[index].end <= interval.start:
            index += 1
        for other in second[index:]:
            if other.start >= interval.end:
                break
            common.append(Interval(max(interval.start, other.start), min(interval.end, other.end)))
    return Interval(common[0].start, common[-1].end) if common else None


def _day(instant: dt.datetime) -> dt.date:
    return timezone.localdate(instant)


def _around(geom: GEOSGeometry) -> GEOSGeometry:
    return geom.buffer(2 * NEAR_M / _DEGREE_M)


def _events(visitor: Visitor, works: PlannedWorks) -> list[Conflict]:
    """Return the events near the works while they go on, where the portal has a layer of events with two dates."""
    scope = access.scopes_by_slug(visitor, [EVENTS]).get(EVENTS)
    names = scope.filterable if scope else {}
    if scope is None or not works.phases or not {"date_debut", "date_fin"} <= names.keys():
        return []
    begin, end = names["date_debut"].source, names["date_fin"].source
    near = works.placement.geom.buffer(_EVENT_NEAR_M / _DEGREE_M)
    rows = scope.queryset.filter(
        **{f"{begin}__lte": works.last, f"{end}__gte": works.first, "geom__intersects": near}
    )
    with time_limit("page"):
        return [
            Conflict(
                ConflictKind.EVENT,
                _Event(scope, row, _title(scope, row)),
                first=max(getattr(row, begin), works.first),
                last=min(getattr(row, end), works.last),
            )
            for row in rows.order_by(begin, "pk")[:20]
        ]


@dataclass(frozen=True, slots=True)
class _Event:
    """An event as its author reads it."""

    scope: Scope
    row: Any
    objet: str


def _title(scope: Scope, row: Any) -> str:
    field = scope.filterable.get(scope.definition.title_field)
    return str(getattr(row, field.source, "")) if field else ""
