"""Sample playgrounds on compiled parks, their inspections and works over two years, and sample charging stations.

Inspections go in the rhythm of NF EN 1176-7; dates count back from the anchor, the day the demonstration was first
loaded. Stations are outside roaming: no identifier, name or meter of a real operator.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.gis.geos import Point

from amenities.models import ChargePoint, ChargingStation, Equipment, Inspection, Intervention, Playground
from amenities.vocabulary import (
    INSPECTION_INTERVALS,
    NON_CONCERNE,
    AccessibilitePmr,
    ConditionAcces,
    EquipmentState,
    EquipmentType,
    ImplantationStation,
    InspectionResult,
    InspectionType,
    InterventionKind,
    InterventionState,
    PlaygroundState,
    Raccordement,
    Shade,
    Surfacing,
)
from gisportal.demo.sample_rows import Territory, read_rows, save_rows, seeded_random

PLAYGROUNDS = 40
_AGES = ((1, 3), (2, 6), (2, 8), (3, 7), (3, 12), (5, 12), (6, 14))
_MAKERS = ("Jeux Exemple", "Ludo Fictif", "Toboggans & Compagnie (fictif)")
# Parts of NF EN 1176 by kind; part 1 holds for all.
_NORMS = {
    EquipmentType.BALANCOIRE: "NF EN 1176-2",
    EquipmentType.TOBOGGAN: "NF EN 1176-3",
    EquipmentType.TYROLIENNE: "NF EN 1176-4",
    EquipmentType.TOURNIQUET: "NF EN 1176-5",
    EquipmentType.RESSORT: "NF EN 1176-6",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a playground stands."""

    name: str
    code: str
    point: Point


def load_playgrounds(territory: Territory, *, anchor: dt.date) -> list[Playground]:
    """Write the playgrounds and their equipment."""
    rng = seeded_random("playgrounds")
    playgrounds = [_playground(site, rng, territory, anchor) for site in _sites(rng, territory)]
    save_rows(playgrounds, keys=("nom",))
    equipment = [
        _equipment(playground, index, number, rng, anchor)
        for index, playground in enumerate(playgrounds, 1)
        for number in range(1, rng.randint(3, 8) + 1)
    ]
    save_rows(equipment, keys=("n_serie",))
    return playgrounds


def _sites(rng: random.Random, territory: Territory) -> list[Site]:
    """Return the parks that have a playground or may have one, then invented places where towns have fewest."""
    sites = [
        Site(row["nom"], row["code_insee"], Point(float(row["lon"]), float(row["lat"]), srid=4326))
        for row in read_rows("parcs.csv")
        if row["aire_de_jeux"] != "non"
    ]
    for number in range(1, PLAYGROUNDS - len(sites) + 1):
        counts = Counter(dict.fromkeys(sorted(territory.shapes), 0))
        counts.update(site.code for site in sites)
        fewest = min(counts, key=lambda code: counts[code])
        sites.append(Site(f"Aire d’exemple n° {number}", fewest, territory.point_in(fewest, rng)))
    return sites


def _playground(site: Site, rng: random.Random, territory: Territory, anchor: dt.date) -> Playground:
    age_min, age_max = rng.choice(_AGES)
    return Playground(
        nom=site.name,
        adresse=f"{site.name}, {territory.names[site.code]}",
        age_min=age_min,
        age_max=age_max,
        surface_m2=float(rng.randrange(80, 900, 10)),
        sol_amortissant=rng.choice(Surfacing.values),
        cloture=rng.random() < 0.7,
        accessibilite_pmr=rng.random() < 0.55,
        ombrage=rng.choice(Shade.values),
        point_eau=rng.random() < 0.4,
        eclairage=rng.random() < 0.3,
        horaires=rng.choice(["Toujours ouvert", "8 h – 20 h", "8 h – 19 h, 21 h en été"]),
        exploitant=f"Service des parcs, {territory.names[site.code]} (exemple)",
        date_ouverture=anchor - dt.timedelta(days=rng.randint(200, 9000)),
        etat=rng.choices(PlaygroundState.values, weights=[32, 4, 2, 2])[0],
        geom=site.point,
    )


def _equipment(
    playground: Playground, index: int, number: int, rng: random.Random, anchor: dt.date
) -> Equipment:
    kind = rng.choice(EquipmentType.values)
    return Equipment(
        playground=playground,
        type=kind,
        fabricant=rng.choice(_MAKERS),
        modele=f"Modèle {rng.choice('ABCDEF')}{rng.randint(10, 99)}",
        n_serie=f"EXEMPLE-{index:02d}-{number}",
        annee_pose=rng.randint(anchor.year - 18, anchor.year),
        norme=_NORMS.get(EquipmentType(kind), "NF EN 1176-1"),
        hauteur_chute_m=rng.choice([None, 0.6, 1.0, 1.5, 2.0, 2.5]),
        age_min=playground.age_min,
        age_max=playground.age_max,
        etat=rng.choices(EquipmentState.values, weights=[14, 3, 1])[0],
    )


