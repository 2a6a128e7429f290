"""The features that the demonstration writes: all placed, plausible, and said to be examples."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, models, transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from amenities.models import (
    ChargePoint,
    ChargingStation,
    Equipment,
    Inspection,
    Intervention,
    Photo,
    Playground,
)
from gisportal.demo.loading import load_features
from gisportal.demo.photos import draw_photos, store_photos
from heritage.models import BuildingPhoto, HeritageBuilding, RemarkableTree, TreePhoto
from layers.definitions import LayerDefinition
from layers.models import Commune, FeaturePhoto
from plui.catalogue import PRESCRIPTIONS_LIN, PRESCRIPTIONS_PCT, PRESCRIPTIONS_SURF
from plui.models import (
    DocUrba,
    HabillageTxt,
    InfoLin,
    InfoPct,
    InfoSurf,
    PrescriptionLin,
    PrescriptionPct,
    PrescriptionSurf,
    ZoneUrba,
)
from plui.vocabulary import Etat
from reference_data.models import Address, Easement, Parcel, RoadSection
from tests.wfs_asking import post_xml, texts

pytestmark = pytest.mark.django_db
# What the journey of the planner asks: trees of Meudon, in N zones, within 300 m of a heritage building.
PLANNERS_QUESTION = (
    "couches=arbres-remarquables&couches=plui-zones&couches=batiments-patrimoniaux&commune=92048"
    "&plui-zones.typezone=N&arbres-remarquables.touching=batiments-patrimoniaux@300"
    "&arbres-remarquables.touching=plui-zones*"
)
FEATURES = [
    HeritageBuilding,
    RemarkableTree,
    Playground,
    ChargingStation,
    ZoneUrba,
    PrescriptionSurf,
    PrescriptionLin,
    PrescriptionPct,
    InfoSurf,
    InfoLin,
    InfoPct,
    RoadSection,
    Address,
    Parcel,
    Easement,
]


SLUGS: dict[type[models.Model], str] = {
    ZoneUrba: "plui-zones",
    PrescriptionSurf: "plui-prescriptions-surf",
    PrescriptionLin: "plui-prescriptions-lin",
    PrescriptionPct: "plui-prescriptions-pct",
}


@pytest.fixture(scope="module")
def features(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Load the features alone once for this file, in a transaction; every test goes back to it."""
    today = timezone.localdate()
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
        transaction.atomic(),
    ):
        loaded = load_features(today)
        with ThreadPoolExecutor(1) as threads:
            store_photos(
                draw_photos(threads, loaded.playgrounds, loaded.buildings, loaded.trees, anchor=today)
            )
        connection.check_constraints()  # once: each test would check those of every row again
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (Commune, 8),
        (HeritageBuilding, 61),
        (RemarkableTree, 66),
        (Playground, 40),
        (ChargingStation, 30),
        (PrescriptionPct, 63),
        (PrescriptionSurf, 59),
        (PrescriptionLin, 31),
        (InfoSurf, 19),
        (InfoLin, 4),
        (InfoPct, 6),
        (HabillageTxt, 8),
        (Easement, 50),
    ],
)
def test_every_layer_has_its_sample(features: None, model: type[models.Model], count: int) -> None:
    assert model._default_manager.count() == count


def test_the_question_of_the_planner_has_an_answer(features: None, client: Client) -> None:
    page = client.get(f"/carte/?{PLANNERS_QUESTION}").content.decode()
    near = {"EXEMPLE-A061", "EXEMPLE-A062", "EXEMPLE-A063", "EXEMPLE-A064", "EXEMPLE-A065"}
    trees = RemarkableTree.objects.filter(matricule__in=near).values_list("pk", flat=True)
    shown = set(re.findall(r'data-feature="arbres-remarquables/(\d+)"', page))
    assert shown == {str(pk) for pk in trees}


@pytest.mark.parametrize("model", FEATURES)
def test_every_feature_is_in_a_commune(features: None, model: type[models.Model]) -> None:
    assert not model._default_manager.filter(commune=None).exists()


@pytest.mark.parametrize("model", [HeritageBuilding, RemarkableTree, Playground, ChargingStation, ZoneUrba])
def test_every_commune_has_some(features: None, model: type[models.Model]) -> None:
    assert model._default_manager.values("commune").distinct().count() == 8


def test_no_station_has_an_identifier_of_a_real_operator(features: None) -> None:
    assert set(ChargingStation.objects.values_list("id_station_itinerance", flat=True)) == {"Non concerné"}
    assert set(ChargePoint.objects.values_list("id_pdc_itinerance", flat=True)) == {"Non concerné"}


