"""What is read about tokens: those of an account, and the one a request carries."""

from __future__ import annotations

from django.db.models import QuerySet

from gisportal.accounts.models import Token, User
from gisportal.accounts.tokens import digest_of


def tokens_of(user: User) -> QuerySet[Token]:
    """Return the tokens of an account that were not revoked, the newest first."""
    return user.tokens.unrevoked().order_by("-created_at", "-pk")


def token_of_text(text: str) -> Token | None:
    """Return the token whose text this is, with its account, dead or alive; one indexed read."""
    return Token.objects.select_related("user").filter(digest=digest_of(text)).first()
