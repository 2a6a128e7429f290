"""Pages of second factors: allauth's views, with the portal's templates and a few rules more."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from gisportal.accounts.models import User
from gisportal.accounts.second_factors.middleware import WANTED_KEY
from gisportal.accounts.second_factors.services import (
    forget_code,
    has_second_factor,
    is_enforced,
    is_last_factor,
    is_required,
)


def account_of(request: HttpRequest) -> User:
    """Return who is signed in, which the views of allauth made sure of."""
    assert isinstance(request.user, User)
    return request.user


def requested_page(request: HttpRequest) -> str:
    """Return the page requested before the set-up of a factor; empty when there is none."""
    page = request.session.get(WANTED_KEY, "")
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    return page if is_ours else ""


@method_decorator(never_cache, name="dispatch")
class SecondFactorsView(IndexView):
    """``/compte/double-authentification/``: the factors of an account, to add and to remove."""

    template_name = "accounts/second_factors/home.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Add what is required of the account, and the page that waits."""
        user = account_of(self.request)
        context: dict[str, Any] = super().get_context_data(**named)
        codes = context["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "is_required": is_required(user),
            "is_restricted": getattr(self.request, "is_restricted", False),
            "has_factor": has_second_factor(user),
            "code_count": len(codes.get_unused_codes()) if codes else 0,
            "wanted": requested_page(self.request),
        }


class SecondFactorSignInView(AuthenticateView):
    """The page of the second factor at the end of a sign-in."""

    template_name = "accounts/second_factors/sign_in.html"


@method_decorator(never_cache, name="dispatch")
class CodeConfirmationView(ReauthenticateView):
    """The page of the code required before something sensitive."""

    template_name = "accounts/second_factors/confirm_code.html"


@method_decorator(never_cache, name="dispatch")
class PasskeyConfirmationView(ReauthenticateWebAuthnView):
    """The page of the passkey required before something sensitive."""

    template_name = "accounts/second_factors/confirm_passkey.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say why on the page itself."""
        return FormView.form_invalid(self, form)


@method_decorator(never_cache, name="dispatch")
class AddAuthenticatorAppView(ActivateTOTPView):
    """The page that shows the secret of a new application, and takes its first code."""

    template_name = "accounts/second_factors/add_app.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Add the secret in groups of four, for who types it."""
        context: dict[str, Any] = super().get_context_data(**named)
        secret = context["form"].secret
        return context | {"secret_groups": [secret[place : place + 4] for place in range(0, len(secret), 4)]}

    def form_valid(self, form: Any) -> HttpResponse:
        """Add the application; its first code proves it for this session, and does not serve again."""
        response: HttpResponse = super().form_valid(form)
        user = account_of(self.request)
        added = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        forget_code(added, form.cleaned_data["code"])
        record_authentication(self.request, user, "mfa", type=added.type, id=added.pk)
        return response


@method_decorator(never_cache, name="dispatch")
class RemoveAuthenticatorAppView(DeactivateTOTPView):
    """The page that confirms the removal of the application."""

    template_name = "accounts/second_factors/remove_app.html"


@method_decorator(never_cache, name="dispatch")
class AddPasskeyView(AddWebAuthnView):
    """The page that makes a passkey."""

    template_name = "accounts/second_factors/add_passkey.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Show the refused form again: allauth's view makes another one."""
        context: dict[str, Any] = super().get_context_data(**named)
        return context | {"form": named["form"]} if "form" in named else context

    def form_valid(self, form: Any) -> HttpResponse:
        """Add the passkey, which proves it for this session."""
        response: HttpResponse = super().form_valid(form)
        user = account_of(self.request)
        added = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).latest("pk")
        record_authentication(self.request, user, "mfa", type=added.type, id=added.pk)
        return response


@method_decorator(never_cache, name="dispatch")
class RenamePasskeyView(EditWebAuthnView):
    """The page that renames a passkey."""

    template_name = "accounts/second_factors/rename_passkey.html"
    success_url = reverse_lazy("mfa_index")


@method_decorator(never_cache, name="dispatch")
class RemovePasskeyView(RemoveWebAuthnView):
    """The page that confirms the removal of a passkey."""

    template_name = "accounts/second_factors/remove_passkey.html"
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Say whether it must stay."""
        context: dict[str, Any] = super().get_context_data(**named)  # type: ignore[no-untyped-call]  # allauth
        return context | {"must_stay": self._must_stay()}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove the passkey, unless it is the last factor of an account that must have one."""
        if self._must_stay():
            return self.render_to_response(self.get_context_data(form=form), status=409)
        response: HttpResponse = super().form_valid(form)
        return response

    def _must_stay(self) -> bool:
        return is_enforced(account_of(self.request)) and is_last_factor(self.object)


class PasskeySignInView(LoginWebAuthnView):
    """``/compte/double-authentification/cles/connexion/``: sign in by a passkey alone, from the sign-in page."""


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesView(ViewRecoveryCodesView):
    """The page that shows recovery codes, once."""

    template_name = "accounts/second_factors/recovery_codes.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Add the page that waits."""
        context: dict[str, Any] = super().get_context_data(**named)
        return context | {"wanted": requested_page(self.request)}


@method_decorator(never_cache, name="dispatch")
class NewRecoveryCodesView(GenerateRecoveryCodesView):
    """The page that confirms the replacement of recovery codes."""

    template_name = "accounts/second_factors/new_recovery_codes.html"
