"""What django-allauth asks of the portal: who may sign in by which name, and the words people read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gisportal.accounts import notices
from gisportal.accounts.authentication import AuthenticationAdapter
from gisportal.accounts.devices import device_of
from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.lockout import PASSWORD, attempt_succeeded
from gisportal.accounts.mail.messages import NOTICES, new_device
from gisportal.accounts.mail.services import circumstances_of
from gisportal.accounts.models import User
from gisportal.accounts.queries import username_of_login
from gisportal.client_address import client_address

_WRONG = _("Identifiant ou mot de passe incorrect.")


# What people read after an action, by the name of django-allauth's template; the others say nothing.
MESSAGES = {
    "account/messages/password_changed.txt": _(
        "Votre mot de passe est changé ; vos autres sessions sont fermées."
    ),
    **notices.MESSAGES,
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
        if user is not None:
            attempt_succeeded(request, PASSWORD, username)
        return user

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session, and remember whether it is the first of the account."""
        self.is_first_sign_in = user.last_login is None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **named: Any) -> HttpResponse:
        """Tell the owner of an account that it was opened from a device it never used."""
        response = super().post_login(request, user, **named)
        assert isinstance(user, User)
        if not self.is_first_sign_in and not device_of(request, user.username):
            enqueue_message(new_device(circumstances=circumstances_of(request)), user=user)
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
        """Tell an account by e-mail what was done with it, from where and when.

        Raises:
            KeyError: ``mail.messages`` has no words for it.
        """
        assert isinstance(user, User)
        message = (NOTICES | notices.NOTICES)[template_prefix](circumstances=circumstances_of(self.request))
        enqueue_message(message, user=user, to=email or "")
