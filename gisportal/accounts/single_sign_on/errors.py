"""What goes wrong between the portal and a provider of identities; allauth's bases let its views catch them."""

from __future__ import annotations

from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error


class RefusedIdentity(OAuth2Error):
    """What the provider sent cannot be believed: signature, issuer, audience, nonce, time, form. For the log alone."""


class RefusedAccount(ProviderException):
    """The provider answers for somebody whom the portal does not let in; the message is for them, in their language."""
