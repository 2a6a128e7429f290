"""Providers of identities (OpenID Connect): a JSON list read strictly, secrets apart in variables of their own."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gisportal.accounts.single_sign_on.definitions import IdentityProvider, read_provider, secret_variable
from gisportal.settings import environment as env

NAME = "PORTAL_IDENTITY_PROVIDERS"


def read_identity_providers(text: str, environ: dict[str, str]) -> list[IdentityProvider]:
    """Read the list from its text, or from the file it names when it does not open with a bracket.

    Raises:
        ImproperlyConfigured: an entry misses a key or its secret, has a key too many, or a value that cannot be.
    """
    if not text:
        return []
    try:
        entries: Any = json.loads(text if text.lstrip().startswith("[") else Path(text).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{NAME} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise ImproperlyConfigured(f"{NAME} must be a JSON list")
    try:
        providers = [
            read_provider(entry, lambda key: environ.get(secret_variable(key), "")) for entry in entries
        ]
    except ValueError as error:
        raise ImproperlyConfigured(f"{NAME}: {error}") from error
    if len({provider.id for provider in providers}) < len(providers):
        raise ImproperlyConfigured(f"{NAME} gives the same id twice")
    return providers


IDENTITY_PROVIDERS = read_identity_providers(env.text(NAME), dict(os.environ))

SOCIALACCOUNT_ADAPTER = "gisportal.accounts.single_sign_on.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "gisportal.accounts.single_sign_on.provider.PortalProvider"}
}
# Linking and opening accounts is decided by ``single_sign_on.services`` alone: nothing of allauth's own does it.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
# Seconds a provider has to answer each request of the server, and how long what it publishes is remembered.
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
IDENTITY_PROVIDER_MEMORY_SECONDS = 3_600
