"""Sites as Waze reads them (CIFS v2), in XML and in JSON, and why it cannot take the others.

An incident is a road section between two crossings, in a phase, for a way where ways differ. Its identifier is made of
the site, the section and the phase: it stays the same whatever else changes. Only what closes every lane is
ROAD_CLOSED, which alone changes routes; the rest are alerts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from layers.formats.xml_elements import DECLARATION, plain
from roadworks.feeds.forms import FeedForm, compact_json
from roadworks.feeds.sites import Line, RoadPart, Site, SitePhase, distance_m, length_m
from roadworks.periods import EVERY_DAY, PARIS, Rule
from roadworks.vocabulary import Direction, Impact, Mode

MIN_LENGTH_M, MAX_LENGTH_M = 30, 20_000
# Natures of a section on which no car drives: those of BD TOPO, and streets for people on foot.
WITHOUT_CARS = frozenset(
    {"Sentier", "Escalier", "Piste cyclable", "Chemin", "Bac ou liaison maritime", "Rue piétonne"}
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KINDS = MappingProxyType(
    {
        Impact.CLOSED: ("ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION"),
        Impact.ALTERNATE: ("HAZARD", "HAZARD_ON_ROAD_LANE_CLOSED"),
        Impact.SLOWED: ("HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION"),
    }
)


class Refusal(TextChoices):
    """Why Waze is not sent a site, a phase or a section."""

    SUSPENDED = "suspended", _("Le chantier est suspendu.")
    NO_SECTION = "no-section", _("Le tracé ne suit aucun tronçon de rue : Waze refuse une ligne libre.")
    NO_TIME = "no-time", _("Personne ne travaille pendant cette phase.")
    PARKING = "parking", _("Seul le stationnement est gêné : Waze ne sait pas le dire.")
    NO_CAR = "no-car", _("Les voitures passent sans gêne.")
    PEDESTRIAN = "pedestrian", _("La rue n’est pas ouverte aux voitures.")
    UNNAMED = "unnamed", _("La rue n’a pas de nom : Waze en demande un.")
    SHORT = "short", _("La partie de rue est trop courte : Waze demande 30 m entre ses deux bouts.")
    LONG = "long", _("La partie de rue est trop longue : Waze accepte 20 km au plus.")


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident; ``schedule`` is by day of the week in English, or ``everyday``, empty for day and night."""

    id: str
    kind: str
    subtype: str
    description: str
    street: str
    line: Line
    is_one_way: bool
    start: dt.datetime
    end: dt.datetime
    created_at: dt.datetime
    changed_at: dt.datetime
    reference: str
    site: str
    schedule: Mapping[str, str]


@dataclass(slots=True)
class Diffusion:
    """What Waze is sent of a site, and what not: the reason, for a phase (number) and a street, empty for all."""

    incidents: list[Incident] = field(default_factory=list)
    refusals: list[tuple[Refusal, int | None, str]] = field(default_factory=list)


def diffusion(site: Site, *, reference: str) -> Diffusion:
    """Return the incidents of a site and what is left out; ``reference`` names who publishes."""
    result = Diffusion()
    if site.is_suspended:
        result.refusals.append((Refusal.SUSPENDED, None, ""))
    elif not site.parts:
        result.refusals.append((Refusal.NO_SECTION, None, ""))
    elif not site.phases:
        result.refusals.append((Refusal.NO_TIME, None, ""))
    else:
        for phase in site.phases:
            _add_phase(result, site, phase, reference)
    return result


def cifs_xml(*, reference: str, at: dt.datetime) -> FeedForm:
    """Return the incidents as XML; ``at`` is the instant of the last change."""
    return FeedForm(
        ("cifs-xml", reference),
        f'{DECLARATION}<incidents timestamp="{_time(at)}">',
        lambda site: "".join(map(_xml, diffusion(site, reference=reference).incidents)),
        "</incidents>\n",
    )


def cifs_json(*, reference: str, at: dt.datetime) -> FeedForm:
    """Return the incidents as JSON; ``at`` is the instant of the last change."""
    return FeedForm(
        ("cifs-json", reference),
        f'{{"timestamp":"{_time(at)}","incidents":[',
        lambda site: ",".join(
            compact_json(_json(incident)) for incident in diffusion(site, reference=reference).incidents
        ),
        "]}",
        ",",
    )


