"""Sample charging stations, outside roaming: no identifier, name or meter of a real operator."""

from __future__ import annotations

import datetime as dt
import random

from amenities.models import ChargePoint, ChargingStation
from amenities.vocabulary import (
    NON_CONCERNE,
    AccessibilitePmr,
    ConditionAcces,
    ImplantationStation,
    Raccordement,
)
from gisportal.demo.rows import save_rows
from gisportal.demo.sources import dice
from gisportal.demo.territory import Territory

# Stations a commune: more where more people live.
STATIONS = {"92012": 9, "92022": 2, "92040": 6, "92047": 1, "92048": 5, "92072": 3, "92075": 2, "92077": 2}
_PLACES = ("Mairie", "Gare", "Marché", "Piscine", "Médiathèque", "Parc", "Église", "Stade", "Pont")
_BRANDS = ("Recharge Exemple", "Borne Fictive", "Watt Imaginaire")
_POWERS = (7.4, 11.0, 22.0, 22.0, 50.0, 150.0)
_FAST = 50


def load_stations(territory: Territory, *, anchor: dt.date) -> None:
    """Write the stations and their points."""
    rolls = dice("charging")
    stations: list[ChargingStation] = []
    for code, count in STATIONS.items():
        for place in rolls.sample(_PLACES, count):
            stations.append(_station(len(stations) + 1, code, place, rolls, territory, anchor))
    save_rows(stations, keys=("id_station_local",))
    points = [
        _point(station, number, power, rolls)
        for station in stations
        for power in [rolls.choice(_POWERS)]
        for number in range(1, station.nbre_pdc + 1)
    ]
    save_rows(points, keys=("id_pdc_local",))


def _station(
    number: int, code: str, place: str, rolls: random.Random, territory: Territory, anchor: dt.date
) -> ChargingStation:
    brand = rolls.choice(_BRANDS)
    return ChargingStation(
        nom_amenageur="Aménageur fictif",
        nom_operateur=f"{brand} (opérateur fictif)",
        contact_operateur="contact@example.org",
        nom_enseigne=f"{brand} (fictif)",
        id_station_itinerance=NON_CONCERNE,
        id_station_local=f"EXEMPLE-S{number:02d}",
        nom_station=f"{territory.names[code]} – {place} (exemple)",
        implantation_station=rolls.choice(ImplantationStation.values),
        adresse_station=f"Adresse d’exemple, {place.lower()}, {territory.names[code]}",
        code_insee_commune=code,
        geom=territory.point_in(code, rolls),
        nbre_pdc=rolls.randint(2, 6),
        condition_acces=rolls.choices(ConditionAcces.values, weights=[4, 1])[0],
        horaires=rolls.choices(["24/7", "Mo-Sa 07:00-22:00"], weights=[4, 1])[0],
        restriction_gabarit=rolls.choice(["Aucune restriction", "Hauteur maximale 2 m", "Inconnu"]),
        station_deux_roues=False,
        raccordement=rolls.choice(Raccordement.values),
        num_pdl=f"EXEMPLE-PDL-{number:02d}",
        date_mise_en_service=anchor - dt.timedelta(days=rolls.randint(60, 2500)),
        date_maj=anchor - dt.timedelta(days=rolls.randint(0, 90)),
    )


def _point(station: ChargingStation, number: int, power: float, rolls: random.Random) -> ChargePoint:
    is_fast = power >= _FAST
    return ChargePoint(
        station=station,
        id_pdc_itinerance=NON_CONCERNE,
        id_pdc_local=f"{station.id_station_local}-{number}",
        puissance_nominale=power,
        prise_type_ef=not is_fast and rolls.random() < 0.4,
        prise_type_2=not is_fast,
        prise_type_combo_ccs=is_fast,
        prise_type_chademo=is_fast and rolls.random() < 0.3,
        prise_type_autre=False,
        gratuit=False,
        paiement_acte=True,
        paiement_cb=is_fast,
        paiement_autre=True,
        tarification="0,45 € / kWh (tarif d’exemple)",
        reservation=rolls.random() < 0.2,
        accessibilite_pmr=rolls.choice(AccessibilitePmr.values),
        date_maj=station.date_maj,
        cable_t2_attache=not is_fast and rolls.random() < 0.3,
    )
