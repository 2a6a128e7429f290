"""Code lists of what people send through the pages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportCategory(TextChoices):
    """The kind of a problem, in the words of somebody in front of it."""

    DANGER = "danger", _("Dégradation ou danger sur place")
    POSITION = "position", _("Mal placé sur la carte")
    CONTENT = "content", _("Information fausse ou incomplète")
    GONE = "gone", _("N’existe plus")
    OTHER = "other", _("Autre")


class ReportState(TextChoices):
    """How far the treatment of a report is."""

    NEW = "new", _("Nouveau")
    IN_PROGRESS = "in-progress", _("En cours")
    ANSWERED = "answered", _("Répondu")
    CLOSED = "closed", _("Clos")


# The states in which a report waits for the service.
WAITING_STATES = (ReportState.NEW, ReportState.IN_PROGRESS)
