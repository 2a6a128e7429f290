"""Orders of other tools as sites: lines on road sections; an import that is run again changes nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.core.management import CommandError, call_command

from layers.errors import UnreachableSource
from layers.models import DataVersion
from layers.visitor import system_visitor
from reference_data.models import RoadSection
from roadworks.feeds.sites import Line
from roadworks.imports import litteralis as reader
from roadworks.imports import services
from roadworks.imports.services import import_dialog, import_litteralis
from roadworks.imports.sources import ImportReport
from roadworks.models import Effect, Order, Phase, RoadWorks, SiteSection
from roadworks.vocabulary import Impact, Mode, SiteState
from tests.examples import is_thorough
from tests.litteralis_wfs import emprise, litteralis
from tests.road_works import SECTIONS, STREET

pytestmark = pytest.mark.django_db
# A side street that begins at the second crossing, and goes north.
SIDE: Line = (SECTIONS[1][0], (SECTIONS[1][0][0], 48.8110))


def road(number: int, line: Line, name: str) -> RoadSection:
    return RoadSection(
        cleabs=f"TRONROUT{number}", nature="Route à 1 chaussée", nom_voie_ban_gauche=name, importance="4",
        sens_de_circulation="Double sens", geom=LineString(*line, srid=4326),
    )  # fmt: skip


@pytest.fixture
def roads(catalogue: object) -> None:
    """An avenue of four sections, and a side street."""
    RoadSection.objects.bulk_create(
        [*(road(number, line, STREET) for number, line in enumerate(SECTIONS)), road(9, SIDE, "Rue Pasteur")]
    )


def load(features: Iterable[dict[str, Any]], state: SiteState = SiteState.SUBMITTED) -> ImportReport:
    with litteralis(list(features)) as (service, _pages):
        return import_litteralis(service=service, state=state, visitor=system_visitor())


def versions() -> dict[str, int]:
    return dict(DataVersion.objects.filter(table__startswith="roadworks_").values_list("table", "version"))


def test_a_corridor_becomes_lines_on_road_sections_and_its_stray_stubs_are_counted(roads: None) -> None:
    report = load([emprise(1, (SECTIONS[0][0], SECTIONS[1][1]))])
    site = RoadWorks.objects.get(source="litteralis", source_id="1")
    parts = SiteSection.objects.filter(chantier=site).order_by("rang")
    assert (report.count.created, report.stubs) == (1, 1)
    assert [part.cleabs for part in parts] == ["TRONROUT0", "TRONROUT1"]
    assert {part.voie for part in parts} == {STREET}
    assert sum(part.longueur_m for part in parts) == pytest.approx(322, abs=3)
    assert (site.voie, site.etat, site.commune_id) == (STREET, SiteState.SUBMITTED, "92048")


def test_midnights_in_utc_are_days_in_paris(roads: None) -> None:
    load([emprise(1, SECTIONS[0], emprisedebut="2027-03-24T23:00:00Z", emprisefin="2027-03-26T01:00:00Z")])
    phase = Phase.objects.get()
    assert (phase.date_debut, phase.date_fin) == (dt.date(2027, 3, 25), dt.date(2027, 3, 26))


def test_an_import_that_is_run_again_writes_nothing(roads: None) -> None:
    features = [emprise(number, SECTIONS[number % 4]) for number in range(6)]
    load(features)
    before = versions()
    report = load(features)
    assert (report.count.created, report.count.updated, report.count.unchanged) == (0, 0, 6)
    assert versions() == before


def test_a_change_of_the_source_changes_its_site_alone_and_its_state_stays(roads: None) -> None:
    load([emprise(1, SECTIONS[0]), emprise(2, SECTIONS[1])])
    RoadWorks.objects.update(etat=SiteState.PUBLISHED, contact="Interne")
    report = load([emprise(1, SECTIONS[0], mesures="Circulation alternée"), emprise(2, SECTIONS[1])])
    assert (report.count.updated, report.count.unchanged) == (1, 1)
    site = RoadWorks.objects.get(source_id="1")
    assert (site.etat, site.contact) == (SiteState.PUBLISHED, "Interne")
    assert set(site.effets.values_list("mode", "impact")) == {(Mode.CAR, Impact.ALTERNATE)}


def test_what_is_no_site_is_left_out_with_its_reason(roads: None) -> None:
    elsewhere: Line = ((2.23, 48.815), (2.231, 48.815))
    report = load(
        [
            emprise(1, SECTIONS[0]),
            emprise(1, SECTIONS[1]),
            emprise(2, SECTIONS[0], arretedebut=None),
            emprise(3, SECTIONS[0], arretefin="2027-03-01T00:00:00Z"),
            emprise(4, SECTIONS[0], documenttype="ARRETE PERMANENT"),
            emprise(5, SECTIONS[0], geometry=None),
            emprise(6, elsewhere),
            emprise(7, SECTIONS[0], emprisetype="DEVIATION"),
            emprise(8, SECTIONS[0], idemprise=None),
        ]
    )
    assert RoadWorks.objects.count() == 1
    assert dict(report.rejected) == {
        "1": "identifiant d’emprise en double",
        "2": "une date manque ou n’est pas une date",
        "3": "la fin précède le début",
        "4": "arrêté permanent : ce n’est pas un chantier",
        "5": "géométrie absente ou illisible",
        "6": "aucune rue du référentiel sous l’emprise",
        "7": "déviation d’un arrêté sans chantier",
        "": "aucun identifiant d’emprise",
    }
    assert report.ignored == {"Limitation de vitesse": 2}


def test_emprises_of_one_number_are_sites_of_their_own_with_their_order_and_detour(roads: None) -> None:
    load(
        [
            emprise(1, SECTIONS[0], idarrete=5),
            emprise(2, SECTIONS[2], idarrete=6, mesures="Stationnement interdit"),
            emprise(3, SECTIONS[1], idarrete=5, emprisetype="DEVIATION"),
        ]
    )
    assert set(Order.objects.values_list("numero", "adresse")) == {
        ("2027-12", "https://arretes.example.org/2027-12")
    }
    assert Order.objects.count() == RoadWorks.objects.count() == 2
    first, second = RoadWorks.objects.order_by("source_id")
    assert (first.trace_deviation is None, second.trace_deviation is None) == (False, True)
    assert Effect.objects.get(chantier=second).mode == Mode.PARKING


def test_parameters_of_orders_which_may_name_people_are_not_read(roads: None) -> None:
    load([emprise(1, SECTIONS[0])])
    row = RoadWorks.objects.values().get()
    assert [name for name, value in row.items() if "Martin" in str(value)] == []


def test_every_page_is_read_with_credentials(roads: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PAGE", 2)
    features = [emprise(number, SECTIONS[0]) for number in range(5)]
    with litteralis(features) as (service, pages):
        report = import_litteralis(service=service, state=SiteState.SUBMITTED, visitor=system_visitor())
        with pytest.raises(UnreachableSource) as refusal:
            list(replace(service, password="faux").features())
    assert (report.rows, pages) == (5, [0, 2, 4])
    assert "401" in refusal.value.detail
    assert "faux" not in refusal.value.detail


def test_a_password_is_not_sent_in_clear() -> None:
    with pytest.raises(UnreachableSource, match="https"):
        list(reader.LitteralisService("http://arretes.example.org/wfs", "gpso", "secret").features())


def test_a_dry_run_writes_nothing(roads: None, settings: Any) -> None:
    out = StringIO()
    with litteralis([emprise(1, SECTIONS[0])]) as (service, _pages):
        settings.LITTERALIS_URL = service.address
        settings.LITTERALIS_USER, settings.LITTERALIS_PASSWORD = service.user, service.password
        call_command("import_litteralis", "--dry-run", stdout=out)
    assert "1 créés" in out.getvalue()
    assert not RoadWorks.objects.exists()


DATEX2 = """<d2:payload xmlns:d2="http://datex2.eu/schema/3/d2Payload" xmlns:com="http://datex2.eu/schema/3/common"
 xmlns:loc="http://datex2.eu/schema/3/locationReferencing" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:dx="urn:dialog" xmlns="http://datex2.eu/schema/3/trafficRegulation" xsi:type="TrafficRegulationPublication">
