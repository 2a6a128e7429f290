"""Metadata of the sample layers. Three have none, for the list of what to mend; a contact is a service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from layers.models import Layer
from metadata.models import LayerMetadata
from metadata.vocabulary import HvdCategory, InspireTheme, TopicCategory

_PUBLISHER = "Grand Paris Seine Ouest"
_QUALITY = (
    "Données d’exemple : ordres de grandeur vraisemblables, positions approximatives. "
    "Aucune décision ne s’y fonde."
)
_QUALITY_EN = (
    "Sample data: plausible orders of magnitude, approximate positions. Not to be used for any decision."
)
_SERVICES = {
    "sig": ("Direction de l’information géographique", "sig@seineouest.example"),
    "mobilites": ("Direction des mobilités", "mobilites@seineouest.example"),
    "nature": ("Direction de la nature en ville", "nature@seineouest.example"),
    "urbanisme": ("Direction de l’urbanisme", "urbanisme@seineouest.example"),
    "climat": ("Direction de la transition écologique", "climat@seineouest.example"),
    "dechets": ("Direction de la prévention des déchets", "dechets@seineouest.example"),
    "voirie": ("Direction de la voirie", "voirie@seineouest.example"),
    "observatoire": ("Observatoire du territoire", "observatoire@seineouest.example"),
}
_IRVE = "https://schema.data.gouv.fr/etalab/schema-irve-statique/"
_BNLS = "https://schema.data.gouv.fr/etalab/schema-stationnement/"


@dataclass(frozen=True, slots=True)
class _Sample:
    """The metadata of a layer: the key of its service, English texts, lineage, codes.

    ``years`` are the first and last of the data, None where the data say it.
    """

    service: str
    title_en: str
    abstract_en: str
    lineage: str
    topic: TopicCategory
    inspire: InspireTheme | str = ""
    hvd: HvdCategory | str = ""
    years: tuple[int, int] | None = None
    schema: str = ""
    resolution_m: float | None = None


_T, _I, _H = TopicCategory, InspireTheme, HvdCategory
_GENERATED = (
    "Produites par le programme de démonstration du portail, à partir des limites communales réelles. "
)
SAMPLES: dict[str, _Sample] = {
    "communes": _Sample(
        "sig", "Municipalities",
        "Boundaries, INSEE code and population of the eight municipalities of the territory.",
        "Limites de la base Admin Express de l’IGN, simplifiées ; population légale de l’INSEE.",
        _T.BOUNDARIES, _I.AU, _H.GEOSPATIAL, (2018, 2018), resolution_m=50,
    ),
    "adresses": _Sample(
        "sig", "Addresses", "House numbers and streets in the model of the national address database.",
        _GENERATED + "Modèle de la base adresse nationale, numéros posés le long des rues.",
        _T.LOCATION, _I.AD, _H.GEOSPATIAL, resolution_m=10,
    ),
    "parcelles": _Sample(
        "sig", "Cadastral parcels", "Parcels in the model of the computerised cadastral plan.",
        _GENERATED + "Modèle du plan cadastral informatisé : section, numéro, contenance.",
        _T.PLANNING, _I.CP, _H.GEOSPATIAL, resolution_m=1,
    ),
    "servitudes": _Sample(
        "urbanisme", "Public utility easements", "Easements that limit the use of land, in the CNIG standard.",
        _GENERATED + "Standard CNIG des servitudes : assiettes autour des bâtiments patrimoniaux.",
        _T.PLANNING, _I.AM, _H.GEOSPATIAL, resolution_m=5,
    ),
    **{
        f"servitudes-generateurs-{geometry}": _Sample(
            "urbanisme", f"Public utility easements: {title}", "What easements protect, in the CNIG standard.",
            _GENERATED + "Standard CNIG des servitudes : objets qui créent une servitude.",
            _T.PLANNING, _I.AM, _H.GEOSPATIAL, resolution_m=5,
        )
        for geometry, title in (("pct", "generating points"), ("lin", "generating lines"), ("surf", "generating areas"))
    },
    "plui-zones": _Sample(
        "urbanisme", "Land-use plan: zones", "Zones of the inter-municipal land-use plan, in the CNIG standard.",
        _GENERATED + "Standard CNIG des PLU : découpage du territoire en zones fictives.",
        _T.PLANNING, _I.LU, _H.GEOSPATIAL, resolution_m=5,
    ),
    "plui-prescriptions-surf": _Sample(
        "urbanisme", "Land-use plan: areas under prescription",
        "Areas where the plan adds rules to those of the zone.",
        _GENERATED + "Standard CNIG : prescriptions autour des parcs et des bâtiments patrimoniaux.",
        _T.PLANNING, _I.LU, _H.GEOSPATIAL, resolution_m=5,
    ),
    "plui-prescriptions-lin": _Sample(
        "urbanisme", "Land-use plan: linear prescriptions", "Lines along which the plan adds rules, as alignments.",
        _GENERATED + "Standard CNIG : alignements le long des voies.", _T.PLANNING, _I.LU, resolution_m=5,
    ),
    "plui-prescriptions-pct": _Sample(
        "urbanisme", "Land-use plan: point prescriptions", "Trees and buildings that the plan protects one by one.",
        _GENERATED + "Standard CNIG : un point par arbre ou bâtiment protégé.",
        _T.PLANNING, _I.LU, _H.GEOSPATIAL, resolution_m=5,
    ),
    "plui-informations-surf": _Sample(
        "urbanisme", "Land-use plan: annexed areas", "Areas that other laws than the plan define, annexed to it.",
        _GENERATED + "Standard CNIG : préemption, aménagement concerté, bruit.",
        _T.PLANNING, _I.LU, _H.GEOSPATIAL, resolution_m=5,
    ),
    "plui-informations-lin": _Sample(
        "urbanisme", "Land-use plan: annexed lines", "Lines that other laws than the plan define, annexed to it.",
        _GENERATED + "Standard CNIG : réseaux d’assainissement.", _T.PLANNING, _I.LU, resolution_m=5,
    ),
    "plui-informations-pct": _Sample(
        "urbanisme", "Land-use plan: annexed points", "Places that other laws than the plan define, annexed to it.",
        _GENERATED + "Standard CNIG : sites archéologiques.", _T.PLANNING, _I.LU, resolution_m=5,
    ),
    "plui-habillage-surf": _Sample(
        "urbanisme", "Land-use plan: drawn areas", "Areas that dress the printed plan, without any rule.",
        _GENERATED + "Standard CNIG : plans d’eau.", _T.PLANNING, _I.LU, resolution_m=5,
    ),
    "plui-habillage-lin": _Sample(
        "urbanisme", "Land-use plan: drawn lines", "Lines that dress the printed plan, without any rule.",
        _GENERATED + "Standard CNIG : rives.", _T.PLANNING, _I.LU, resolution_m=5,
    ),
    "plui-habillage-pct": _Sample(
        "urbanisme", "Land-use plan: drawn points", "Marks that dress the printed plan, without any rule.",
        _GENERATED + "Standard CNIG : repères.", _T.PLANNING, _I.LU, resolution_m=5,
    ),
    "plui-habillage-txt": _Sample(
        "urbanisme", "Land-use plan: texts", "Texts of the printed plan, without any rule.",
        _GENERATED + "Standard CNIG : noms de communes.", _T.PLANNING, _I.LU, resolution_m=5,
    ),
    "batiments-patrimoniaux": _Sample(
        "urbanisme", "Heritage buildings", "Listed, registered or remarkable buildings, with their protection.",
        "Compilation de sources publiques (base Mérimée), positions saisies à la main.",
        _T.SOCIETY, _I.PS, _H.GEOSPATIAL, resolution_m=20,
    ),
    "arbres-remarquables": _Sample(
        "nature", "Remarkable trees", "Trees known for their age, size or history, with their species and state.",
        "Dix-sept arbres compilés de sources publiques, complétés par le programme de démonstration.",
        _T.BIOTA, _I.PS, _H.ENVIRONMENT, resolution_m=20,
    ),
    "arbres-alignement": _Sample(
        "nature", "Street trees", "Trees planted along streets, with their species and year of planting.",
        _GENERATED + "Arbres posés tous les dix mètres le long des voies.",
        _T.BIOTA, "", _H.ENVIRONMENT, resolution_m=5,
    ),
    "espaces-verts": _Sample(
        "nature", "Green spaces", "Parks, gardens and squares that are open to everybody.",
        _GENERATED + "Contours simplifiés autour des parcs connus.", _T.ENVIRONMENT, _I.LU, _H.ENVIRONMENT,
        resolution_m=20,
    ),
    "mdna-ateliers": _Sample(
        "nature", "Workshops of the house of nature",
        "Workshops about nature and gardening: dates, places, attendance.",
        _GENERATED + "Calendrier fictif d’une saison.", _T.ENVIRONMENT,
    ),
    "mdna-distributions": _Sample(
        "nature", "Composters and water butts given", "Equipment given to households, by municipality and date.",
        _GENERATED + "Quantités tirées au sort autour d’une moyenne par commune.", _T.ENVIRONMENT,
    ),
    "couvert-arbore": _Sample(
        "nature", "Density of tree cover", "Share of each cell that tree crowns cover, computed from sample layers.",
        "Calculé par le portail : couronnes de chaque espèce autour des arbres, rapportées aux mailles.",
        _T.ENVIRONMENT, _I.LC, _H.ENVIRONMENT, resolution_m=20,
    ),
    "distance-aires-de-jeux": _Sample(
        "nature", "Walking distance to the nearest playground", "Distance of each cell to the nearest playground.",
        "Calculé par le portail à partir de la couche des aires de jeux.", _T.SOCIETY, resolution_m=20,
    ),
    "aires-de-jeux": _Sample(
        "nature", "Playgrounds", "Public playgrounds with their equipment, age groups, inspections and repairs.",
        "Parcs réels, positions approximatives ; équipements et contrôles inventés.",
        _T.STRUCTURE, _I.US, resolution_m=20,
    ),
    "accidents": _Sample(
        "mobilites", "Road accidents: people involved",
        "People involved in injury accidents, by year, mode and severity.",
        _GENERATED + "Structure du fichier national des accidents corporels.",
        _T.TRANSPORTATION, _I.TN, _H.MOBILITY, (2018, 2025),
    ),
    "accidents-sites": _Sample(
        "mobilites", "Road accidents by site", "Injury accidents added up by crossing or road section.",
        _GENERATED + "Somme des accidents de démonstration par carrefour.", _T.TRANSPORTATION, _I.TN, years=(2018,
        2025),
    ),
    "amenagements-cyclables": _Sample(
        "voirie", "Cycle facilities", "Cycle tracks and lanes by side of the street and year of opening.",
        _GENERATED + "Tracés le long des rues de démonstration.", _T.TRANSPORTATION, _I.TN, _H.MOBILITY,
        resolution_m=5,
    ),
    "bornes-de-recharge": _Sample(
        "mobilites", "Charging points for electric vehicles",
        "Charging stations and points, in the national IRVE schema.",
        "Extrait des stations publiées sur le portail national, complété pour la démonstration.",
        _T.TRANSPORTATION, _I.TN, _H.MOBILITY, schema=_IRVE, resolution_m=10,
    ),
    "comptages-routiers": _Sample(
        "voirie", "Traffic counts", "Average daily traffic at counting stations, by year.",
        _GENERATED + "Trafics vraisemblables par classe de voie.", _T.TRANSPORTATION, _I.TN, years=(2018, 2025),
    ),
    "comptages-horaires": _Sample(
        "voirie", "Traffic counts, hour by hour", "Vehicles counted each hour at a few stations.",
        _GENERATED + "Profil horaire type appliqué aux comptages annuels.", _T.TRANSPORTATION, _I.TN, years=(2025,
        2025),
    ),
    "velos-disponibilite": _Sample(
        "mobilites", "Availability of shared bicycles, hour by hour",
        "Bicycles and free stands at each station, by hour.",
        _GENERATED + "Profil horaire type appliqué à la capacité des stations.", _T.TRANSPORTATION, "", _H.MOBILITY,
    ),
    "stations-velos": _Sample(
        "mobilites", "Stations of shared bicycles", "Stations, their capacity and position.",
        "Extrait des stations Vélib’ Métropole publiées sur le portail national.",
        _T.TRANSPORTATION, _I.TN, _H.MOBILITY, resolution_m=10,
    ),
    "transports-frequentation": _Sample(
        "mobilites", "Passengers of public transport lines, by month", "Validations of each line, added up by month.",
        _GENERATED + "Volumes vraisemblables par ligne et par saison.", _T.TRANSPORTATION, "", _H.MOBILITY,
    ),
    "transports-lignes": _Sample(
        "mobilites", "Public transport lines", "Bus, tramway and metro lines that serve the territory.",
        _GENERATED + "Tracés simplifiés entre les communes.", _T.TRANSPORTATION, _I.TN, _H.MOBILITY, resolution_m=50,
    ),
    "stationnement-parcs": _Sample(
        "voirie", "Car parks", "Public car parks with their spaces and prices, in the national BNLS schema.",
        _GENERATED + "Schéma de la base nationale des lieux de stationnement.",
        _T.TRANSPORTATION, _I.TN, _H.MOBILITY, schema=_BNLS, resolution_m=20,
    ),
    "stationnement-frequentation": _Sample(
        "voirie", "Use of paid parking, by zone and month", "Occupancy, residents and visitors of each parking zone.",
        _GENERATED + "Occupations vraisemblables par zone et par saison.", _T.TRANSPORTATION, "", _H.MOBILITY,
    ),
    "stationnement-recettes": _Sample(
        "voirie", "Income of paid parking, by zone and month", "Income of each parking zone, with penalties apart.",
        _GENERATED + "Recettes déduites de la fréquentation de démonstration.", _T.ECONOMY,
    ),
    "trajets-partages": _Sample(
        "mobilites", "Trips by shared scooters and cars",
        "Trips by day and municipality, in the figures of operators.",
        _GENERATED + "Agrégats au format MDS, sans trajet individuel.", _T.TRANSPORTATION, "", _H.MOBILITY,
    ),
    "engins-partages": _Sample(
        "mobilites", "Shared scooters and cars", "Vehicles in service, by operator, municipality and date.",
        _GENERATED + "Agrégats au format MDS, sans position individuelle.", _T.TRANSPORTATION, "", _H.MOBILITY,
    ),
    "travaux-voirie": _Sample(
        "voirie", "Road works", "Works on streets: place, period, effect on traffic.",
        _GENERATED + "Chantiers fictifs le long des rues de démonstration.", _T.TRANSPORTATION, _I.TN, _H.MOBILITY,
    ),
    "troncons-de-route": _Sample(
        "sig", "Road sections", "Road sections in the model of the national topographic database.",
        _GENERATED + "Modèle BD TOPO de l’IGN, tracés en grille.", _T.TRANSPORTATION, _I.TN, _H.GEOSPATIAL,
        resolution_m=5,
    ),
    "immatriculations-critair": _Sample(
        "climat", "Registered cars by Crit’Air class", "Cars registered by municipality, year and Crit’Air class.",
        "Service des données et études statistiques, parc de véhicules par commune, 2017 à 2020.",
        _T.TRANSPORTATION, "", _H.STATISTICS, (2017, 2020),
    ),
    "flotte-vehicules": _Sample(
        "climat", "Fleet: vehicles", "Vehicles of the authority, with their energy and consumption.",
        _GENERATED + "Véhicules, marques et immatriculations inventés.", _T.TRANSPORTATION,
    ),
    "plans-actions": _Sample(
        "climat", "Plans: actions", "Actions of the plans of the authority: state, budget, who leads them.",
        _GENERATED + "Plans et actions inventés.", _T.ENVIRONMENT,
    ),
    "plans-indicateurs": _Sample(
        "climat", "Plans: indicators", "Yearly values of the indicators of plans, with their targets.",
        _GENERATED + "Valeurs inventées, trajectoires vraisemblables.", _T.ENVIRONMENT, "", _H.ENVIRONMENT, (2015,
        2030),
    ),
    "collecte-dechets": _Sample(
        "dechets", "Waste collected by municipality, year and stream", "Tonnes of each stream collected in a year.",
        _GENERATED + "Tonnages vraisemblables par habitant.", _T.UTILITIES, _I.US, _H.ENVIRONMENT, (2018, 2025),
    ),
    "usage-portail": _Sample(
        "sig", "Use of the portal", "Consultations, downloads and calls of each layer, by day.",
        "Compté par le portail, sans donnée personnelle ; l’historique d’avant l’installation est inventé.",
        _T.SOCIETY,
    ),
    "usage-contenus": _Sample(
        "sig", "Use of the portal: contents", "What is published on the portal, and how much each is used.",
        "Compté par le portail chaque nuit.", _T.SOCIETY,
    ),
    "domicile-travail": _Sample(
        "observatoire", "Trips between home and work",
        "Working people by municipality of residence and mode of travel.",
        "Ordres de grandeur du recensement, inventés pour la démonstration.",
        _T.SOCIETY, _I.PD, _H.STATISTICS, (2021, 2021),
    ),
    "logements-menages": _Sample(
        "observatoire", "Households and housing", "Households, main and vacant homes by municipality and year.",
        "Ordres de grandeur du recensement, inventés pour la démonstration.",
        _T.SOCIETY, _I.PD, _H.STATISTICS, (2010, 2021),
    ),
    "population-communale": _Sample(
        "observatoire", "Population by municipality and year", "Legal population of each municipality since 1968.",
        "INSEE, populations légales, reprises sans changement.", _T.SOCIETY, _I.PD, _H.STATISTICS, (1968, 2023),
    ),
    "pyramide-ages": _Sample(
        "observatoire", "Population by age and sex", "Inhabitants by age group, sex and municipality.",
        "Ordres de grandeur du recensement, inventés pour la démonstration.",
        _T.SOCIETY, _I.PD, _H.STATISTICS, (2021, 2021),
    ),
}  # fmt: skip


def load_metadata() -> None:
    """Give their metadata to the sample layers that have none; what people wrote stays."""
    layers = Layer.objects.filter(slug__in=SAMPLES, metadata__isnull=True).select_related("theme")
    for layer in layers:
        sample = SAMPLES[layer.slug]
        name, contact = _SERVICES[sample.service]
        LayerMetadata.objects.create(
            layer=layer,
            title_en=sample.title_en,
            abstract_en=sample.abstract_en,
            lineage=sample.lineage,
            quality=_QUALITY,
            quality_en=_QUALITY_EN,
            publisher=_PUBLISHER,
            contact_name=name,
            starts_on=dt.date(sample.years[0], 1, 1) if sample.years else None,
            ends_on=dt.date(sample.years[1], 12, 31) if sample.years else None,
            hvd_category=sample.hvd,
            inspire_theme=sample.inspire,
            topic_category=sample.topic,
            schema_url=sample.schema,
            resolution_m=sample.resolution_m,
        )
        Layer.objects.filter(pk=layer.pk, contact="").update(contact=contact)
