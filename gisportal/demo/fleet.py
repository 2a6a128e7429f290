"""A sample fleet: vehicles of invented makes over directorates and towns, and three years of monthly readings.

Plates have a letter that no French plate has (O): none is that of a real vehicle.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fleet.models import Vehicle, VehicleReading
from fleet.vocabulary import Acquisition, Energy, VehicleState
from gisportal.demo.rights import (
    DIG,
    FLEET,
    MOBILITY,
    NATURE_HOUSE,
    PLAYGROUNDS,
    ROADS,
    TREES,
    WASTE,
)
from gisportal.demo.sample_rows import Territory, save_rows, seeded_random

VEHICLES, MONTHS = 120, 36


@dataclass(frozen=True, slots=True)
class Model:
    """A sort of vehicle: what it runs a month, what it consumes for 100 km and how many grammes of CO₂ it is rated."""

    make: str
    name: str
    kind: str
    category: str
    energy: str
    kilometres: int
    litres: float = 0
    kwh: float = 0
    co2: int | None = None
    since: int = 2008
    until: int = 2100


MODELS = (
    Model("Vélane", "Citadine 1.2", "VP", "M1", "ES", 620, litres=6.4, co2=124, until=2021),
    Model("Vélane", "Citadine D", "VP", "M1", "GO", 760, litres=5.3, co2=108, until=2018),
    Model("Orvane", "Berline", "VP", "M1", "GO", 980, litres=6.1, co2=139, until=2017),
    Model("Vélane", "Citadine H", "VP", "M1", "EH", 700, litres=4.9, co2=98, since=2018),
    Model("Orvane", "Familiale R", "VP", "M1", "EE", 900, litres=2.8, kwh=9.5, co2=34, since=2019),
    Model("Vélane", "Citadine E", "VP", "M1", "EL", 640, kwh=15.2, co2=0, since=2017),
    Model("Vélane", "Citadine E+", "VP", "M1", "EL", 680, kwh=14.1, co2=0, since=2021),
    Model("Tramontane", "Fourgonnette", "CTTE", "N1", "GO", 850, litres=7.4, co2=152, until=2022),
    Model("Tramontane", "Fourgon", "CTTE", "N1", "GO", 940, litres=9.3, co2=214, until=2024),
    Model(
        "Tramontane", "Fourgonnette S", "CTTE", "N1", "ES", 700, litres=8.6, co2=168, since=2012, until=2023
    ),
    Model("Tramontane", "Fourgonnette E", "CTTE", "N1", "EL", 720, kwh=21.5, co2=0, since=2016),
    Model("Mistral Utilitaires", "Plateau 3,5 t", "CTTE", "N1", "GO", 800, litres=11.2, co2=238),
    Model("Mistral Utilitaires", "Benne 12 t", "CAM", "N2", "GO", 1050, litres=22.5),
    Model("Mistral Utilitaires", "Benne 19 t", "CAM", "N3", "GO", 1300, litres=31.0),
    Model("Mistral Utilitaires", "Balayeuse", "VASP", "N2", "GO", 560, litres=38.0),
    Model("Mistral Utilitaires", "Benne 16 t E", "CAM", "N3", "EL", 980, kwh=118.0, since=2023),
    Model("Zéphyr", "Scooter 125", "MTL", "L", "ES", 260, litres=3.1, until=2021),
    Model("Zéphyr", "Scooter E", "MTL", "L", "EL", 240, kwh=4.2, since=2019),
)
# Directorate → how many vehicles of a hundred, and which kinds it has.
_HEAVY, _LIGHT, _ANY = ("CTTE", "CAM", "VASP"), ("VP", "CTTE", "MTL"), ("VP", "CTTE")
_DIRECTORATES = (
    (FLEET, 22, ("VP", "VP", "CTTE", "MTL")),
    (TREES, 23, ("CTTE", "CTTE", "CAM", "VP")),
    (ROADS, 24, _HEAVY),
    (WASTE, 10, ("CAM", "CTTE")),
    (MOBILITY, 6, _LIGHT),
    (PLAYGROUNDS, 5, ("CTTE",)),
    ("Habitat", 4, ("VP",)),
    (NATURE_HOUSE, 3, _ANY),
    (DIG, 3, ("VP",)),
)
_PRICES = {"litres": Decimal("1.78"), "kwh": Decimal("0.21")}
# Part of a usual month that is run in each one, and what cold adds to consumption.
_SEASON = (0.95, 0.96, 1.05, 1.02, 1.0, 1.08, 0.9, 0.62, 1.06, 1.1, 1.02, 0.86)
_COLD = (1.0, 0.9, 0.5, 0.2, 0.0, 0.0, 0.1, 0.1, 0.0, 0.2, 0.6, 0.9)


def load_fleet(territory: Territory, *, anchor: dt.date) -> list[Vehicle]:
    """Write the vehicles and their readings; rows are known by inventory number and by month."""
    rng = seeded_random("fleet")
    towns = sorted(territory.names)
    pairs = [_vehicle(number, rng, towns, territory, anchor) for number in range(1, VEHICLES + 1)]
    vehicles = [vehicle for vehicle, _model in pairs]
    save_rows(vehicles, keys=("numero",))
    readings = [
        reading
        for index, (vehicle, model) in enumerate(pairs)
        for reading in _readings(vehicle, model, index, rng, anchor)
    ]
    save_rows(readings, keys=("vehicle_id", "mois"))
    return vehicles


def month_before(day: dt.date, count: int = 1) -> dt.date:
    """Return the first day of the month that is so many before."""
    months = day.year * 12 + day.month - 1 - count
    return dt.date(months // 12, months % 12 + 1, 1)


def _vehicle(
    number: int, rng: random.Random, towns: Sequence[str], territory: Territory, anchor: dt.date
) -> tuple[Vehicle, Model]:
    directorate, _weight, kinds = rng.choices(_DIRECTORATES, [weight for _n, weight, _k in _DIRECTORATES])[0]
    year = anchor.year - int(rng.triangular(0, 19, 1))
    model = _model(rng.choice(kinds), year, rng)
    registered = dt.date(year, rng.randint(1, 12), rng.randint(1, 28))
    registered = min(registered, month_before(anchor, 2))
    entered = registered + dt.timedelta(days=rng.choice((0, 4, 9, 20) if rng.random() < 0.9 else (700, 1100)))
    entered = min(entered, month_before(anchor, 1))
    is_old = anchor.year - year > 11
    left = month_before(anchor, rng.randint(2, 20)) if is_old and rng.random() < 0.5 else None
    states = [VehicleState.IN_SERVICE, VehicleState.WORKSHOP, VehicleState.TO_RETIRE]
    town = rng.choice([*towns, None])
    vehicle = Vehicle(
        numero=f"V{number:04d}",
        immatriculation=f"OO-{number:03d}-OO",
        genre=model.kind,
        categorie=model.category,
        energie=model.energy,
        marque=model.make,
        modele=model.name,
        date_premiere_immatriculation=registered,
        norme_euro="" if model.energy == Energy.EL else norm_of(model.category, registered),
        co2_g_km=None if model.co2 is None else max(model.co2 + rng.randint(-6, 8) * (model.co2 > 0), 0),
        direction=directorate,
        site=f"Centre technique d’exemple, {territory.names[town]}" if town else "Siège d’exemple",
        commune_id=town,
        etat=VehicleState.RETIRED if left else rng.choices(states, [88, 5, 7 if is_old else 1])[0],
        date_entree=entered,
        date_sortie=left if left and left >= entered else None,
        mode=Acquisition.RENTAL if year > 2019 and rng.random() < 0.35 else Acquisition.PURCHASE,
        remplace=f"R{rng.randint(100, 999)}" if rng.random() < 0.8 else "",
    )
    return vehicle, model


def _model(kind: str, year: int, rng: random.Random) -> Model:
    """Return a model sold that year; electric ones come in year after year."""
    sold = [model for model in MODELS if model.kind == kind and model.since <= year <= model.until]
    clean = [0.15 * max(year - 2016, 0) if model.energy in {"EL", "EE", "EH"} else 1.0 for model in sold]
    return rng.choices(sold, [max(weight, 0.02) for weight in clean])[0]


def norm_of(category: str, registered: dt.date) -> str:
    """Return the Euro norm of new vehicles of a category at a date."""
    steps = {
        "L": ((2020, "5"), (2017, "4"), (2007, "3"), (2004, "2")),
        "N2": ((2014, "6"), (2010, "5"), (2007, "4"), (2002, "3")),
    }
    norms = steps.get("N2" if category in {"N2", "N3", "M3"} else category) or (
        (2015, "6"),
        (2011, "5"),
        (2006, "4"),
        (2001, "3"),
    )
    return next((norm for year, norm in norms if registered.year >= year), "")


def _readings(
    vehicle: Vehicle, model: Model, index: int, rng: random.Random, anchor: dt.date
) -> Iterator[VehicleReading]:
    """Yield the months of a vehicle: some consume too much, some are not reported yet."""
    greed = rng.uniform(1.4, 1.75) if index % 23 == 7 else rng.uniform(0.92, 1.08)
    missing = 1 + (index % 40 == 11) * 2 if index % 10 == 1 else 0
    last = month_before(anchor, 1 + missing)
    if vehicle.date_sortie:
        last = min(last, month_before(vehicle.date_sortie, 1))
    for count in range(MONTHS, 0, -1):
        month = month_before(anchor, count)
        if vehicle.date_entree <= month <= last:
            yield _reading(vehicle, model, month, greed, rng)


def _reading(
    vehicle: Vehicle, model: Model, month: dt.date, greed: float, rng: random.Random
) -> VehicleReading:
    is_idle = vehicle.etat == VehicleState.WORKSHOP and rng.random() < 0.1
    run = 0 if is_idle else round(model.kilometres * _SEASON[month.month - 1] * rng.uniform(0.75, 1.25))
    cold = _COLD[month.month - 1]
    wrong = 3.0 if rng.random() < 0.0015 else 1.0
    litres = _used(model.litres, run, greed * (1 + 0.08 * cold) * rng.uniform(0.95, 1.05) * wrong)
    kwh = _used(model.kwh, run, greed * (1 + 0.24 * cold) * rng.uniform(0.94, 1.06))
    upkeep = Decimal(rng.randint(80, 620)) if rng.random() < 0.14 else Decimal(0)
    return VehicleReading(
        vehicle=vehicle,
        mois=month,
        kilometrage=run,
        litres=litres,
        kwh=kwh,
        cout_eur=round(
            (litres or Decimal(0)) * _PRICES["litres"] + (kwh or Decimal(0)) * _PRICES["kwh"] + upkeep, 2
        ),
        saisi_le=month_before(month, -1) + dt.timedelta(days=rng.randint(0, 8)),
    )


def _used(rate: float, kilometres: int, factor: float) -> Decimal | None:
    return Decimal(f"{rate * kilometres / 100 * factor:.2f}") if rate else None
