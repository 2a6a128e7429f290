"""Crit'Air, the CO₂ label, legal shares and emission factors: case by case, in the words of the official tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from fleet.jobs import apply_rules
from fleet.models import CritAirRule, EmissionFactor, RenewalQuota, VehicleReading
from tests.examples import examples
from tests.fleet import reading, vehicle

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)
# Kind, category, energy, Euro norm, first registration → class (arrêté of 21 June 2016, annex I).
CRIT_AIR = (
    ("VP", "M1", "EL", "", "2012-05-01", "E"), ("CAM", "N3", "H2", "", "2024-05-01", "E"),
    ("MTL", "L", "EL", "", "2003-05-01", "E"), ("VP", "M1", "EE", "", "2005-05-01", "1"),
    ("VP", "M1", "GP", "", "1990-05-01", "1"), ("CAM", "N3", "GN", "6", "2020-05-01", "1"),
    ("VP", "M1", "GO", "", "2011-01-01", "2"), ("VP", "M1", "GO", "", "2010-12-31", "3"),
    ("VP", "M1", "GO", "", "2006-01-01", "3"), ("VP", "M1", "GO", "", "2005-12-31", "4"),
    ("VP", "M1", "GO", "", "2000-12-31", "5"), ("VP", "M1", "GO", "", "1996-12-31", "NC"),
    ("VP", "M1", "ES", "", "2011-01-01", "1"), ("VP", "M1", "EH", "", "2010-12-31", "2"),
    ("VP", "M1", "ES", "", "2005-12-31", "3"), ("VP", "M1", "ES", "", "1997-01-01", "3"),
    ("VP", "M1", "ES", "", "1996-12-31", "NC"), ("CTTE", "N1", "GO", "", "2011-01-01", "2"),
    ("CTTE", "N1", "GO", "", "1997-10-01", "5"), ("CTTE", "N1", "GO", "", "1997-09-30", "NC"),
    ("CTTE", "N1", "ES", "", "1997-10-01", "3"), ("CTTE", "N1", "ES", "", "1997-09-30", "NC"),
    ("CAM", "N2", "GO", "", "2014-01-01", "2"), ("CAM", "N2", "GO", "", "2013-12-31", "3"),
    ("TCP", "M3", "GO", "", "2009-09-30", "4"), ("CAM", "N3", "GO", "", "2006-09-30", "5"),
    ("CAM", "N3", "GO", "", "2001-09-30", "NC"), ("CAM", "N3", "ES", "", "2009-10-01", "2"),
    ("MTL", "L", "ES", "", "2017-01-01", "1"), ("CL", "L", "ES", "", "2017-12-31", "2"),
    ("CL", "L", "ES", "", "2018-01-01", "1"), ("MTL", "L", "ES", "", "2006-12-31", "3"),
    ("MTL", "L", "ES", "", "2000-06-01", "4"), ("MTL", "L", "ES", "", "2000-05-31", "NC"),
    # The norm of the certificate comes before the date.
    ("VP", "M1", "GO", "5", "2010-02-01", "2"), ("VP", "M1", "GO", "4", "2011-03-01", "3"),
    ("VP", "M1", "ES", "1", "1997-03-01", "NC"), ("CAM", "N3", "GO", "6", "2013-05-01", "2"),
)  # fmt: skip
# From the best to the worst.
CLASSES = ("E", "1", "2", "3", "4", "5", "NC")


def asked(statement: str, values: list[Any]) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def crit_air(kind: str, category: str, energy: str, norm: str, registered: object) -> object:
    return asked(
        "SELECT fleet_critair(%s, %s, %s, %s::date, %s, %s)",
        [kind, category, energy, registered, norm, TODAY],
    )[0]


def test_vehicles_are_classed_as_the_official_table_says() -> None:
    result = {case[:5]: crit_air(*case[:5]) for case in CRIT_AIR}
    assert result == {case[:5]: case[5] for case in CRIT_AIR}


@examples(30)
@given(
    st.sampled_from([("VP", "M1"), ("CTTE", "N1"), ("CAM", "N3"), ("MTL", "L"), ("CL", "L")]),
    st.sampled_from(["ES", "GO", "EH", "EL", "EE"]),
    st.lists(st.dates(dt.date(1985, 1, 1), dt.date(2026, 1, 1)), min_size=2, max_size=2).map(sorted),
)
def test_a_later_registration_never_has_a_worse_class(
    sort: tuple[str, str], energy: str, days: list[dt.date]
) -> None:
    earlier, later = (CLASSES.index(str(crit_air(*sort, energy, "", day))) for day in days)
    assert later <= earlier


def test_the_label_of_cars_has_the_thresholds_of_its_text() -> None:
    limits = (0, 100, 101, 120, 121, 140, 141, 160, 161, 200, 201, 250, 251)
    result = asked(
        "SELECT fleet_label('M1', limits.co2, %s) FROM unnest(%s::int[]) AS limits (co2)",
        [TODAY, list(limits)],
    )
    assert "".join(map(str, result)) == "AABBCCDDEEFFG"
    assert asked("SELECT fleet_label('N1', 90, %s)", [TODAY]) == [""]


@pytest.mark.parametrize(
    ("entered", "co2", "energy", "low", "very_low"),
    [
        ("2020-05-01", 60, "EE", (100, 20), (0, None)),
        ("2021-07-01", 61, "EE", (0, 30), (0, None)),
        ("2024-12-31", 51, "EE", (0, 30), (0, None)),
        ("2025-01-01", 50, "EE", (100, 40), (0, None)),
        ("2026-01-01", None, "EL", (100, 40), (100, 37.4)),
        ("2029-12-31", 20, "EE", (100, 40), (0, 37.4)),
        ("2030-01-01", 120, "ES", (0, 70), (0, 37.4)),
    ],
)
def test_the_text_in_force_at_entry_says_what_counts_and_how_much(
    entered: str, co2: int | None, energy: str, low: tuple[float, float], very_low: tuple[float, float | None]
) -> None:
    result = vehicle(energie=energy, co2_g_km=co2, date_entree=entered)
    assert (result.part_faibles, result.quota_faibles) == pytest.approx(low)
    assert (result.part_tres_faibles, result.quota_tres_faibles) == pytest.approx(very_low)
    assert vehicle("V2", categorie="N3", date_entree=entered).part_faibles is None


def test_a_later_text_changes_what_follows_and_one_to_come_waits_for_its_day() -> None:
    old = vehicle(date_premiere_immatriculation=dt.date(2012, 1, 1))
    rule = {"categories": ["M1"], "energies": ["ES"], "fin": "2012-12-31", "source": "Texte d’essai"}
    read = [old.critair]
    coming = CritAirRule.objects.create(en_vigueur=dt.date(2999, 1, 1), classe="3", **rule)
    old.refresh_from_db()
    read.append(old.critair)
    CritAirRule.objects.filter(pk=coming.pk).update(en_vigueur=dt.date(2025, 1, 1))
    old.refresh_from_db()
    read.append(old.critair)
    RenewalQuota.objects.create(
        nature="faibles", en_vigueur="2019-01-01", part=25, co2_max=200, source="Essai"
    )
    old.date_entree = dt.date(2019, 6, 1)
    old.save()
    old.refresh_from_db()
    assert (read, old.quota_faibles, apply_rules()) == (["1", "1", "3"], 20 + 5, 0)


def test_emissions_follow_the_factor_of_the_month_and_of_the_energy() -> None:
    car = vehicle(energie="EE")
    early = reading(car, dt.date(2022, 12, 1), litres=10, kwh=100)
    late = reading(car, dt.date(2023, 1, 1), litres=10, kwh=100)
    gas = reading(car, dt.date(2023, 2, 1), kg_gaz=3)
    assert [early.co2_kg, late.co2_kg, gas.co2_kg] == [
        pytest.approx(27.9 + 4.8),
        pytest.approx(27.0 + 5.2),
        None,
    ]
    EmissionFactor.objects.create(en_vigueur="2023-01-01", unite="kg_gaz", facteur=2, source="Essai")
    car.energie = "EL"
    car.save()
    result = dict(VehicleReading.objects.order_by("mois").values_list("mois", "co2_kg"))
    assert result[dt.date(2023, 2, 1)] == pytest.approx(6)
    assert result[dt.date(2023, 1, 1)] is None  # an electric car burns no litre: no factor says what it emits


@pytest.mark.parametrize(("energy", "factor"), [("GN", 2.96), ("H2", 11.0), ("ES", None)])
def test_a_kilogramme_of_gas_counts_by_the_energy_of_the_vehicle(energy: str, factor: float | None) -> None:
    filled = reading(vehicle(energie=energy), dt.date(2026, 1, 1), kg_gaz=10)
    assert filled.co2_kg == (None if factor is None else pytest.approx(10 * factor))
