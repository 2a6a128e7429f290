"""Tasks of the worker: send answers to reports by e-mail, and delete the addresses of unanswered ones."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from explorer.models import AnswerMail, FeatureReport
from interface.mail import MailNotSent, Message, deliver
from interface.wording import day

# How long an address waits for an answer, at most.
ADDRESS_DAYS = 180
# When an answer that the server of e-mail did not take is given up: it was tried for about a day.
MAIL_DAYS = 2
# A server of e-mail that is away is tried again for about a day.
_AGAIN = RetryStrategy(
    max_attempts=8,
    exponential_wait=4,
    retry_exceptions=(MailNotSent, OSError, OperationalError, InterfaceError),
)


@app.task(name="explorer.send_answer", retry=_AGAIN)
def send_answer(mail: int) -> None:
    """Send an answer that waits, then delete it with its address; one that left already is not there any more.

    The message is sent outside any transaction: a slow server of e-mail locks no row. A job runs in one worker at a
    time, and there is one job an answer.

    Raises:
        MailNotSent: the server of e-mail is away, or refuses for now.
    """
    try:
        answers = AnswerMail.objects.exclude(email="").filter(pk=mail)
        waiting = answers.select_related("report").first()
        if waiting is None:
            return
        # Written with its instant: a number is given again in a database that was restored.
        key = f"signalement-{waiting.report_id}-{waiting.pk}-{waiting.created_at:%Y%m%d%H%M%S}"
        if deliver(answer_message(waiting), to=waiting.email, key=key):
            AnswerMail.objects.filter(pk=mail).delete()
        else:
            answers.update(email="")
    finally:
        close_old_connections()


def enqueue_answer(waiting: AnswerMail) -> None:
    """Give an answer to the workers, by its number."""
    send_answer.defer(mail=waiting.pk)


def answer_message(waiting: AnswerMail) -> Message:
    """Return the answer of the service, in the language of the portal."""
    with override(settings.LANGUAGE_CODE):
        return _message(waiting, waiting.report)


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


@app.periodic(cron="41 3 * * *")
@app.task(name="explorer.forget_addresses", queueing_lock="explorer.forget_addresses")
def forget_old_addresses(timestamp: int) -> None:
    """Delete the addresses of old open reports, and of unsent answers."""
    try:
        forget_addresses(now=timezone.now())
    finally:
        close_old_connections()


def forget_addresses(*, now: dt.datetime) -> int:
    """Delete the addresses of reports open for ``ADDRESS_DAYS``, and of answers given up; return how many.

    The row of an answer stays without its address, to show that nobody was reached.
    """
    old = FeatureReport.objects.exclude(email="").filter(created_at__lt=now - dt.timedelta(days=ADDRESS_DAYS))
    abandoned = AnswerMail.objects.exclude(email="").filter(created_at__lt=now - dt.timedelta(days=MAIL_DAYS))
    return old.update(email="") + abandoned.update(email="")
