"""What is written to somebody who reported a problem and left an address."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from explorer.models import AnswerMail, FeatureReport
from interface.mail import Message
from interface.wording import day


def answer_message(waiting: AnswerMail) -> tuple[Message, str, str]:
    """Return the answer of the service with its text and its HTML, in the language of the portal."""
    with override(settings.LANGUAGE_CODE):
        message = _message(waiting, waiting.report)
        return message, *message.written(name="")


def _message(waiting: AnswerMail, report: FeatureReport) -> Message:
    """Write the answer after what it answers; it names the feature as its reporter knew it."""
    title = report.title or f"{report.layer} n° {report.feature}"
    return Message(
        _("Réponse à votre signalement"),
        (
            _("Vous avez signalé un problème le %(day)s sur « %(title)s » :")
            % {"day": day(report.created_at), "title": title},
            report.message,
            _("Le service qui gère cette donnée vous répond :"),
            waiting.answer,
            _(
                "Votre adresse n’a servi qu’à cette réponse : elle est effacée quand le signalement est clos, "
                "et au plus tard six mois après l’avoir reçu."
            ),
        ),
        (_("Voir la fiche"), f"{settings.PORTAL_ADDRESS}{_sheet(report)}") if waiting.is_linked else None,
    )


def _sheet(report: FeatureReport) -> str:
    return reverse("explorer:feature", args=[report.layer, report.feature])
