"""Code lists of the catalogue, chosen by an administrator for a layer, and the units that are words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.styles.definitions import StyleKind


class Visibility(models.TextChoices):
    """Who sees a layer without a grant."""

    OPEN = "open", _("Ouverte")
    STATISTICS = "statistics", _("Interne, statistiques ouvertes")
    INTERNAL = "internal", _("Interne")


class Gender(models.TextChoices):
    """The gender of a noun, by the article before it."""

    MASCULINE = "m", _("masculin : un")
    FEMININE = "f", _("féminin : une")


class LayerState(models.TextChoices):
    """Where a layer is in its life: only published layers leave the administration."""

    DRAFT = "draft", _("Brouillon")
    PUBLISHED = "published", _("En ligne")
    ARCHIVED = "archived", _("Retirée")


class GrantState(models.TextChoices):
    """Where a grant is in its life, as lists filter it; one that ends within a month is in force too."""

    IN_FORCE = "en-cours", _("En cours")
    ENDING = "bientot", _("Finit dans le mois")
    TO_COME = "a-venir", _("À venir")
    ENDED = "termines", _("Terminés")


class WriteRight(models.TextChoices):
    """What somebody may do to single rows, each by its own right."""

    ADD = "add", _("ajouter")
    CHANGE = "change", _("modifier")
    DELETE = "delete", _("supprimer")


class Frequency(models.TextChoices):
    """How often a layer is updated: codes of the EU frequency authority table, from the most frequent.

    ``CONT`` is several times a day for the national portal; what is continuous is ``UPDATE_CONT``.
    """

    UPDATE_CONT = "UPDATE_CONT", _("En continu")
    MINUTES_1 = "1MIN", _("Toutes les minutes")
    MINUTES_5 = "5MIN", _("Toutes les 5 minutes")
    MINUTES_10 = "10MIN", _("Toutes les 10 minutes")
    MINUTES_15 = "15MIN", _("Tous les quarts d’heure")
    MINUTES_30 = "30MIN", _("Toutes les demi-heures")
    HOURLY = "HOURLY", _("Toutes les heures")
    BIHOURLY = "BIHOURLY", _("Toutes les 2 heures")
    TRIHOURLY = "TRIHOURLY", _("Toutes les 3 heures")
    HOURS_12 = "12HRS", _("Toutes les 12 heures")
    CONT = "CONT", _("Plusieurs fois par jour")
    DAILY_3 = "DAILY_3", _("Trois fois par jour")
    DAILY_2 = "DAILY_2", _("Deux fois par jour")
    DAILY = "DAILY", _("Quotidienne")
    WEEKLY_5 = "WEEKLY_5", _("Cinq fois par semaine")
    WEEKLY_3 = "WEEKLY_3", _("Trois fois par semaine")
    WEEKLY_2 = "WEEKLY_2", _("Deux fois par semaine")
    WEEKLY = "WEEKLY", _("Hebdomadaire")
    BIWEEKLY = "BIWEEKLY", _("Toutes les deux semaines")
    MONTHLY_3 = "MONTHLY_3", _("Trois fois par mois")
    MONTHLY_2 = "MONTHLY_2", _("Deux fois par mois")
    MONTHLY = "MONTHLY", _("Mensuelle")
    BIMONTHLY = "BIMONTHLY", _("Tous les deux mois")
    QUARTERLY = "QUARTERLY", _("Trimestrielle")
    ANNUAL_3 = "ANNUAL_3", _("Trois fois par an")
    ANNUAL_2 = "ANNUAL_2", _("Semestrielle")
    ANNUAL = "ANNUAL", _("Annuelle")
    BIENNIAL = "BIENNIAL", _("Tous les deux ans")
    TRIENNIAL = "TRIENNIAL", _("Tous les trois ans")
    QUADRENNIAL = "QUADRENNIAL", _("Tous les quatre ans")
    QUINQUENNIAL = "QUINQUENNIAL", _("Tous les cinq ans")
    DECENNIAL = "DECENNIAL", _("Tous les dix ans")
    BIDECENNIAL = "BIDECENNIAL", _("Tous les vingt ans")
    TRIDECENNIAL = "TRIDECENNIAL", _("Tous les trente ans")
    AS_NEEDED = "AS_NEEDED", _("Selon les besoins")
    IRREG = "IRREG", _("Irrégulière")
    NEVER = "NEVER", _("Jamais : données closes")
    NOT_PLANNED = "NOT_PLANNED", _("Non prévue")
    OTHER = "OTHER", _("Autre")
    UNKNOWN = "UNKNOWN", _("Inconnue")


# Days after which the data of a layer are late. What is updated within a day is late after one; the rest has no day.
FREQUENCY_DAYS: dict[str, int] = {
    Frequency.UPDATE_CONT: 1,
    Frequency.MINUTES_1: 1,
    Frequency.MINUTES_5: 1,
    Frequency.MINUTES_10: 1,
    Frequency.MINUTES_15: 1,
    Frequency.MINUTES_30: 1,
    Frequency.HOURLY: 1,
    Frequency.BIHOURLY: 1,
    Frequency.TRIHOURLY: 1,
    Frequency.HOURS_12: 1,
    Frequency.CONT: 1,
    Frequency.DAILY_3: 1,
    Frequency.DAILY_2: 1,
    Frequency.DAILY: 1,
    Frequency.WEEKLY_5: 3,
    Frequency.WEEKLY_3: 4,
    Frequency.WEEKLY_2: 5,
    Frequency.WEEKLY: 7,
    Frequency.BIWEEKLY: 14,
    Frequency.MONTHLY_3: 14,
    Frequency.MONTHLY_2: 17,
    Frequency.MONTHLY: 31,
    Frequency.BIMONTHLY: 62,
    Frequency.QUARTERLY: 92,
    Frequency.ANNUAL_3: 123,
    Frequency.ANNUAL_2: 184,
    Frequency.ANNUAL: 366,
    Frequency.BIENNIAL: 731,
    Frequency.TRIENNIAL: 1_096,
    Frequency.QUADRENNIAL: 1_461,
    Frequency.QUINQUENNIAL: 1_827,
    Frequency.DECENNIAL: 3_653,
    Frequency.BIDECENNIAL: 7_305,
    Frequency.TRIDECENNIAL: 10_958,
}


class Licence(models.TextChoices):
    """Under which licence an open layer is reused: codes of SPDX or of the national portal."""

    ETALAB_2 = "etalab-2.0", _("Licence Ouverte 2.0")
    ETALAB_1 = "fr-lo", _("Licence Ouverte 1.0")
    ODBL_1 = "ODbL-1.0", _("ODbL 1.0")
    CC_BY = "cc-by", _("Creative Commons, attribution")
    CC_BY_SA = "cc-by-sa", _("Creative Commons, attribution et partage à l’identique")
    CC_ZERO = "cc-zero", _("Creative Commons zéro, sans condition")
    ODC_BY = "odc-by", _("Open Data Commons, attribution")
    ODC_PDDL = "odc-pddl", _("Open Data Commons, domaine public")
    OTHER_AT = "other-at", _("Autre licence ouverte, avec attribution")
    OTHER_OPEN = "other-open", _("Autre licence ouverte")
    OTHER_PD = "other-pd", _("Autre, domaine public")
    INTERNAL = "internal", _("Usage interne")


# The addresses by which the national portal recognises a licence, exactly; "other" ones have none.
LICENCE_URLS: dict[str, str] = {
    Licence.ETALAB_2: "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    Licence.ETALAB_1: "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
    Licence.ODBL_1: "http://opendatacommons.org/licenses/odbl/summary/",
    Licence.CC_BY: "http://www.opendefinition.org/licenses/cc-by",
    Licence.CC_BY_SA: "http://www.opendefinition.org/licenses/cc-by-sa",
    Licence.CC_ZERO: "http://www.opendefinition.org/licenses/cc-zero",
    Licence.ODC_BY: "http://opendatacommons.org/licenses/by/summary/",
    Licence.ODC_PDDL: "http://opendatacommons.org/licenses/pddl/summary/",
}


class RasterKind(models.TextChoices):
    """What the cells of a raster hold: measured numbers, codes of classes, or the colours of a picture."""

    MEASURE = "measure", _("Mesure")
    CLASSES = "classes", _("Classes")
    IMAGE = "image", _("Image")


class StyleState(models.TextChoices):
    """Where a version of a layer's style is; what was published once, or set aside, is replaced."""

    DRAFT = "draft", _("Brouillon")
    PUBLISHED = "published", _("En ligne")
    REPLACED = "replaced", _("Remplacée")


