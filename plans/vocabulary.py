"""Code lists of plans: the member is the code, the label is what people read.

States of actions and priorities are those of *Territoires en transitions* (ADEME); sectors and pollutants those of the
code de l’environnement, R229-52, and of the arrêté of 4 August 2016 on territorial climate plans.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlanKind(models.TextChoices):
    """What sort of plan it is."""

    PCAET = "pcaet", _("Plan climat-air-énergie territorial")
    PLPDMA = "plpdma", _("Programme local de prévention des déchets")
    OTHER = "autre", _("Autre plan")


class ActionState(models.TextChoices):
    """Where an action stands, as whoever leads it says."""

    TO_DISCUSS = "a_discuter", _("À discuter")
    PLANNED = "a_venir", _("À venir")
    UNDER_WAY = "en_cours", _("En cours")
    LATE = "en_retard", _("En retard")
    PAUSED = "en_pause", _("En pause")
    BLOCKED = "bloque", _("Bloquée")
    DONE = "realise", _("Réalisée")
    DROPPED = "abandonne", _("Abandonnée")


class Priority(models.TextChoices):
    """How urgent an action is."""

    HIGH = "eleve", pgettext_lazy("priority", "Élevée")
    MEDIUM = "moyen", pgettext_lazy("priority", "Moyenne")
    LOW = "bas", pgettext_lazy("priority", "Basse")


class Direction(models.TextChoices):
    """Which way an indicator should go."""

    UP = "hausse", _("À la hausse")
    DOWN = "baisse", _("À la baisse")


class Cadence(models.TextChoices):
    """How often an indicator is measured."""

    ANNUAL = "annuelle", _("Chaque année")
    BIENNIAL = "biennale", _("Tous les deux ans")
    TRIENNIAL = "triennale", _("Tous les trois ans")


class IndicatorState(models.TextChoices):
    """What the rule says of an indicator (``docs/plans.md``): it is computed, never chosen."""

    REACHED = "atteint", _("Atteint")
    ON_TRACK = "en_bonne_voie", _("En bonne voie")
    BEHIND = "en_retard", _("En retard")
    OFF_COURSE = "hors_trajectoire", _("Hors trajectoire")
    NO_DATA = "sans_donnee", _("Sans donnée")
    NOT_DUE = "pas_encore_du", _("Pas encore attendu")


class MilestoneKind(models.TextChoices):
    """What a point of a trajectory is."""

    REFERENCE = "reference", _("Référence")
    INTERMEDIATE = "intermediaire", _("Objectif intermédiaire")
    FINAL = "finale", _("Objectif final")


class Sector(models.TextChoices):
    """The regulatory sectors of a climate plan, in the order of the arrêté."""

    HOUSING = "residentiel", _("Résidentiel")
    SERVICES = "tertiaire", _("Tertiaire")
    ROAD = "transport_routier", _("Transport routier")
    OTHER_TRANSPORT = "autres_transports", _("Autres transports")
    FARMING = "agriculture", _("Agriculture")
    WASTE = "dechets", _("Déchets")
    INDUSTRY = "industrie", _("Industrie hors branche énergie")
    ENERGY = "energie", _("Industrie branche énergie")


class Pollutant(models.TextChoices):
    """The pollutants of a climate plan."""

    NOX = "nox", "NOx"
    PM10 = "pm10", "PM10"
    PM25 = "pm25", "PM2,5"
    COVNM = "covnm", "COVNM"
    SO2 = "so2", "SO2"
    NH3 = "nh3", "NH3"


class BudgetKind(models.TextChoices):
    """What money is for."""

    INVESTMENT = "investissement", _("Investissement")
    RUNNING = "fonctionnement", _("Fonctionnement")
