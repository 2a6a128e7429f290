"""The providers of identities that are configured, by id."""

from __future__ import annotations

from allauth.socialaccount.models import SocialApp
from django.conf import settings

from gisportal.accounts.single_sign_on.definitions import IdentityProvider


def providers() -> list[IdentityProvider]:
    """Return the providers, in the order of their description."""
    return list(settings.IDENTITY_PROVIDERS)


def provider_of(key: str) -> IdentityProvider:
    """Return a provider.

    Raises:
        SocialApp.DoesNotExist: none has this id, or has it any more.
    """
    found = next((provider for provider in providers() if provider.id == key), None)
    if found is None:
        raise SocialApp.DoesNotExist(key)
    return found


def application_of(provider: IdentityProvider) -> SocialApp:
    """Return a provider as django-allauth holds one; it is never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={
            "server_url": provider.configuration_url,
            "scope": list(provider.scopes),
            "oauth_pkce_enabled": provider.uses_pkce,
        },
    )
