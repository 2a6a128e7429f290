"""Tasks of the worker: send answers to reports by e-mail, and delete the addresses of unanswered ones."""

from __future__ import annotations

import datetime as dt
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, close_old_connections
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from explorer.models import AnswerMail, FeatureReport
from interface.mail import Message
from interface.wording import day

# A code of SMTP from which on asking again changes nothing.
_FOR_GOOD = 500
# How long an address waits for an answer, at most.
ADDRESS_DAYS = 180
# When an answer that the server of e-mail did not take is given up: it was tried for about a day.
MAIL_DAYS = 2


class AnswerNotSent(Exception):
    """The e-mail server did not take an answer; without its message, which may quote the address."""


# A server of e-mail that is away is tried again for about a day.
_AGAIN = RetryStrategy(
    max_attempts=8,
    exponential_wait=4,
    retry_exceptions=(AnswerNotSent, OSError, OperationalError, InterfaceError),
)


@app.task(name="explorer.send_answer", retry=_AGAIN)
def send_answer(mail: int) -> None:
    """Send an answer that waits, then delete it with its address; one that left already is not there any more.

    The message is sent outside any transaction: a slow server of e-mail locks no row. A job runs in one worker at a
    time, and there is one job an answer.

    Raises:
        AnswerNotSent: the server of e-mail is away, or refuses for now.
    """
    try:
        answers = AnswerMail.objects.exclude(email="").filter(pk=mail)
        waiting = answers.select_related("report").first()
        if waiting is None:
            return
        if _is_refused(waiting):
            answers.update(email="")
        else:
            AnswerMail.objects.filter(pk=mail).delete()
    finally:
        close_old_connections()


def _is_refused(waiting: AnswerMail) -> bool:
    """Send a message to the server; return whether it will never take it."""
    try:
        _written(waiting).send()
    except SMTPRecipientsRefused as refusal:
        if all(code >= _FOR_GOOD for code, _words in refusal.recipients.values()):
            return True
        raise AnswerNotSent(type(refusal).__name__) from None
    except (SMTPException, OSError) as error:
        raise AnswerNotSent(type(error).__name__) from None
    return False


def _written(waiting: AnswerMail) -> EmailMultiAlternatives:
    """Write a message; sent twice by a server that died, it is the same for who receives it."""
    message, text, html = answer_message(waiting)
    host = urlsplit(settings.PORTAL_ADDRESS).hostname
    same = f"<signalement-{waiting.report_id}-{waiting.pk}-{waiting.created_at:%Y%m%d%H%M%S}@{host}>"
    written = EmailMultiAlternatives(message.subject, text, to=[waiting.email], headers={"Message-ID": same})
    written.attach_alternative(html, "text/html")
    return written


def enqueue_answer(waiting: AnswerMail) -> None:
    """Give an answer to the workers, by its number."""
    send_answer.defer(mail=waiting.pk)


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
    given_up = AnswerMail.objects.exclude(email="").filter(created_at__lt=now - dt.timedelta(days=MAIL_DAYS))
    return old.update(email="") + given_up.update(email="")