def test_a_station_has_the_points_it_announces(features: None) -> None:
    counted = ChargingStation.objects.annotate(count=models.Count("charge_points"))
    assert not counted.exclude(count=models.F("nbre_pdc")).exists()


def test_only_references_that_were_read_are_given(features: None) -> None:
    given = set(HeritageBuilding.objects.exclude(ref_merimee="").values_list("ref_merimee", flat=True))
    assert given == {"PA00088078", "PA00088117", "PA00088155"}


def test_a_real_tree_has_no_invented_diagnosis(features: None) -> None:
    real = RemarkableTree.objects.exclude(source="donnée d’exemple")
    assert (real.count(), real.exclude(etat_sanitaire="").count()) == (17, 0)


@pytest.mark.parametrize(
    ("model", "layer", "least"),
    [
        (PrescriptionSurf, PRESCRIPTIONS_SURF, 18),
        (PrescriptionLin, PRESCRIPTIONS_LIN, 7),
        (PrescriptionPct, PRESCRIPTIONS_PCT, 5),
    ],
)
def test_every_prescription_has_a_symbol_of_the_standard(
    features: None, model: type[models.Model], layer: LayerDefinition, least: int
) -> None:
    codes = set(model._default_manager.values_list("code", flat=True))
    drawn = {category.value for category in layer.style.categories if category.symbol}
    assert len(codes) >= least
    assert codes <= drawn


def first_dates(slug: str, where: str = "") -> set[dt.date]:
    """Return the dates of the first 25 features that a filter selects: as many as the suite of OGC samples."""
    answer = post_xml(
        '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" xmlns:f="http://www.opengis.net/fes/2.0"'
        ' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:p="urn:x-portail:couche" service="WFS" version="2.0.0"'
        f' count="25"><Query typeNames="p:{slug}">{where}</Query></GetFeature>'
    )
    assert answer.status == 200, answer.body
    return {dt.date.fromisoformat(text.removesuffix("Z")) for text in texts(answer, "date_validite")}


def temporal(operator: str, literal: str) -> str:
    return (
        f"<f:Filter><f:{operator}><f:ValueReference>p:date_validite</f:ValueReference>{literal}"
        f"</f:{operator}></f:Filter>"
    )


def period(begin: dt.datetime, end: dt.datetime) -> str:
    return (
        f'<gml:TimePeriod gml:id="t"><gml:beginPosition>{begin.isoformat(timespec="milliseconds")}'
        f"</gml:beginPosition><gml:endPosition>{end.isoformat(timespec='milliseconds')}</gml:endPosition>"
        "</gml:TimePeriod>"
    )


def instant(time: dt.datetime) -> str:
    position = time.isoformat(timespec="milliseconds")
    return f'<gml:TimeInstant gml:id="t"><gml:timePosition>{position}</gml:timePosition></gml:TimeInstant>'


