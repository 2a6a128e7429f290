"""The adapter of django-allauth for sign-ins: who may sign in by which name, and the words."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gisportal.accounts import mail
from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.lockout import PASSWORD, attempt_succeeded, device_of
from gisportal.accounts.mail import ACCOUNT_NOTICES, new_device, request_origin
from gisportal.accounts.models import User, username_of_login
from gisportal.accounts.services import remember_language
from gisportal.accounts.single_sign_on.oidc import remember_identity
from gisportal.client_address import client_address

# Applications of django-allauth for which a sign-in just done is proof enough.
_COUNT_SIGN_IN = {"allauth.mfa", "allauth.usersessions"}
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_STAGE = "allauth.mfa.stages.AuthenticateStage"


class AuthenticationAdapter(DefaultAccountAdapter):
    """The stages of a sign-in, and what is stored of it in the session."""

    def get_login_stages(self) -> list[str]:
        """Return the stages, with the portal's own for the second factor."""
        own = "gisportal.accounts.second_factors.adapters.SecondFactorStage"
        return [own if stage == _STAGE else stage for stage in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **named: Any) -> HttpResponse | None:
        """Answer for an ended account, whatever proved it, as for a closed one."""
        assert isinstance(user, User)
        if not user.is_open(at=timezone.now()):
            refusal: HttpResponse = self.respond_user_inactive(request, user)
            return refusal
        answer: HttpResponse | None = super().pre_login(request, user, **named)
        return answer

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session of an account, which Django's backend reads again at each request.

        After a second factor or a provider, no backend has just identified the account; allauth would note the first
        of the list, which counts attempts and knows nobody.
        """
        if not hasattr(user, "backend"):
            user.backend = _BACKEND  # as ``authenticate`` does
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **named: Any) -> HttpResponse:
        """Store what a provider of identities proved, then go on to the requested page."""
        login = (named.get("signal_kwargs") or {}).get("sociallogin")
        if login is not None:
            # It would otherwise stay in the session with the sign-in: the token is long, and serves at sign-out alone.
            id_token = login.state.pop("id_token", "")
            remember_identity(request, provider=login.account.provider, id_token=id_token)
            if login.state.get("proves_second_factor") is True:
                record_authentication(request, user, "mfa", type="identity_provider")
        response: HttpResponse = super().post_login(request, user, **named)
        return response

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Whether something sensitive requires a new proof of identity.

        Factors and sessions do not in the minutes after a sign-in, which itself took those of the account: the set-up
        of a factor would require the same password twice.
        """
        if not super().is_reauthentication_required(app=app, **named):
            return False
        if app not in _COUNT_SIGN_IN:
            return True
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record["at"] for record in records), default=0)
        timeout: int = app_settings.REAUTHENTICATION_TIMEOUT
        return time.time() - float(latest) >= timeout


_WRONG = _("Identifiant ou mot de passe incorrect.")

# What people read after an action, by the name of django-allauth's template; the others say nothing.
MESSAGES = {
    "account/messages/password_changed.txt": _(
        "Votre mot de passe est changé ; vos autres sessions sont fermées."
    ),
    **mail.MESSAGES,
}


class AccountAdapter(AuthenticationAdapter):
    """The portal's answers about accounts."""

    error_messages = AuthenticationAdapter.error_messages | {
        "email_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "incorrect_password": _("Mot de passe incorrect."),
        "enter_current_password": _("Saisissez votre mot de passe actuel."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether people may open an account by themselves: administrators make them."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the account that has this name, or e-mail address, and this password.

        An address becomes the name of its account first, so that one password is hashed whatever was given, and that
        attempts are counted under one name.
        """
        username = username_of_login(credentials.get("email") or credentials.get("username") or "")
        user = authenticate(request, username=username, password=credentials.get("password", ""))
        if not isinstance(user, User) or not user.is_open(at=timezone.now()):
            return None
        attempt_succeeded(request, PASSWORD, username)
        return user

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session, and note whether it is the first of the account."""
        self.is_first_sign_in = user.last_login is None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **named: Any) -> HttpResponse:
        """Remember the language of the browser's pages, and inform the owner of an opening from a new device."""
        response = super().post_login(request, user, **named)
        assert isinstance(user, User)
        remember_language(user, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        if not self.is_first_sign_in and not device_of(request, user.username):
            enqueue_message(new_device(circumstances=request_origin(request)), user=user)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of the client, as everything else of the portal reads it; a socket is this machine."""
        return client_address(request) or "127.0.0.1"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where a changed password leads."""
        return reverse("accounts:home")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say in the portal's words what was done; nothing of what the page shows by itself."""
        text = message or MESSAGES.get(message_template or "", "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Inform an account by e-mail of a change, with its origin and time.

        Raises:
            KeyError: ``mail.messages`` has no words for it.
        """
        assert isinstance(user, User)
        message = (ACCOUNT_NOTICES | mail.FACTOR_NOTICES)[template_prefix](
            circumstances=request_origin(self.request)
        )
        enqueue_message(message, user=user, to=email or "")
