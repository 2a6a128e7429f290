"""What is read about identities: accounts of an address, and what an account is linked to."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount

from gisportal.accounts.models import User
from gisportal.accounts.single_sign_on.definitions import IdentityProvider
from gisportal.accounts.single_sign_on.registry import providers


def accounts_of_email(email: str) -> list[User]:
    """Return the accounts that have this address, closed ones too, whatever its case; two are enough to be too many."""
    return list(User.objects.filter(email__iexact=email)[:2])


def is_username_taken(username: str) -> bool:
    """Whether an account has this name, whatever its case."""
    return User.objects.filter(username__iexact=username).exists()


def identities_of(user: User) -> list[tuple[SocialAccount, IdentityProvider]]:
    """Return what an account is linked to, with its provider, those of providers that are gone left out."""
    known = {provider.id: provider for provider in providers()}
    linked = SocialAccount.objects.filter(user=user, provider__in=known).order_by("provider", "pk")
    return [(identity, known[identity.provider]) for identity in linked]
