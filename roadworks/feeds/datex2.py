"""Sites as a DATEX II v3 SituationPublication (CEN/TS 16157-3, schemas 3.1).

A site is a situation: a record for its works, one for each effect, one for its detour, each once for every line of its
geometry. Positions are latitude longitude. Times of day have no offset: they are those of the country.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _

from layers.formats.xml_elements import DECLARATION, plain
from roadworks.feeds.forms import FeedForm
from roadworks.feeds.sites import Line, Site, SiteEffect, SitePhase
from roadworks.periods import EVERY_DAY, PARIS, Rule, instant
from roadworks.vocabulary import Direction, Impact, Mode, WorkNature

# The most characters of a text (``com:String``).
MAX_TEXT = 1_024
_ROOT = (
    '<d2:payload xmlns:d2="http://datex2.eu/schema/3/d2Payload" xmlns:com="http://datex2.eu/schema/3/common"'
    ' xmlns:loc="http://datex2.eu/schema/3/locationReferencing" xmlns:sit="http://datex2.eu/schema/3/situation"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="sit:SituationPublication" lang="fr"'
    ' modelBaseVersion="3">'
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SUBJECTS = MappingProxyType(
    {
        WorkNature.WATER: "waterMain",
        WorkNature.SEWER: "sewer",
        WorkNature.GAS: "gasMainWork",
        WorkNature.ELECTRICITY: "buriedCables",
        WorkNature.HEATING: "heatingPipe",
        WorkNature.TELECOM: "buriedCables",
        WorkNature.LIGHTING: "lightingSystem",
        WorkNature.SURFACE: "road",
        WorkNature.LAYOUT: "road",
    }
)
_CONSTRUCTION = MappingProxyType(
    {WorkNature.LAYOUT: "roadImprovementOrUpgrading", WorkNature.BUILDING: "constructionWork"}
)
_MAINTENANCE = MappingProxyType(
    {
        WorkNature.SURFACE: "resurfacingWork",
        WorkNature.LIGHTING: "overheadWorks",
        WorkNature.OTHER: "roadworks",
    }
)
_MANAGEMENT = MappingProxyType(
    {
        Impact.CLOSED: "roadClosed",
        Impact.ALTERNATE: "singleAlternateLineTraffic",
        Impact.SLOWED: "narrowLanes",
    }
)
_VEHICLES = MappingProxyType({Mode.BICYCLE: "bicycle", Mode.BUS: "bus"})
_CARRIAGEWAYS = MappingProxyType({Mode.BICYCLE: "cycleTrack", Mode.FOOT: "footpath"})
_DIRECTIONS = MappingProxyType(
    {Direction.BOTH: "bothWays", Direction.FORWARD: "aligned", Direction.BACKWARD: "opposite"}
)
_SEVERITIES = MappingProxyType(
    {Impact.CLOSED: "high", Impact.ALTERNATE: "medium", Impact.SLOWED: "low", Impact.NONE: "lowest"}
)


def datex2(*, creator: str, at: dt.datetime) -> FeedForm:
    """Return the publication: ``creator`` identifies who publishes it, ``at`` is the instant of the last change."""
    head = (
        f"<com:publicationTime>{_time(at)}</com:publicationTime><com:publicationCreator><com:country>fr</com:country>"
        f"<com:nationalIdentifier>{plain(creator[:MAX_TEXT])}</com:nationalIdentifier></com:publicationCreator>"
    )
    return FeedForm(("datex2",), f"{DECLARATION}{_ROOT}{head}", _situation, "</d2:payload>\n")


def record_count(site: Site) -> int:
    """Return how many records a site has."""
    return sum(1 for _record in _records(site))


def _situation(site: Site) -> str:
    records = "".join(_records(site))
    return (
        f"<sit:situation id={quoteattr(site.identifier)}>"
        f"<sit:situationVersionTime>{_time(site.changed_at)}</sit:situationVersionTime>"
        "<sit:headerInformation><com:confidentiality>noRestriction</com:confidentiality>"
        f"<com:informationStatus>real</com:informationStatus></sit:headerInformation>{records}</sit:situation>"
    )


def _records(site: Site) -> Iterator[str]:
    effects = [effect for effect in site.effects if effect.impact is not Impact.NONE]
    lines = [(number, line) for number, line in enumerate(site.lines, 1) if len(line) > 1]
    every = _validity(site, [phase.rule for phase in site.phases])
    # The effects of a phase in which nobody works, or which is over before it begins, have no time.
    timed = [(effect, rules) for effect in effects if (rules := _rules(site.phases, effect))]
    for number, line in lines:
        yield _works(site, number, line, every)
        for effect, rules in timed:
            yield _effect(site, number, line, effect, _validity(site, rules))
        if site.detour or site.detour_lines:
            yield _detour(site, number, line, every)


def _rules(phases: Iterable[SitePhase], effect: SiteEffect) -> list[Rule]:
    return [phase.rule for phase in phases if effect.phase in {None, phase.number}]


def _works(site: Site, number: int, line: Line, validity: str) -> str:
    nature = WorkNature(site.nature) if site.nature in WorkNature.values else WorkNature.OTHER
    impacts = [effect.impact for effect in site.effects if effect.mode is Mode.CAR]
    worst = next((impact for impact in _SEVERITIES if impact in impacts), Impact.NONE)
    comments = "".join(
        f"<sit:generalPublicComment><sit:comment>{_string(part)}</sit:comment>"
        f"<sit:commentType>{kind}</sit:commentType></sit:generalPublicComment>"
        for kind, text in (("roadworksName", site.title), ("description", site.description))
        for part in _parts(text)
    )
    is_urgent = "true" if site.values.get("est_urgent") else "false"
    subject = _SUBJECTS.get(nature, "other")
    body = (
        f"<sit:roadworksIdentifier>{plain(site.identifier)}</sit:roadworksIdentifier>"
        f"<sit:underTraffic>{'false' if worst is Impact.CLOSED else 'true'}</sit:underTraffic>"
        f"<sit:urgentRoadworks>{is_urgent}</sit:urgentRoadworks><sit:subjects><sit:subjectTypeOfWorks>{subject}"
        "</sit:subjectTypeOfWorks></sit:subjects>"
    )
    if nature in _CONSTRUCTION:
        kind = "ConstructionWorks"
        body += f"<sit:constructionWorkType>{_CONSTRUCTION[nature]}</sit:constructionWorkType>"
    else:
        kind = "MaintenanceWorks"
        done = _MAINTENANCE.get(nature, "repairWork")
        body += f"<sit:roadMaintenanceType>{done}</sit:roadMaintenanceType>"
    severity = f"<sit:severity>{_SEVERITIES[worst]}</sit:severity>"
    location = _location(site, line)
    return _record(site, kind, f"{number}", severity, validity + comments + location + body)


def _effect(site: Site, number: int, line: Line, effect: SiteEffect, validity: str) -> str:
    kind = "other" if effect.mode is Mode.PARKING else _MANAGEMENT[effect.impact]
    vehicle = ""
    if effect.mode in _VEHICLES:
        vehicle = (
            "<sit:forVehiclesWithCharacteristicsOf><com:vehicleType>"
            f"{_VEHICLES[effect.mode]}</com:vehicleType></sit:forVehiclesWithCharacteristicsOf>"
        )
    words = _("%(title)s : %(text)s") % {"title": effect.mode.label, "text": effect.impact.label}
    body = (
        f"<sit:complianceOption>mandatory</sit:complianceOption><sit:applicableForTrafficDirection>"
        f"{_DIRECTIONS[effect.direction]}</sit:applicableForTrafficDirection>{vehicle}"
        f"<sit:roadOrCarriagewayOrLaneManagementType>{kind}</sit:roadOrCarriagewayOrLaneManagementType>"
    )
    comment = (
        f"<sit:cause><sit:causeType>{_cause(site)}</sit:causeType></sit:cause>"
        f"<sit:generalPublicComment><sit:comment>{_string(words)}</sit:comment></sit:generalPublicComment>"
    )
    location = _location(site, line, carriageway=_CARRIAGEWAYS.get(effect.mode, ""))
    severity = f"<sit:severity>{_SEVERITIES[effect.impact]}</sit:severity>" if effect.mode is Mode.CAR else ""
    return _record(
        site,
        "RoadOrCarriagewayOrLaneManagement",
        f"{number}-{effect.name}",
        severity,
        validity + comment + location + body,
    )


def _detour(site: Site, number: int, line: Line, validity: str) -> str:
    route = "".join(
        f'<loc:locationContainedInItinerary index="{index}"><loc:location xsi:type="loc:LinearLocation">'
        f"{_gml(each)}</loc:location></loc:locationContainedInItinerary>"
        for index, each in enumerate(site.detour_lines)
        if len(each) > 1
    )
    itinerary = (
        f'<sit:alternativeRoute xsi:type="loc:ItineraryByIndexedLocations">{route}</sit:alternativeRoute>'
        if route
        else ""
    )
    description = (
        f"<sit:reroutingItineraryDescription>{_string(site.detour[:MAX_TEXT])}</sit:reroutingItineraryDescription>"
        if site.detour
        else ""
    )
    body = (
        "<sit:complianceOption>advisory</sit:complianceOption>"
        "<sit:reroutingManagementType>followLocalDiversion</sit:reroutingManagementType>"
    )
    return _record(
        site,
        "ReroutingManagement",
        f"{number}-detour",
        "",
        validity + _location(site, line) + body + description + itinerary,
    )


def _record(site: Site, kind: str, suffix: str, severity: str, body: str) -> str:
    identifier = quoteattr(f"{site.identifier}-{suffix}")
    return (
        f'<sit:situationRecord xsi:type="sit:{kind}" id={identifier} version="{site.version}">'
        f"<sit:situationRecordCreationTime>{_time(site.created_at)}</sit:situationRecordCreationTime>"
        f"<sit:situationRecordVersionTime>{_time(site.changed_at)}</sit:situationRecordVersionTime>"
        f"<sit:probabilityOfOccurrence>certain</sit:probabilityOfOccurrence>{severity}{body}</sit:situationRecord>"
    )


def _cause(site: Site) -> str:
    return "constructionWork" if site.nature in _CONSTRUCTION else "roadMaintenance"


def _validity(site: Site, rules: Sequence[Rule]) -> str:
    """Write when a record is valid: from the first hour to the last, and within these the days and hours of rules."""
    hulls = [hull for rule in rules if (hull := rule.hull) is not None] or [site.hull]
    start, end = min(hull.start for hull in hulls), max(hull.end for hull in hulls)
    status = "suspended" if site.is_suspended else "definedByValidityTimeSpec"
    periods = "" if len(rules) == 1 and rules[0].is_continuous else "".join(map(_periods, rules))
    return (
        f"<sit:validity><com:validityStatus>{status}</com:validityStatus><com:validityTimeSpecification>"
        f"<com:overallStartTime>{_time(start)}</com:overallStartTime>"
        f"<com:overallEndTime>{_time(end)}</com:overallEndTime>{periods}"
        "</com:validityTimeSpecification></sit:validity>"
    )


def _periods(rule: Rule) -> str:
    """Write the periods of a rule: a night is two, since a time of day ends on the day on which it begins."""
    written = []
    day = dt.timedelta(days=1)
    for run in rule.without_holidays():
        for part in run.within_days():
            start = instant(run.first + part.shift * day, dt.time())
            end = instant(run.last + (part.shift + 1) * day, dt.time())
            hours = ""
            if (part.opens, part.closes) != (dt.time(), dt.time()):
                # The end of a day is written as its last second: not every reader knows the hour 24.
                closes = part.closes if part.closes != dt.time() else dt.time(23, 59, 59)
                hours = (
                    f"<com:recurringTimePeriodOfDay><com:startTimeOfPeriod>{part.opens.isoformat()}"
                    f"</com:startTimeOfPeriod><com:endTimeOfPeriod>{closes.isoformat()}</com:endTimeOfPeriod>"
                    "</com:recurringTimePeriodOfDay>"
                )
            days = ""
            if part.days != EVERY_DAY:
                named = "".join(
                    f"<com:applicableDay>{_DAYS[number - 1]}</com:applicableDay>"
                    for number in sorted(part.days)
                )
                days = f"<com:recurringDayWeekMonthPeriod>{named}</com:recurringDayWeekMonthPeriod>"
            written.append(
                f"<com:validPeriod><com:startOfPeriod>{_time(start)}</com:startOfPeriod>"
                f"<com:endOfPeriod>{_time(end)}</com:endOfPeriod>{hours}{days}</com:validPeriod>"
            )
    return "".join(written)


def _location(site: Site, line: Line, *, carriageway: str = "") -> str:
    lane = (
        f"<loc:carriageway><loc:carriageway>{carriageway}</loc:carriageway></loc:carriageway>"
        if carriageway
        else ""
    )
    roads = "".join(
        f"<loc:roadInformation><loc:roadName>{plain(name[:MAX_TEXT])}</loc:roadName></loc:roadInformation>"
        for name in site.streets
    )
    details = lane + roads
    if details:
        details = (
            f"<loc:supplementaryPositionalDescription>{details}</loc:supplementaryPositionalDescription>"
        )
    return (
        f'<sit:locationReference xsi:type="loc:LinearLocation">{details}{_gml(line)}</sit:locationReference>'
    )


def _gml(line: Line) -> str:
    positions = " ".join(f"{latitude:.6f} {longitude:.6f}" for longitude, latitude in line)
    return (
        '<loc:gmlLineString srsDimension="2" srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><loc:posList>'
        f"{positions}</loc:posList></loc:gmlLineString>"
    )


def _parts(text: str) -> Iterator[str]:
    for start in range(0, len(text), MAX_TEXT):
        yield text[start : start + MAX_TEXT]


def _string(text: str) -> str:
    return f'<com:values><com:value lang="fr">{plain(text)}</com:value></com:values>'


def _time(at: dt.datetime) -> str:
    return at.astimezone(PARIS).isoformat(timespec="seconds")
