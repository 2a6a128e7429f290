"""Sites as a WZDx 4.2 work zone feed: GeoJSON whose features are what a driver meets on one way of a road.

The format knows no recurring hours: each night is a feature of its own, and those that begin after ``HORIZON`` enter
the feed as they come nearer. Instants are in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from roadworks.feeds.forms import FeedForm, compact_json
from roadworks.feeds.sites import Line, Site, SitePhase
from roadworks.periods import Interval
from roadworks.vocabulary import Direction, Impact, Mode, WorkNature

VERSION = "4.2"
SOURCE = "travaux"
HORIZON = dt.timedelta(days=14)
_IMPACTS = MappingProxyType(
    {
        Impact.CLOSED: "all-lanes-closed",
        Impact.ALTERNATE: "alternating-one-way",
        Impact.SLOWED: "all-lanes-open",
        Impact.NONE: "all-lanes-open",
    }
)
_UNDERGROUND = "below-road-work"
_TYPES = MappingProxyType(
    {
        WorkNature.WATER: _UNDERGROUND,
        WorkNature.SEWER: _UNDERGROUND,
        WorkNature.GAS: _UNDERGROUND,
        WorkNature.ELECTRICITY: _UNDERGROUND,
        WorkNature.HEATING: _UNDERGROUND,
        WorkNature.TELECOM: _UNDERGROUND,
        WorkNature.LIGHTING: "overhead-work",
        WorkNature.SURFACE: "surface-work",
        WorkNature.BUILDING: "roadside-work",
    }
)


def wzdx(*, publisher: str, now: dt.datetime, at: dt.datetime) -> FeedForm:
    """Return the feed; ``now`` decides which nights are near, ``at`` is the instant of the last change."""
    information = {
        "publisher": publisher,
        "version": VERSION,
        "update_date": _time(at),
        "update_frequency": 60,
        "data_sources": [{"data_source_id": SOURCE, "organization_name": publisher}],
    }
    return FeedForm(
        ("wzdx", now),
        f'{{"type":"FeatureCollection","feed_info":{compact_json(information)},"features":[',
        lambda site: ",".join(features(site, now)),
        "]}",
        ",",
    )


def features(site: Site, now: dt.datetime) -> Iterator[str]:
    """Yield a feature, as JSON, for each line, way, phase and interval of a site, under an identifier for good.

    What intervals share is written once for all nights of a phase.
    """
    ways = [
        (number, way, line if way is Direction.FORWARD else line[::-1])
        for number, line in enumerate(site.lines, 1)
        if len(line) > 1
        for way in (Direction.FORWARD, Direction.BACKWARD)
    ]
    core = compact_json(_core(site))
    for phase in site.phases:
        forms: list[tuple[str, str]] | None = None
        for interval in _intervals(phase, now):
            if forms is None:
                forms = [_feature(site, phase, *each) for each in ways]
            started = "all" if phase.rule.is_continuous else interval.start.strftime("%Y%m%d")
            dates = f'"start_date":"{_time(interval.start)}","end_date":"{_time(interval.end)}"'
            for opening, closing in forms:
                yield f'{opening}{started}","type":"Feature","properties":{{"core_details":{core},{dates}{closing}'


def _intervals(phase: SitePhase, now: dt.datetime) -> Iterator[Interval]:
    for interval in phase.rule.intervals():
        is_past = interval.end < now - dt.timedelta(hours=1) and not phase.rule.is_continuous
        if interval.start > now + HORIZON and not phase.rule.is_continuous:
            break
        if not is_past:
            yield interval


def _core(site: Site) -> dict[str, Any]:
    core = {
        "event_type": "work-zone",
        "data_source_id": SOURCE,
        "road_names": list(site.streets) or [site.title],
        "direction": "unknown",
        "name": site.title,
        "creation_date": _time(site.created_at),
        "update_date": _time(site.changed_at),
    }
    if site.description:
        core["description"] = site.description
    return core


def _feature(site: Site, phase: SitePhase, number: int, way: Direction, line: Line) -> tuple[str, str]:
    """Return the JSON of a feature up to the day in its identifier, and from the end of its dates on."""
    impact = site.impact(phase, Mode.CAR, way)
    restrictions = []
    if site.impact(phase, Mode.PARKING, way) is Impact.CLOSED:
        restrictions.append({"type": "no-parking"})
    if impact is Impact.SLOWED:
        restrictions.append({"type": "reduced-width"})
    nature = WorkNature(site.nature) if site.nature in WorkNature.values else WorkNature.OTHER
    properties = {
        "is_start_date_verified": bool(site.values.get("debut_confirme")),
        "is_end_date_verified": bool(site.values.get("fin_confirmee")),
        "is_start_position_verified": False,
        "is_end_position_verified": False,
        "location_method": "unknown",
        "vehicle_impact": "unknown" if site.is_suspended else _IMPACTS[impact],
        "types_of_work": [{"type_name": _TYPES.get(nature, "maintenance")}],
    }
    if restrictions:
        properties["restrictions"] = restrictions
    geometry = compact_json({"type": "LineString", "coordinates": line})
    identifier = compact_json(f"{site.identifier}-{number}-{phase.number}-{way.value}-")
    return f'{{"id":{identifier[:-1]}', f',{compact_json(properties)[1:]},"geometry":{geometry}}}'


def _time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