<trafficRegulationsFromCompetentAuthorities><trafficRegulationOrder id="{id}" version="1">
 <description><com:values><com:value>Réfection de chaussée</com:value></com:values></description>
 <issuingAuthority><com:values><com:value>Meudon</com:value></com:values></issuingAuthority>
 <regulationId>F2027/1</regulationId>
 <validityByOrder><com:validityTimeSpecification><com:overallStartTime>2027-03-22T00:00:00+01:00</com:overallStartTime>
  <com:overallEndTime>2027-04-02T00:00:00+02:00</com:overallEndTime></com:validityTimeSpecification></validityByOrder>
 <trafficRegulation>
  <typeOfRegulation xsi:type="AccessRestriction"><accessRestrictionType>noEntry</accessRestrictionType>
  </typeOfRegulation>
  <condition xsi:type="ConditionSet"><conditions xsi:type="ValidityCondition"><validityByOrder>
   <com:validityTimeSpecification><com:overallStartTime>2027-03-22T00:00:00+01:00</com:overallStartTime>
   <com:overallEndTime>2027-04-02T00:00:00+02:00</com:overallEndTime><com:validPeriod>
   <com:recurringTimePeriodOfDay><com:startTimeOfPeriod>21:00:00+01:00</com:startTimeOfPeriod>
   <com:endTimeOfPeriod>06:00:00+01:00</com:endTimeOfPeriod></com:recurringTimePeriodOfDay>
   <com:recurringDayWeekMonthPeriod><com:applicableDay>monday</com:applicableDay></com:recurringDayWeekMonthPeriod>
   </com:validPeriod></com:validityTimeSpecification></validityByOrder></conditions>
   <conditions xsi:type="LocationCondition"><locationByOrder xsi:type="loc:LinearLocation">
   <loc:_linearLocationExtension><dx:geoJsonGeometry>{geometry}</dx:geoJsonGeometry></loc:_linearLocationExtension>
   </locationByOrder></conditions>{vehicles}</condition>
 </trafficRegulation>