_TWO_YEARS = 730
_BODIES = {
    InspectionType.VISUEL: "Service des parcs (exemple)",
    InspectionType.FONCTIONNEL: "Régie des aires de jeux (exemple)",
    InspectionType.ANNUEL: "Bureau de contrôle fictif",
}
_REMARKS = {
    InspectionResult.CONFORME: "",
    InspectionResult.RESERVE_MINEURE: "Boulonnerie à resserrer, peinture écaillée.",
    InspectionResult.RESERVE_MAJEURE: "Sol amortissant usé sous la balançoire.",
    InspectionResult.DANGER: "Élément cassé : jeu condamné jusqu’à réparation.",
}


@dataclass(frozen=True, slots=True)
class SampleWork:
    """A kind of works: its words, its usual cost in euros, the usual delay in days from the request to the end."""

    description: str
    cost: int
    delay: int


_WORKS = {
    InterventionKind.ENTRETIEN: SampleWork("Resserrage et graissage", 180, 9),
    InterventionKind.NETTOYAGE: SampleWork("Nettoyage du sol et retrait de graffitis", 240, 5),
    InterventionKind.REPARATION: SampleWork("Remplacement d’une assise de balançoire", 650, 14),
    InterventionKind.REMPLACEMENT: SampleWork("Remplacement d’un jeu sur ressort", 2400, 38),
    InterventionKind.INSTALLATION: SampleWork("Pose d’un panneau d’information", 520, 27),
    InterventionKind.MISE_EN_SECURITE: SampleWork("Condamnation d’un jeu", 150, 1),
}


@dataclass(frozen=True, slots=True)
class InspectionSchedule:
    """The frequency of a type of inspection, in days, and how many of the last ones the register has."""

    kind: InspectionType
    days: int
    retained: int


_INTERVALS = dict(INSPECTION_INTERVALS)
_RHYTHMS = (
    InspectionSchedule(InspectionType.ANNUEL, _INTERVALS[InspectionType.ANNUEL], 2),
    InspectionSchedule(InspectionType.FONCTIONNEL, _INTERVALS[InspectionType.FONCTIONNEL], 8),
    InspectionSchedule(InspectionType.VISUEL, _INTERVALS[InspectionType.VISUEL], 3),
)


def load_upkeep(playgrounds: Sequence[Playground], *, anchor: dt.date) -> None:
    """Write the inspections and the works."""
    rng = seeded_random("upkeep")
    inspections = [
        inspection for playground in playgrounds for inspection in _inspections(playground, rng, anchor)
    ]
    save_rows(inspections, keys=("playground_id", "type", "date"))
    works = [work for playground in playgrounds for work in _works(playground, rng, anchor)]
    delays = seeded_random(
        "delays"
    )  # apart, so that the works of a demonstration already loaded stay what they are
    for work in works:
        work.date_demande = work.date - dt.timedelta(days=_delay(work.nature, delays))
    save_rows(works, keys=("playground_id", "nature", "date"))


def _inspections(playground: Playground, rng: random.Random, anchor: dt.date) -> Iterable[Inspection]:
    """Yield the last inspections of each rhythm; some of the next ones are overdue."""
    for rhythm in _RHYTHMS:
        last = rng.randint(1, round(rhythm.days * 1.1))
        for rank in range(rhythm.retained):
            age = last + rank * rhythm.days
            if age <= _TWO_YEARS:
                date = anchor - dt.timedelta(days=age)
                is_decisive = rank == 0 and rhythm.kind == InspectionType.FONCTIONNEL
                result = _result(playground, rng, is_decisive=is_decisive)
                yield Inspection(
                    playground=playground,
                    type=rhythm.kind,
                    date=date,
                    organisme=_BODIES[rhythm.kind],
                    controleur=f"Agent {rng.choice('ABCDEFGH')} (exemple)",
                    resultat=result,
                    observations=_REMARKS[result],
                    prochaine_echeance=date + dt.timedelta(days=rhythm.days),
                )


def _result(playground: Playground, rng: random.Random, *, is_decisive: bool) -> InspectionResult:
    """Roll a result; the last operational inspection of a closed playground found a danger."""
    if is_decisive and playground.etat == PlaygroundState.FERME:
        return InspectionResult.DANGER
    results = [InspectionResult.CONFORME, InspectionResult.RESERVE_MINEURE, InspectionResult.RESERVE_MAJEURE]
    return rng.choices(results, weights=[14, 5, 1])[0]


