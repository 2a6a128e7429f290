"""What is read about second factors."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from gisportal.accounts.models import User

# What proves somebody by itself; recovery codes stand for one that is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Return the applications and passkeys of an account."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=FACTORS)
    return found


def has_second_factor(user: User) -> bool:
    """Whether an account has an application or a passkey."""
    return factors_of(user).exists()


def is_last_factor(authenticator: Authenticator) -> bool:
    """Whether an account has no other application or passkey than this one."""
    user = authenticator.user
    assert isinstance(user, User)
    return authenticator.type in FACTORS and not factors_of(user).exclude(pk=authenticator.pk).exists()
