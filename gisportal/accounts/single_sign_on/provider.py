"""The provider of django-allauth for OpenID Connect, with the checks that allauth lacks.

allauth sends no nonce, trusts an unsigned ID token, does not compare its subject with that of userinfo, reads
userinfo as JSON only, lets the address of a page choose parameters and scopes, and answers 500 when a provider is
away.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, cast

from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse

from gisportal.accounts.single_sign_on.definitions import IdentityProvider
from gisportal.accounts.single_sign_on.oidc import (
    ProviderSession,
    RefusedIdentity,
    configuration_of,
    id_token_claims,
    provider_of,
    userinfo_claims,
)
from gisportal.accounts.single_sign_on.services import text_of

# What ProConnect calls names that OpenID Connect Core 1.0 §5.1 calls otherwise.
_FAMILY_NAMES = ("family_name", "usual_name")
# Characters that the columns of accounts hold.
_MAX_NAME = 150


class PortalOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """The calls of a sign-in: configuration, token, userinfo, each verified."""

    # That of the sign-in which is being completed: the callback reads it from the session.
    nonce = ""

    @property
    def definition(self) -> IdentityProvider:
        """The provider as an administrator described it."""
        return provider_of(self.provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider publishes."""
        return configuration_of(self.definition)

    def parse_token(self, data: Any) -> SocialToken:
        """Return the access token of an answer (RFC 6749 §5.1); the rest of it is dropped.

        Raises:
            RefusedIdentity: the answer is no object, or has no such text.
        """
        access_token = data.get("access_token") if isinstance(data, dict) else None
        if not isinstance(access_token, str):
            raise RefusedIdentity(f"{self.provider_id} sent no access token")
        return SocialToken(token=access_token)

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **named: Any) -> SocialLogin:
        """Return the identity given by the provider.

        Raises:
            RefusedIdentity: what it says cannot be believed.
            RequestException: it does not answer.
        """
        answer = named["response"]
        encoded = answer.get("id_token")
        if not isinstance(encoded, str):
            raise RefusedIdentity(f"{self.provider_id} sent no ID token")
        claims = {"id_token": id_token_claims(self.definition, encoded, nonce=self.nonce)}
        if self.definition.fetches_userinfo:
            claims["userinfo"] = self._userinfo(token.token)
            if claims["userinfo"].get("sub") != claims["id_token"]["sub"]:
                raise RefusedIdentity("userinfo is about somebody else (OpenID Connect Core 1.0 §5.3.2)")
        login: Any = self.get_provider().sociallogin_from_response(request, claims)  # type: ignore[no-untyped-call]  # allauth
        # What ``SingleSignOnAdapter`` reads; neither is stored with the account.
        login.id_token, login.claims = encoded, claims
        return cast("SocialLogin", login)

    def _userinfo(self, access_token: str) -> dict[str, Any]:
        address = self.openid_config.get("userinfo_endpoint")
        if not isinstance(address, str):
            raise RefusedIdentity(f"{self.provider_id} publishes no userinfo endpoint")
        with ProviderSession(self.definition.allowed_hosts) as session:
            response = session.get(address, headers={"Authorization": f"Bearer {access_token}"})
            response.raise_for_status()
        if response.headers.get("Content-Type", "").partition(";")[0].strip() == "application/jwt":
            return userinfo_claims(self.definition, response.text.strip())
        claims = response.json()
        if not isinstance(claims, dict):
            raise RefusedIdentity("userinfo is no JSON object")
        return claims


class PortalProvider(OpenIDConnectProvider):
    """A provider of identities of the portal."""

    oauth2_adapter_class = PortalOAuth2Adapter
    pkce_enabled_default = True

    @property
    def definition(self) -> IdentityProvider:
        """The provider as an administrator described it."""
        return provider_of(self.app.provider_id)

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Return the scopes of the description: an address of a page chooses none."""
        return list(self.definition.scopes)

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """Return the parameters of the description, for the same reason."""
        parameters = {}
        if self.definition.acr_values:
            parameters["acr_values"] = " ".join(self.definition.acr_values)
        if self.definition.asked_claims:
            parameters["claims"] = json.dumps(self.definition.asked_claims)
        return parameters

    def redirect(self, request: HttpRequest, process: str, *arguments: Any, **named: Any) -> HttpResponse:
        """Send the browser to the provider, with a nonce that its ID token must bring back (§3.1.2.1)."""
        nonce = secrets.token_urlsafe(32)
        named["auth_params"] = {**(named.get("auth_params") or {}), "nonce": nonce}
        return cast("HttpResponse", super().redirect(request, process, *arguments, nonce=nonce, **named))

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Store nothing of the provider's data: an account needs its subject, and its groups are applied at once."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the names of a new account, those that a column holds; ``_created`` gives the address."""
        claims = {**data.get("id_token", {}), **data.get("userinfo", {})}
        return {
            "first_name": text_of(claims, ("given_name",), most=_MAX_NAME),
            "last_name": text_of(claims, _FAMILY_NAMES, most=_MAX_NAME),
            "name": text_of(claims, ("name",), most=_MAX_NAME),
        }

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """Return none: ``single_sign_on.services`` alone decides what an address opens."""
        return []


provider_classes = [PortalProvider]
