"""Code lists and patterns of the CNIG PLU standard (v2024 rev. 2025-06): documents, zones, prescriptions, informations.

Codes and labels are the standard's own words: labels are not translated and not reworded. ``PRESCRIPTIONS`` is one
table keyed by the pair as regulations write it, ``07-01``: code and sub-code have no meaning apart. It is complete,
mountain and coast included, so that any document of another authority can be received; only 03-01, which the standard
reserves to cartes communales, is left out.
"""

from __future__ import annotations

import re
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.definitions import Text

# IDURBA = <INSEE or SIREN>_<TYPEDOC>_<DATAPPRO>[_<CodeDU>].
IDURBA_PATTERN = r"^(\d{9}|([013-9]\d|2[AB1-9])\d{3})_(PLU|PLUI|POS|PSMV|SCOT)_\d{8}(_[A-Z])?$"
# NOMPROC: the procedure, numbered since the last general revision.
NOMPROC_PATTERN = r"^(E|R|A|(MEC|MAJ|MS|RA|RS|M)\d{1,3})$"
SIREN_PATTERN = r"^\d{9}$"
# C8 = AAAAMMJJ; 00000000 is unknown or to come, AAAA0000 a year alone, AAAAMM00 a month alone.
C8_PATTERN = r"^(00000000|(19|20)\d{2}(0000|(0[1-9]|1[0-2])(00|0[1-9]|[12]\d|3[01])))$"
UNKNOWN_DATE = "00000000"
# PSC-<S/L/P>_<typepsc>-<stypepsc>_NNN
SYMBOLE_PATTERN = r"^PSC-[SLP]_\d{2}-\d{2}_\d{3}$"
INFORMATION_SYMBOLE_PATTERN = r"^INF-[SLP]_\d{2}-\d{2}_\d{3}$"
# COULEUR of HABILLAGE_*: red, green and blue, three figures each.
_LEVEL = r"([01]\d{2}|2[0-4]\d|25[0-5])"
COULEUR_PATTERN = rf"^{_LEVEL}-{_LEVEL}-{_LEVEL}$"


def hex_colour(couleur: str) -> str:
    """Return COULEUR (RRR-VVV-BBB) as ``#rrggbb``; empty for what is no colour."""
    if not re.fullmatch(COULEUR_PATTERN, couleur, re.ASCII):
        return ""
    return "#" + "".join(f"{int(level):02x}" for level in couleur.split("-"))


