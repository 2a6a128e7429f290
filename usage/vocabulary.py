"""Names of the layers and code lists of the counters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

USES, CONTENTS = "usage-portail", "usage-contenus"


class UseKind(models.TextChoices):
    """What was done."""

    CONSULTATION = "consultation", _("Consultation")
    DOWNLOAD = "telechargement", _("Téléchargement")
    CALL = "appel", _("Appel de l’API")
    DASHBOARD = "tableau", _("Ouverture d’un tableau de bord")


class UseOrigin(models.TextChoices):
    """Who did it: no more than this is known."""

    PUBLIC = "public", _("Public")
    SIGNED_IN = "connecte", _("Personne connectée")


class ContentKind(models.TextChoices):
    """What may be opened."""

    LAYER = "couche", _("Couche")
    DASHBOARD = "tableau", _("Tableau de bord")
