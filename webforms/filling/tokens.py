"""The signed token of a page of a form: the identifier of its answer, its version, when it was made.

One page is one answer, whatever is sent again. Nothing is stored until it comes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core import signing
from django.utils.translation import gettext as _

from webforms.errors import InvalidAnswer
from webforms.models import FormLink, FormVersion

LEAST_S = 3
"""What a person takes at least to fill a form, between its page and its answer."""
LONGEST = dt.timedelta(days=14)
_SALT = "webforms.filling.tokens"
_LENGTH = 400


@dataclass(frozen=True, slots=True)
class PageToken:
    """What the portal wrote in a page: ``version`` and ``link`` are ids, 0 for no link."""

    key: UUID
    version: int
    link: int
    made_at: dt.datetime

    @property
    def text(self) -> str:
        """The token, signed."""
        members = [self.key.hex, self.version, self.link, int(self.made_at.timestamp())]
        return signing.dumps(members, salt=_SALT)


def page_token(version: FormVersion, link: FormLink | None, *, at: dt.datetime) -> PageToken:
    """Return the token of a new page."""
    return PageToken(uuid4(), version.pk, link.pk if link else 0, at)


def read_token(text: str, *, at: dt.datetime) -> PageToken:
    """Return the token that came with an answer.

    Raises:
        InvalidAnswer: the portal did not make it, or too long ago.
    """
    try:
        key, version, link, made = signing.loads(text[:_LENGTH], salt=_SALT)
        token = PageToken(UUID(hex=key), int(version), int(link), dt.datetime.fromtimestamp(made, dt.UTC))
    except (signing.BadSignature, TypeError, ValueError):
        raise InvalidAnswer(
            _("Cette page n’est pas reconnue : vérifiez vos réponses, puis envoyez-les de nouveau.")
        ) from None
    if at - token.made_at > LONGEST:
        raise InvalidAnswer(
            _(
                "Cette page est ouverte depuis trop longtemps : vérifiez vos réponses, puis envoyez-les de nouveau."
            )
        )
    return token


def check_pace(token: PageToken, *, at: dt.datetime) -> None:
    """Refuse an answer that comes sooner than a person writes.

    Raises:
        InvalidAnswer: it does.
    """
    if (at - token.made_at).total_seconds() < LEAST_S:
        raise InvalidAnswer(
            _(
                "Cet envoi est venu trop vite pour une personne : relisez vos réponses, puis envoyez-les de nouveau."
            )
        )
