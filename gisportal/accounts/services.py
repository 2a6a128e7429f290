"""What is written about tokens: creation, revocation, last use."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone

from gisportal.accounts.models import Token, User
from gisportal.accounts.tokens import digest_of, new_token, prefix_of
from gisportal.accounts.vocabulary import TokenScope

# Sent with ``tokens``: the id, the id of the account and the prefix of each that is revoked.
tokens_revoked = Signal()
# How old the last use may look: a read then writes once an hour at most.
USE_PRECISION = dt.timedelta(hours=1)


def create_token(*, user: User, name: str, scope: TokenScope, days: int) -> tuple[Token, str]:
    """Create a token and return it with its text, which nobody can read again afterwards."""
    text = new_token()
    now = timezone.now()
    token = Token.objects.create(
        user=user,
        name=name,
        scope=scope,
        prefix=prefix_of(text),
        digest=digest_of(text),
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    return token, text


def revoke_tokens(tokens: QuerySet[Token]) -> int:
    """Revoke, for ever, those of these tokens that are not yet; return how many."""
    living = list(tokens.filter(revoked_at=None).values_list("pk", "user_id", "prefix"))
    count = tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    tokens_revoked.send(sender=Token, tokens=living)
    return count


def note_use(*, token: Token, at: dt.datetime) -> None:
    """Write when a token was last used, unless what is written is recent enough."""
    if token.last_used_at is None or token.last_used_at < at - USE_PRECISION:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=at - USE_PRECISION)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=at)
