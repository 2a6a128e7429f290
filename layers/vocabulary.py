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


class Frequency(models.TextChoices):
    """How often a layer is updated: codes of the EU frequency authority table."""

    CONT = "CONT", _("En continu")
    DAILY = "DAILY", _("Quotidienne")
    WEEKLY = "WEEKLY", _("Hebdomadaire")
    MONTHLY = "MONTHLY", _("Mensuelle")
    QUARTERLY = "QUARTERLY", _("Trimestrielle")
    ANNUAL = "ANNUAL", _("Annuelle")
    AS_NEEDED = "AS_NEEDED", _("Selon les besoins")
    UNKNOWN = "UNKNOWN", _("Inconnue")


class Licence(models.TextChoices):
    """Under which licence an open layer is reused."""

    ETALAB_2 = "etalab-2.0", _("Licence Ouverte 2.0")
    ODBL_1 = "ODbL-1.0", _("ODbL 1.0")
    INTERNAL = "internal", _("Usage interne")


LICENCE_URLS: dict[str, str] = {
    Licence.ETALAB_2: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    Licence.ODBL_1: "https://opendatacommons.org/licenses/odbl/1-0/",
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
