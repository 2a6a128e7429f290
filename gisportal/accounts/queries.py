"""What is read about accounts: whose a login is, the tokens of one, and the one a request carries."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from gisportal.accounts.models import Token, User
from gisportal.accounts.tokens import digest_of


def tokens_of(user: User) -> QuerySet[Token]:
    """Return the tokens of an account that were not revoked, the newest first."""
    return user.tokens.unrevoked().order_by("-created_at", "-pk")


def token_of_text(text: str) -> Token | None:
    """Return the token whose text this is, with its account, dead or alive; one indexed read."""
    return Token.objects.select_related("user").filter(digest=digest_of(text)).first()


def username_of_login(login: str) -> str:
    """Return the user name that somebody who signs in means: a name, or the e-mail address of one open account.

    An address that several accounts have means none of them; a login without an account is returned as it is.
    """
    if "@" not in login:
        return login
    is_meant = Q(username=login) | Q(email__iexact=login, is_active=True)
    names = list(User.objects.filter(is_meant).values_list("username", flat=True)[:2])
    return names[0] if len(names) == 1 else login
