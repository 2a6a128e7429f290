"""Signing out at the provider too (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import requests
from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest
from django.urls import reverse

from gisportal.accounts.single_sign_on.definitions import IdentityProvider, is_safe_address
from gisportal.accounts.single_sign_on.discovery import configuration_of
from gisportal.accounts.single_sign_on.errors import RefusedIdentity
from gisportal.accounts.single_sign_on.registry import provider_of

# Where the session keeps which provider opened it, and the ID token that its sign-out asks for (§2).
SESSION_KEY = "identity_provider"


def remember_identity(request: HttpRequest, *, provider: str, id_token: str) -> None:
    """Keep in the session what signing out at the provider takes."""
    request.session[SESSION_KEY] = {"provider": provider, "id_token": id_token}


def sign_out_of_provider(request: HttpRequest) -> tuple[IdentityProvider, str] | None:
    """Return the provider that opened the session, and where it ends its own; None without one, or when it is away."""
    remembered = request.session.get(SESSION_KEY)
    if not remembered:
        return None
    try:
        provider = provider_of(remembered["provider"])
        address = configuration_of(provider).get("end_session_endpoint")
    except (SocialApp.DoesNotExist, requests.RequestException, RefusedIdentity):
        return None
    if not provider.signs_out or not isinstance(address, str) or not is_safe_address(address):
        return None
    question = {
        "id_token_hint": remembered["id_token"],
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("single_sign_on_signed_out")),
        "state": secrets.token_urlsafe(32),
    }
    return provider, f"{address}{'&' if '?' in address else '?'}{urlencode(question)}"
