"""Code lists of the prepared exports."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    """Where a prepared export is."""

    WAITING = "waiting", _("En attente")
    RUNNING = "running", _("En préparation")
    READY = "ready", _("Prêt")
    CANCELLED = "cancelled", _("Annulé")
    FAILED = "failed", _("Échoué")
    EXPIRED = "expired", _("Expiré")


# What a worker has still to finish.
UNFINISHED = (OrderState.WAITING, OrderState.RUNNING)
