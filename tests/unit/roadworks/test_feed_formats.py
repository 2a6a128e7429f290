"""What each format says of a site: the same nights, one record or incident for each part, identifiers for good."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from defusedxml import ElementTree

from roadworks.feeds.cifs import Refusal, cifs_json, cifs_xml, diffusion
from roadworks.feeds.datex2 import datex2
from roadworks.feeds.geojson import geojson
from roadworks.feeds.icalendar import MAX_BYTES, folded, icalendar
from roadworks.feeds.sites import Line, Site, SiteEffect, SitePhase
from roadworks.feeds.wzdx import wzdx
from roadworks.periods import PARIS, Interval, Rule, merged
from roadworks.vocabulary import Direction, Impact, Mode
from tests.road_works import CLOSED, DAYS, NIGHTS, SECTIONS, paris, parts, public_site

AT = paris("2027-03-02 10:00")
NOW = paris("2027-03-20 00:00")
SIT, COM = "{http://datex2.eu/schema/3/situation}", "{http://datex2.eu/schema/3/common}"
LOC = "{http://datex2.eu/schema/3/locationReferencing}"
KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"
DAY = dt.timedelta(days=1)
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NIGHTLY = public_site(phases=(SitePhase(1, "", NIGHTS),))
CALENDAR = icalendar(name="Travaux", host="p.fr", address="https://p.fr/{}".format)
EXPECTED = list(NIGHTS.intervals())


def records(*sites: Site) -> list[Any]:
    return list(
        ElementTree.fromstring(datex2(creator="200057974", at=AT).write(sites)).iter(f"{SIT}situationRecord")
    )


def of_kind(found: list[Any], kind: str) -> list[Any]:
    return [record for record in found if record.get(KIND) == f"sit:{kind}"]


def daily(
    start: dt.datetime, end: dt.datetime, opens: dt.time, closes: dt.time, days: set[int]
) -> Iterator[Interval]:
    """Yield the hours of each day of the week between two instants, read as clocks on the wall."""
    day = start.astimezone(PARIS).date()
    while dt.datetime.combine(day, dt.time(), PARIS) < end:
        if day.isoweekday() in days:
            last = closes if closes not in {dt.time(23, 59, 59), dt.time(23, 59)} else dt.time()
            until = dt.datetime.combine(day + DAY if last == dt.time() else day, last, PARIS)
            opened = max(start, dt.datetime.combine(day, opens, PARIS))
            if opened < min(end, until):
                yield Interval(opened.astimezone(dt.UTC), min(end, until).astimezone(dt.UTC))
        day += DAY


def nights_of_datex2(site: Site) -> list[Interval]:
    (works,) = of_kind(records(site), "MaintenanceWorks")
    bounds = [
        dt.datetime.fromisoformat(works.findtext(f".//{COM}overall{name}Time")) for name in ("Start", "End")
    ]
    hours: list[Interval] = []
    for period in works.iter(f"{COM}validPeriod"):
        start, end = (
            dt.datetime.fromisoformat(period.findtext(f"{COM}{name}OfPeriod")) for name in ("start", "end")
        )
        opens, closes = (
            dt.time.fromisoformat(period.findtext(f".//{COM}{name}TimeOfPeriod")) for name in ("start", "end")
        )
        days = {NAMES.index(each.text) + 1 for each in period.iter(f"{COM}applicableDay")} or set(range(1, 8))
        hours += daily(max(start, bounds[0]), min(end, bounds[1]), opens, closes, days)
    return merged(hours)


def nights_of_cifs(site: Site) -> list[Interval]:
    hours: list[Interval] = []
    for incident in json.loads(cifs_json(reference="gpso", at=AT).write([site]))["incidents"]:
        start, end = (dt.datetime.fromisoformat(incident[name]) for name in ("starttime", "endtime"))
        for name, text in incident["schedule"].items():
            for slot in text.split(","):
                opens, closes = (dt.time.fromisoformat(each) for each in slot.split("-"))
                days = set(range(1, 8)) if name == "everyday" else {NAMES.index(name) + 1}
                hours += daily(start, end, opens, closes, days)
    return merged(hours)


def nights_of_wzdx(site: Site) -> list[Interval]:
    document = json.loads(wzdx(publisher="GPSO", now=NOW, at=AT).write([site]))
    return merged(
        Interval(
            *(dt.datetime.fromisoformat(each["properties"][name]) for name in ("start_date", "end_date"))
        )
        for each in document["features"]
    )


def nights_of_geojson(site: Site) -> list[Interval]:
    (each,) = json.loads(geojson().write([site]))["features"][0]["properties"]["phases"]
    hours = (dt.time.fromisoformat(each[name]) for name in ("heure_debut", "heure_fin"))
    dates = (dt.date.fromisoformat(each[name]) for name in ("date_debut", "date_fin"))
    return list(Rule(*dates, *hours, frozenset(each["jours"])).intervals())


def test_every_format_says_the_same_nights_across_a_change_of_hour() -> None:
    assert len(EXPECTED) == 11
    said = {
        each.__name__: each(NIGHTLY)
        for each in (nights_of_datex2, nights_of_cifs, nights_of_wzdx, nights_of_geojson)
    }
    assert {name for name, nights in said.items() if nights != EXPECTED} == set()


def test_formats_without_public_holidays_leave_their_nights_out() -> None:
    nights = replace(NIGHTS, skips_holidays=True)
    site = replace(NIGHTLY, phases=(SitePhase(1, "", nights),))
    expected = list(nights.intervals())
    assert len(expected) == 10
    assert nights_of_datex2(site) == nights_of_cifs(site) == expected


def test_a_calendar_repeats_the_nights_without_holidays() -> None:
    nights = replace(NIGHTS, skips_holidays=True)
    text = CALENDAR.write([replace(NIGHTLY, phases=(SitePhase(1, "", nights),))])
    lines = text.decode().replace("\r\n ", "").split("\r\n")
    assert "DTSTART;TZID=Europe/Paris:20270322T210000" in lines
    assert "DTEND;TZID=Europe/Paris:20270323T060000" in lines
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SU;UNTIL=20270402T190000Z" in lines
    assert "EXDATE;TZID=Europe/Paris:20270329T210000" in lines
    assert "UID:TRV-2027-0007-1@p.fr" in lines
    assert "SEQUENCE:3" in lines


def test_a_night_that_ended_early_replaces_its_occurrence() -> None:
    end = paris("2027-03-24 23:10")
    site = replace(NIGHTLY, ended_at=end, phases=(SitePhase(1, "", replace(NIGHTS, stops_at=end)),))
    text = CALENDAR.write([site]).decode()
    assert (
        "RECURRENCE-ID;TZID=Europe/Paris:20270324T210000\r\nDTSTART;TZID=Europe/Paris:20270324T210000\r\n"
        in text
    )
    assert "DTEND;TZID=Europe/Paris:20270324T231000\r\n" in text


def test_lines_of_a_calendar_are_folded_between_characters() -> None:
    text = "SUMMARY:" + "é" * 100
    parts_of = folded(text).split("\r\n")
    assert max(len(part.encode()) for part in parts_of) <= MAX_BYTES
    assert "".join([parts_of[0], *(part[1:] for part in parts_of[1:])]) == text


def test_datex2_writes_latitude_before_longitude() -> None:
    (works,) = of_kind(records(NIGHTLY), "MaintenanceWorks")
    assert works.findtext(f".//{LOC}posList") == "48.810000 2.205000 48.810000 2.207200"


def test_each_line_of_a_site_is_a_record_of_one_situation() -> None:
    site = replace(NIGHTLY, lines=(SECTIONS[0], SECTIONS[2]), effects=(CLOSED,))
    root = ElementTree.fromstring(datex2(creator="200057974", at=AT).write([site]))
    (situation,) = root.iter(f"{SIT}situation")
    assert situation.get("id") == site.identifier
    identifiers = [record.get("id") for record in situation.iter(f"{SIT}situationRecord")]
    assert len(set(identifiers)) == 4
    assert {record.get("version") for record in situation.iter(f"{SIT}situationRecord")} == {"3"}


@pytest.mark.parametrize(
    ("mode", "impact", "written"),
    [
        (Mode.CAR, Impact.CLOSED, "roadClosed"),
        (Mode.CAR, Impact.ALTERNATE, "singleAlternateLineTraffic"),
        (Mode.BICYCLE, Impact.SLOWED, "narrowLanes"),
        (Mode.PARKING, Impact.CLOSED, "other"),
    ],
)
def test_each_effect_is_a_record_of_the_situation(mode: Mode, impact: Impact, written: str) -> None:
    site = replace(NIGHTLY, effects=(SiteEffect(None, mode, impact, Direction.FORWARD),))
    (record,) = of_kind(records(site), "RoadOrCarriagewayOrLaneManagement")
    assert record.findtext(f"{SIT}roadOrCarriagewayOrLaneManagementType") == written
    assert record.findtext(f"{SIT}applicableForTrafficDirection") == "aligned"


def test_a_suspended_site_is_suspended_in_datex2_and_not_sent_to_waze() -> None:
    site = replace(NIGHTLY, is_suspended=True)
    status = {record.findtext(f".//{COM}validityStatus") for record in records(site)}
    assert status == {"suspended"}
    assert [reason for reason, *_where in diffusion(site, reference="gpso").refusals] == [Refusal.SUSPENDED]


def test_a_text_is_never_cut_in_datex2() -> None:
    (works,) = of_kind(records(replace(NIGHTLY, description="é<" * 1_000)), "MaintenanceWorks")
    texts = [each.text for each in works.iter(f"{COM}value")][1:]
    assert "".join(texts) == "é<" * 1_000


def test_wzdx_has_a_feature_for_each_way_of_each_night() -> None:
    slowed = SiteEffect(None, Mode.CAR, Impact.SLOWED, Direction.BACKWARD)
    document = json.loads(wzdx(publisher="GPSO", now=NOW, at=AT).write([replace(NIGHTLY, effects=(slowed,))]))
    features = document["features"]
    assert len(features) == len({each["id"] for each in features}) == 22
    ways = {each["id"].split("-")[-2]: each for each in features}
    assert ways["retour"]["properties"]["restrictions"] == [{"type": "reduced-width"}]
    assert "restrictions" not in ways["aller"]["properties"]
    assert ways["retour"]["geometry"]["coordinates"] == ways["aller"]["geometry"]["coordinates"][::-1]


def test_nights_after_the_horizon_of_wzdx_wait() -> None:
    early = json.loads(wzdx(publisher="GPSO", now=NOW - dt.timedelta(days=11), at=AT).write([NIGHTLY]))
    assert {each["properties"]["start_date"][:10] for each in early["features"]} == {"2027-03-22"}


def test_a_closure_over_four_crossings_is_four_incidents_for_good() -> None:
    site = replace(NIGHTLY, parts=parts(SECTIONS))
    first = [each.id for each in diffusion(site, reference="gpso").incidents]
    assert first == [f"TRV-2027-0007-TRONROUT{n}-1" for n in (1, 2, 3, 4)]
    changed = replace(site, description="Autre texte", version=4, title="Autre")
    assert [each.id for each in diffusion(changed, reference="gpso").incidents] == first


@pytest.mark.parametrize(
    ("impact", "kind"),
    [
        (Impact.CLOSED, ("ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION")),
        (Impact.ALTERNATE, ("HAZARD", "HAZARD_ON_ROAD_LANE_CLOSED")),
        (Impact.SLOWED, ("HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION")),
    ],
)
def test_only_a_closure_closes_a_road_of_waze(impact: Impact, kind: tuple[str, str]) -> None:
    site = replace(NIGHTLY, effects=(SiteEffect(None, Mode.CAR, impact, Direction.BOTH),))
    (incident,) = ElementTree.fromstring(cifs_xml(reference="gpso", at=AT).write([site])).iter("incident")
    assert (incident.findtext("type"), incident.findtext("subtype")) == kind
    assert incident.findtext("direction") == "BOTH_DIRECTIONS"


def test_a_way_that_is_closed_alone_is_an_incident_along_it() -> None:
    site = replace(NIGHTLY, effects=(SiteEffect(None, Mode.CAR, Impact.CLOSED, Direction.BACKWARD),))
    (incident,) = diffusion(site, reference="gpso").incidents
    assert (incident.id, incident.is_one_way) == ("TRV-2027-0007-TRONROUT1-1-retour", True)
    assert incident.line == SECTIONS[0][::-1]


SHORT: Line = (SECTIONS[0][0], (2.2053, 48.8100))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"parts": parts([SHORT])}, Refusal.SHORT),
        ({"parts": parts(SECTIONS[:1], nature="Sentier")}, Refusal.PEDESTRIAN),
        ({"parts": parts(SECTIONS[:1], street="Route à 1 chaussée")}, Refusal.UNNAMED),
        ({"parts": ()}, Refusal.NO_SECTION),
        ({"effects": (SiteEffect(None, Mode.PARKING, Impact.CLOSED, Direction.BOTH),)}, Refusal.PARKING),
        ({"effects": (SiteEffect(None, Mode.FOOT, Impact.CLOSED, Direction.BOTH),)}, Refusal.NO_CAR),
    ],
)
def test_what_waze_cannot_take_is_left_out_with_its_reason(values: dict[str, Any], reason: Refusal) -> None:
    left_out = diffusion(replace(NIGHTLY, **values), reference="gpso")
    assert left_out.incidents == []
    assert {each for each, *_where in left_out.refusals} == {reason}


def test_effects_of_one_phase_have_its_hours() -> None:
    effect = SiteEffect(2, Mode.CAR, Impact.CLOSED, Direction.BOTH)
    site = public_site(effects=(effect,))
    (record,) = of_kind(records(site), "RoadOrCarriagewayOrLaneManagement")
    hull = DAYS.hull
    assert hull is not None
    assert dt.datetime.fromisoformat(record.findtext(f".//{COM}overallStartTime")) == hull.start
    assert [each.id for each in diffusion(site, reference="gpso").incidents] == ["TRV-2027-0007-TRONROUT1-2"]
