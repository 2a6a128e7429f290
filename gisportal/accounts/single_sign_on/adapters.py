"""The adapter of django-allauth for accounts opened by a provider, and the pages of the round trip."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gisportal.accounts.single_sign_on.oidc import (
    ProviderSession,
    RefusedAccount,
    application_of,
    provider_of,
    providers,
)
from gisportal.accounts.single_sign_on.services import account_of_identity, proves_second_factor


def leaving_page(request: HttpRequest, name: str, address: str) -> HttpResponse:
    """Return the page that sends the browser to a provider at once, with a link for one that does not follow.

    Not a redirection: the policy ``form-action 'self'`` holds for where the answer to a form redirects, and a provider
    redirects to others in its turn.
    """
    response = render(request, "accounts/single_sign_on/leave.html", {"name": name, "address": address})
    response["Refresh"] = f"0;url={address}"
    response["Cache-Control"] = "no-store"
    return response


def refusal_page(
    request: HttpRequest, name: str, error: Exception | None, *, is_cancelled: bool = False
) -> HttpResponse:
    """Return the page that says why the sign-in failed, and how else to sign in."""
    status, detail = _status_and_words(name, error)
    if is_cancelled:
        status, detail = HTTPStatus.OK, _("Vous avez renoncé à vous connecter par %s.") % name
    context = {"name": name, "detail": detail, "is_cancelled": is_cancelled}
    response = render(request, "accounts/single_sign_on/refusal.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _status_and_words(name: str, error: Exception | None) -> tuple[HTTPStatus, str]:
    if isinstance(error, RefusedAccount):
        return HTTPStatus.FORBIDDEN, str(error)
    if isinstance(error, requests.Timeout):
        return HTTPStatus.GATEWAY_TIMEOUT, _("%s n’a pas répondu à temps.") % name
    if isinstance(error, requests.RequestException):
        return HTTPStatus.BAD_GATEWAY, _("%s ne répond pas comme il le devrait.") % name
    return HTTPStatus.BAD_REQUEST, _(
        "La réponse de %s n’a pas pu être vérifiée : elle est trop ancienne, ou n’est pas pour cette session."
    ) % name


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
            application_of(configured)
            for configured in providers()
            if provider in (None, "openid_connect", configured.id)
            and client_id in (None, configured.client_id)
        ]

    def get_requests_session(self) -> ProviderSession:
        """Return an HTTP session restricted to the hosts of the configured providers."""
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