def _add_phase(result: Diffusion, site: Site, phase: SitePhase, reference: str) -> None:
    """Add a phase: an incident for both ways where they have the same effect, else one for each that has some."""
    forward, backward = (site.impact(phase, Mode.CAR, way) for way in (Direction.FORWARD, Direction.BACKWARD))
    if forward is Impact.NONE and backward is Impact.NONE:
        modes = {effect.mode for effect in site.effects_of(phase) if effect.impact is not Impact.NONE}
        reason = Refusal.PARKING if modes == {Mode.PARKING} else Refusal.NO_CAR
        result.refusals.append((reason, phase.number, ""))
        return
    ways = [("", forward)] if forward == backward else [("aller", forward), ("retour", backward)]
    ranks: Counter[str] = Counter()
    for part in site.parts:
        ranks[part.cleabs] += 1
        if (fault := _refusal(part)) is not None:
            result.refusals.append((fault, phase.number, part.street if part.is_named else ""))
            continue
        for way, impact in ways:
            if impact is Impact.NONE:
                continue
            name = "-".join(
                [
                    *(site.identifier, part.cleabs, str(phase.number)),
                    *([f"r{ranks[part.cleabs]}"] if ranks[part.cleabs] > 1 else []),
                    *([way] if way else []),
                ]
            )
            line = part.line[::-1] if way == "retour" else part.line
            for number, rule in enumerate(phase.rule.without_holidays()):
                # A schedule knows no public holiday: a phase goes on as another incident after each.
                identifier = name if number == 0 else f"{name}-{rule.first:%Y%m%d}"
                result.incidents.append(
                    _incident(site, identifier, rule, impact, part.street, line, bool(way), reference)
                )


def _refusal(part: RoadPart) -> Refusal | None:
    if part.nature in WITHOUT_CARS:
        return Refusal.PEDESTRIAN
    if not part.is_named:
        return Refusal.UNNAMED
    if len(part.line) < 2 or distance_m(part.line[0], part.line[-1]) < MIN_LENGTH_M:
        return Refusal.SHORT
    return Refusal.LONG if length_m(part.line) > MAX_LENGTH_M else None


def _incident(
    site: Site,
    identifier: str,
    rule: Rule,
    impact: Impact,
    street: str,
    line: Line,
    is_one_way: bool,
    reference: str,
) -> Incident:
    hull = rule.hull
    assert hull is not None  # a phase in which nobody works is not in the site
    kind, subtype = _KINDS[impact]
    return Incident(
        id=identifier,
        kind=kind,
        subtype=subtype,
        description=site.title,
        street=street,
        line=line,
        is_one_way=is_one_way,
        start=hull.start,
        end=hull.end,
        created_at=site.created_at,
        changed_at=site.changed_at,
        reference=reference,
        site=site.identifier,
        schedule=_schedule(rule),
    )


def _schedule(rule: Rule) -> Mapping[str, str]:
    """Return the hours of each day of the week; a night ends at 23:59 and begins again at 00:00 on the next day."""
    if rule.opens is None and rule.days == EVERY_DAY:
        return {}
    hours: dict[int, list[str]] = {}
    for part in rule.within_days():
        closes = "23:59" if part.closes == dt.time() else f"{part.closes:%H:%M}"
        for day in part.days:
            hours.setdefault(day, []).append(f"{part.opens:%H:%M}-{closes}")
    written = {day: ",".join(sorted(each)) for day, each in hours.items()}
    if written.keys() == EVERY_DAY and len(set(written.values())) == 1:
        return {"everyday": written[1]}
    return {_DAYS[day - 1]: written[day] for day in sorted(written)}


def _polyline(line: Line) -> str:
    return " ".join(f"{latitude:.6f} {longitude:.6f}" for longitude, latitude in line)


def _direction(incident: Incident) -> str:
    return "ONE_DIRECTION" if incident.is_one_way else "BOTH_DIRECTIONS"


def _xml(incident: Incident) -> str:
    days = "".join(f"<{day}>{hours}</{day}>" for day, hours in incident.schedule.items())
    schedule = f"<schedule>{days}</schedule>" if days else ""
    return (
        f"<incident id={quoteattr(incident.id)}><parent_event id={quoteattr(incident.site.rjust(3, '0'))}/>"
        f"<creationtime>{_time(incident.created_at)}</creationtime>"
        f"<updatetime>{_time(incident.changed_at)}</updatetime>"
        f"<source><reference>{plain(incident.reference)}</reference></source>"
        f"<type>{incident.kind}</type><subtype>{incident.subtype}</subtype>"
        f"<description>{plain(incident.description)}</description><street>{plain(incident.street)}</street>"
        f"<polyline>{_polyline(incident.line)}</polyline><direction>{_direction(incident)}</direction>"
        f"<starttime>{_time(incident.start)}</starttime><endtime>{_time(incident.end)}</endtime>{schedule}</incident>"
    )


def _json(incident: Incident) -> dict[str, object]:
    document: dict[str, object] = {
        "id": incident.id,
        "parent_event": {"id": incident.site.rjust(3, "0")},
        "creationtime": _time(incident.created_at),
        "updatetime": _time(incident.changed_at),
        "source": {"reference": incident.reference},
        "type": incident.kind,
        "subtype": incident.subtype,
        "description": incident.description,
        "street": incident.street,
        "polyline": _polyline(incident.line),
        "direction": _direction(incident),
        "starttime": _time(incident.start),
        "endtime": _time(incident.end),
    }
    return document | ({"schedule": dict(incident.schedule)} if incident.schedule else {})


def _time(at: dt.datetime) -> str:
    return at.astimezone(PARIS).isoformat(timespec="seconds")
