"""Names of the layers and code lists of the counters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.definitions import Text

USES, CONTENTS = "usage-portail", "usage-contenus"


class UseKind(models.TextChoices):
    """Kinds of use."""

    CONSULTATION = "consultation", _("Consultation")
    DOWNLOAD = "telechargement", _("Téléchargement")
    CALL = "appel", _("Appel de l’API")
    HARVEST = "moissonnage", _("Moissonnage")
    DASHBOARD = "tableau", _("Ouverture d’un tableau de bord")


# What the pages count of a layer, by the names of its totals.
TOTAL_TITLES: dict[str, Text] = {
    "consultations": _("Consultations"),
    "downloads": _("Téléchargements"),
    "calls": _("Appels de l’API"),
    "harvests": _("Moissonnages"),
}


class UseOrigin(models.TextChoices):
    """The kind of user: nothing more is recorded."""

    PUBLIC = "public", _("Public")
    SIGNED_IN = "connecte", _("Personne connectée")


class ContentKind(models.TextChoices):
    """Kinds of content."""

    LAYER = "couche", _("Couche")
    DASHBOARD = "tableau", _("Tableau de bord")
