"""Shared scooters as an operator delivers them: a row a vehicle, with its state, its battery, and its last sight."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.models import Dataset
from datasets.vocabulary import GeometryKind
from tests.deliveries import dataset, field, published
from tests.factories import BOULOGNE, MEUDON, MIDDLES

SCOOTERS = "trottinettes"
SCHEMA = DatasetSchema(
    fields=(
        field("engin"),
        field("etat", is_facet=True),
        field("batterie", "int", unit="%"),
        field("vu", "datetime"),
    ),
    geometry=GeometryKind.POINT,
    key=("engin",),
    title_field="engin",
)
TITLES = ("engin", "etat", "batterie", "vu", "lon", "lat")
# Commune, state, battery, days since it was seen.
FLEET = (
    (MEUDON, "disponible", 90, 0),
    (MEUDON, "disponible", 50, 1),
    (MEUDON, "réservée", 70, 3),
    (BOULOGNE, "hors service", 10, 20),
    (BOULOGNE, "disponible", 20, 40),
)


def scooters() -> Dataset:
    """Publish the fleet, open to all."""
    fleet = dataset(SCOOTERS, SCHEMA)
    published(
        fleet,
        *(_row(number, *each) for number, each in enumerate(FLEET, 1)),
        schema=SCHEMA,
        titles=TITLES,
        recipe=GeometryRecipe("lonlat", (4, 5)),
    )
    return fleet


def _row(number: int, commune: str, state: str, battery: int, days: int) -> list[str]:
    longitude, latitude = MIDDLES[commune]
    seen = timezone.localdate() - dt.timedelta(days=days)
    return [f"T{number}", state, str(battery), f"{seen}T08:00:00+01:00", str(longitude), str(latitude)]
