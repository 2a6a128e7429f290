"""Code lists of IGN BD TOPO 3, theme transport: the codes are the words of the data themselves."""

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
