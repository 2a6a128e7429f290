"""Tasks of the worker: messages. The request that orders one knows neither whether nor how it is sent.

Links are made here, so that no key waits in the queue, and the request takes as long for an address without account.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import close_old_connections
from django.utils import timezone, translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gisportal.accounts import mail
from gisportal.accounts.models import User
from gisportal.accounts.services import (
    remove_old_batches,
    remove_old_days,
    send_email_link,
    send_invitation_link,
    send_reset_links,
)
from gisportal.accounts.sessions.services import clear_sessions
from interface.mail import Message

# A server of e-mail that is away is tried again for about a day.
_RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


def _in(language: str, work: Callable[[], None]) -> None:
    try:
        with translation.override(language):
            work()
    finally:
        close_old_connections()


@app.task(name="accounts.send_mail", retry=_RETRY)
def send_mail(to: str, subject: str, text: str, html: str) -> None:
    """Send a notice written with its order: it holds no link that opens anything."""
    mail.send(to=to, subject=subject, text=text, html=html)


# ``origin`` is of jobs that versions before have queued; links begin with the portal's own address.
@app.task(name="accounts.send_password_reset", retry=_RETRY)
def send_password_reset(email: str, language: str, origin: str = "") -> None:
    """Send the links of the accounts that have an address, if any has."""
    _in(language, lambda: send_reset_links(email=email))


@app.task(name="accounts.send_invitation", retry=_RETRY)
def send_invitation(user_id: int, language: str, origin: str = "") -> None:
    """Send an invitation."""
    _in(language, lambda: send_invitation_link(user_id=user_id))


@app.task(name="accounts.send_email_change", retry=_RETRY)
def send_email_change(user_id: int, email: str, language: str, origin: str = "") -> None:
    """Send the link that confirms an address, unless another account has it."""
    _in(language, lambda: send_email_link(user_id=user_id, email=email))


@app.periodic(cron="27 3 * * *")
@app.task(name="accounts.clean", queueing_lock="accounts.clean")
def clean(timestamp: int) -> None:
    """Remove the sessions that are over, old messages, lots of changes that stay, and old counts of links."""
    try:
        clear_sessions()
        mail.remove_old_messages()
        remove_old_batches()
        remove_old_days(at=timezone.now())
    finally:
        close_old_connections()


def enqueue_message(message: Message, *, user: User, to: str = "") -> None:
    """Give a notice to the workers; an account without address gets none."""
    recipient = to or user.email
    if recipient:
        text, html = message.written(name=user.get_full_name() or user.get_username())
        send_mail.defer(to=recipient, subject=message.subject, text=text, html=html)
