"""The sheets of many parcels at once are those of each alone, and take no more statements."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers.models import Commune, Layer
from layers.visitor import Visitor
from planning.bulk.presenters import ParcelSheet, detail_rows, parcel_sheets, summary_row, summary_titles
from planning.bulk.queries.sheets import read_blocks
from planning.models import ApplicableRule, RuleCaution
from planning.presenters.sheet import Sheet, sheet_of
from planning.queries import locations
from planning.vocabulary import Family, Relation
from reference_data.vocabulary import PerimeterMethod
from tests import factories
from tests.examples import is_thorough
from tests.parcels import address, easement, parcel, position, rectangle

pytestmark = pytest.mark.django_db
# Written from the words of the rules, with another way to each figure: lengths by pieces of lines that are inside,
# distances between closest points, surfaces by what is left of the parcel.
SURFACES_BY_HAND = """
SELECT other.id, ST_Area(parcel.geom::geography) - ST_Area(ST_Difference(parcel.geom, other.geom)::geography), 0
FROM plui_prescriptionsurf AS other, reference_data_parcel AS parcel
WHERE parcel.idu = %s AND ST_Distance(other.geom, parcel.geom) = 0
"""
LINES_BY_HAND = """
SELECT line.id, coalesce((
    SELECT sum(ST_Length(piece.geom::geography))
    FROM ST_Dump(ST_Intersection(line.geom, ST_Buffer(parcel.geom::geography, rule.distance_m)::geometry)) AS piece
), 0), ST_Length(ST_ShortestLine(line.geom::geography, parcel.geom::geography))
FROM plui_prescriptionlin AS line, reference_data_parcel AS parcel, planning_applicablerule AS rule
WHERE parcel.idu = %s AND rule.layer = 'plui-prescriptions-lin'
AND ST_Distance(line.geom::geography, parcel.geom::geography) <= rule.distance_m
"""
POINTS_BY_HAND = """
SELECT tree.id, NULL, ST_Distance(tree.geom::geography, parcel.geom::geography)
FROM heritage_remarkabletree AS tree, reference_data_parcel AS parcel, planning_applicablerule AS rule
WHERE parcel.idu = %s AND rule.layer = 'arbres-remarquables' AND rule.relation = 'within'
AND ST_Distance(tree.geom::geography, parcel.geom::geography) <= rule.distance_m
ORDER BY 3 LIMIT 6
"""
BY_HAND = {
    "plui-prescriptions-surf": SURFACES_BY_HAND,
    "plui-prescriptions-lin": LINES_BY_HAND,
    "arbres-remarquables": POINTS_BY_HAND,
}


def public() -> Visitor:
    return Visitor(instant=timezone.now())


def bulk(idus: list[str]) -> list[ParcelSheet]:
    return [sheet for block in read_blocks(public(), idus) for sheet in parcel_sheets(public(), block)]


def figures(sheet: Sheet) -> Any:
    """What a sheet says, with measures to a tenth of a millimetre: two plans may add in another order."""
    return {
        "area": round(sheet.area_m2 or 0, 4),
        "words": (sheet.summary, tuple(sheet.firsts), tuple(sheet.absent), tuple(sheet.addresses)),
        "facts": tuple(sheet.facts),
        "documents": [each.document.idurba for each in sheet.documents],
        "rules": [
            (result.rule.pk, result.scope is None, result.is_cut, tuple(result.absent_codes))
            for result in sheet.outcomes
        ],
        "features": [
            (
                result.rule.pk,
                each.pk,
                each.title,
                each.code_label,
                *(
                    None if value is None else round(value, 4)
                    for value in (each.area_m2, each.length_m, each.share, each.distance_m)
                ),
                tuple(caution.pk for caution in each.cautions),
                tuple((field.name, str(value)) for field, value in each.values),
            )
            for result in sheet.outcomes
            for each in result.features
        ],
    }


@pytest.fixture
def territory(catalogue: dict[str, Commune]) -> Iterator[list[str]]:
    """Parcels drawn at random over zones, surfaces, lines, points, servitudes, and rules of every relation."""
    rng = random.Random(381)
    with factories.in_bulk():
        for row in range(-1, 4):
            for column in range(-1, 4):
                west, south = 130 * column + rng.uniform(0, 20), 130.0 * row
                factories.zone(f"U{row}{column}", geom=rectangle(west, south, west + 120, south + 130))
                factories.prescription_surf(
                    f"P{row}{column}", geom=rectangle(west, south, west + 30, south + 40)
                )
                factories.prescription_lin(
                    f"L{row}{column}", factories.line(position(west, south), position(west + 90, south + 60))
                )
                factories.prescription_pct(f"T{row}{column}", at=position(west + 10, south + 10))
    easement("AC1-1-1-1", rectangle(-200, -200, 250, 250), PerimeterMethod.TAMPON, paramcalc=500)
    easement("AC1-1-2-1", rectangle(300, 300, 500, 500), PerimeterMethod.DIGITALISATION)
    with factories.in_bulk():
        for number in range(30):
            factories.tree(f"Cèdre {number}", at=position(rng.uniform(-100, 500), rng.uniform(-100, 500)))
    rules: tuple[dict[str, Any], ...] = (
        {"title": "Jeux", "layer": "arbres-remarquables", "relation": Relation.NEAREST, "at_most": 2},
        {
            "title": "Voisines",
            "layer": "parcelles",
            "relation": Relation.WITHIN,
            "distance_m": 5,
            "at_most": 3,
        },
        {"title": "Zones proches", "layer": "plui-zones", "relation": Relation.OUTSIDE, "distance_m": 60},
        {"title": "Inconnue", "layer": "inconnue", "absence": "à voir ailleurs"},
        {"title": "Filtrée", "layer": "plui-zones", "rows": "champ_inconnu = 1"},
    )
    for rule in rules:
        ApplicableRule.objects.create(family=Family.OTHER, **rule)
    zones = ApplicableRule.objects.get(layer="plui-zones", family=Family.ZONES)
    RuleCaution.objects.create(rule=zones, rows="libelle = 'U11'", level="first", words="jugement")
    RuleCaution.objects.create(rule=zones, level="warning", words="à vérifier")
    idus = [f"92048000AB{number:04d}" for number in range(1, (200 if is_thorough() else 25) + 1)]
    for idu in idus:
        west, south, size = rng.uniform(-100, 400), rng.uniform(-100, 400), rng.uniform(3, 90)
        parcel(idu, shape=rectangle(west, south, west + size, south + size))
    address(7, at=(100, 100))
    yield idus


def test_a_sheet_of_a_list_is_that_of_its_parcel(territory: list[str]) -> None:
    together = {each.identifier: figures(each.sheet) for each in bulk(territory)}
    alone = {idu: figures(sheet_of(public(), locations.parcel(public(), idu))) for idu in territory}
    assert together == alone


@pytest.mark.parametrize("layer", list(BY_HAND))
def test_measures_are_those_of_statements_written_by_hand(territory: list[str], layer: str) -> None:
    for each in bulk(territory):
        (result,) = (
            result
            for result in each.sheet.outcomes
            if result.rule.layer == layer and result.rule.relation != Relation.NEAREST
        )
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND[layer], [each.identifier])
            rows = {pk: (measure, distance) for pk, measure, distance in cursor.fetchall()}
        expected = {
            pk: row for pk, row in rows.items() if layer != "plui-prescriptions-surf" or row[0] >= 0.01
        }
        measured = {
            feature.pk: (
                feature.length_m if feature.area_m2 is None else feature.area_m2,
                feature.distance_m,
            )
            for feature in result.features
        }
        assert measured.keys() == expected.keys()
        for pk, (measure, distance) in expected.items():
            assert measured[pk][1] == pytest.approx(distance, abs=0.01)
            assert measured[pk][0] == (None if measure is None else pytest.approx(measure, abs=0.02))


def test_sheets_are_in_the_order_of_the_list_without_parcels_that_are_gone(territory: list[str]) -> None:
    listed = [territory[3], "92048000ZZ9999", territory[1]]
    assert [each.identifier for each in bulk(listed)] == [territory[3], territory[1]]


def test_a_longer_list_takes_no_more_statements(territory: list[str]) -> None:
    listed = territory[:24]
    bulk(listed[:1])
    with CaptureQueriesContext(connection) as few:
        bulk(listed[:12])
    with CaptureQueriesContext(connection) as many:
        bulk(listed)
    assert len(many) == len(few)


def test_a_hidden_layer_is_not_looked_at(territory: list[str]) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    families = {section.family for each in bulk(territory) for section in each.sheet.sections}
    assert Family.ZONES not in families


def test_each_feature_is_a_row_and_each_parcel_one(territory: list[str]) -> None:
    sheets = bulk(territory)
    for each in sheets:
        features = sum(len(result.features) for result in each.sheet.outcomes)
        cuts = sum(result.is_cut for result in each.sheet.outcomes)
        assert len(list(detail_rows(each))) == features + cuts
    assert {len(summary_row(each)) for each in sheets} == {len(summary_titles())}


def test_the_row_of_a_parcel_has_its_zones_with_shares(catalogue: dict[str, Commune]) -> None:
    parcel()
    factories.zone("UA", geom=rectangle(-10, -10, 98.7, 110))
    factories.zone("N", geom=rectangle(98.7, -10, 200, 110), typezone="N")
    (sheet,) = bulk(["92048000AB0123"])
    row = dict(zip(summary_titles(), summary_row(sheet), strict=True))
    assert str(row["Zones et parts"]).split("\n") == [
        "UA\N{NO-BREAK SPACE}: 98,7\N{NO-BREAK SPACE}%",
        "N\N{NO-BREAK SPACE}: 1,3\N{NO-BREAK SPACE}%",
    ]
