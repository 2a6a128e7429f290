"""Playgrounds: what the database itself refuses, and what the triggers set."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import IntegrityError, connection, transaction

from amenities.catalogue import PLAYGROUNDS
from amenities.models import Equipment, Inspection, Intervention, Playground
from layers.models import Commune, DataVersion

pytestmark = pytest.mark.django_db


def playground(**values: Any) -> Playground:
    return Playground.objects.create(**{"nom": "Square d’essai", "geom": Point(2.2352, 48.8123)} | values)


@pytest.mark.parametrize(
    "values",
    [
        {"age_min": 6, "age_max": 3},
        {"surface_m2": 0},
        {"etat": "inconnu"},
        {"sol_amortissant": "béton"},
        {"ombrage": "beaucoup"},
    ],
)
def test_the_database_refuses_an_impossible_playground(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        playground(**values)


def test_the_same_age_at_both_ends_is_possible() -> None:
    assert playground(age_min=3, age_max=3).pk


def test_the_next_inspection_cannot_precede_the_last() -> None:
    day = dt.date(2026, 3, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.create(
            playground=playground(),
            type="annuel",
            date=day,
            resultat="conforme",
            prochaine_echeance=day - dt.timedelta(days=1),
        )


def test_a_cost_is_not_negative() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Intervention.objects.create(
            playground=playground(), date=dt.date(2026, 3, 1), nature="entretien", cout_eur=Decimal("-1")
        )


def test_an_unknown_kind_of_equipment_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Equipment.objects.create(playground=playground(), type="piscine")


def test_the_commune_comes_from_the_place_even_for_plain_sql() -> None:
    square = MultiPolygon(Polygon.from_bbox((2.2, 48.8, 2.25, 48.83)))
    Commune.objects.create(code="92048", nom="Meudon", slug="meudon", siren="219200482", geom=square)
    feature = playground()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE amenities_playground SET commune_id = NULL, geom = ST_SetSRID(ST_MakePoint(2.21, 48.81), 4326)"
            " WHERE id = %s",
            [feature.pk],
        )
    feature.refresh_from_db()
    assert feature.commune_id == "92048"


@pytest.mark.parametrize("model", [Playground, Equipment, Inspection, Intervention])
def test_every_write_bumps_the_version_of_its_table(model: type[Playground]) -> None:
    model.objects.all().delete()
    model.objects.all()._raw_delete("default")
    assert DataVersion.objects.get(table=model._meta.db_table).version > 0


def test_inspections_and_interventions_are_for_their_readers_alone() -> None:
    protected = {relation.name for relation in PLAYGROUNDS.relations if relation.is_protected}
    assert protected == {"inspections", "interventions"}
