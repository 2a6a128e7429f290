"""Sending messages: never within a request, so that no answer waits for a server or tells by its time who exists."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.utils import timezone

from gisportal.accounts.mail.messages import Circumstances
from gisportal.accounts.models import User
from gisportal.accounts.user_agents import device_of
from gisportal.client_address import client_network
from interface.mail import Message
from interface.wording import instant

_KEPT_DAYS = 31


def send(*, to: str, subject: str, text: str, html: str) -> None:
    """Give a message to the server of e-mail, or to the folder.

    Raises:
        OSError: the server does not answer.
        smtplib.SMTPException: it refuses.
    """
    message = EmailMultiAlternatives(subject, text, to=[to])
    message.attach_alternative(html, "text/html")
    message.send()


def send_message(message: Message, *, user: User, to: str = "") -> None:
    """Write a message to an account, at ``to`` or at its own address, and send it at once."""
    text, html = message.written(name=user.get_full_name() or user.get_username())
    send(to=to or user.email, subject=message.subject, text=text, html=html)


def remove_old_messages() -> int:
    """Remove from the folder the messages whose links are dead for long; return how many."""
    oldest = time.time() - _KEPT_DAYS * 86_400
    old = [path for path in Path(settings.EMAIL_FOLDER).glob("*.eml") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def circumstances_of(request: HttpRequest) -> Circumstances:
    """Return when and from where a request comes, in words."""
    return Circumstances(
        moment=instant(timezone.now()),
        network=client_network(request),
        device=device_of(request.headers.get("User-Agent", "")),
    )