def day(date: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first and the last instant of a day, as the suite of OGC reads a date."""
    start = dt.datetime.combine(date, dt.time(), dt.UTC)
    return start, start + dt.timedelta(days=1, milliseconds=-1)


@pytest.mark.parametrize("model", SLUGS)
def test_the_plui_has_dates_before_after_and_within_those_of_its_first_objects(
    features: None, model: type[models.Model]
) -> None:
    """ISO 19143, A.9 and A.10, as the suite of OGC asks: thirds of the time of its sample, an hour longer."""
    slug, hour = SLUGS[model], dt.timedelta(hours=1)
    dates = first_dates(slug)
    begin, end = day(min(dates))[0] - hour, day(max(dates))[1] + hour
    first, last = begin + (end - begin) / 3, end - (end - begin) / 3
    after = {
        "a period": period(begin, first),
        "an instant": instant(first),
        "an instant of Japan": instant(first.astimezone(dt.timezone(9 * hour))),
    }
    for name, literal in after.items():
        selected = first_dates(slug, temporal("After", literal))
        assert (name, selected) == (name, {date for date in dates if day(date)[0] > first})
        assert selected
    before = first_dates(slug, temporal("Before", period(last, end)))
    assert before == {date for date in dates if day(date)[1] < last} != set()
    during = first_dates(slug, temporal("During", period(begin, end)))
    assert set() != during <= {date for date in dates if begin < day(date)[0] and day(date)[1] < end}


def test_no_object_is_valid_after_the_approval_of_its_document(features: None) -> None:
    approved = DocUrba.objects.get().datappro
    for model in SLUGS:
        assert not model._default_manager.filter(datvalid__gt=approved).exists()


def test_the_document_has_a_partial_annulment_that_says_that_it_is_an_example(features: None) -> None:
    assert DocUrba.objects.get().etat == Etat.PARTIELLEMENT_ANNULE
    annulment = InfoSurf.objects.get(code="98-00")
    assert annulment.libelle.endswith("exemple")
    assert "jugement" in annulment.nomfic
    assert ZoneUrba.objects.filter(geom__intersects=annulment.geom).exists()


def test_every_playground_has_three_to_eight_pieces_of_equipment(features: None) -> None:
    counts = (
        Equipment.objects.values("playground")
        .annotate(count=models.Count("pk"))
        .values_list("count", flat=True)
    )
    assert len(counts) == 40
    assert min(counts) >= 3
    assert max(counts) <= 8


def test_inspections_cover_two_years_and_name_their_next_date(features: None) -> None:
    dates = Inspection.objects.aggregate(first=models.Min("date"), last=models.Max("date"))
    today = timezone.localdate()
    assert today - dt.timedelta(days=731) <= dates["first"] < today - dt.timedelta(days=600)
    assert dates["last"] < today
    assert not Inspection.objects.filter(prochaine_echeance=None).exists()


def test_works_are_done_going_on_and_planned(features: None) -> None:
    assert {"prevue", "terminee"} <= set(Intervention.objects.values_list("statut", flat=True))


def test_works_were_asked_for_before_they_were_done(features: None) -> None:
    assert not Intervention.objects.exclude(date_demande__lte=models.F("date")).exists()


@pytest.mark.parametrize(("model", "count"), [(BuildingPhoto, 12), (TreePhoto, 12)])
def test_a_gallery_of_the_heritage_says_that_it_is_of_examples(
    features: None, model: type[FeaturePhoto], count: int
) -> None:
    assert model._default_manager.filter(legende__contains="exemple").count() == count


def test_every_playground_has_a_picture_that_says_it_is_an_example(features: None) -> None:
    assert Photo.objects.values("playground").distinct().count() == 40
    assert not Photo.objects.exclude(legende__contains="exemple").exists()


def test_zones_tile_the_territory_in_the_database(features: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(ST_Area(geom)), ST_Area(ST_Union(geom)), "
            "(SELECT ST_Area(ST_Union(geom)) FROM layers_commune) FROM plui_zoneurba"
        )
        total, union, territory = cursor.fetchone()
    # Sum and union are the same sum in another order; the edge is rounded to a grid of 0.1 m.
    assert total == pytest.approx(union, rel=1e-12)
    assert total == pytest.approx(territory, rel=1e-5)


def test_no_two_zones_overlap_in_the_database(features: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM plui_zoneurba a JOIN plui_zoneurba b ON a.id < b.id AND a.geom && b.geom "
            "WHERE ST_Relate(a.geom, b.geom, '2********')"
        )
        assert cursor.fetchone() == (0,)


def test_reference_data_are_many_and_few_enough(features: None) -> None:
    counts = [model._default_manager.count() for model in (RoadSection, Address, Parcel)]
    assert [low <= count <= 7_000 for low, count in zip((900, 5_000, 3_000), counts, strict=True)] == [
        True
    ] * 3


def test_the_recorded_area_of_a_parcel_is_that_of_its_drawing_to_the_square_metre(features: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM reference_data_parcel WHERE abs(contenance - ST_Area(geom::geography)) > 1"
        )
        assert cursor.fetchone() == (0,)


def test_an_address_is_in_its_commune_its_parcel_and_between_the_numbers_of_its_section(
    features: None,
) -> None:
    assert not Address.objects.exclude(commune_id=models.F("code_insee")).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE ST_Covers(p.geom, a.geom)) FROM reference_data_address a"
            " JOIN reference_data_parcel p ON p.idu = a.cad_parcelles[1]"
        )
        placed, inside = cursor.fetchone()
    assert placed == inside == Address.objects.count()


def test_the_ends_of_house_numbers_of_a_section_are_addresses(features: None) -> None:
    section = RoadSection.objects.exclude(bornes_debut_gauche="").filter(commune_id="92048").earliest("pk")
    number = int("".join(filter(str.isdecimal, section.bornes_debut_gauche)))
    near = Address.objects.filter(
        nom_voie=section.nom_voie, numero=number, code_insee=section.insee_commune_gauche
    )
    assert near.get(rep="").geom.distance(section.geom) < 0.0002
