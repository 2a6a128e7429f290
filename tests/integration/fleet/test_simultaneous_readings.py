"""Two agents enter readings of like vehicles at the same moment: both are kept, and counted."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from fleet.models import Vehicle, VehicleReading
from tests.fleet import reading, vehicle
from tests.waiting import somebody_waits, until

MONTH = dt.date(2026, 10, 1)


def _enter(of: Vehicle, litres: int) -> None:
    """Lock the vehicle, then write, as the form does."""
    with transaction.atomic():
        Vehicle.objects.select_for_update().get(pk=of.pk)
        VehicleReading.objects.create(vehicle=of, mois=MONTH, kilometrage=900, litres=litres)


@pytest.mark.django_db(transaction=True)
def test_readings_of_like_vehicles_do_not_wait_for_each_other_for_ever() -> None:
    vehicles = [vehicle(f"V{number}") for number in range(3)]
    for number, each in enumerate(vehicles):
        reading(each, dt.date(2026, 9, 1), litres=50 + number * 10)

    def enter_second() -> None:
        try:
            _enter(vehicles[1], 99)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Vehicle.objects.select_for_update().get(pk=vehicles[0].pk)
            with connection.cursor() as cursor:  # a write of readings has begun
                cursor.execute(
                    "UPDATE layers_dataversion SET version = version WHERE \"table\" = 'fleet_vehiclereading'"
                )
            second = pool.submit(enter_second)
            until(somebody_waits)
            VehicleReading.objects.create(vehicle=vehicles[0], mois=MONTH, kilometrage=900, litres=80)
        second.result(timeout=30)
    result = Vehicle.objects.order_by("numero").values_list("prochain_releve", "conso_reference")
    assert [due for due, _usual in result] == [dt.date(2026, 12, 10)] * 2 + [dt.date(2026, 11, 10)]
    assert len({usual for _due, usual in result}) == 1