</trafficRegulationOrder></trafficRegulationsFromCompetentAuthorities></d2:payload>"""
LINE = json.dumps({"type": "LineString", "coordinates": SECTIONS[0]})
LORRIES = '<conditions xsi:type="VehicleCondition"><negate>false</negate></conditions>'


def dialog(content: str) -> ImportReport:
    return import_dialog(content=content.encode(), state=SiteState.PUBLISHED, visitor=system_visitor())


def test_an_order_of_dialog_is_a_site_of_its_hours_and_days(roads: None) -> None:
    content = DATEX2.format(id="064ca240", geometry=LINE, vehicles="")
    dialog(content)
    again = dialog(content)
    site = RoadWorks.objects.get(source="dialog")
    phase = Phase.objects.get(chantier=site)
    assert (site.objet, site.maitre_ouvrage, site.etat) == (
        "Réfection de chaussée",
        "Meudon",
        SiteState.PUBLISHED,
    )
    assert (phase.heure_debut, phase.heure_fin, phase.jours) == (dt.time(21), dt.time(6), [1])
    assert (phase.date_debut, phase.date_fin) == (dt.date(2027, 3, 22), dt.date(2027, 4, 1))
    assert [part.cleabs for part in site.troncons.all()] == ["TRONROUT0"]
    assert again.count.unchanged == 1


def test_a_day_that_is_none_leaves_its_order_out(roads: None) -> None:
    content = DATEX2.format(id="1", geometry=LINE, vehicles="").replace("2027-04-02T", "2027-02-31T")
    assert [identifier for identifier, _reason in dialog(content).rejected] == ["1"]


def test_a_measure_for_some_vehicles_alone_makes_no_site(roads: None) -> None:
    report = dialog(DATEX2.format(id="1", geometry=LINE, vehicles=LORRIES))
    assert report.ignored == {"noEntry, certains véhicules": 1}
    assert [identifier for identifier, _reason in report.rejected] == ["1"]


def test_the_json_of_dialog_is_read_in_the_words_of_its_api(roads: None) -> None:
    order = {
        "identifier": "F2027/2",
        "category": "temporaryRegulation",
        "title": "Fibre",
        "measures": [
            {
                "type": "alternateRoad",
                "periods": [
                    {
                        "startDate": "2027-03-21T23:00:00Z",
                        "endDate": "2027-03-24T23:00:00Z",
                        "dailyRange": {"applicableDays": ["monday", "tuesday"]},
                        "timeSlots": [
                            {"startTime": "2027-03-22T07:00:00Z", "endTime": "2027-03-22T16:00:00Z"}
                        ],
                    }
                ],
                "locations": [{"roadType": "rawGeoJSON", "rawGeoJSON": {"geometry": LINE}}],
            }
        ],
    }
    dialog(json.dumps([order]))
    phase = Phase.objects.get()
    assert (phase.date_debut, phase.date_fin) == (dt.date(2027, 3, 22), dt.date(2027, 3, 25))
    assert (phase.heure_debut, phase.heure_fin, phase.jours) == (dt.time(8), dt.time(17), [1, 2])


SPEED = """<trafficRegulation><typeOfRegulation xsi:type="SpeedLimit"/><condition xsi:type="ConditionSet">
 <conditions xsi:type="LocationCondition"><locationByOrder xsi:type="loc:LinearLocation">
 <loc:_linearLocationExtension><dx:geoJsonGeometry>{geometry}</dx:geoJsonGeometry></loc:_linearLocationExtension>
 </locationByOrder></conditions></condition></trafficRegulation>"""


def test_a_measure_without_a_word_here_lends_its_streets_to_no_site(roads: None) -> None:
    beside = SPEED.format(geometry=json.dumps({"type": "LineString", "coordinates": SECTIONS[2]}))
    content = DATEX2.format(id="1", geometry=LINE, vehicles="")
    dialog(content.replace("</trafficRegulationOrder>", f"{beside}</trafficRegulationOrder>"))
    assert [part.cleabs for part in SiteSection.objects.all()] == ["TRONROUT0"]


def test_a_restriction_of_a_whole_city_is_no_site(roads: None) -> None:
    ring = [[2.20, 48.80], [2.22, 48.80], [2.22, 48.82], [2.20, 48.82], [2.20, 48.80]]
    city = json.dumps({"type": "Polygon", "coordinates": [ring]})
    report = dialog(DATEX2.format(id="1", geometry=city, vehicles=""))
    assert [reason for _identifier, reason in report.rejected] == [
        "zone ou ville entière : ce n’est pas une rue"
    ]


def test_what_dialog_has_of_litteralis_comes_in_from_there(roads: None, settings: Any) -> None:
    settings.LITTERALIS_URL = "https://arretes.example.org/wfs"
    extension = "<x:source xmlns:x='urn:dialog'>litteralis</x:source></trafficRegulationOrder>"
    content = DATEX2.format(id="1", geometry=LINE, vehicles="")
    report = dialog(content.replace("</trafficRegulationOrder>", extension))
    assert len(report.rejected) == 1
    assert not RoadWorks.objects.exists()


def answer_of_api(**metadata: int) -> str:
    period = {
        "recurrenceType": "certainDays",
        "startDateTime": "2027-03-21T23:00:00+00:00",
        "endDateTime": "2027-03-25T22:59:00+00:00",
        "dailyRange": {"dayRanges": [{"firstDay": "monday", "lastDay": "wednesday"}]},
        "timeSlots": [{"startTime": "1970-01-01T07:00:00+00:00", "endTime": "1970-01-01T16:00:00+00:00"}],
    }
    measure = {"type": "noEntry", "vehicleSet": None, "periods": [period], "locations": [{"geometry": LINE}]}
    order = {
        "identifier": "F2027/2",
        "organization": {"uuid": "o-1", "name": "Meudon"},
        "measures": [measure],
    }
    return json.dumps({"regulations": [order], "metadata": metadata})


def test_the_answers_of_the_api_of_dialog_are_read_in_their_own_words(roads: None) -> None:
    dialog(answer_of_api(page=1, lastPage=1, totalItems=1))
    phase = Phase.objects.select_related("chantier").get()
    assert phase.chantier.source_id == "o-1/F2027/2"  # another town has an order of this number
    assert (phase.date_debut, phase.date_fin) == (dt.date(2027, 3, 22), dt.date(2027, 3, 25))
    assert (phase.heure_debut, phase.heure_fin, phase.jours) == (dt.time(8), dt.time(17), [1, 2, 3])


def test_one_page_of_several_is_no_export(roads: None) -> None:
    with pytest.raises(UnreachableSource, match="1 arrêtés sur 42"):
        dialog(answer_of_api(page=1, lastPage=3, totalItems=42))


def test_the_pages_that_follow_an_answer_of_the_api_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = []

    def download(address: str, **_limits: Any) -> bytes:
        addresses.append(address)
        return answer_of_api(page=len(addresses), lastPage=2, totalItems=2).encode()

    monkeypatch.setattr(services, "download", download)
    content = services.downloaded_export("https://dialog.example.org/api/regulations/search?status=all")
    assert len(json.loads(content)["regulations"]) == 2
    assert addresses[1].endswith("search?status=all&page=2")


@pytest.mark.parametrize("content", ["<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "{", "[1]", "bonjour"])
def test_what_is_no_export_is_refused_in_words(roads: None, content: str) -> None:
    with pytest.raises(UnreachableSource, match="DiaLog"):
        dialog(content)


def test_a_command_names_what_it_cannot_open() -> None:
    with pytest.raises(CommandError, match=r"absent\.xml"):
        call_command("import_dialog", "absent.xml", stdout=StringIO())


@pytest.mark.skipif(not is_thorough(), reason="Sixteen thousand emprises take minutes: thorough runs")
def test_sixteen_thousand_emprises_are_sites_and_twice_changes_nothing(roads: None) -> None:
    features = [emprise(number, SECTIONS[number % 4]) for number in range(16_000)]
    first = load([*features, emprise(3, SECTIONS[0])])
    before = versions()
    second = load(features)
    assert (first.count.created, len(first.rejected)) == (16_000, 1)
    assert (second.count.unchanged, versions()) == (16_000, before)
