"""Cars, traffic and accidents: the datasets of roads, all of them invented."""

from __future__ import annotations

from gisportal.demo.groups import MOBILITY, PLANNING, ROADS
from gisportal.demo.sample_dataset import FieldText, SampleDataset
from gisportal.demo.sample_words import DAY_KIND, HOUR, NAME, TOWN, YEAR

CRITAIR = SampleDataset(
    slug="immatriculations-critair",
    title="Voitures immatriculées par classe Crit’Air, commune et année",
    theme="mobilite",
    files=("immatriculations-critair.csv",),
    producer=MOBILITY,
    abstract="Parc de voitures inventé au 1er janvier, de 2019 à 2024, par classe Crit’Air.",
    keywords=("Crit’Air", "immatriculation", "voiture"),
    title_field="crit_air",
    words={
        "annee": YEAR,
        "nom_de_la_commune": TOWN,
        "crit_air": FieldText(
            "Classe Crit’Air",
            description="EL (électrique, hydrogène), V1 à V5, NC (non classé) : codes du schéma national ZFE.",
        ),
        "voitures": FieldText("Voitures", "voitures"),
    },
)
HOURLY_COUNTS = SampleDataset(
    slug="comptages-horaires",
    title="Comptages routiers, heure par heure",
    theme="mobilite",
    files=("comptages-horaires.csv",),
    producer=MOBILITY,
    abstract="Trafic moyen de douze postes de comptage inventés, par heure et type de jour, en 2024.",
    keywords=("trafic", "comptage", "heure de pointe"),
    title_field="id_poste",
    words={
        "id_poste": FieldText("Poste"),
        "nom_de_la_commune": TOWN,
        "type_jour": DAY_KIND,
        "heure": HOUR,
        "vehicules": FieldText("Véhicules", "véhicules/h", "Deux sens."),
        "poids_lourds": FieldText("Poids lourds", "véhicules/h", "Deux sens."),
    },
    readers=(ROADS, PLANNING),
)
ACCIDENTS = SampleDataset(
    slug="accidents",
    title="Accidents de la route : personnes impliquées",
    theme="mobilite",
    files=("accidents.csv",),
    producer=MOBILITY,
    abstract="Personnes impliquées dans des accidents inventés, de 2020 à 2024, pour compter seulement : ni lieu, "
    "ni jour, ni âge. Le public lit les effectifs de cinq personnes au moins, et aucune ligne.",
    keywords=("accident", "sécurité routière", "BAAC"),
    title_field="gravite",
    words={
        "ligne": FieldText("Ligne", description="Numéro sans signification."),
        "annee": YEAR,
        "nom_de_la_commune": TOWN,
        "gravite": FieldText("Gravité", description="Tué, blessé hospitalisé, blessé léger ou indemne."),
        "grave": FieldText("Tué ou hospitalisé"),
        "type_usager": FieldText("Usager"),
        "tranche_horaire": FieldText("Tranche horaire"),
        "lumiere": FieldText("Lumière"),
    },
    readers=(ROADS,),
    smallest_count=5,
    tells_counts=True,
)
ACCIDENT_SITES = SampleDataset(
    slug="accidents-sites",
    title="Accidents de la route par site",
    noun=("site d’accidents", "sites d’accidents", False),
    theme="mobilite",
    files=("accidents-sites.geojson",),
    producer=MOBILITY,
    abstract="Accidents comptés de 2020 à 2024 à des carrefours et sections inventés.",
    keywords=("accident", "sécurité routière", "carrefour"),
    title_field="nom",
    words={
        "id_site": FieldText("Site"),
        "nom": NAME,
        "nature": FieldText("Nature"),
        "accidents": FieldText("Accidents", "accidents"),
        "nb_tues": FieldText("Tués", "personnes"),
        "nb_hospitalises": FieldText("Blessés hospitalisés", "personnes"),
        "nb_blesses_legers": FieldText("Blessés légers", "personnes"),
        "annee_dernier_accident": FieldText("Année du dernier accident"),
    },
    readers=(ROADS,),
)

ROAD_DATASETS = (CRITAIR, HOURLY_COUNTS, ACCIDENTS, ACCIDENT_SITES)
