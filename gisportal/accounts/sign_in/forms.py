"""The form that signs people in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

# As long as the longest e-mail address; no user name is longer.
_MAX_LENGTH = 254


class SignInForm(LoginForm):
    """A user name or an e-mail address, and a password."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["login"] = forms.CharField(
            label=_("Identifiant ou courriel"),
            max_length=_MAX_LENGTH,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )
        self.fields["password"] = forms.CharField(
            label=_("Mot de passe"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )

    def add_prefix(self, field_name: str) -> str:
        """Name the input of the login ``username``, as before and as password managers expect."""
        return super().add_prefix("username" if field_name == "login" else field_name)
