"""Tasks of the worker: answers to reports, and the addresses that have waited too long."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from explorer.models import FeatureReport
from explorer.reports.messages import answer_message

# A server of e-mail that is away is tried again for about a day.
_AGAIN = RetryStrategy(
    max_attempts=8,
    exponential_wait=4,
    retry_exceptions=(OSError, SMTPException, OperationalError, InterfaceError),
)


@app.task(name="explorer.send_answer", retry=_AGAIN)
def send_answer(to: str, subject: str, text: str, html: str) -> None:
    """Send an answer that was written when it was given."""
    try:
        message = EmailMultiAlternatives(subject, text, to=[to])
        message.attach_alternative(html, "text/html")
        message.send()
    finally:
        close_old_connections()


def enqueue_answer(report: FeatureReport, *, to: str) -> None:
    """Give the answer of a report to the workers."""
    with override(settings.LANGUAGE_CODE):
        message = answer_message(report)
        text, html = message.written(name="")
    send_answer.defer(to=to, subject=message.subject, text=text, html=html)
