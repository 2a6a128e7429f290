"""What applies to a parcel: shares against statements written by hand, slivers, perimeters, what was not looked at."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers.models import Commune, Layer
from layers.visitor import Visitor
from planning.models import ApplicableRule, RuleCaution
from planning.presenters.items import Item
from planning.presenters.sheet import Section, Sheet, sheet_of
from planning.queries import locations
from planning.vocabulary import Family
from plui.models import DocUrba
from plui.vocabulary import Etat
from reference_data.models import Parcel
from reference_data.vocabulary import PerimeterMethod
from tests import factories
from tests.examples import is_thorough
from tests.parcels import easement, parcel, position, rectangle
from tests.world import protect

pytestmark = pytest.mark.django_db
ABORDS = "AC1-130013907-1-1-1"
BY_HAND = """
SELECT zone.libelle, round((ST_Area(ST_Intersection(zone.geom, parcel.geom)::geography))::numeric, 3)
FROM plui_zoneurba AS zone, reference_data_parcel AS parcel
WHERE parcel.idu = %s AND ST_Relate(zone.geom, parcel.geom, 'T********')
ORDER BY 1
"""


def public() -> Visitor:
    return Visitor(instant=timezone.now())


def sheet(idu: str = "92048000AB0123") -> Sheet:
    return sheet_of(public(), locations.parcel(public(), idu))


def section(read: Sheet, family: Family) -> Section:
    return next(each for each in read.sections if each.family == family)


def items(read: Sheet, family: Family) -> list[Item]:
    return section(read, family).items


def test_a_parcel_cut_by_two_zones_has_the_share_of_each(catalogue: dict[str, Commune]) -> None:
    parcel()
    factories.zone("UA", geom=rectangle(-10, -10, 98.7, 110))
    factories.zone("N", geom=rectangle(98.7, -10, 200, 110), typezone="N")
    assert [(item.feature.code, item.share) for item in items(sheet(), Family.ZONES)] == [
        ("UA", "98,7\N{NO-BREAK SPACE}%"),
        ("N", "1,3\N{NO-BREAK SPACE}%"),
    ]


def test_a_share_under_a_metre_and_a_percent_is_a_sliver(catalogue: dict[str, Commune]) -> None:
    parcel(shape=rectangle(0, 0, 25, 30))
    factories.zone("UA", geom=rectangle(-10, -10, 24.99, 110))
    factories.zone("N", geom=rectangle(24.99, -10, 200, 110), typezone="N")
    (group,) = section(sheet(), Family.ZONES).groups
    assert {
        "zones": [item.feature.code for item in group.items],
        "slivers": [(item.feature.code, item.amount) for item in group.slivers],
    } == {"zones": ["UA"], "slivers": [("N", "moins de 1 m²")]}


def test_a_shared_border_is_no_zone(catalogue: dict[str, Commune]) -> None:
    parcel()
    factories.zone("UA", geom=rectangle(0, 0, 100, 100))
    factories.zone("UB", geom=rectangle(100, 0, 200, 100))
    (group,) = section(sheet(), Family.ZONES).groups
    assert [item.feature.code for item in (*group.items, *group.slivers)] == ["UA"]


def test_a_circle_is_a_zone_of_attention_that_cites_how_it_was_made(catalogue: dict[str, Commune]) -> None:
    parcel()
    easement(ABORDS, rectangle(-500, -500, 500, 500), PerimeterMethod.TAMPON, paramcalc=500)
    (item,) = items(sheet(), Family.SERVITUDES)
    assert "à confirmer par l’architecte des Bâtiments de France" in item.warnings[0]
    assert item.origin is not None and "rayon" in item.origin.perimeter


def test_a_decided_outline_beside_the_parcel_is_no_servitude_of_it(catalogue: dict[str, Commune]) -> None:
    parcel()
    easement(ABORDS, rectangle(480, 0, 600, 100), PerimeterMethod.DIGITALISATION)
    read = sheet()
    (item,) = items(read, Family.SERVITUDES)
    assert read.summary.endswith("aucune servitude")
    assert item.warnings == []
    assert item.origin is not None and "décidé" in item.origin.perimeter
    assert ("source de la géométrie", "Arrêté du 3 mars 2011") in item.facts


def test_a_line_along_the_parcel_has_its_length(catalogue: dict[str, Commune]) -> None:
    parcel()
    factories.prescription_lin("Alignement d’arbres", factories.line(position(-50, -2), position(80, -2)))
    (item,) = items(sheet(), Family.PRESCRIPTIONS)
    assert item.amount.startswith("longe sur 8")


def test_a_document_partly_annulled_opens_the_sheet(catalogue: dict[str, Commune]) -> None:
    parcel()
    factories.zone("UA", geom=rectangle(0, 0, 100, 100))
    DocUrba.objects.update(etat=Etat.PARTIELLEMENT_ANNULE)
    (first,) = sheet().firsts
    assert "un jugement a annulé une partie de ce document" in first and "n’est à cet endroit" in first


def test_a_caution_of_the_team_opens_the_sheet(catalogue: dict[str, Commune]) -> None:
    parcel()
    DocUrba.objects.update_or_create(idurba=factories.IDURBA, defaults={"etat": Etat.OPPOSABLE})
    factories.prescription_surf("Annulation partielle", geom=rectangle(0, 0, 50, 50), typepsc="99")
    rule = ApplicableRule.objects.get(layer="plui-prescriptions-surf")
    RuleCaution.objects.create(rule=rule, rows="typepsc = '99'", level="first", words="jugement du 3 mars")
    assert sheet().firsts == ["Annulation partielle : jugement du 3 mars"]


def test_another_layer_joins_by_a_row(catalogue: dict[str, Commune]) -> None:
    parcel()
    factories.playground("Square du Lac", at=position(150, 50))
    ApplicableRule.objects.create(
        title="Jeux", family=Family.OTHER, layer="aires-de-jeux", relation="nearest", at_most=1
    )
    assert [item.title for item in items(sheet(), Family.OTHER)] == ["Square du Lac"]


def test_hidden_and_absent_layers_say_the_same(catalogue: dict[str, Commune]) -> None:
    parcel()
    easement(ABORDS, rectangle(0, 0, 100, 100), PerimeterMethod.TAMPON)
    Layer.objects.filter(slug="servitudes").update(visibility="internal")
    with CaptureQueriesContext(connection) as hidden_queries:
        hidden = sheet()
    ApplicableRule.objects.filter(layer="servitudes").update(layer="servitudes-inconnues")
    with CaptureQueriesContext(connection) as absent_queries:
        absent = sheet()
    assert (hidden.absent, hidden.sections) == (absent.absent, absent.sections)
    assert len(hidden_queries) == len(absent_queries)


def test_a_protected_field_is_left_out_of_details(catalogue: dict[str, Commune]) -> None:
    parcel()
    easement(ABORDS, rectangle(0, 0, 100, 100), PerimeterMethod.TAMPON)
    protect("servitudes", "srcgeoass")
    (item,) = items(sheet(), Family.SERVITUDES)
    assert "source de la géométrie" not in [title for title, _text in item.facts]


def test_each_rule_is_one_statement(catalogue: dict[str, Commune]) -> None:
    place = locations.parcel(public(), parcel().idu)
    sheet_of(public(), place)
    with CaptureQueriesContext(connection) as few:
        sheet_of(public(), place)
    for number in range(3):
        ApplicableRule.objects.create(
            title=f"Arbres {number}",
            family=Family.OTHER,
            layer="arbres-remarquables",
            relation="within",
            distance_m=50,
        )
    with CaptureQueriesContext(connection) as more:
        sheet_of(public(), place)
    assert len(more) - len(few) == 3


def test_the_statements_of_a_sheet_are_counted(catalogue: dict[str, Commune]) -> None:
    """One a rule that has a layer; the rest is of rules, scopes, addresses, annulments, versions and limits of time."""
    place = locations.parcel(public(), parcel().idu)
    sheet_of(public(), place)
    with CaptureQueriesContext(connection) as statements:
        sheet_of(public(), place)
    with_layer = ApplicableRule.objects.exclude(layer="").count()
    assert len(statements) - with_layer == 13


def test_codes_that_no_feature_has_are_not_looked_at(catalogue: dict[str, Commune]) -> None:
    parcel()
    easement(ABORDS, rectangle(0, 0, 100, 100), PerimeterMethod.TAMPON)
    text = next(each for each in sheet().absent if each.startswith("Servitudes d’utilité publique"))
    assert ("PM1" in text, "AC1," in text) == (True, False)


def test_shares_are_those_of_a_statement_written_by_hand(catalogue: dict[str, Commune]) -> None:
    rng = random.Random(38)
    with factories.in_bulk():
        for row in range(-2, 8):
            for column in range(-2, 8):
                west, south = 130 * column + rng.uniform(0, 20), 130 * row
                factories.zone(
                    f"U{row + 2}{column + 2}", geom=rectangle(west, south, west + 120, south + 130)
                )
    idus = [f"92048000AB{number:04d}" for number in range(1, (200 if is_thorough() else 20) + 1)]
    for idu in idus:
        west, south, size = rng.uniform(0, 700), rng.uniform(0, 700), rng.uniform(5, 90)
        parcel(idu, shape=rectangle(west, south, west + size, south + size))
    assert Parcel.objects.count() == len(idus)
    for idu in idus:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, [idu])
            expected = {name: float(area) for name, area in cursor.fetchall() if area >= 0.01}
        groups = section(sheet(idu), Family.ZONES).groups
        features = [item.feature for group in groups for item in (*group.items, *group.slivers)]
        assert {each.code: round(each.area_m2 or 0, 3) for each in features} == pytest.approx(expected)


def test_a_caution_on_a_field_that_is_hidden_or_absent_is_said_not_to_be_evaluated(
    catalogue: dict[str, Commune],
) -> None:
    parcel()
    easement(ABORDS, rectangle(0, 0, 100, 100), PerimeterMethod.TAMPON)
    rule = ApplicableRule.objects.filter(layer="servitudes").earliest("order")
    caution = RuleCaution.objects.create(rule=rule, rows="srcgeoass = 'x'", level="first", words="secret")
    assert [each for each in sheet().absent if "n’a pas pu être évaluée" in each] == []
    protect("servitudes", "srcgeoass")
    hidden = sheet().absent
    RuleCaution.objects.filter(pk=caution.pk).update(rows="champ_inconnu = 'x'")
    absent = sheet().absent
    assert hidden == absent
    (text,) = [each for each in hidden if "n’a pas pu être évaluée" in each]
    assert ("srcgeoass" in text, "secret" in text) == (False, False)


def test_the_summary_counts_in_words_and_says_what_rules_advise(catalogue: dict[str, Commune]) -> None:
    parcel()
    factories.zone("UA", geom=rectangle(0, 0, 100, 100))
    easement(ABORDS, rectangle(0, 0, 100, 100), PerimeterMethod.DIGITALISATION)
    read = sheet()
    assert read.summary == "Une zone, aucune prescription, une servitude"
    assert read.advice == ["Travaux : l’accord de l’architecte des Bâtiments de France est à demander."]


def test_features_of_one_warning_are_listed_under_it_once(catalogue: dict[str, Commune]) -> None:
    parcel()
    for number in (1, 2):
        easement(f"AC1-130013907-{number}-1-1", rectangle(0, 0, 100, 100), PerimeterMethod.TAMPON)
    easement("PT1-130013907-1-1-1", rectangle(0, 0, 100, 100), PerimeterMethod.TAMPON)
    group = section(sheet(), Family.SERVITUDES).groups[0]
    assert [(len(part.warnings), len(part.items)) for part in group.parts] == [(1, 2), (0, 1)]
