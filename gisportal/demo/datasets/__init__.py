"""The datasets of the demonstration: metadata, and the files of their versions in ``fixtures/datasets``.

Types, keys, geometries and communes are not given: the portal finds them in the files, as in the wizard.
"""

from __future__ import annotations

from gisportal.demo.datasets.definitions import NAME, TOWN, YEAR, FieldText, SampleDataset
from gisportal.demo.datasets.mobility import MOBILITY_DATASETS
from gisportal.demo.datasets.territory import NATURE, TERRITORY
from gisportal.demo.rights import DIG, MOBILITY, PLANNING, ROADS, TREES
from layers.vocabulary import Frequency

POPULATION = SampleDataset(
    slug="population-communale",
    title="Population municipale par commune et année",
    theme="population",
    files=tuple(f"population-communale-{number}.csv" for number in (1, 2, 3)),
    producer=DIG,
    abstract="Populations légales des huit communes : millésimes 2016 et 2019 à 2023, un de plus chaque année.",
    source="INSEE, populations légales (pages 3677855, 6011070, 6683035, 7739582, 8290591, 8680726), Licence Ouverte.",
    keywords=("population", "recensement", "INSEE"),
    words={
        "code_insee": FieldText("Code INSEE", description="Code officiel géographique de la commune."),
        "nom_de_la_commune": TOWN,
        "annee": FieldText("Millésime", description="Année de référence de la population légale."),
        "population_municipale": FieldText("Population municipale", "habitants"),
        "part_du_territoire": FieldText(
            "Part du territoire", "%", "Part de la population des huit communes, calculée."
        ),
        "evolution": FieldText("Évolution", "%", "Depuis le millésime précédent de ce tableau, calculée."),
    },
    is_sample=False,
)
STATIONS = SampleDataset(
    slug="stations-velos",
    title="Stations de vélos en libre-service",
    noun=("station de vélos", "stations de vélos", True),
    theme="mobilite",
    files=tuple(f"stations-velos-{number}.geojson" for number in (1, 2, 3)),
    producer=DIG,
    abstract="Stations et capacité d’un service fictif de vélos en libre-service.",
    keywords=("vélo", "vélib", "libre-service", "station"),
    frequency=Frequency.MONTHLY,
    title_field="nom",
    synonyms={
        "": ("vélib", "vlib", "station de vélos"),
        "capacite": ("bornettes", "bornette", "places"),
    },
    words={
        "code_station": FieldText("Code de la station"),
        "nom": NAME,
        "capacite": FieldText("Capacité", "places", "Nombre de bornettes, libres ou non."),
        "borne_paiement": FieldText("Borne de paiement"),
        "electrique": FieldText(
            "Recharge électrique", description="Bornettes qui rechargent les vélos électriques."
        ),
        "mise_en_service": FieldText("Mise en service"),
    },
)
LANES = SampleDataset(
    slug="amenagements-cyclables",
    title="Aménagements cyclables",
    noun=("aménagement cyclable", "aménagements cyclables", False),
    theme="mobilite",
    files=tuple(f"amenagements-cyclables-{number}.gpkg" for number in (1, 2)),
    producer=DIG,
    abstract="Pistes, bandes et voies vertes d’un réseau inventé ; les tracés ne suivent aucune rue.",
    keywords=("vélo", "piste cyclable", "voirie"),
    frequency=Frequency.QUARTERLY,
    synonyms={
        "": ("voie cyclable",),
        "type=couloir partagé avec les bus": (
            "couloir de bus",
            "couloir bus",
            "couloir bus-vélo",
            "voie de bus",
        ),
        "type=double-sens cyclable": ("contresens cyclable", "contre-sens cyclable"),
        "revetement=enrobé": ("goudron", "goudronné", "bitume", "asphalte"),
    },
    words={
        "id_troncon": FieldText("Tronçon"),
        "type": FieldText("Type d’aménagement"),
        "revetement": FieldText("Revêtement"),
        "largeur_m": FieldText("Largeur", "m"),
        "double_sens": FieldText("Double sens"),
        "longueur_km": FieldText("Longueur", "km"),
        "ouverture": FieldText("Ouverture", description="Date d’ouverture à la circulation."),
    },
)
GREEN_SPACES = SampleDataset(
    slug="espaces-verts",
    title="Espaces verts",
    noun=("espace vert", "espaces verts", False),
    theme="nature",
    files=tuple(f"espaces-verts-{number}.zip" for number in (1, 2)),
    producer=TREES,
    abstract="Emprises, nature et entretien d’espaces verts inventés.",
    keywords=("espace vert", "parc", "jardin", "square"),
    title_field="nom",
    synonyms={"ouvert=true": ("accessible au public",), "entretien": ("gestion",)},
    words={
        "id_espace": FieldText("Identifiant"),
        "nom": NAME,
        "nature": FieldText("Nature"),
        "entretien": FieldText(
            "Entretien", description="Classe de gestion différenciée, du plus au moins entretenu."
        ),
        "surface_m2": FieldText("Surface", "m²"),
        "ouvert": FieldText("Ouvert au public"),
        "annee": FieldText("Année de création"),
    },
)
WASTE = SampleDataset(
    slug="collecte-dechets",
    title="Déchets collectés par commune, année et flux",
    theme="dechets",
    files=tuple(f"collecte-dechets-{number}.xlsx" for number in (1, 2)),
    producer=DIG,
    abstract="Tonnages inventés par commune, année et flux ; la seconde version ajoute 2024 et la part valorisée.",
    keywords=("déchets", "collecte", "tri"),
    title_field="flux",
    synonyms={
        "tonnes": ("poids", "quantité"),
        "part_valorisee": ("taux de valorisation", "part de déchets valorisés", "taux de recyclage"),
        "flux=Ordures ménagères": ("ordures", "poubelle", "OM"),
        "flux=Emballages et papiers": ("papier", "recyclable", "bac jaune"),
        "flux=Biodéchets": ("déchets alimentaires", "compost"),
    },
    words={
        "nom_de_la_commune": TOWN,
        "annee": YEAR,
        "flux": FieldText("Flux"),
        "tonnes": FieldText("Tonnage", "t"),
        "part_valorisee": FieldText(
            "Part valorisée", "%", "Part du tonnage recyclée ou compostée.", weight="tonnes"
        ),
    },
)
COUNTS = SampleDataset(
    slug="comptages-routiers",
    title="Comptages routiers",
    noun=("comptage routier", "comptages routiers", False),
    theme="mobilite",
    files=tuple(f"comptages-routiers-{number}.csv" for number in (1, 2, 3)),
    producer=DIG,
    abstract="Trafic moyen journalier de postes de comptage inventés, une colonne par année.",
    keywords=("trafic", "comptage", "voirie"),
    title_field="voie",
    hidden=("x", "y"),
    words={
        "id_poste": FieldText("Poste"),
        "voie": FieldText("Voie"),
        "type_voie": FieldText("Type de voie"),
        "tmja_2022": FieldText(
            "Trafic 2022", "véhicules/jour", "Trafic moyen journalier annuel, deux sens.", is_additive=False
        ),
        "tmja_2023": FieldText(
            "Trafic 2023", "véhicules/jour", "Trafic moyen journalier annuel, deux sens.", is_additive=False
        ),
        "tmja_2024": FieldText(
            "Trafic 2024", "véhicules/jour", "Trafic moyen journalier annuel, deux sens.", is_additive=False
        ),
        "part_pl": FieldText("Part des poids lourds", "%"),
        "vitesse_v85": FieldText("Vitesse V85", "km/h", "Vitesse que 85 % des véhicules ne dépassent pas."),
        "n_serie_capteur": FieldText("Numéro de série du capteur", readers=(DIG,)),
    },
    readers=(PLANNING, MOBILITY, ROADS),
)

DATASETS = (POPULATION, STATIONS, LANES, GREEN_SPACES, WASTE, COUNTS, *MOBILITY_DATASETS, *NATURE, *TERRITORY)
