"""Leaving for a provider of identities, coming back from it, and what an account is linked to."""

from __future__ import annotations

from typing import Any, cast

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.views import ConnectionsView
from django.contrib import messages
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from gisportal.accounts.models import User
from gisportal.accounts.single_sign_on.adapters import leaving_page, refusal_page
from gisportal.accounts.single_sign_on.oidc import (
    check_issuer,
    configuration_of,
    providers,
    sign_out_of_provider,
)
from gisportal.accounts.single_sign_on.provider import PortalOAuth2Adapter
from gisportal.accounts.single_sign_on.services import identities_of

_PROCESSES = {AuthProcess.LOGIN, AuthProcess.CONNECT}


@method_decorator(never_cache, name="dispatch")
class ProviderSignInView(View):
    """``/compte/connexion-unique/{provider}/``: sends the browser to a provider."""

    def get(self, request: HttpRequest, provider_id: str) -> HttpResponse:
        """Send who follows a link to the page that has the button: another site must not sign anybody in."""
        return redirect("account_login")

    def post(self, request: HttpRequest, provider_id: str) -> HttpResponse:
        """Leave for the provider, or say that it is away."""
        if request.POST.get("process", AuthProcess.LOGIN) not in _PROCESSES or "process" in request.GET:
            raise Http404
        try:
            provider = get_adapter().get_provider(request, provider_id)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        try:
            address = provider.redirect_from_request(request)["Location"]
        except (requests.RequestException, OAuth2Error) as error:
            return refusal_page(request, provider.name, error)
        return leaving_page(request, provider.name, address)


class ProviderCallbackView(OAuth2CallbackView):
    """``/compte/connexion-unique/{provider}/retour/``: what a provider sends the browser back with."""

    adapter: PortalOAuth2Adapter

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, HttpResponse | None]:
        """Return the stored state of this sign-in, once; its nonce is for the check of the ID token."""
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = state.get("nonce", "")
            check_issuer(configuration_of(self.adapter.definition), request.GET.getlist("iss"))
        return state, response


@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in who comes back from a provider, or say why not."""
    adapter = PortalOAuth2Adapter(request, provider_id)
    try:
        name = adapter.definition.name
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    try:
        view: Any = ProviderCallbackView.adapter_view(adapter)  # type: ignore[no-untyped-call]  # allauth
        return cast("HttpResponse", view(request))
    except (requests.RequestException, OAuth2Error, KeyError, ValueError) as error:
        return refusal_page(request, name, error)


class IdentitiesView(ConnectionsView):
    """``/compte/connexion-unique/``: identities linked to the account, to add or to remove."""

    template_name = "accounts/single_sign_on/identities.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Give the page what is linked and what can be."""
        context: dict[str, Any] = super().get_context_data(**named)
        user = self.request.user
        assert isinstance(user, User)
        linked = identities_of(user)
        linked_ids = {provider.id for _identity, provider in linked}
        remaining = [provider for provider in providers() if provider.id not in linked_ids]
        return context | {"linked": linked, "others": remaining}


@method_decorator(never_cache, name="dispatch")
class SignOutView(LogoutView):
    """Signs out of the portal, and of the provider that opened the session where it offers it."""

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """End the session."""
        elsewhere = sign_out_of_provider(request)
        response = super().post(request, *arguments, **named)
        return leaving_page(request, elsewhere[0].name, elsewhere[1]) if elsewhere else response


def signed_out(request: HttpRequest) -> HttpResponse:
    """Welcome who comes back from signing out at a provider."""
    messages.success(request, _("Vous êtes déconnecté."))
    return redirect("explorer:home")
