"""Messages to people; the text and the HTML are written from the same words."""

from __future__ import annotations

from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Message:
    """A subject, paragraphs and at most one link, which is a label and an address.

    A subject is one line: titles that people write may hold several, which a header refuses (RFC 5322 §2.2).
    """

    subject: str
    paragraphs: tuple[str, ...]
    link: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "subject", " ".join(self.subject.split()))

    def written(self, *, name: str) -> tuple[str, str]:
        """Return the text and the HTML for a person of this name, in the language of the moment."""
        context = {"message": self, "name": name, "language": get_language()}
        text = render_to_string("interface/email/message.txt", context)
        return text, render_to_string("interface/email/message.html", context)


class MailNotSent(Exception):
    """The e-mail server did not take a message; without its words, which may quote the address."""


# A code of SMTP from which on asking again changes nothing.
_FOR_GOOD = 500


def deliver(message: Message, *, to: str, key: str) -> bool:
    """Send a message to an address that has no account; return False when the server will never take it.

    ``key`` names the message for good: sent twice by a worker that died, it is the same for who receives it.

    Raises:
        MailNotSent: the server is away, or refuses for now.
    """
    with translation.override(settings.LANGUAGE_CODE):
        text, html = message.written(name="")
    identity = f"<{key}@{urlsplit(settings.PORTAL_ADDRESS).hostname}>"
    written = EmailMultiAlternatives(message.subject, text, to=[to], headers={"Message-ID": identity})
    written.attach_alternative(html, "text/html")
    try:
        written.send()
    except SMTPRecipientsRefused as refusal:
        if all(code >= _FOR_GOOD for code, _words in refusal.recipients.values()):
            return False
        raise MailNotSent(type(refusal).__name__) from None
    except (SMTPException, OSError) as error:
        raise MailNotSent(type(error).__name__) from None
    return True
