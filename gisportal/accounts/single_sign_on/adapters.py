"""What django-allauth asks of the portal about accounts that a provider of identities opens."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.http import HttpRequest

from gisportal.accounts.single_sign_on.claims import proves_second_factor
from gisportal.accounts.single_sign_on.presenters import refusal_page
from gisportal.accounts.single_sign_on.registry import application_of, provider_of, providers
from gisportal.accounts.single_sign_on.services import account_of_identity
from gisportal.accounts.single_sign_on.transport import ProviderSession

logger = logging.getLogger(__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """The portal's answers about accounts of a provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whether allauth may open an account by itself: ``account_of_identity`` alone does."""
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers of the settings; none is in the database, where staff could add one."""
        return [
            application_of(found)
            for found in providers()
            if provider in (None, "openid_connect", found.id) and client_id in (None, found.client_id)
        ]

    def get_requests_session(self) -> ProviderSession:
        """Return a session that asks the hosts of the configured providers alone."""
        return ProviderSession(frozenset().union(*(provider.allowed_hosts for provider in providers())))

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """Return 256 random bits: ProConnect takes no state of less than 32 characters."""
        return secrets.token_urlsafe(32)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find, link or open the account of who signs in, and give it the groups of the claims.

        Raises:
            RefusedAccount: the portal does not let them in.
        """
        provider = provider_of(sociallogin.account.provider)
        parts = sociallogin.claims
        claims = {**parts["id_token"], **parts.get("userinfo", {})}
        if sociallogin.state.get("process") == AuthProcess.LOGIN:
            account_of_identity(provider, sociallogin, claims=claims)
        # Kept with the sign-in, which may have to wait for the second factor of the portal.
        sociallogin.state["id_token"] = sociallogin.id_token
        sociallogin.state["proves_second_factor"] = proves_second_factor(provider, parts["id_token"])

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Answer with a page that says what to do.

        Raises:
            ImmediateHttpResponse: always, with the page.
        """
        if exception is not None:
            logger.warning("Sign-in by %s failed: %s: %s", provider.name, type(exception).__name__, exception)
        cancelled = error == AuthError.CANCELLED
        raise ImmediateHttpResponse(refusal_page(request, provider.name, exception, is_cancelled=cancelled))