def _works(playground: Playground, rng: random.Random, anchor: dt.date) -> Iterable[Intervention]:
    for nature in rng.sample(list(_WORKS), rng.randint(1, 4)):
        work, days = _WORKS[nature], rng.randint(-60, _TWO_YEARS)
        yield Intervention(
            playground=playground,
            date=anchor - dt.timedelta(days=days),
            nature=nature,
            description=work.description,
            entreprise="Entreprise fictive",
            cout_eur=Decimal(round(work.cost * rng.uniform(0.7, 1.6))),
            statut=_progress(days, rng),
        )


def _delay(nature: str, rng: random.Random) -> int:
    """Roll how many days works took: mostly about the usual delay, seldom three times as long."""
    return round(_WORKS[InterventionKind(nature)].delay * rng.triangular(0.3, 3.0, 0.9))


def _progress(days: int, rng: random.Random) -> InterventionState:
    """Return where works dated ``days`` before the anchor stand."""
    if days < 0:
        return InterventionState.PREVUE
    if days < 15:
        return InterventionState.EN_COURS
    return rng.choices([InterventionState.TERMINEE, InterventionState.ANNULEE], weights=[19, 1])[0]


# Stations a commune: more where more people live.
STATIONS = {"92012": 9, "92022": 2, "92040": 6, "92047": 1, "92048": 5, "92072": 3, "92075": 2, "92077": 2}
_LANDMARKS = ("Mairie", "Gare", "Marché", "Piscine", "Médiathèque", "Parc", "Église", "Stade", "Pont")
_BRANDS = ("Recharge Exemple", "Borne Fictive", "Watt Imaginaire")
_POWERS = (7.4, 11.0, 22.0, 22.0, 50.0, 150.0)
_FAST = 50


def load_stations(territory: Territory, *, anchor: dt.date) -> None:
    """Write the stations and their points."""
    rng = seeded_random("charging")
    stations: list[ChargingStation] = []
    for code, count in STATIONS.items():
        for landmark in rng.sample(_LANDMARKS, count):
            stations.append(_station(len(stations) + 1, code, landmark, rng, territory, anchor))
    save_rows(stations, keys=("id_station_local",))
    points = [
        _point(station, number, power, rng)
        for station in stations
        for power in [rng.choice(_POWERS)]
        for number in range(1, station.nbre_pdc + 1)
    ]
    save_rows(points, keys=("id_pdc_local",))


def _station(
    number: int, code: str, landmark: str, rng: random.Random, territory: Territory, anchor: dt.date
) -> ChargingStation:
    brand = rng.choice(_BRANDS)
    return ChargingStation(
        nom_amenageur="Aménageur fictif",
        nom_operateur=f"{brand} (opérateur fictif)",
        contact_operateur="contact@example.org",
        nom_enseigne=f"{brand} (fictif)",
        id_station_itinerance=NON_CONCERNE,
        id_station_local=f"EXEMPLE-S{number:02d}",
        nom_station=f"{territory.names[code]} – {landmark} (exemple)",
        implantation_station=rng.choice(ImplantationStation.values),
        adresse_station=f"Adresse d’exemple, {landmark.lower()}, {territory.names[code]}",
        code_insee_commune=code,
        geom=territory.point_in(code, rng),
        nbre_pdc=rng.randint(2, 6),
        condition_acces=rng.choices(ConditionAcces.values, weights=[4, 1])[0],
        horaires=rng.choices(["24/7", "Mo-Sa 07:00-22:00"], weights=[4, 1])[0],
        restriction_gabarit=rng.choice(["Aucune restriction", "Hauteur maximale 2 m", "Inconnu"]),
        station_deux_roues=False,
        raccordement=rng.choice(Raccordement.values),
        num_pdl=f"EXEMPLE-PDL-{number:02d}",
        date_mise_en_service=anchor - dt.timedelta(days=rng.randint(60, 2500)),
        date_maj=anchor - dt.timedelta(days=rng.randint(0, 90)),
    )


def _point(station: ChargingStation, number: int, power: float, rng: random.Random) -> ChargePoint:
    is_fast = power >= _FAST
    return ChargePoint(
        station=station,
        id_pdc_itinerance=NON_CONCERNE,
        id_pdc_local=f"{station.id_station_local}-{number}",
        puissance_nominale=power,
        prise_type_ef=not is_fast and rng.random() < 0.4,
        prise_type_2=not is_fast,
        prise_type_combo_ccs=is_fast,
        prise_type_chademo=is_fast and rng.random() < 0.3,
        prise_type_autre=False,
        gratuit=False,
        paiement_acte=True,
        paiement_cb=is_fast,
        paiement_autre=True,
        tarification="0,45 € / kWh (tarif d’exemple)",
        reservation=rng.random() < 0.2,
        accessibilite_pmr=rng.choice(AccessibilitePmr.values),
        date_maj=station.date_maj,
        cable_t2_attache=not is_fast and rng.random() < 0.3,
    )
