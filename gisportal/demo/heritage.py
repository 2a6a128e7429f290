"""Heritage: the compiled buildings, the compiled trees, and invented trees to make a layer of them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.utils import timezone

from gisportal.demo.sample_rows import Territory, read_rows, save_rows, seeded_random
from heritage.models import HeritageBuilding, RemarkableTree
from heritage.vocabulary import (
    BuildingProtection,
    InventoryState,
    Landholding,
    TreeCriterion,
    TreeHealth,
    TreeProtection,
    TreeStage,
)

TREES = 60
# Sample trees placed by hand, so that what a planner asks of Meudon has an answer: the first stand in N zones of the
# sample PLUi, within 300 m of a building; the last stands in the wood, far from any.
_PLACED = (
    ("Cèdre du Liban", "Abords du Hangar Y", 2.23215, 48.80053),
    ("Hêtre pourpre", "Lisière de la forêt, avenue de Trivaux", 2.23018, 48.79832),
    ("Séquoia géant", "Abords de l’Observatoire", 2.23396, 48.80364),
    ("Tilleul à petites feuilles", "Abords du Potager du Dauphin", 2.23578, 48.80734),
    ("Platane commun", "Abords de la Villa des Brillants", 2.22309, 48.81928),
    ("Chêne pédonculé", "Étang de Meudon", 2.22300, 48.79000),
)
# A monument is protected by a servitude; what the sample PLUi protects is the rest.
_LEFT_TO_THE_PLUI = {
    BuildingProtection.LABEL_ACR,
    BuildingProtection.A_VERIFIER,
    BuildingProtection.NON_PROTEGE,
}


@dataclass(frozen=True, slots=True)
class Species:
    """A species as sample trees use it; ``height`` and ``girth`` (m, cm) are usual sizes of an old tree."""

    name: str
    genus: str
    epithet: str
    family: str
    height: int
    girth: int


_SPECIES = (
    Species("Cèdre du Liban", "Cedrus", "libani", "Pinaceae", 25, 420),
    Species("Platane commun", "Platanus", "x hispanica", "Platanaceae", 30, 450),
    Species("Marronnier d’Inde", "Aesculus", "hippocastanum", "Sapindaceae", 22, 320),
    Species("Hêtre pourpre", "Fagus", "sylvatica", "Fagaceae", 24, 340),
    Species("Séquoia géant", "Sequoiadendron", "giganteum", "Cupressaceae", 35, 600),
    Species("Chêne pédonculé", "Quercus", "robur", "Fagaceae", 26, 380),
    Species("Tulipier de Virginie", "Liriodendron", "tulipifera", "Magnoliaceae", 28, 330),
    Species("Ginkgo", "Ginkgo", "biloba", "Ginkgoaceae", 20, 250),
    Species("Sophora du Japon", "Styphnolobium", "japonicum", "Fabaceae", 18, 290),
    Species("If commun", "Taxus", "baccata", "Taxaceae", 12, 260),
    Species("Érable sycomore", "Acer", "pseudoplatanus", "Sapindaceae", 22, 300),
    Species("Tilleul à petites feuilles", "Tilia", "cordata", "Malvaceae", 24, 310),
    Species("Ptérocaryer du Caucase", "Pterocarya", "fraxinifolia", "Juglandaceae", 22, 380),
    Species("Noyer noir", "Juglans", "nigra", "Juglandaceae", 24, 300),
)


def load_buildings(*, anchor: dt.date) -> list[HeritageBuilding]:
    """Write the compiled buildings. The PLUi code is the sample PLUi's, on what no monument servitude covers."""
    rows = read_rows("patrimoine.csv")
    return save_rows([_building(row, anchor) for row in rows], keys=("denomination",))


def date_checks(*, anchor: dt.date) -> None:
    """Give the buildings of an older demonstration the days of their checks, where none has any."""
    buildings = HeritageBuilding.objects.all()
    if buildings.exclude(etat_inventaire=InventoryState.TO_DO).exists():
        return
    for row in read_rows("patrimoine.csv"):
        days = _checks(row, anchor)
        buildings.filter(denomination=row["denomination"], source=row["source"]).update(
            **days, updated_at=timezone.now()
        )


def _checks(row: dict[str, str], anchor: dt.date) -> dict[str, dt.date | None]:
    """Return the invented days of the checks of a building: what is known well was checked more often."""
    rng = seeded_random(f"checks/{row['denomination']}")
    likely = {
        "position_verifiee_le": 0.75 if int(row["precision_position"]) <= 100 else 0.4,
        "merimee_verifiee_le": 0.85 if row["ref_merimee"] else 0.35,
        "protection_verifiee_le": 0.1 if row["protection"].endswith("a_verifier") else 0.7,
    }
    return {
        name: anchor - dt.timedelta(days=rng.randint(5, 540)) if rng.random() < share else None
        for name, share in likely.items()
    }


