"""Sites as feeds write them: what everybody reads of them, and nothing else, as plain values.

A field or a relation that is protected on the portal is empty here, and a site whose dates are protected is not here at
all. Coordinates are longitude and latitude in WGS 84 (EPSG:4326), lengths metres, instants in UTC.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from layers.access import Scope
from layers.cache import BoundedCache
from layers.queries import related_rows
from roadworks.models import Effect, Phase, RoadWorks, SiteSection
from roadworks.periods import Interval, Rule, instant, rule_of
from roadworks.vocabulary import Direction, Impact, Mode, SiteState, WorkNature

Position = tuple[float, float]
Line = tuple[Position, ...]
# How many changes were made of a site, when the last was, and a number of the rows of its sections.
Change = tuple[int, dt.datetime | None, int]
# How long feeds say that a site has ended before they drop it.
ENDED_FOR = dt.timedelta(hours=1)
ONLINE = (SiteState.PUBLISHED, SiteState.EXTENDED, SiteState.SUSPENDED, SiteState.FINISHED)
_TEXTS = (
    "identifiant",
    "objet",
    "description",
    "voie",
    "nature",
    "maitre_ouvrage",
    "entreprise",
    "deviation",
)
_VALUES = (
    *("fin_reelle", "debut_confirme", "fin_confirmee", "est_urgent", "niveau_perturbation"),
    *("impact_circulation", "statut", "commune"),
)
_COLUMNS = {"commune": "commune_id"}
_DATES = ("date_debut", "date_fin")
# What neither XML nor a calendar has a place for.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SEVERITY = {Impact.NONE: 0, Impact.SLOWED: 1, Impact.ALTERNATE: 2, Impact.CLOSED: 3}
# A change of a site, of a phase or of an effect, removed ones included, makes a version of the site. Sections, which
# have no history, are told apart by where their rows lie.
_CHANGES = """
SELECT site, count(changed_at), max(changed_at), coalesce(bit_xor(section), 0) FROM (
    SELECT pgh_obj_id AS site, pgh_created_at AS changed_at, NULL::bigint AS section FROM roadworks_roadworksevent
    WHERE pgh_obj_id = ANY(%(sites)s)
    UNION ALL
    SELECT chantier_id, pgh_created_at, NULL FROM roadworks_phaseevent WHERE chantier_id = ANY(%(sites)s)
    UNION ALL
    SELECT chantier_id, pgh_created_at, NULL FROM roadworks_effectevent WHERE chantier_id = ANY(%(sites)s)
    UNION ALL
    SELECT chantier_id, NULL, hash_record_extended(ROW(xmin, ctid), 0) FROM roadworks_sitesection
    WHERE chantier_id = ANY(%(sites)s)
) AS changes GROUP BY site
"""


@dataclass(frozen=True, slots=True)
class SitePhase:
    """Days and hours of a site; ``number`` is 0 for one without phases, which lasts from its first day to its last."""

    number: int
    title: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class SiteEffect:
    """What becomes of a mode in a direction; ``phase`` is a number, None for all phases."""

    phase: int | None
    mode: Mode
    impact: Impact
    direction: Direction

    @property
    def name(self) -> str:
        """What distinguishes it among the effects of a site, for good."""
        return f"{self.phase or 0}-{self.mode.value}-{self.direction.value}"


@dataclass(frozen=True, slots=True)
class RoadPart:
    """The part of a road section (between two crossings) that a site takes."""

    cleabs: str
    street: str
    nature: str
    line: Line

    @property
    def is_named(self) -> bool:
        """Whether it has a street name: without one BD TOPO writes the nature of the section instead."""
        return len(self.street) >= 2 and self.street != self.nature


@dataclass(frozen=True)
class Site:
    """A site that everybody sees. ``lines`` follow the road; ``version`` grows with each change.

    ``values`` are its other published fields by name. ``phases`` are those in which somebody works. Two of the same
    ``stamp`` say the same, unless it is None.
    """

    pk: int
    identifier: str
    title: str
    description: str
    street: str
    nature: str
    owner: str
    company: str
    detour: str
    values: Mapping[str, Any]
    first_day: dt.date
    last_day: dt.date
    is_suspended: bool
    ended_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    changed_at: dt.datetime
    lines: tuple[Line, ...]
    detour_lines: tuple[Line, ...]
    phases: tuple[SitePhase, ...]
    effects: tuple[SiteEffect, ...]
    parts: tuple[RoadPart, ...]
    stamp: Hashable = None

    @cached_property
    def hull(self) -> Interval:
        """From the first hour of the first phase to the actual or planned end."""
        hulls = [phase.rule.hull for phase in self.phases]
        bounds = [hull for hull in hulls if hull is not None]
        start = (
            min(hull.start for hull in bounds)
            if bounds
            else min(instant(self.first_day, dt.time()), self.end)
        )
        return Interval(start, self.end)

    @cached_property
    def end(self) -> dt.datetime:
        """The instant at which it ended, else that of its last hour planned."""
        if self.ended_at is not None:
            return self.ended_at
        ends = [phase.rule.hull.end for phase in self.phases if phase.rule.hull is not None]
        return max(ends, default=instant(self.last_day + dt.timedelta(days=1), dt.time()))

    @property
    def gone_at(self) -> dt.datetime:
        """The instant from which no feed has it."""
        return self.end + ENDED_FOR

    @cached_property
    def streets(self) -> tuple[str, ...]:
        """The names of its streets, each once, in the order of the road."""
        names = [part.street for part in self.parts if part.is_named] or [self.street]
        return tuple(dict.fromkeys(name for name in names if name))

    def effects_of(self, phase: SitePhase) -> tuple[SiteEffect, ...]:
        """Return the effects of a phase, those of all phases included."""
        return tuple(effect for effect in self.effects if effect.phase in {None, phase.number})

    def impact(self, phase: SitePhase, mode: Mode, direction: Direction) -> Impact:
        """Return the worst effect on a mode in a direction during a phase."""
        impacts = [
            effect.impact
            for effect in self.effects_of(phase)
            if effect.mode == mode and effect.direction in {Direction.BOTH, direction}
        ]
        return max(impacts, key=_SEVERITY.__getitem__, default=Impact.NONE)


def sites(scope: Scope, today: dt.date) -> tuple[Site, ...]:
    """Return the sites of a scope that last, come, or ended the day before, by their key.

    ``today`` is a day in Paris. Rows in a state that is not public are left out, whoever the scope is for.
    """
    readable = scope.filterable
    if not readable.keys() >= set(_DATES):
        return ()
    recent = today - dt.timedelta(days=2)
    rows = scope.queryset.filter(
        Q(date_fin__gte=recent) | Q(fin_reelle__gte=instant(recent, dt.time())), etat__in=ONLINE
    )
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    names = frozenset(readable) | {relation.name for relation in scope.relations}
    changes = _changes(keys)
    stamps: dict[int, Hashable] = {pk: (names, changes.get(pk)) for pk in keys}
    cached = {pk: _sites.get((pk, stamps[pk])) for pk in keys}
    missing = [pk for pk, site in cached.items() if site is None]
    read = (
        {site.pk: site for site in _read(scope, rows.filter(pk__in=missing), changes, stamps)}
        if missing
        else {}
    )
    return tuple(site for pk in keys if (site := cached[pk] or read.get(pk)) is not None)


def _read(
    scope: Scope, rows: QuerySet[Any], changes: Mapping[int, Change], stamps: Mapping[int, Hashable]
) -> Iterator[Site]:
    """Read rows with their records, and cache them under their stamps."""
    readable = scope.filterable
    phases, effects = _records(scope, rows, "phases"), _records(scope, rows, "effets")
    numbers = {phase.pk: phase.numero for each in phases.values() for phase in each}
    parts = _parts(rows)
    for feature in rows.order_by("pk"):
        site = _site(
            feature,
            {
                name: getattr(feature, _COLUMNS.get(name, name))
                for name in (*_TEXTS, *_VALUES)
                if name in readable
            },
            phases.get(feature.pk, []),
            [_effect(effect, numbers) for effect in effects.get(feature.pk, [])],
            parts.get(feature.pk, ()),
            changes.get(feature.pk, (1, feature.updated_at, 0)),
            stamps[feature.pk],
        )
        yield _sites.store((feature.pk, site.stamp), site)


def read_site(scope: Scope, feature: RoadWorks, names: Collection[str], *, ended_at: dt.datetime) -> Site:
    """Return a row of a scope as feeds write it, with some of its fields alone, ended at an instant."""
    rows = scope.queryset.filter(pk=feature.pk)
    phases, effects = _records(scope, rows, "phases"), _records(scope, rows, "effets")
    numbers = {phase.pk: phase.numero for phase in phases.get(feature.pk, [])}
    return _site(
        feature,
        {name: getattr(feature, name) for name in names} | {"fin_reelle": ended_at},
        phases.get(feature.pk, []),
        [_effect(effect, numbers) for effect in effects.get(feature.pk, [])],
        _parts(rows).get(feature.pk, ()),
        _changes([feature.pk]).get(feature.pk, (1, feature.updated_at, 0)),
        None,
    )


def _records(scope: Scope, rows: QuerySet[Any], name: str) -> Mapping[int, list[Any]]:
    """Return the records of a relation by site; none where the relation is protected."""
    relation = next((each for each in scope.relations if each.name == name), None)
    records: dict[int, list[Any]] = defaultdict(list)
    if relation is not None:
        order = ("numero", "pk") if relation.model is Phase else ("pk",)
        for record in related_rows(scope, relation, rows).order_by(*order):
            records[record.chantier_id].append(record)
    return records


def _effect(effect: Effect, numbers: Mapping[int, int]) -> SiteEffect:
    phase = None if effect.phase_id is None else numbers.get(effect.phase_id, 0)
    return SiteEffect(phase, Mode(effect.mode), Impact(effect.impact), Direction(effect.sens))


def _parts(rows: QuerySet[Any]) -> Mapping[int, tuple[RoadPart, ...]]:
    parts: dict[int, list[RoadPart]] = defaultdict(list)
    sections = SiteSection.objects.filter(chantier__in=rows.order_by().values("pk")).order_by(
        "chantier", "rang"
    )
    for site, cleabs, street, nature, line in sections.values_list(
        "chantier_id", "cleabs", "voie", "nature", "geom"
    ):
        parts[site].append(RoadPart(cleabs, plain_text(street), nature, line_of(line.coords)))
    return {site: tuple(each) for site, each in parts.items()}


def _changes(keys: Sequence[int]) -> Mapping[int, Change]:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, {"sites": list(keys)})
        return {
            site: (count, changed_at, sections) for site, count, changed_at, sections in cursor.fetchall()
        }


def _site(
    feature: RoadWorks,
    values: Mapping[str, Any],
    phases: Sequence[Phase],
    effects: Sequence[SiteEffect],
    parts: tuple[RoadPart, ...],
    change: Change,
    stamp: Hashable,
) -> Site:
    texts = {name: plain_text(values.get(name) or "") for name in _TEXTS}
    count, changed_at = change[0], max(change[1] or feature.updated_at, feature.updated_at)
    ended_at = values.get("fin_reelle")
    if ended_at is None and feature.etat == SiteState.FINISHED:
        ended_at = min(changed_at, instant(feature.date_fin + dt.timedelta(days=1), dt.time()))
    rules = [
        SitePhase(each.numero, plain_text(each.titre), rule_of(each, stops_at=ended_at)) for each in phases
    ]
    if not phases:
        rules = [SitePhase(0, "", Rule(feature.date_debut, feature.date_fin, stops_at=ended_at))]
    detour = feature.trace_deviation if "deviation" in values else None
    return Site(
        pk=feature.pk,
        identifier=texts["identifiant"] or str(feature.pk),
        title=texts["objet"] or str(WorkNature(feature.nature).label),
        description=texts["description"],
        street=texts["voie"],
        nature=texts["nature"],
        owner=texts["maitre_ouvrage"],
        company=texts["entreprise"],
        detour=texts["deviation"],
        values={name: values[name] for name in values if name not in _TEXTS},
        first_day=feature.date_debut,
        last_day=feature.date_fin,
        is_suspended=feature.etat == SiteState.SUSPENDED,
        ended_at=ended_at,
        version=count,
        created_at=feature.created_at,
        changed_at=changed_at,
        lines=tuple(line_of(line) for line in feature.geom.coords),
        detour_lines=tuple(line_of(line) for line in detour.coords) if detour else (),
        phases=tuple(phase for phase in rules if phase.rule.hull is not None),
        effects=tuple(effects),
        parts=parts,
        stamp=stamp,
    )


def line_of(positions: Iterable[Sequence[float]]) -> Line:
    """Return positions to a tenth of a metre, without those that repeat the one before."""
    line: list[Position] = []
    for position in positions:
        rounded = (round(position[0], 6), round(position[1], 6))
        if not line or rounded != line[-1]:
            line.append(rounded)
    return tuple(line)


def distance_m(start: Position, end: Position) -> float:
    """Return the length of the arc between two positions on a sphere of 6,371 km, in metres."""
    west, south, east, north = map(math.radians, (*start, *end))
    chord = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    )
    return 2 * 6_371_000 * math.asin(math.sqrt(chord))


def length_m(line: Line) -> float:
    """Return the length of a line, in metres."""
    return sum(distance_m(start, end) for start, end in pairwise(line))


def plain_text(text: str) -> str:
    """Return a text without the control characters that no format has a place for."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _weight(site: Site) -> int:
    """Return about how many bytes a site takes in memory."""
    lines = [*site.lines, *site.detour_lines, *(part.line for part in site.parts)]
    return 4_000 + 130 * sum(map(len, lines)) + 2 * len(site.description)


_sites: BoundedCache[Site] = BoundedCache(20_000, weigh=_weight, most=64 * 1024 * 1024)
