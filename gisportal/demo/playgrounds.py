"""Sample playgrounds on compiled parks, and what stands there."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass

from django.contrib.gis.geos import Point

from amenities.models import Equipment, Playground
from amenities.vocabulary import EquipmentState, EquipmentType, PlaygroundState, Shade, Surfacing
from gisportal.demo.rows import save_rows
from gisportal.demo.sources import dice, read_rows
from gisportal.demo.territory import Territory

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
    rolls = dice("playgrounds")
    playgrounds = [_playground(site, rolls, territory, anchor) for site in _sites(rolls, territory)]
    save_rows(playgrounds, keys=("nom",))
    equipment = [
        _equipment(playground, place, number, rolls, anchor)
        for place, playground in enumerate(playgrounds, 1)
        for number in range(1, rolls.randint(3, 8) + 1)
    ]
    save_rows(equipment, keys=("n_serie",))
    return playgrounds


def _sites(rolls: random.Random, territory: Territory) -> list[Site]:
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
        sites.append(Site(f"Aire d’exemple n° {number}", fewest, territory.point_in(fewest, rolls)))
    return sites


def _playground(site: Site, rolls: random.Random, territory: Territory, anchor: dt.date) -> Playground:
    age_min, age_max = rolls.choice(_AGES)
    return Playground(
        nom=site.name,
        adresse=f"{site.name}, {territory.names[site.code]}",
        age_min=age_min,
        age_max=age_max,
        surface_m2=float(rolls.randrange(80, 900, 10)),
        sol_amortissant=rolls.choice(Surfacing.values),
        cloture=rolls.random() < 0.7,
        accessibilite_pmr=rolls.random() < 0.55,
        ombrage=rolls.choice(Shade.values),
        point_eau=rolls.random() < 0.4,
        eclairage=rolls.random() < 0.3,
        horaires=rolls.choice(["Toujours ouvert", "8 h – 20 h", "8 h – 19 h, 21 h en été"]),
        exploitant=f"Service des parcs, {territory.names[site.code]} (exemple)",
        date_ouverture=anchor - dt.timedelta(days=rolls.randint(200, 9000)),
        etat=rolls.choices(PlaygroundState.values, weights=[32, 4, 2, 2])[0],
        geom=site.point,
    )


def _equipment(
    playground: Playground, place: int, number: int, rolls: random.Random, anchor: dt.date
) -> Equipment:
    kind = rolls.choice(EquipmentType.values)
    return Equipment(
        playground=playground,
        type=kind,
        fabricant=rolls.choice(_MAKERS),
        modele=f"Modèle {rolls.choice('ABCDEF')}{rolls.randint(10, 99)}",
        n_serie=f"EXEMPLE-{place:02d}-{number}",
        annee_pose=rolls.randint(anchor.year - 18, anchor.year),
        norme=_NORMS.get(EquipmentType(kind), "NF EN 1176-1"),
        hauteur_chute_m=rolls.choice([None, 0.6, 1.0, 1.5, 2.0, 2.5]),
        age_min=playground.age_min,
        age_max=playground.age_max,
        etat=rolls.choices(EquipmentState.values, weights=[14, 3, 1])[0],
    )
