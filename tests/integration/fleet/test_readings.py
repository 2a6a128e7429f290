"""What readings tell of a vehicle: consumption of its last months, its gap to the usual one, the next reading."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from fleet.models import Vehicle, VehicleReading
from tests.fleet import reading, vehicle

pytestmark = pytest.mark.django_db
JANUARY = dt.date(2025, 1, 1)


def test_consumption_is_that_of_the_last_twelve_months_beside_the_usual_one() -> None:
    cars = [vehicle(f"V{number}") for number in range(3)]
    reading(cars[0], dt.date(2024, 1, 1), litres=500)  # thirteen months before the last one
    for car, litres in zip(cars, (50, 60, 90), strict=True):
        reading(car, dt.date(2024, 12, 1), 500, litres=litres)
        reading(car, JANUARY, 1_500, litres=litres)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fleet_vehiclereading SET litres = litres + 0 WHERE mois = %s", [JANUARY])
    result = {car.numero: car for car in Vehicle.objects.all()}
    assert [result[f"V{n}"].conso_litres for n in range(3)] == pytest.approx([5.0, 6.0, 9.0])
    assert [result[f"V{n}"].ecart_conso for n in range(3)] == [-16.7, 0, 50]
    VehicleReading.objects.filter(vehicle=cars[2]).delete()
    cars[0].refresh_from_db()
    assert (cars[0].conso_reference, cars[0].ecart_conso) == (None, None)


def test_a_reading_is_expected_by_the_tenth_of_the_next_month_until_the_vehicle_is_retired() -> None:
    car = vehicle(date_entree=dt.date(2024, 11, 20))
    due = [car.prochain_releve]
    reading(car, JANUARY)
    car.refresh_from_db()
    due.append(car.prochain_releve)
    car.etat = "reforme"
    car.save()
    car.refresh_from_db()
    due.append(car.prochain_releve)
    assert due == [dt.date(2024, 12, 10), dt.date(2025, 3, 10), None]


@pytest.mark.parametrize(
    "values",
    [{"mois": dt.date(2025, 2, 2)}, {"mois": JANUARY}, {"kilometrage": 20_001}, {"litres": -1}],
    ids=["not the first day", "twice a month", "too far", "negative"],
)
def test_the_database_refuses_a_reading_that_cannot_be(values: dict[str, object]) -> None:
    car = vehicle()
    reading(car, JANUARY)
    with pytest.raises(IntegrityError), transaction.atomic():
        VehicleReading.objects.create(
            **{"vehicle": car, "mois": dt.date(2025, 2, 1), "kilometrage": 10, **values}
        )
