"""Code lists of the BD TOPO 3 (theme transport) and of the standard CNIG SUP: codes are the words of the data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoadNature(TextChoices):
    """NATURE of a road section."""

    UNE_CHAUSSEE = "Route à 1 chaussée", _("Route à 1 chaussée")
    DEUX_CHAUSSEES = "Route à 2 chaussées", _("Route à 2 chaussées")
    AUTOROUTIER = "Type autoroutier", _("Type autoroutier")
    BRETELLE = "Bretelle", _("Bretelle")
    ROND_POINT = "Rond-point", _("Rond-point")
    EMPIERREE = "Route empierrée", _("Route empierrée")
    CHEMIN = "Chemin", _("Chemin")
    SENTIER = "Sentier", _("Sentier")
    ESCALIER = "Escalier", _("Escalier")
    PISTE_CYCLABLE = "Piste cyclable", _("Piste cyclable")
    BAC = "Bac ou liaison maritime", _("Bac ou liaison maritime")


class Importance(TextChoices):
    """IMPORTANCE of a road section: from connections between cities down to what only serves its place."""

    VILLES = "1", _("1 – entre métropoles")
    DEPARTEMENTS = "2", _("2 – entre départements")
    COMMUNES = "3", _("3 – entre communes")
    QUARTIERS = "4", _("4 – dans une commune")
    DESSERTE = "5", _("5 – desserte d’un quartier")
    LOCALE = "6", _("6 – desserte locale")


class TrafficDirection(TextChoices):
    """SENS_DE_CIRCULATION, in the direction in which the section is drawn."""

    DOUBLE = "Double sens", _("Double sens")
    DIRECT = "Sens direct", _("Sens direct")
    INVERSE = "Sens inverse", _("Sens inverse")
    SANS_OBJET = "Sans objet", _("Sans objet")


class ObjectState(TextChoices):
    """ETAT_DE_L_OBJET."""

    EN_SERVICE = "En service", _("En service")
    EN_CONSTRUCTION = "En construction", _("En construction")
    EN_PROJET = "En projet", _("En projet")


class PerimeterMethod(TextChoices):
    """MODEGEOASS: how the perimeter of an easement was made. A circle and a decided outline are told apart by it."""

    EGALE = "Égale au générateur", _("Égale au générateur")
    TAMPON = "Zone tampon", _("Zone tampon")
    DIGITALISATION = "Digitalisation", _("Digitalisation")
    DUPLICATION = "Duplication", _("Duplication")
    COORDONNEES = "Liste de coordonnées", _("Liste de coordonnées")
    ANGULAIRE = "Secteur angulaire", _("Secteur angulaire")
    CALCULEE = "Calculée", _("Calculée")
    PARCELLES = "Liste de parcelles", _("Liste de parcelles")
    FICTIVE = "Fictive", _("Fictive")


# SUPTYPE: the categories most met in towns. Another one is loaded too, under its code alone.
EASEMENTS = {
    "AC1": _("AC1 – abords des monuments historiques"),
    "AC2": _("AC2 – sites classés et inscrits"),
    "AC4": _("AC4 – sites patrimoniaux remarquables"),
    "AS1": _("AS1 – captages d’eau potable"),
    "EL3": _("EL3 – halage et marchepied"),
    "EL7": _("EL7 – alignement des voies"),
    "I3": _("I3 – canalisations de gaz"),
    "I4": _("I4 – lignes électriques"),
    "INT1": _("INT1 – voisinage des cimetières"),
    "PM1": _("PM1 – plans de prévention des risques"),
    "PT1": _("PT1 – centres radioélectriques, perturbations"),
    "PT2": _("PT2 – centres radioélectriques, obstacles"),
    "T1": _("T1 – voies ferrées"),
    "T5": _("T5 – dégagement aéronautique"),
}
