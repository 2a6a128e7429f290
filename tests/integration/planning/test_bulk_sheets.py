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


def public() -> Visitor:
    return Visitor(instant=timezone.now())


def bulk(idus: list[str]) -> list[ParcelSheet]:
    return [sheet for block in read_blocks(public(), idus) for sheet in parcel_sheets(block)]


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
                west, south = 130 * column + rng.uniform(0, 20), 130 * row
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
    for number in range(4):
        factories.tree(f"Cèdre {number}", at=position(90 * number, 60 * number))
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
