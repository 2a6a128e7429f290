"""Datasets of nature and streets, and of the observatory of the territory: homes, ages, ways to work, jobs."""

from __future__ import annotations

from gisportal.demo.datasets.definitions import EQUIPMENT, MONTH, TOWN, YEAR, FieldText, SampleDataset
from gisportal.demo.rights import (
    DIG,
    MANAGEMENT,
    NATURE_HOUSE,
    SOEE,
    TOWNS,
    TREES,
)
from layers.vocabulary import Frequency

_HOUSE_READERS = (TREES, MANAGEMENT, *TOWNS)
WORKSHOPS = SampleDataset(
    slug="mdna-ateliers",
    title="Ateliers de la maison de la nature et de l’arbre",
    noun=("atelier", "ateliers", False),
    theme="nature",
    files=("mdna-ateliers-1.csv",),
    producer=NATURE_HOUSE,
    abstract="Ateliers inventés de trois années : thème, public, places, inscrits et présents.",
    keywords=("atelier", "éducation à l’environnement", "biodiversité"),
    frequency=Frequency.MONTHLY,
    title_field="atelier",
    words={
        "date": FieldText("Date"),
        "atelier": FieldText("Atelier"),
        "theme": FieldText("Thème"),
        "public": FieldText("Public"),
        "nom_de_la_commune": TOWN,
        "places": FieldText("Places", "places", "Places ouvertes aux inscriptions."),
        "inscrits": FieldText("Inscrits", "personnes"),
        "presents": FieldText("Présents", "personnes", "Inscrits qui sont venus."),
    },
    readers=_HOUSE_READERS,
)
TERRITORY_SAMPLE = SampleDataset(
    slug="mdna-distributions",
    title="Composteurs et récupérateurs d’eau distribués",
    theme="nature",
    files=("mdna-distributions-1.csv",),
    producer=NATURE_HOUSE,
    abstract="Équipements remis aux habitants, par commune et par mois ; nombres inventés.",
    keywords=("composteur", "récupérateur d’eau", "distribution"),
    frequency=Frequency.MONTHLY,
    title_field="equipement",
    words={
        "mois": MONTH,
        "nom_de_la_commune": TOWN,
        "equipement": EQUIPMENT,
        "nombre": FieldText("Nombre", "équipements"),
    },
    readers=_HOUSE_READERS,
)
WAITING = SampleDataset(
    slug="mdna-listes-attente",
    title="Listes d’attente des équipements de la maison de la nature",
    theme="nature",
    files=("mdna-listes-attente-1.csv",),
    producer=NATURE_HOUSE,
    abstract="Habitants qui attendent un équipement, et depuis quand le premier d’entre eux ; nombres inventés.",
    keywords=("composteur", "récupérateur d’eau", "liste d’attente"),
    frequency=Frequency.MONTHLY,
    title_field="equipement",
    words={
        "nom_de_la_commune": TOWN,
        "equipement": EQUIPMENT,
        "en_attente": FieldText("En attente", "foyers"),
        "plus_ancienne_demande": FieldText("Plus ancienne demande"),
    },
    readers=_HOUSE_READERS,
    is_of_today=True,
)
STREET_TREES = SampleDataset(
    slug="arbres-alignement",
    title="Arbres d’alignement",
    noun=("arbre d’alignement", "arbres d’alignement", False),
    theme="nature",
    files=("arbres-alignement-1.csv",),
    producer=TREES,
    abstract="Six cents arbres inventés, en alignements qui ne suivent aucune rue : genre, espèce, plantation.",
    keywords=("arbre", "alignement", "plantation"),
    title_field="id_arbre",
    hidden=("x", "y"),
    words={
        "id_arbre": FieldText("Identifiant"),
        "voie": FieldText("Voie"),
        "genre": FieldText("Genre"),
        "espece": FieldText("Espèce"),
        "annee_plantation": FieldText("Année de plantation"),
        "hauteur_m": FieldText("Hauteur", "m"),
        "etat": FieldText("État sanitaire", description="Du dernier diagnostic.", readers=(TREES,)),
    },
)
NATURE = (WORKSHOPS, TERRITORY_SAMPLE, WAITING, STREET_TREES)

