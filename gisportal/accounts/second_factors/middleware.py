"""Leads who must have a second factor to the page that sets one up, before any other page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from gisportal.accounts.models import User
from gisportal.accounts.second_factors.services import factors_of
from gisportal.protocols import is_machine

# Views that a restricted session may ask: those that give it its factor, those that end it, and the language.
OPEN_VIEWS = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_login",
        "accounts:sign-in",
        "account_logout",
        "accounts:sign-out",
        "single_sign_on_signed_out",
        "openid_connect_login",
        "openid_connect_callback",
        "set-language",
        "offline",
        "offline-worker",
    }
)
# Where the session keeps the page that was asked for.
NEXT_PAGE_KEY = "second_factor_next"


class SecondFactorMiddleware:
    """Redirects the pages of a restricted session; its visitor has no right, whatever the protocol."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Send the browser to set a factor up, or to give the one that the account has."""
        if not getattr(request, "is_restricted", False) or is_machine(request):
            return None
        user, match = request.user, request.resolver_match
        if match is None or match.view_name in OPEN_VIEWS or not isinstance(user, User):
            return None
        destination = request.get_full_path() if request.method == "GET" else ""
        if destination:
            request.session[NEXT_PAGE_KEY] = destination
        factors = set(factors_of(user).values_list("type", flat=True))
        if not factors:
            return redirect("mfa_index")
        confirmation = reverse(_confirmation(factors))
        return redirect(f"{confirmation}?{urlencode({'next': destination})}" if destination else confirmation)


def _confirmation(factors: set[str]) -> str:
    return "mfa_reauthenticate" if Authenticator.Type.TOTP in factors else "mfa_reauthenticate_webauthn"
