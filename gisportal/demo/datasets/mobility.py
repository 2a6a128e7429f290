"""Datasets of the mobility observatory and of roads (cars, traffic, accidents); all of them are invented."""

from __future__ import annotations

from gisportal.demo.datasets.definitions import (
    ACCESSIBLE,
    DAY_KIND,
    HOUR,
    LINE,
    MODE,
    MONTH,
    NAME,
    SHARED_KIND,
    TOWN,
    YEAR,
    ZONE,
    FieldText,
    SampleDataset,
)
from gisportal.demo.rights import CONSULTANTS_MOBILITY, MANAGEMENT, MOBILITY, PLANNING, ROADS
from layers.vocabulary import Frequency

CRITAIR = SampleDataset(
    slug="immatriculations-critair",
    title="Voitures immatriculées par classe Crit’Air, commune et année",
    theme="mobilite",
    files=("immatriculations-critair.csv",),
    producer=MOBILITY,
    abstract="Parc de voitures inventé au 1er janvier, de 2019 à 2024, par classe Crit’Air.",
    keywords=("Crit’Air", "immatriculation", "voiture"),
    title_field="crit_air",
    synonyms={
        "crit_air=EL": ("électrique", "zéro émission"),
        **{f"crit_air=V{number}": (f"crit’air {number}",) for number in range(1, 6)},
        "crit_air=NC": ("non classé", "sans vignette"),
    },
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

BIKES_BY_HOUR = SampleDataset(
    slug="velos-disponibilite",
    title="Disponibilité des vélos en libre-service, heure par heure",
    theme="mobilite",
    files=("velos-disponibilite.csv",),
    producer=MOBILITY,
    abstract="Vélos et bornettes libres en moyenne à douze stations d’un service fictif, par heure et type de jour, "
    "mars à juin 2026.",
    keywords=("vélo", "vélib", "libre-service", "disponibilité"),
    frequency=Frequency.QUARTERLY,
    title_field="code_station",
    words={
        "code_station": FieldText("Code de la station"),
        "nom_de_la_commune": TOWN,
        "type_jour": DAY_KIND,
        "heure": HOUR,
        "capacite": FieldText("Capacité", "bornettes", is_additive=False),
        "velos_moyens": FieldText(
            "Vélos disponibles", "vélos", "Moyenne des relevés de l’heure.", is_additive=False
        ),
        "bornettes_libres": FieldText(
            "Bornettes libres", "bornettes", "Moyenne des relevés de l’heure.", is_additive=False
        ),
        "part_vide": FieldText("Temps sans vélo", "%", "Part des relevés de l’heure où la station est vide."),
        "part_pleine": FieldText(
            "Temps sans bornette", "%", "Part des relevés de l’heure où la station est pleine."
        ),
    },
)
CAR_PARKS = SampleDataset(
    slug="stationnement-parcs",
    title="Parcs de stationnement",
    noun=("parc de stationnement", "parcs de stationnement", False),
    theme="mobilite",
    files=("stationnement-parcs.csv",),
    producer=MOBILITY,
    abstract="Parcs de stationnement inventés, dans les champs de la base nationale des lieux de stationnement (BNLS).",
    keywords=("stationnement", "parking", "BNLS"),
    title_field="nom",
    hidden=("xlong", "ylat"),
    synonyms={
        "": ("parking",),
        "gratuit=false": ("payant",),
        "tarif_24h": ("journée",),
        "type_ouvrage=ouvrage": ("en ouvrage",),
        "type_ouvrage=enclos_en_surface": ("plein air", "en surface"),
    },
    words={
        "id_source": FieldText("Identifiant"),
        "nom": NAME,
        "insee": FieldText("Code INSEE"),
        "type_usagers": FieldText("Usagers"),
        "gratuit": FieldText("Gratuit"),
        "nb_places": FieldText("Places", "places"),
        "nb_pmr": FieldText("Places pour personnes à mobilité réduite", "places"),
        "nb_voitures_electriques": FieldText("Places avec recharge", "places"),
        "nb_velo": FieldText("Places de vélos", "places"),
        "nb_2_rm": FieldText("Places de deux-roues motorisés", "places"),
        "nb_autopartage": FieldText("Places d’autopartage", "places"),
        "hauteur_max": FieldText("Hauteur maximale", description="En centimètres ; N/A à l’air libre."),
        "num_siret": FieldText("SIRET du gestionnaire", description="Fictif."),
        "tarif_1h": FieldText("Tarif d’une heure", "€"),
        "tarif_24h": FieldText("Tarif d’un jour", "€"),
        "abo_resident": FieldText("Abonnement résident", "€/mois"),
        "type_ouvrage": FieldText("Type d’ouvrage"),
    },
)
PARKING_USE = SampleDataset(
    slug="stationnement-frequentation",
    title="Fréquentation du stationnement payant, par zone et par mois",
    theme="mobilite",
    files=("stationnement-frequentation.csv",),
    producer=MOBILITY,
    abstract="Sessions, occupation et abonnements de résidents de zones inventées, de janvier 2023 à décembre 2025.",
    keywords=("stationnement", "occupation", "résidents"),
    frequency=Frequency.MONTHLY,
    title_field="zone",
    words={
        "mois": MONTH,
        "zone": ZONE,
        "nom_de_la_commune": TOWN,
        "places": FieldText("Places payantes", "places"),
        "sessions": FieldText(
            "Sessions de stationnement", "sessions", "Tickets et paiements mobiles du mois."
        ),
        "duree_moyenne_min": FieldText("Durée moyenne d’une session", "min", weight="sessions"),
        "taux_occupation": FieldText(
            "Taux d’occupation", "%", "Moyenne des heures payantes du mois.", weight="places"
        ),
        "abonnements_residents": FieldText(
            "Abonnements de résidents", "abonnements", "En cours à la fin du mois."
        ),
    },
)
PARKING_MONEY = SampleDataset(
    slug="stationnement-recettes",
    title="Recettes du stationnement payant, par zone et par mois",
    theme="mobilite",
    files=("stationnement-recettes.csv",),
    producer=MOBILITY,
    abstract="Recettes inventées de la concession de stationnement, de janvier 2023 à décembre 2025.",
    keywords=("stationnement", "recettes", "concession"),
    frequency=Frequency.MONTHLY,
    title_field="zone",
    words={
        "mois": MONTH,
        "zone": ZONE,
        "nom_de_la_commune": TOWN,
        "recettes_horodateurs": FieldText("Recettes des horodateurs", "€"),
        "recettes_application": FieldText("Recettes du paiement par téléphone", "€"),
        "recettes_abonnements": FieldText("Recettes des abonnements", "€"),
        "forfaits_post_stationnement": FieldText("Forfaits de post-stationnement", "forfaits", "Avis émis."),
        "recettes_forfaits": FieldText(
            "Recettes des forfaits", "€", "Forfaits de post-stationnement encaissés."
        ),
    },
    readers=(MANAGEMENT, CONSULTANTS_MOBILITY),
)
TRANSPORT_LINES = SampleDataset(
    slug="transports-lignes",
    title="Lignes de transports collectifs",
    noun=("ligne de transport", "lignes de transport", True),
    theme="mobilite",
    files=("transports-lignes.geojson",),
    producer=MOBILITY,
    abstract="Lignes d’un réseau inventé, avec leurs branches ; les tracés ne suivent aucune rue.",
    keywords=("transports collectifs", "bus", "ligne"),
    title_field="ligne",
    synonyms={"mode=tramway": ("tram",), "mode=train": ("RER", "transilien")},
    words={
        "code_ligne": FieldText("Code de la ligne"),
        "ligne": LINE,
        "mode": MODE,
        "longueur_km": FieldText("Longueur", "km"),
        "intervalle_pointe_min": FieldText("Intervalle aux heures de pointe", "min"),
        "accessible": ACCESSIBLE,
    },
)
TRANSPORT_STOPS = SampleDataset(
    slug="transports-arrets",
    title="Arrêts de transports collectifs",
    noun=("arrêt de transport", "arrêts de transport", False),
    theme="mobilite",
    files=("transports-arrets.geojson",),
    producer=MOBILITY,
    abstract="Arrêts d’un réseau inventé, avec les montées d’un jour moyen de 2025.",
    keywords=("transports collectifs", "arrêt", "fréquentation"),
    title_field="nom",
    synonyms={
        "": ("station",),
        "mode=tramway": ("tram",),
        "mode=train": ("gare", "RER", "transilien"),
    },
    words={
        "code_arret": FieldText("Code de l’arrêt"),
        "nom": NAME,
        "ligne": LINE,
        "mode": MODE,
        "accessible": ACCESSIBLE,
        "abri": FieldText("Abri"),
        "montees_jour": FieldText("Montées par jour", "montées", "Jour moyen de 2025."),
    },
)
TRANSPORT_RIDES = SampleDataset(
    slug="transports-frequentation",
    title="Fréquentation des lignes de transports collectifs, par mois",
    theme="mobilite",
    files=("transports-frequentation.csv",),
    producer=MOBILITY,
    abstract="Voyages de chaque ligne d’un réseau inventé, de janvier 2023 à décembre 2025.",
    keywords=("transports collectifs", "fréquentation", "voyages"),
    frequency=Frequency.MONTHLY,
    title_field="ligne",
    words={
        "mois": MONTH,
        "ligne": LINE,
        "mode": MODE,
        "commune_principale": FieldText("Commune", description="Celle où la ligne a le plus d’arrêts."),
        "voyages": FieldText("Voyages", "voyages"),
    },
)
SHARED_VEHICLES = SampleDataset(
    slug="engins-partages",
    title="Trottinettes et voitures partagées",
    noun=("engin partagé", "engins partagés", False),
    theme="mobilite",
    files=("engins-partages.geojson",),
    producer=MOBILITY,
    abstract="Engins d’un opérateur fictif le 30 juin 2026 au soir, dans les champs de MDS 2.0 : état et batterie.",
    keywords=("trottinette", "autopartage", "MDS"),
    frequency=Frequency.MONTHLY,
    title_field="vehicle_id",
    synonyms={
        "vehicle_type=scooter_standing": ("trottinette",),
        "vehicle_type=car": ("voiture partagée", "voiture", "autopartage"),
        "vehicle_state=available": ("disponible", "dispo", "libre"),
        "vehicle_state=reserved": ("réservé",),
        "vehicle_state=on_trip": ("en trajet", "en course", "loué"),
        "vehicle_state=non_operational": (
            *("en panne", "panne", "hors service", "non opérationnel", "hors d’usage", "cassé"),
        ),
        "vehicle_state=missing": ("disparu", "perdu"),
    },
    words={
        "vehicle_id": FieldText("Engin"),
        "vehicle_type": SHARED_KIND,
        "vehicle_state": FieldText(
            "État", description="Code MDS : available, reserved, on_trip, non_operational, missing."
        ),
        "battery_pct": FieldText("Batterie", "%"),
        "last_event_time": FieldText("Dernier évènement"),
    },
)
SHARED_TRIPS = SampleDataset(
    slug="trajets-partages",
    title="Trajets en trottinettes et voitures partagées, par jour et commune",
    theme="mobilite",
    files=("trajets-partages.csv",),
    producer=MOBILITY,
    abstract="Trajets inventés, comptés dans la commune de leur départ. Fenêtre glissante de 30 jours : "
    "du 1er au 30 juin 2026 ; les jours plus anciens ne sont pas gardés.",
    keywords=("trottinette", "autopartage", "trajets", "MDS"),
    frequency=Frequency.MONTHLY,
    synonyms={
        "vehicle_type=scooter_standing": ("trottinette",),
        "vehicle_type=car": ("voiture partagée", "voiture", "autopartage"),
    },
    words={
        "jour": FieldText("Jour"),
        "nom_de_la_commune": FieldText("Commune", description="Celle du départ."),
        "vehicle_type": SHARED_KIND,
        "trajets": FieldText("Trajets", "trajets"),
        "duree_mediane_min": FieldText("Durée médiane", "min"),
        "distance_km": FieldText("Distance parcourue", "km", "Somme des trajets du jour."),
    },
)

MOBILITY_DATASETS = (
    BIKES_BY_HOUR,
    CAR_PARKS,
    PARKING_USE,
    PARKING_MONEY,
    TRANSPORT_LINES,
    TRANSPORT_STOPS,
    TRANSPORT_RIDES,
    SHARED_VEHICLES,
    SHARED_TRIPS,
    *ROAD_DATASETS,
)
