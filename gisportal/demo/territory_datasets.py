"""Datasets of the observatory of the territory: homes, ages, ways to work, jobs."""

from __future__ import annotations

from gisportal.demo.groups import MANAGEMENT, OBSERVATORY, SOEE
from gisportal.demo.sample_dataset import FieldText, SampleDataset
from gisportal.demo.sample_words import TOWN, YEAR

_SOURCE = (
    "Données inventées pour la démonstration, de l’ordre de grandeur de telles communes : ce ne sont pas les chiffres "
    "de l’INSEE."
)

HOMES = SampleDataset(
    slug="logements-menages",
    title="Ménages et logements par commune et année",
    theme="population",
    files=("logements-menages-1.csv",),
    producer=OBSERVATORY,
    abstract="Ménages, résidences principales et secondaires, logements vacants, sous les mots du recensement.",
    source=_SOURCE,
    keywords=("logement", "ménage", "recensement"),
    title_field="nom_de_la_commune",
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
    producer=OBSERVATORY,
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
WAYS_TO_WORK = SampleDataset(
    slug="domicile-travail",
    title="Déplacements entre le domicile et le travail",
    theme="population",
    files=("domicile-travail-1.csv",),
    producer=OBSERVATORY,
    abstract="Actifs qui ont un emploi, par commune de résidence, lieu de travail et mode de transport principal.",
    source=_SOURCE,
    keywords=("navette", "domicile-travail", "mode de transport"),
    title_field="nom_de_la_commune",
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
    producer=OBSERVATORY,
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

TERRITORY = (HOMES, AGES, WAYS_TO_WORK, ECONOMY)
