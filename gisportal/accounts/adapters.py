"""What django-allauth asks of the portal: who may sign in by which name, and the words people read."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gisportal.accounts.queries import username_of_login
from interface.http.client_address import client_address

_WRONG = _("Identifiant ou mot de passe incorrect.")


class AccountAdapter(DefaultAccountAdapter):
    """The portal's answers about accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
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
        login = credentials.get("email") or credentials.get("username") or ""
        return authenticate(
            request, username=username_of_login(login), password=credentials.get("password", "")
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of the client, as everything else of the portal reads it."""
        return client_address(request)
