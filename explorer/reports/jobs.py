"""Tasks of the worker: answers to reports."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from explorer.models import AnswerMail
from explorer.reports.messages import answer_message

# A code of SMTP from which on asking again changes nothing.
_FOR_GOOD = 500


class AnswerNotSent(Exception):
    """The server of e-mail did not take an answer; told without what it said, which may quote the address."""


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
    """Give a message to the server; tell whether it will never take it."""
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
