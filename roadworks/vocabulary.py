"""Code lists of road works: the member is the code, the label is what people read.

The published values are the French words of the data sets « chantiers perturbants » and « infos travaux », which
readers of the layer know.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkNature(models.TextChoices):
    """What is dug or built, by network."""

    WATER = "Eau", _("Eau")
    SEWER = "Assainissement", _("Assainissement")
    GAS = "Gaz", _("Gaz")
    ELECTRICITY = "Électricité", _("Électricité")
    HEATING = "Chauffage urbain", _("Chauffage urbain")
    TELECOM = "Télécom", _("Télécom")
    LIGHTING = "Éclairage", _("Éclairage")
    SURFACE = "Chaussée", _("Chaussée")
    LAYOUT = "Aménagement", _("Aménagement")
    BUILDING = "Bâtiment", _("Bâtiment")
    OTHER = "Autre", _("Autre")


class SiteState(models.TextChoices):
    """Where a site is between its author and the public (the states of its moderation)."""

    DRAFT = "draft", _("Brouillon")
    SUBMITTED = "submitted", _("Soumis")
    PUBLISHED = "published", _("Publié")
    SUSPENDED = "suspended", _("Suspendu")
    EXTENDED = "extended", _("Prolongé")
    FINISHED = "finished", _("Terminé")
    CANCELLED = "cancelled", _("Annulé")
    REFUSED = "refused", _("Refusé")


class SiteStatus(models.TextChoices):
    """What the public reads: computed of the state and the dates, never typed."""

    TO_COME = "À venir", _("À venir")
    ACTIVE = "En cours", _("En cours")
    SUSPENDED = "Suspendu", _("Suspendu")
    EXTENDED = "Prolongé", _("Prolongé")
    FINISHED = "Terminé", _("Terminé")


class Disturbance(models.TextChoices):
    """How much a site hampers, from its worst effect."""

    NONE = "Peu perturbant", _("Peu perturbant")
    SOME = "Perturbant", _("Perturbant")
    HIGH = "Très perturbant", _("Très perturbant")


class Traffic(models.TextChoices):
    """What becomes of cars, from the worst effect on them."""

    FREE = "Sans impact", _("Sans impact")
    NARROWED = "Circulation restreinte", _("Circulation restreinte")
    ALTERNATE = "Circulation alternée", _("Circulation alternée")
    ONE_WAY = "Sens unique", _("Sens unique")
    CLOSED = "Route barrée", _("Route barrée")


class Mode(models.TextChoices):
    """Who passes."""

    CAR = "voiture", _("Voiture")
    BICYCLE = "velo", _("Vélo")
    FOOT = "pieton", _("À pied")
    BUS = "bus", _("Bus")
    PARKING = "stationnement", _("Stationnement")


class Impact(models.TextChoices):
    """The scale of four of an effect."""

    NONE = "aucun", _("Passe")
    SLOWED = "ralenti", _("Rétréci")
    ALTERNATE = "alterne", _("Alterné")
    CLOSED = "ferme", _("Fermé")


class Direction(models.TextChoices):
    """Which way of the line, in the order of its points."""

    BOTH = "deux", _("Deux sens")
    FORWARD = "aller", _("Sens du tracé")
    BACKWARD = "retour", _("Sens inverse")


class SiteOrigin(models.TextChoices):
    """By which road a site came."""

    ENTERED = "saisie", _("Saisie")
    LITTERALIS = "litteralis", _("Litteralis")
    DIALOG = "dialog", _("DiaLog")
    FILE = "fichier", _("Fichier")
