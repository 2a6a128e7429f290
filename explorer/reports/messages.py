"""What is written to somebody who reported a problem and left an address."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from explorer.models import FeatureReport
from interface.mail import Message
from interface.wording import day


def answer_message(report: FeatureReport) -> Message:
    """Return the answer of the service, after what it answers; it names the feature as its reporter knew it."""
    with override(settings.LANGUAGE_CODE):
        subject = _("Réponse à votre signalement")
        title = report.title or f"{report.layer} n° {report.feature}"
        return Message(
            subject,
            (
                _("Vous avez signalé un problème le %(day)s sur « %(title)s » :")
                % {"day": day(report.created_at), "title": title},
                report.message,
                _("Le service qui gère cette donnée vous répond :"),
                report.answer,
                _(
                    "Votre adresse n’a servi qu’à cette réponse : elle est effacée quand le signalement est clos, "
                    "et au plus tard six mois après l’avoir reçu."
                ),
            ),
            (_("Voir la fiche"), f"{settings.PORTAL_ADDRESS}{_sheet(report)}"),
        )


def _sheet(report: FeatureReport) -> str:
    return reverse("explorer:feature", args=[report.layer, report.feature])