_SOURCE = (
    "Données inventées pour la démonstration, de l’ordre de grandeur de telles communes : ce ne sont pas les chiffres "
    "de l’INSEE."
)

HOMES = SampleDataset(
    slug="logements-menages",
    title="Ménages et logements par commune et année",
    theme="population",
    files=("logements-menages-1.csv",),
    producer=DIG,
    abstract="Ménages, résidences principales et secondaires, logements vacants, sous les mots du recensement.",
    source=_SOURCE,
    keywords=("logement", "ménage", "recensement"),
    title_field="nom_de_la_commune",
    synonyms={"logements_vacants": ("logements vides", "logements inoccupés")},
    words={
        "code_insee": FieldText("Code INSEE", description="Code officiel géographique de la commune."),
        "nom_de_la_commune": TOWN,
        "annee": FieldText("Millésime"),
        "menages": FieldText("Ménages", "ménages"),
        "population_des_menages": FieldText("Population des ménages", "habitants"),
        "logements": FieldText("Logements", "logements"),
        "residences_principales": FieldText("Résidences principales", "logements"),
        "residences_secondaires": FieldText(
            "Résidences secondaires", "logements", "Et logements occasionnels."
        ),
        "logements_vacants": FieldText("Logements vacants", "logements"),
    },
)
AGES = SampleDataset(
    slug="pyramide-ages",
    title="Population par âge et sexe",
    theme="population",
    files=("pyramide-ages-1.csv",),
    producer=DIG,
    abstract="Habitants par commune, classe d’âge de cinq ans et sexe ; la dernière classe est de 90 ans et plus.",
    source=_SOURCE,
    keywords=("âge", "sexe", "pyramide des âges"),
    title_field="nom_de_la_commune",
    words={
        "nom_de_la_commune": TOWN,
        "age": FieldText("Âge", "ans", "Premier âge de la classe de cinq ans."),
        "sexe": FieldText("Sexe"),
        "population": FieldText("Population", "habitants"),
    },
)
COMMUTES = SampleDataset(
    slug="domicile-travail",
    title="Déplacements entre le domicile et le travail",
    theme="population",
    files=("domicile-travail-1.csv",),
    producer=DIG,
    abstract="Actifs qui ont un emploi, par commune de résidence, lieu de travail et mode de transport principal.",
    source=_SOURCE,
    keywords=("navette", "domicile-travail", "mode de transport"),
    title_field="nom_de_la_commune",
    synonyms={
        "mode=Travail à domicile": ("télétravail", "depuis chez eux"),
        "mode=Marche": ("à pied", "piéton", "en marchant"),
        "mode=Deux-roues motorisé": ("moto", "scooter"),
    },
    words={
        "nom_de_la_commune": FieldText("Commune de résidence"),
        "lieu_de_travail": FieldText("Lieu de travail"),
        "mode": FieldText("Mode de transport"),
        "actifs": FieldText("Actifs", "personnes", "Actifs de 15 ans ou plus qui ont un emploi."),
    },
)
ECONOMY = SampleDataset(
    slug="emplois-etablissements",
    title="Établissements et emplois par secteur",
    theme="territoire",
    files=("emplois-etablissements-1.csv",),
    producer=DIG,
    abstract="Établissements actifs et emplois au lieu de travail, par commune, année et secteur.",
    source=_SOURCE,
    keywords=("économie", "emploi", "établissement"),
    title_field="secteur",
    words={
        "nom_de_la_commune": TOWN,
        "annee": YEAR,
        "secteur": FieldText("Secteur"),
        "etablissements": FieldText("Établissements", "établissements"),
        "emplois": FieldText("Emplois", "emplois"),
    },
    readers=(SOEE, MANAGEMENT),
)

TERRITORY = (HOMES, AGES, COMMUTES, ECONOMY)
