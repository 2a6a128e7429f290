"""The orders of DiaLog (MTES): its export in DATEX II, or in the JSON of its API. A regulation is a site.

The XML has its geometry as GeoJSON in an extension of its own, and hours as clocks show them. The JSON has the words of
the API: those of its answers (``startDateTime``, ``dayRanges``) or of what it accepts (``startDate``,
``applicableDays``). Of a regulation, the measures that hamper everybody alone say where and when.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
# DiaLog knows restrictions of a zone and of a whole city: their surfaces hold every street.
_STREET_M, _DEGREE_M = 60.0, 90_000.0
_MAX_ADDRESS, _MAX_PAGES = 400, 500
# Who a measure may be for, or not for, beside vehicles.
_CONDITIONS = ("VehicleCondition", "AccessCondition", "DriverCondition", "NonVehicularRoadUserCondition")


@dataclass(frozen=True, slots=True)
class _Measure:
    """A measure of a regulation: what it is called, when it counts, and its places as GeoJSON."""

    name: str
    phases: Sequence[SourcePhase]
    geometries: Sequence[object]


def dialog_sites(
    content: bytes, report: ImportReport, *, left_sources: Collection[str] = ()
) -> list[SourceSite]:
    """Return the sites of an export, XML or JSON; what is left out is in the report.

    ``left_sources`` are those that DiaLog itself reads (``litteralis``…) and that come in by another way.

    Raises:
        UnreachableSource: it is neither, or one page of several.
    """
    sites: dict[str, SourceSite] = {}
    for draft in _json_drafts(content) if content.lstrip()[:1] in {b"{", b"["} else _xml_drafts(content):
        report.rows += 1
        if draft["source"] in left_sources:
            report.reject(str(draft["id"])[:80], _("déjà lu à sa source : %s") % draft["source"])
            continue
        site = _site(draft, report, sites)
        if site is not None:
            sites[site.id] = site
    return list(sites.values())


def _site(
    draft: Mapping[str, Any], report: ImportReport, sites: Mapping[str, SourceSite]
) -> SourceSite | None:
    """Return a site of what both forms are read as, None with a line in the report for one that is left out."""
    identifier = str(draft["id"])[:81]
    effects: dict[Mode, Impact] = {}
    hampering: list[_Measure] = []
    for measure in draft["measures"]:
        if measure.name in _MEASURES:
            mode, impact = _MEASURES[measure.name]
            effects[mode] = max(effects.get(mode, Impact.NONE), impact, key=list(Impact).index)
            hampering.append(measure)
        else:
            report.ignored[measure.name] += 1
    geometries = [each for measure in hampering for each in measure.geometries]
    read = [shape for each in geometries if (shape := readable_shape(each)) is not None]
    shapes = [shape for shape in read if not _is_zone(shape)]
    phases = _unique_phases([each for measure in hampering for each in measure.phases] or draft["phases"])
    reasons = (
        (not identifier or len(identifier) > 80, _("aucun identifiant d’arrêté")),
        (identifier in sites, _("identifiant d’arrêté en double")),
        (draft["is_permanent"], _("arrêté permanent : ce n’est pas un chantier")),
        (not effects, _("aucune mesure pour tous : limite de vitesse, poids lourds…")),
        (not shapes and bool(read), _("zone ou ville entière : ce n’est pas une rue")),
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
        order=SourceOrder(number, str(draft["authority"]).strip()[:160], _address(draft["address"]))
        if number
        else None,
    )


def _is_zone(shape: Any) -> bool:
    """Whether a surface is no corridor over a street: its mean width is above ``_STREET_M``."""
    if shapely.get_dimensions(shape) < 2 or not shape.length:
        return False
    return bool(2 * shape.area / shape.length * _DEGREE_M > _STREET_M)


def _address(text: str) -> str:
    """Return the address of an order, empty when it is none."""
    return text if text.startswith("https://") and len(text) <= _MAX_ADDRESS else ""


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
        measures = [
            _Measure(
                _xml_measure(regulation),
                [
                    phase
                    for each in regulation.iter(f"{_COM}validityTimeSpecification")
                    for phase in _xml_phases(each)
                ],
                [_read_json(each.text) for each in regulation.iter() if _name(each) == "geoJsonGeometry"],
            )
            for regulation in order.iter(f"{_D}trafficRegulation")
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
            "phases": overall,
            "source": _extended(order, "source"),
            "address": _extended(order, "publicUrl"),
        }


def _extended(order: Any, name: str) -> str:
    """Return a text of the extension of DiaLog to an order, empty without it."""
    return next((each.text or "" for each in order.iter() if _name(each) == name), "").strip()


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _xml_measure(regulation: Any) -> str:
    """Return the type of a measure; one for some vehicles alone has another name, which is no effect of ours."""
    kind = regulation.find(f"{_D}typeOfRegulation")
    if kind is None:
        return "?"
    name = next((text for path in _TYPES if (text := kind.findtext(path))), str(kind.get(_KIND, "?")))
    for condition in regulation.iter(f"{_D}conditions"):
        is_partial = str(condition.get(_KIND, "")).rpartition(":")[2] in _CONDITIONS
        if is_partial and condition.findtext(f"{_D}negate") != "true":
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


def _instant(value: object) -> dt.datetime | None:
    """Return an instant in Paris; None for a text that is none, such as the 31st of February."""
    try:
        at = parse_datetime(str(value or ""))
        if at is None:
            return None
        return at.astimezone(PARIS) if at.tzinfo else at.replace(tzinfo=PARIS)
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
    total = _total(document)
    if total > len(listed):
        raise UnreachableSource(
            _(
                "Cet export de DiaLog a %(count)d arrêtés sur %(total)d : donnez-en l’adresse, ou toutes les pages."
            )
            % {"count": len(listed), "total": total}
        )
    for order in listed:
        organization = order.get("organization")
        owner = organization if isinstance(organization, dict) else {"name": organization}
        number = str(order.get("identifier") or "")
        # The answers of the API have no identifier of their own: that of an order is unique in its organisation.
        identifier = order.get("uuid") or (f"{owner['uuid']}/{number}" if owner.get("uuid") else number)
        yield {
            "id": identifier,
            "number": number,
            "title": order.get("title") or "",
            "authority": owner.get("name") or "",
            "is_permanent": order.get("category") in ("permanentRegulation", "permanent"),
            "measures": [
                _Measure(
                    _json_measure(each),
                    [phase for period in _list(each, "periods") for phase in _json_phases(period)],
                    [shape for location in _list(each, "locations") for shape in _shapes(location)],
                )
                for each in _list(order, "measures")
            ],
            "phases": [],
            "source": str(order.get("source") or ""),
            "address": "",
        }


def _list(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = row.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _json_measure(measure: Mapping[str, Any]) -> str:
    name, vehicles = str(measure.get("type", "?")), measure.get("vehicleSet")
    is_partial = isinstance(vehicles, dict) and bool(vehicles.get("restrictedTypes"))
    return f"{name}, certains véhicules" if is_partial else name


def _json_phases(period: Mapping[str, Any]) -> list[SourcePhase]:
    days = _json_days(period.get("dailyRange"))
    hours = [
        (_instant_clock(slot.get("startTime")), _instant_clock(slot.get("endTime")))
        for slot in _list(period, "timeSlots")
    ]
    if period.get("startDateTime"):
        bounds = [_instant(period.get(name)) for name in ("startDateTime", "endDateTime")]
        start, end = bounds
        return _phases(start, end, hours, days) if start and end and start < end else []
    first, last = (local_day(str(period.get(name) or "")) for name in ("startDate", "endDate"))
    if first is None or last is None or last == dt.date.max:
        return []
    start = dt.datetime.combine(first, dt.time(), PARIS)
    return _phases(start, dt.datetime.combine(last + _DAY, dt.time(), PARIS), hours, days)


def _json_days(daily: object) -> set[int]:
    """Return ISO days of the week: of a list of days, or of ranges from a first day to a last one."""
    values = daily if isinstance(daily, dict) else {}
    listed, ranges = (
        each if isinstance(each, list) else [] for each in map(values.get, ("applicableDays", "dayRanges"))
    )
    days = {_DAYS.index(name) + 1 for name in listed if name in _DAYS}
    for each in ranges:
        ends = [each.get("firstDay"), each.get("lastDay")] if isinstance(each, dict) else [each, each]
        if all(name in _DAYS for name in ends):
            first, last = (_DAYS.index(name) + 1 for name in ends)
            days |= set(range(first, last + 1))
    return days


def _total(document: object) -> int:
    """Return how many orders the answer says that there are, 0 when it does not say."""
    metadata = document.get("metadata") if isinstance(document, dict) else None
    total = metadata.get("totalItems") if isinstance(metadata, dict) else None
    return total if isinstance(total, int) else 0


def pages_after(content: bytes) -> list[int]:
    """Return the numbers of the pages that follow an answer of the API; none of an export that is whole."""
    if content.lstrip()[:1] != b"{":
        return []
    try:
        metadata = json.loads(content).get("metadata") or {}
        pages = range(int(metadata["page"]) + 1, int(metadata["lastPage"]) + 1)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
    return list(pages[:_MAX_PAGES])


def joined_pages(contents: Sequence[bytes]) -> bytes:
    """Return the answers of several pages as one."""
    documents = [json.loads(content) for content in contents]
    listed = [order for document in documents for order in document.get("regulations", [])]
    return json.dumps({"regulations": listed, "metadata": documents[0].get("metadata")}).encode()


def _instant_clock(value: object) -> dt.time | None:
    try:
        at = parse_datetime(str(value or ""))
    except ValueError:
        return None
    if at is None:
        return _clock(str(value or ""))
    return (at.astimezone(PARIS) if at.tzinfo else at).time().replace(tzinfo=None)


def _shapes(location: Mapping[str, Any]) -> Iterator[object]:
    """Yield what a place has of geometry, GeoJSON or its text."""
    raw = location.get("rawGeoJSON")
    for value in (location.get("geometry"), raw.get("geometry") if isinstance(raw, dict) else None):
        if value:
            yield _read_json(value) if isinstance(value, str) else value


def _read_json(text: str | None) -> object:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError):
        return None
