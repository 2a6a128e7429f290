"""The orders of DiaLog (MTES): its export in DATEX II, or in the JSON of its API. A regulation is a site.

The XML has its geometry as GeoJSON in an extension of its own, and hours as clocks show them. The JSON has the words of
the API (``measures``, ``periods``, ``locations``); of its places, those with a ``geometry`` are read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely
from defusedxml import DefusedXmlException, ElementTree
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from layers.errors import UnreachableSource
from roadworks.imports.litteralis import local_day, readable_shape
from roadworks.imports.sources import ImportReport, SourceOrder, SourcePhase, SourceSite
from roadworks.periods import PARIS
from roadworks.vocabulary import Direction, Impact, Mode

_D = "{http://datex2.eu/schema/3/trafficRegulation}"
_COM, _LOC = "{http://datex2.eu/schema/3/common}", "{http://datex2.eu/schema/3/locationReferencing}"
_KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MEASURES = {
    "noEntry": (Mode.CAR, Impact.CLOSED),
    "alternateRoad": (Mode.CAR, Impact.ALTERNATE),
    "singleAlternateLineTraffic": (Mode.CAR, Impact.ALTERNATE),
    "parkingProhibited": (Mode.PARKING, Impact.CLOSED),
}
_TYPES = (
    f"{_D}accessRestrictionType",
    f"{_D}roadOrCarriagewayOrLaneManagementType",
    f"{_D}standingOrParkingRestrictionType",
    f"{_D}generalInstructionToRoadUsersType",
)
_DAY = dt.timedelta(days=1)


def dialog_sites(content: bytes, report: ImportReport) -> list[SourceSite]:
    """Return the sites of an export, XML or JSON; what is left out is in the report.

    Raises:
        UnreachableSource: it is neither.
    """
    sites: dict[str, SourceSite] = {}
    for draft in _json_drafts(content) if content.lstrip()[:1] in {b"{", b"["} else _xml_drafts(content):
        report.rows += 1
        site = _site(draft, report, sites)
        if site is not None:
            sites[site.id] = site
    return list(sites.values())


def _site(
    draft: Mapping[str, Any], report: ImportReport, sites: Mapping[str, SourceSite]
) -> SourceSite | None:
    """Return a site of what both forms are read as, None with a line in the report for one that is left out."""
    identifier = str(draft["id"])[:81]
    shapes = [shape for each in draft["geometries"] if (shape := readable_shape(each)) is not None]
    phases = _unique_phases(draft["phases"])
    effects: dict[Mode, Impact] = {}
    for name in draft["measures"]:
        if name in _MEASURES:
            mode, impact = _MEASURES[name]
            effects[mode] = max(effects.get(mode, Impact.NONE), impact, key=list(Impact).index)
        else:
            report.ignored[name] += 1
    reasons = (
        (not identifier or len(identifier) > 80, _("aucun identifiant d’arrêté")),
        (identifier in sites, _("identifiant d’arrêté en double")),
        (draft["is_permanent"], _("arrêté permanent : ce n’est pas un chantier")),
        (not effects, _("aucune mesure pour tous : limite de vitesse, poids lourds…")),
        (not shapes, _("géométrie absente ou illisible")),
        (not phases, _("une date manque ou n’est pas une date")),
    )
    if reason := next((words for is_so, words in reasons if is_so), ""):
        report.reject(identifier[:80], reason)
        return None
    number = str(draft["number"])[:60]
    return SourceSite(
        id=identifier,
        title=(str(draft["title"]).strip() or number)[:200],
        description="",
        owner=str(draft["authority"]).strip()[:160] or _("Non précisé"),
        phases=phases,
        effects=tuple((mode, impact, Direction.BOTH) for mode, impact in effects.items()),
        area=shapely.union_all(shapes),
        order=SourceOrder(number, str(draft["authority"]).strip()[:160]) if number else None,
    )


def _unique_phases(phases: Sequence[SourcePhase]) -> tuple[SourcePhase, ...]:
    ordered = sorted(
        {phase for phase in phases if phase.first <= phase.last}, key=lambda each: (each.first, repr(each))
    )
    return tuple(ordered)


def _xml_drafts(content: bytes) -> Iterator[dict[str, Any]]:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise UnreachableSource(_("L’export de DiaLog n’est ni du XML ni du JSON.")) from error
    for order in root.iter(f"{_D}trafficRegulationOrder"):
        measures, phases = [], []
        for regulation in order.iter(f"{_D}trafficRegulation"):
            measures.append(_xml_measure(regulation))
            phases += [
                phase
                for each in regulation.iter(f"{_COM}validityTimeSpecification")
                for phase in _xml_phases(each)
            ]
        validity = order.find(f"{_D}validityByOrder/{_COM}validityTimeSpecification")
        overall = [] if validity is None else _xml_phases(validity)
        yield {
            "id": order.get("id", ""),
            "number": order.findtext(f"{_D}regulationId", ""),
            "title": order.findtext(f"{_D}description/{_COM}values/{_COM}value", ""),
            "authority": order.findtext(f"{_D}issuingAuthority/{_COM}values/{_COM}value", ""),
            "is_permanent": validity is not None and validity.find(f"{_COM}overallEndTime") is None,
            "measures": measures,
            "phases": phases or overall,
            "geometries": [
                _read_json(each.text) for each in order.iter() if _name(each) == "geoJsonGeometry"
            ],
        }


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _xml_measure(regulation: Any) -> str:
    """Return the type of a measure; one for some vehicles alone has another name, which is no effect of ours."""
    kind = regulation.find(f"{_D}typeOfRegulation")
    if kind is None:
        return "?"
    name = next((text for path in _TYPES if (text := kind.findtext(path))), str(kind.get(_KIND, "?")))
    for condition in regulation.iter(f"{_D}conditions"):
        is_vehicle = str(condition.get(_KIND, "")).endswith("VehicleCondition")
        if is_vehicle and condition.findtext(f"{_D}negate") != "true":
            return f"{name}, certains véhicules"
    return name


def _xml_phases(validity: Any) -> list[SourcePhase]:
    start = _instant(validity.findtext(f"{_COM}overallStartTime", ""))
    end = _instant(validity.findtext(f"{_COM}overallEndTime", ""))
    if start is None or end is None:
        return []
    hours: list[tuple[dt.time | None, dt.time | None]] = []
    days: set[int] = set()
    for period in validity.iter(f"{_COM}recurringTimePeriodOfDay"):
        hours.append(
            (
                _clock(period.findtext(f"{_COM}startTimeOfPeriod", "")),
                _clock(period.findtext(f"{_COM}endTimeOfPeriod", "")),
            )
        )
    for day in validity.iter(f"{_COM}applicableDay"):
        if day.text in _DAYS:
            days.add(_DAYS.index(day.text) + 1)
    return _phases(start, end, hours, days)


def _instant(text: str) -> dt.datetime | None:
    """Return an instant in Paris; None for a text that is none, such as the 31st of February."""
    try:
        at = parse_datetime(text)
        return at.astimezone(PARIS) if at is not None else None
    except (ValueError, OverflowError):
        return None


def _phases(
    start: dt.datetime,
    end: dt.datetime,
    hours: Sequence[tuple[dt.time | None, dt.time | None]],
    days: set[int],
) -> list[SourcePhase]:
    """Return a phase for each range of hours; without one, days from start to end, or a night shorter than a day."""
    listed = tuple(sorted(days)) if len(days) < 7 else ()
    last = (end - dt.timedelta(seconds=1)).date()
    ranges = [(opens, closes) for opens, closes in hours if opens is not None and closes is not None]
    if ranges:
        return [SourcePhase(start.date(), last, opens, closes, listed) for opens, closes in ranges]
    if end - start < _DAY:
        return [SourcePhase(start.date(), start.date(), start.time(), end.time(), listed)]
    return [SourcePhase(start.date(), last, days=listed)]


def _clock(text: str) -> dt.time | None:
    """Return an hour as clocks show it: the offset that is written beside it is that of 1970."""
    try:
        return dt.time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _json_drafts(content: bytes) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreachableSource(_("L’export de DiaLog n’est ni du XML ni du JSON.")) from error
    listed = document.get("regulations", []) if isinstance(document, dict) else document
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise UnreachableSource(_("L’export de DiaLog n’a pas de liste d’arrêtés."))
    for order in listed:
        measures = _list(order, "measures")
        organization = order.get("organization")
        if isinstance(organization, dict):
            organization = organization.get("name")
        yield {
            "id": order.get("uuid") or order.get("identifier") or "",
            "number": order.get("identifier") or "",
            "title": order.get("title") or "",
            "authority": organization or "",
            "is_permanent": order.get("category") in ("permanentRegulation", "permanent"),
            "measures": [_json_measure(each) for each in measures],
            "phases": [
                phase
                for each in measures
                for period in _list(each, "periods")
                for phase in _json_phases(period)
            ],
            "geometries": [
                shape for each in measures for place in _list(each, "locations") for shape in _shapes(place)
            ],
        }


def _list(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = row.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _json_measure(measure: Mapping[str, Any]) -> str:
    name, vehicles = str(measure.get("type", "?")), measure.get("vehicleSet")
    is_partial = isinstance(vehicles, dict) and bool(vehicles.get("restrictedTypes"))
    return f"{name}, certains véhicules" if is_partial else name


def _json_phases(period: Mapping[str, Any]) -> list[SourcePhase]:
    first, last = (local_day(str(period.get(name) or "")) for name in ("startDate", "endDate"))
    if first is None or last is None or last == dt.date.max:
        return []
    daily = period.get("dailyRange")
    names = daily.get("applicableDays") if isinstance(daily, dict) else None
    listed = names if isinstance(names, list) else []
    days = {_DAYS.index(name) + 1 for name in listed if name in _DAYS}
    hours = [
        (_instant_clock(slot.get("startTime")), _instant_clock(slot.get("endTime")))
        for slot in _list(period, "timeSlots")
    ]
    start = dt.datetime.combine(first, dt.time(), PARIS)
    return _phases(start, dt.datetime.combine(last + _DAY, dt.time(), PARIS), hours, days)


def _instant_clock(value: object) -> dt.time | None:
    try:
        at = parse_datetime(str(value or ""))
    except ValueError:
        return None
    if at is None:
        return _clock(str(value or ""))
    return (at.astimezone(PARIS) if at.tzinfo else at).time().replace(tzinfo=None)


def _shapes(place: Mapping[str, Any]) -> Iterator[object]:
    raw = place.get("rawGeoJSON")
    for value in (place.get("geometry"), raw.get("geometry") if isinstance(raw, dict) else None):
        if value:
            yield _read_json(value) if isinstance(value, str) else value


def _read_json(text: str | None) -> object:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError):
        return None
