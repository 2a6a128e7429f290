"""Messages to people; the text and the HTML are written from the same words."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
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