# What the drawing of a feature depends on, in a word.
STYLE_KINDS = {
    StyleKind.SINGLE: _("Unique"),
    StyleKind.CATEGORIES: _("Catégories"),
    StyleKind.GRADUATED: _("Gradué"),
    StyleKind.PROPORTIONAL: _("Proportion"),
    StyleKind.HEAT: _("Chaleur"),
}


class JobState(models.TextChoices):
    """Where the work of a worker is."""

    WAITING = "waiting", _("En attente")
    RUNNING = "running", _("En préparation")
    READY = "ready", _("Prêt")
    CANCELLED = "cancelled", _("Annulé")
    FAILED = "failed", _("Échoué")
    EXPIRED = "expired", _("Expiré")


# What a worker has still to finish.
UNFINISHED = (JobState.WAITING, JobState.RUNNING)

# The others are symbols, the same in every language.
UNITS = {"ans": pgettext_lazy("unit", "ans"), "j": pgettext_lazy("unit", "j")}


def unit_words(unit: str) -> str:
    """Return a unit as people read it."""
    return str(UNITS.get(unit, unit))


def names_unit(title: str, unit: str) -> bool:
    """Whether a title already says a unit, as « Places » does of places."""
    words = title.casefold().replace("(", " ").replace(")", " ").split()
    return bool({unit.casefold(), unit_words(unit).casefold()} & set(words))
