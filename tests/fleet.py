"""Small fleets of the real models."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fleet.models import Vehicle, VehicleReading

VEHICLES = "flotte-vehicules"
PLATE = "OO-123-OO"


def vehicle(numero: str = "V1", **values: Any) -> Vehicle:
    """Create a vehicle, a petrol car of 2020 unless something else is said; what is computed is read again."""
    known = {
        "genre": "VP",
        "categorie": "M1",
        "energie": "ES",
        "date_premiere_immatriculation": dt.date(2020, 3, 1),
        "direction": "Voirie",
    } | values
    known.setdefault("date_entree", known["date_premiere_immatriculation"])
    found = Vehicle.objects.create(numero=numero, **known)
    found.refresh_from_db()
    return found


def reading(of: Vehicle, mois: dt.date, kilometrage: int = 1_000, **values: Any) -> VehicleReading:
    """Create a reading and read again what is computed of it."""
    found = VehicleReading.objects.create(vehicle=of, mois=mois, kilometrage=kilometrage, **values)
    found.refresh_from_db()
    return found