def _building(row: dict[str, str], anchor: dt.date) -> HeritageBuilding:
    protection = BuildingProtection(row["protection"])
    return HeritageBuilding(
        denomination=row["denomination"],
        auteur=row["auteur"],
        adresse=row["adresse"],
        datation=row["datation"],
        siecle=row["siecle"],
        interet=row["interet"].split("|"),
        protection=protection,
        date_protection=dt.date.fromisoformat(row["date_protection"]) if row["date_protection"] else None,
        detail_protection=row["detail_protection"],
        ref_merimee=row["ref_merimee"],
        code_plui="07-01" if protection in _LEFT_TO_THE_PLUI else "",
        precision_position=int(row["precision_position"]),
        confiance=row["confiance"],
        source=row["source"],
        geom=_point(row),
        **_checks(row, anchor),
    )


def load_trees(territory: Territory, *, anchor: dt.date) -> list[RemarkableTree]:
    """Write the compiled trees, then invented ones: only those have measures and a diagnosis."""
    rng = seeded_random("trees")
    compiled = [_compiled_tree(number, row) for number, row in enumerate(read_rows("arbres.csv"), 1)]
    parks = read_rows("parcs.csv")
    invented = [
        _invented_tree(number, rng, park=rng.choice(parks), territory=territory, anchor=anchor)
        for number in range(len(compiled) + 1, TREES + 1)
    ]
    placed = _placed_trees(anchor)
    return save_rows([*compiled, *invented, *placed], keys=("matricule",))


def _compiled_tree(number: int, row: dict[str, str]) -> RemarkableTree:
    return RemarkableTree(
        matricule=_matricule(number),
        nom_vernaculaire=row["nom_vernaculaire"],
        genre=row["genre"],
        espece=row["espece"],
        famille=row["famille"],
        cultivar_variete=row["cultivar_variete"],
        adresse=row["adresse"],
        hauteur=float(row["hauteur"]) if row["hauteur"] else None,
        diametre_couronne=float(row["diametre_couronne"]) if row["diametre_couronne"] else None,
        critere=row["critere"].split("|"),
        protection=TreeProtection.A_VERIFIER,
        precision_position=int(row["precision_position"]),
        source=row["source"],
        geom=_point(row),
    )


def _placed_trees(anchor: dt.date) -> list[RemarkableTree]:
    rng = seeded_random("placed trees")
    species = {each.name: each for each in _SPECIES}
    return [
        _sample_tree(
            number,
            rng,
            species=species[name],
            anchor=anchor,
            adresse=address,
            protection=TreeProtection.L151_23,
            statut_foncier=Landholding.PUBLIC,
            geom=Point(lon, lat, srid=4326),
        )
        for number, (name, address, lon, lat) in enumerate(_PLACED, TREES + 1)
    ]


def _invented_tree(
    number: int, rng: random.Random, *, park: dict[str, str], territory: Territory, anchor: dt.date
) -> RemarkableTree:
    species, code = rng.choice(_SPECIES), park["code_insee"]
    is_private = rng.random() < 0.2
    protection = rng.choices(
        [TreeProtection.L151_19, TreeProtection.L151_23, TreeProtection.EBC, TreeProtection.AUCUNE],
        weights=[10, 5, 2, 3],
    )[0]
    return _sample_tree(
        number,
        rng,
        geom=territory.point_in(code, rng) if is_private else _near(park, rng),
        species=species,
        anchor=anchor,
        adresse=f"Jardin privé, {territory.names[code]}" if is_private else park["nom"],
        protection=protection,
        statut_foncier=Landholding.PRIVE if is_private else Landholding.PUBLIC,
    )


def _sample_tree(
    number: int,
    rng: random.Random,
    *,
    species: Species,
    anchor: dt.date,
    protection: TreeProtection,
    **position: object,
) -> RemarkableTree:
    """Return a tree of a species with invented measures; ``position`` says where it stands and whose it is."""
    return RemarkableTree(
        matricule=_matricule(number),
        nom_vernaculaire=species.name,
        genre=species.genus,
        espece=species.epithet,
        famille=species.family,
        hauteur=round(species.height * rng.uniform(0.7, 1.2), 1),
        circonference=float(round(species.girth * rng.uniform(0.6, 1.3))),
        diametre_couronne=round(species.height * rng.uniform(0.4, 0.8), 1),
        stade_developpement=rng.choice([TreeStage.A, TreeStage.M]),
        critere=sorted(rng.sample(TreeCriterion.values, rng.randint(1, 3))),
        protection=protection,
        protege=protection != TreeProtection.AUCUNE,
        etat_sanitaire=rng.choices(TreeHealth.values, weights=[12, 5, 2, 1])[0],
        date_dernier_diagnostic=anchor - dt.timedelta(days=rng.randint(20, 900)),
        date_releve=anchor - dt.timedelta(days=rng.randint(400, 1500)),
        precision_position=50,
        source="donnée d’exemple",
        **position,
    )


def _matricule(number: int) -> str:
    return f"EXEMPLE-A{number:03d}"


def _point(row: dict[str, str]) -> Point:
    return Point(float(row["lon"]), float(row["lat"]), srid=4326)


def _near(row: dict[str, str], rng: random.Random) -> Point:
    """Return a point within some 60 m of a place."""
    x, y = float(row["lon"]) + rng.uniform(-8e-4, 8e-4), float(row["lat"]) + rng.uniform(-5e-4, 5e-4)
    return Point(round(x, 5), round(y, 5), srid=4326)