def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of a compact list: ``05-00/06`` is 05-00 to 05-06."""
    pairs = set()
    for part in text.split():
        kind, _dash, numbers = part.partition("-")
        first, _slash, last = numbers.partition("/")
        pairs |= {f"{kind}-{number:02d}" for number in range(int(first), int(last or first) + 1)}
    return frozenset(pairs)


class TypeDoc(models.TextChoices):
    """TYPEDOC: kind of document."""

    PLU = "PLU", "Plan local d’urbanisme"
    PLUI = "PLUI", "Plan local d’urbanisme intercommunal"
    POS = "POS", "Plan d’occupation des sols"
    PSMV = "PSMV", "Plan de sauvegarde et de mise en valeur"
    SCOT = "SCOT", "Schéma de cohérence territoriale"


class Etat(models.TextChoices):
    """ETAT: where the document is in its legal life."""

    EN_COURS = "01", "en cours de procédure"
    ARRETE = "02", "arrêté"
    OPPOSABLE = "03", "opposable"
    ANNULE = "04", "annulé"
    REMPLACE = "05", "remplacé"
    ABROGE = "06", "abrogé"
    APPROUVE = "07", "approuvé"
    PARTIELLEMENT_ANNULE = "08", "partiellement annulé"
    CADUC = "09", "caduc"


class TypeRef(models.TextChoices):
    """TYPEREF: cadastral reference used to digitise."""

    PCI = "01", "PCI"
    BD_PARCELLAIRE = "02", "BD Parcellaire"
    RPCU = "03", "RPCU"
    LOCAL = "04", "référentiel local"
    ORTHO = "05", "orthophoto & cadastre"


class TypeZone(models.TextChoices):
    """TYPEZONE: kind of zone."""

    U = "U", "Zone urbaine"
    AUC = "AUc", "Zone à urbaniser"
    AUS = "AUs", "Zone à urbaniser bloquée"
    A = "A", "Zone agricole"
    N = "N", "Zone naturelle et forestière"


PRESCRIPTIONS: dict[str, str] = {
    "01-00": "Espace boisé classé",
    "01-01": "Espace boisé classé à protéger ou conserver",
    "01-02": "Espace boisé classé à créer",
    "01-03": "Espace boisé classé significatif au titre de la loi littoral",
    "02-00": "Limitation de la constructibilité pour des raisons environnementales",
    "02-01": (
        "Secteur avec interdiction de constructibilité pour des raisons environnementales, de risques, "
        "d’intérêt général"
    ),
    "02-02": (
        "Secteur avec conditions spéciales de constructibilité pour des raisons environnementales, de "
        "risques, d’intérêt général"
    ),
    "03-00": "Secteur avec disposition de reconstruction / démolition",
    "03-02": (
        "Secteur dans lequel la reconstruction à l’identique d’un bâtiment détruit par un sinistre "
        "n’est pas autorisée"
    ),
    "03-03": "Interdiction de reconstruction à l’identique",
    "04-00": "Périmètre issu des PDU sur obligation de stationnement",
    "05-00": "Emplacement réservé",
    "05-01": "Emplacement réservé aux voies publiques",
    "05-02": "Emplacement réservé aux ouvrages publics",
    "05-03": "Emplacement réservé aux installations d’intérêt général",
    "05-04": "Emplacement réservé aux espaces verts/continuités écologiques",
    "05-05": "Emplacement réservé logement social/mixité sociale",
    "05-06": (
        "Servitude de localisation des voies, ouvrages publics, installations d’intérêt général et "
        "espaces verts en zone U ou AU"
    ),
    "05-07": "Secteur de projet en attente d’un projet d’aménagement global",
    "05-08": (
        "Emplacements réservés à la relocalisation d’équipements, de constructions et d’installations "
        "exposés au recul du trait de côte"
    ),
    "07-00": (
        "Patrimoine bâti, paysager ou éléments de paysages à protéger pour des motifs d’ordre culturel,"
        " historique, architectural ou écologique"
    ),
    "07-01": "Patrimoine bâti à protéger pour des motifs d’ordre culturel, historique, architectural",
    "07-02": "Patrimoine paysager à protéger pour des motifs d’ordre culturel, historique, architectural",
    "07-03": (
        "Patrimoine paysager correspondant à un espace boisé à protéger pour des motifs d’ordre "
        "culturel, historique, architectural"
    ),
    "07-04": "Éléments de paysage, (sites et secteurs) à préserver pour des motifs d’ordre écologique",
    "07-05": (
        "Éléments de paysage correspondant à un espace boisé, (sites et secteurs) à préserver pour des "
        "motifs d’ordre écologique"
    ),
    "08-00": "Terrain cultivé ou non bâti à protéger en zone urbaine",
    "13-00": "Zone à aménager en vue de la pratique du ski",
    "14-00": "Secteur de plan de masse",
    "15-00": "Règles d’implantation des constructions",
    "15-01": "Implantation des constructions par rapport aux voies et aux emprises publiques",
    "15-02": "Implantation des constructions par rapport aux limites séparatives latérales",
    "15-03": "Implantation des constructions par rapport aux limites des fonds de parcelles",
    "15-98": "Implantation alternative des constructions",
    "16-00": "Constructions et installations nécessaires à des équipements collectifs",
    "16-01": "Bâtiment susceptible de changer de destination",
    "16-02": "Bâtiments d’habitation existants pouvant faire l’objet d’extensions ou d’annexes",
    "16-03": "Secteur de taille et de capacité d’accueil limitées (STECAL)",
    "16-04": "Constructions et installations nécessaires à l’activité agricole en zone A ou N",
    "16-05": (
        "Diversification de l’activité agricole : transformation, conditionnement et ventes de produits"
        " agricoles (activités liées au tourisme exclues)"
    ),
    "17-00": "Secteur à programme de logements mixité sociale en zone U et AU",
    "18-00": "Secteur comportant des orientations d’aménagement et de programmation (OAP)",
    "18-01": "OAP de projet (sans règlement)",
    "18-02": "OAP entrées de ville",
    "18-03": "OAP relatives à la réhabilitation, la restructuration, la mise en valeur ou l’aménagement",
    "18-04": "OAP d’adaptation des périmètres de transports collectifs",
    "18-05": "OAP patrimoniales, architecturales et écologiques",
    "18-06": "OAP relatives à l’habitat",
    "18-07": "OAP comprenant des dispositions relatives à l’équipement commercial et artisanal",
    "18-08": "OAP relatives aux transports et aux déplacements",
    "18-09": "OAP relatives aux espaces publics en zone d’aménagement concerté",
    "18-10": (
        "OAP relatives aux ouvrages publics, installations d’intérêt général et espaces verts en zone "
        "d’aménagement concerté"
    ),
    "18-11": "OAP valant création de zone d’aménagement concerté",
    "18-12": "OAP Secteurs de renaturation",
    "18-13": "OAP relatives à la protection des franges urbaines et rurales",
    "18-14": "OAP recul du trait de côte",
    "18-15": "OAP trames vertes et bleues",
    "18-16": "OAP zone d’accélération de la production d’énergies renouvelables",
    "19-00": "Secteur protégé en raison de la richesse du sol et du sous-sol",
    "20-00": "Secteur à transfert de constructibilité en zone N",
    "22-00": "Diversité commerciale à protéger ou à développer",
    "22-01": "Diversité commerciale à protéger",
    "22-02": "Diversité commerciale à développer",
    "22-03": "Linéaire commercial protégé",
    "22-04": "Linéaire commercial protégé renforcé",
    "23-00": "Secteur avec taille minimale des logements en zone U et AU",
    "24-00": "Voies, chemins, transport public à conserver et à créer",
    "24-01": "Voies de circulation à créer, modifier ou conserver",
    "24-02": "Voies de circulation à modifier",
    "24-03": "Voies de circulation à créer",
    "24-04": "Voies de circulation à conserver",
    "25-00": "Éléments de continuité écologique et trame verte et bleue",
    "26-00": "Secteur de performance énergétique",
    "26-01": "Secteur de performance énergétique renforcé",
    "27-00": "Secteur d’aménagement numérique",
    "28-00": "Conditions de desserte",
    "28-01": (
        "Conditions permettant une bonne desserte des terrains par les services publics de collecte des"
        " déchets"
    ),
    "29-00": "Secteur avec densité minimale de construction",
    "29-01": "Secteur avec densité minimale de construction à proximité des transports collectifs",
    "29-02": "Secteur de ZAC avec densité minimale de construction",
    "30-00": "Majoration des volumes constructibles",
    "30-01": "Majoration des volumes constructibles pour l’habitation",
    "30-02": (
        "Majoration des volumes constructibles pour les programmes comportant des logements locatifs sociaux"
    ),
    "30-03": "Majoration des volumes constructibles pour exemplarité énergétique ou environnementale",
    "30-04": (
        "Majoration des volumes constructibles pour les programmes comportant des logements intermédiaires"
    ),
    "31-00": "Espaces remarquables du littoral",
    "31-01": "Dunes, landes côtières, plages et lidos, estrans, falaises et abords",
    "31-02": (
        "Forêts et zones boisées proches du rivage de la mer et des plans d’eau intérieurs d’une "
        "superficie supérieure à 1 000 hectares"
    ),
    "31-03": "Ilots inhabités",
    "31-04": "Parties naturelles des estuaires, des rias ou abers et des caps",
    "31-05": (
        "Marais, vasières, tourbières, plans d’eau, les zones humides et milieux temporairement immergés"
    ),
    "31-06": "Milieux abritant des concentrations naturelles d’espèces animales ou végétales",
    "31-07": "Parties naturelles des sites inscrits ou classés",
    "31-08": "Formations géologiques",
    "32-00": "Exclusion protection de plans d’eau de faible importance",
    "33-00": "Secteur de dérogation aux protections des rives des plans d’eau en zone de montagne",
    "34-00": (
        "Espaces, paysage et milieux caractéristiques du patrimoine naturel et culturel montagnard à "
        "préserver"
    ),
    "35-00": (
        "Terres nécessaires au maintien et au développement des activités agricoles, pastorales et "
        "forestières à préserver"
    ),
    "36-00": "Mixité des destinations ou sous-destinations",
    "37-00": "Règles différenciées entre le rez-de-chaussée et les étages supérieurs des constructions",
    "37-01": "Règles différenciées pour le rez-de-chaussée en raison des risques inondations",
    "37-02": "Règles différenciées pour mixité sociale et fonctionnelle",
    "38-00": "Emprise au sol",
    "38-01": "Emprise au sol minimale",
    "38-02": "Emprise au sol maximale",
    "38-97": "Emprise au sol règles qualitatives",
    "38-98": "Emprise au sol règles alternatives",
    "39-00": "Hauteur",
    "39-01": "Hauteur minimale",
    "39-02": "Hauteur maximale",
    "39-97": "Hauteur règles qualitatives",
    "39-98": "Hauteur règles alternatives",
    "40-00": "Volumétrie",
    "40-01": "Volumétrie minimale",
    "40-02": "Volumétrie maximale",
    "40-97": "Règles volumétriques qualitatives",
    "40-98": "Règles volumétriques alternatives",
    "41-00": "Aspect extérieur",
    "41-01": "Aspect extérieur façades",
    "41-02": "Aspect extérieur toitures",
    "41-03": "Aspect extérieur clôtures",
    "41-98": "Aspect extérieur règles alternatives",
    "42-00": "Coefficient de biotope par surface",
    "43-00": "Réalisation d’espaces libres, plantations, aires de jeux et de loisir",
    "43-01": "Réalisation d’espaces libres",
    "43-02": "Réalisation d’aires de jeux et de loisirs",
    "43-03": "Réglementation des plantations",
    "44-00": "Stationnement",
    "44-01": "Stationnement minimal",
    "44-02": "Stationnement maximal",
    "44-03": "Caractéristiques et type de stationnement",
    "44-04": "Minoration des règles de stationnement",
    "44-05": "Réalisation d’aires de livraisons imposée",
    "44-98": "Stationnement règles alternatives",
    "45-00": "Zone d’aménagement concerté (surface de plancher, destination)",
    "46-00": "Constructibilité espace boisé antérieur au 20ème siècle",
    "47-00": "Desserte par les réseaux",
    "47-01": "Réseaux publics d’eau",
    "47-02": "Réseaux publics d’électricité",
    "47-03": "Réseaux publics d’assainissement",
    "47-04": "Conditions de réalisation d’un assainissement non collectif",
    "47-05": "Infrastructures et réseaux de communications électroniques",
    "48-00": "Mesures pour limiter l’imperméabilisation des sols",
    "48-01": "Installations nécessaires à la gestion des eaux pluviales et du ruissellement",
    "49-00": "Opération d’ensemble imposée en zone AU",
    "49-01": "Urbanisation par opération d’ensemble",
    "49-02": "Urbanisation conditionnée à la réalisation des équipements internes à la zone",
    "50-00": "Interdiction types d’activités, destinations, sous-destinations",
    "51-00": "Autorisation sous conditions types d’activités, destinations, sous-destinations",
    "52-00": "Infrastructures et équipements logistiques à préserver ou à développer en zones U et AU",
    "53-00": (
        "Dérogation à l’article L111-6 pour l’implantation des constructions le long des grands axes routiers"
    ),
    "54-01": "Zone exposée au recul du trait de côte à l’horizon de trente ans",
    "54-02": "Zone exposée au recul du trait de côte à un horizon compris entre trente et cent ans",
    "55-01": (
        "Secteur d’implantation d’installations de production d’énergies renouvelables, et leurs ouvrages de "
        "raccordement, soumises à conditions"
    ),
    "55-02": "Secteur d’exclusion d’installations de production d’énergies renouvelables",
    "56-00": (
        "Secteur dans lequel toutes les constructions nouvelles de logements sont à usage exclusif de "
        "résidence principale"
    ),
    "97-00": (
        "Périmètre d’application d’une pièce écrite territorialisée (rapport de présentation, PADD, "
        "règlement, règlement graphique, POA)"
    ),
    "97-01": "Périmètre couvert par un plan de secteur",
    "99-00": "Autre",
    "99-01": "Autre : affectation des sols et destination des constructions",
    "99-02": "Autre : zones naturelles, agricoles ou forestières",
    "99-03": "Autre : mixité sociale et fonctionnelle en zones urbaines ou à urbaniser",
    "99-04": "Autre : qualité du cadre de vie",
    "99-05": "Autre : qualité urbaine, architecturale, environnementale et paysagère",
    "99-06": (
        "Autre : traitement environnemental et paysager des espaces non bâtis et abords des constructions"
    ),
    "99-07": "Autre : densité",
    "99-08": "Autre : équipements, réseaux et emplacements réservés",
    "99-09": (
        "Autre : plan local d’urbanisme tenant lieu de programme local de l’habitat et de plan de "
        "déplacements urbains"
    ),
    "99-10": "Autre : plan local d’urbanisme tenant lieu de programme de déplacements urbains",
}


INFORMATIONS: dict[str, str] = {
    "02-00": "Zone d’aménagement concerté",
    "03-00": "Zone de préemption dans un espace naturel et sensible",
    "04-00": "Périmètre de droit de préemption urbain",
    "04-01": "Périmètre de droit de préemption urbain renforcé",
    "05-00": "Zone d’aménagement différé",
    "07-00": "Périmètre de développement prioritaire économie d’énergie",
    "08-00": (
        "Périmètre forestier : interdiction ou réglementation des plantations (code rural et de la pêche "
        "maritime), plantations à réaliser et semis d’essence forestière"
    ),
    "09-00": "Périmètre minier de concession pour l’exploitation ou le stockage",
    "10-00": "Zone de recherche et d’exploitation de carrière",
    "11-00": "Périmètre des zones délimitées - divisions foncières soumises à déclaration préalable",
    "12-00": "Périmètre de sursis à statuer",
    "13-00": "Secteur de programme d’aménagement d’ensemble",
    "14-00": "Périmètre de voisinage d’infrastructure de transport terrestre (secteur affecté par le bruit)",
    "16-00": "Site archéologique",
    "17-00": "Zone à risque d’exposition au plomb",
    "19-01": (
        "Zone d’assainissement collectif/non collectif, eaux usées/eaux pluviales, schéma de réseaux eau et "
        "assainissement, systèmes d’élimination des déchets"
    ),
    "19-02": "Emplacements traitement eaux et déchets",
    "20-00": "Règlement local de publicité",
    "21-00": "Projet de plan de prévention des risques",
    "22-00": "Protection des rives des plans d’eau en zone de montagne",
    "23-00": "Arrêté du préfet coordonnateur de massif",
    "25-00": "Périmètre de protection des espaces agricoles et naturels périurbain",
    "27-00": "Plan d’exposition au bruit des aérodromes",
    "30-00": "Périmètre projet urbain partenarial",
    "31-00": (
        "Périmètres patrimoniaux d’exclusion des matériaux et énergies renouvelables pris par délibération"
    ),
    "32-00": "Secteur de taxe d’aménagement",
    "33-00": "Droit de préemption commercial",
    "34-00": "Périmètre d’opération d’intérêt national",
    "35-00": "Périmètre de secteur affecté par un seuil minimal de densité",
    "36-00": "Schémas d’aménagement de plage",
    "37-00": "Bois ou forêts relevant du régime forestier",
    "38-00": "Secteurs d’information sur les sols",
    "39-00": "Périmètres de projets AFUP",
    "40-01": "Périmètre d’un bien inscrit au patrimoine mondial",
    "40-02": "Zone tampon d’un bien inscrit au patrimoine mondial",
    "41-00": "Bande de recul le long des axes à grande circulation",
    "42-00": (
        "Secteurs délimités par délibération de l’autorité compétente en matière d’urbanisme, dans lesquels "
        "certaines opérations sont soumises à autorisation d’urbanisme"
    ),
    "42-01": "Secteur dans lequel les travaux de démolition sont soumis à permis de démolir",
    "42-02": "Secteur dans lequel l’édification d’une clôture doit être précédée d’une déclaration préalable",
    "42-03": "Secteur dans lequel les travaux de ravalement sont soumis à déclaration préalable",
    "43-00": "Secteur d’obligation légale de débroussaillement (OLD) en prévention des incendies",
    "97-00": (
        "Périmètre d’application d’une pièce écrite territorialisée relative aux annexes (liste des annexes, "
        "liste des SUP, plan des SUP)"
    ),
    "98-00": (
        "Périmètre d’annulation partielle du document d’urbanisme (lorsqu’elle impacte le règlement "
        "graphique)"
    ),
    "99-00": "Autre périmètre, secteur, plan, document, site, projet, espace",
    "99-01": "Autre relevant de la loi littoral",
    "99-02": "Autre relevant de la loi montagne",
}
"""TYPEINF-STYPEINF, as ``PRESCRIPTIONS``; 43 came with the revision of June 2025."""

PRESCRIPTIONS_BY_GEOMETRY: dict[str, frozenset[str]] = {
    "SURF": frozenset(PRESCRIPTIONS),
    "LIN": _pairs(
        "01-00/03 02-00/02 05-00/06 05-08 07-00/05 15-00/03 15-98 22-00/04 24-00/04 25-00 28-00/01 31-00/08 33-00 34-00"
        " 35-00 39-00/02 39-97/98 40-00/02 40-97/98 41-00/03 41-98 43-00/03 44-00/05 44-98 47-00/05 48-00/01 50-00"
        " 51-00 52-00 53-00 99-00/10"
    ),
    "PCT": _pairs(
        "01-00/03 02-00/02 03-00/03 05-00/06 05-08 07-00/05 15-00/03 15-98 16-00/05 22-00/04 25-00 28-00/01 31-00/08"
        " 34-00 39-00/02 39-97/98 40-00/02 40-97/98 41-00/03 41-98 43-00/03 47-00/05 48-00/01 50-00 51-00 52-00"
        " 99-00/10"
    ),
}
"""Pairs that the revision of June 2025 allows in each geometry."""

INFORMATIONS_BY_GEOMETRY: dict[str, frozenset[str]] = {
    "SURF": frozenset(INFORMATIONS),
    "LIN": _pairs("16-00 19-01/02 22-00 99-00/02"),
    "PCT": _pairs("16-00 19-01/02 99-00/02"),
}

_FORMS_TEXT = "0000 0100/0111 0200/0203 0300 0400/0407 0500/0503 0600/0604 0700/0705 0800/0802 0900/0903 9900"
FORMS = frozenset(
    f"{number:04d}" for part in _FORMS_TEXT.split() for number in range(int(part[:4]), int(part[-4:]) + 1)
)
"""FORMDOMI: dominant form of a zone."""

DESTINATIONS_PATTERN = r"(-?(1[0-2]|2[0-2]|3[0-7]|4[0-7]|5[0-5]|99))+"
"""DESTOUI, DESTCDT, DESTNON: destinations and sub-destinations, joined by ``-``."""


_PROCEDURES: dict[str, Text] = {
    "E": _("Élaboration"),
    "R": _("Révision générale"),
    "A": _("Abrogation"),
    "MEC": _("Mise en compatibilité n° %s"),
    "MAJ": _("Mise à jour n° %s"),
    "M": _("Modification n° %s"),
    "MS": _("Modification simplifiée n° %s"),
    "RS": _("Révision simplifiée n° %s"),
    "RA": _("Révision allégée n° %s"),
}


def procedure_label(nomproc: str) -> str:
    """Return a procedure in words, ``M2`` as a modification and its number; the text itself when it is none."""
    letters = nomproc.rstrip("0123456789")
    number = nomproc[len(letters) :]
    label = str(_PROCEDURES.get(letters, ""))
    if not label or ("%s" in label) != bool(number):
        return nomproc
    return label % number if number else label


def label_of(typepsc: str, stypepsc: str) -> str:
    """Return the official label of a pair; KeyError when the standard does not have it."""
    return PRESCRIPTIONS[f"{typepsc}-{stypepsc}"]


class PlanState(models.TextChoices):
    """Where a version of a plan stands in the portal."""

    STAGED = "staged", _("à examiner")
    ONLINE = "online", _("en ligne")
    FORMER = "former", _("remplacée")
    WITHDRAWN = "withdrawn", _("retirée")


class PlanStep(StrEnum):
    """What was done to a version of a plan; the value is that of the journal."""

    STAGED = "staged"
    ONLINE = "online"
    UNDONE = "undone"
    DISCARDED = "discarded"
    FINDING_ACCEPTED = "finding-accepted"
    ACCEPTANCE_WITHDRAWN = "acceptance-withdrawn"
