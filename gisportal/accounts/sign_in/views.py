"""The sign-in pages: django-allauth's views and forms, with the portal's pages and words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.account.views import LoginView
from allauth.account.views import ReauthenticateView as AllauthReauthenticateView
from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from gisportal.accounts.passwords.views import password_field
from interface.forms import add_input_classes

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
        self.fields["password"] = password_field(_("Mot de passe"), is_new=False)
        add_input_classes(self)

    def add_prefix(self, field_name: str) -> str:
        """Name the input of the login ``username``, as before and as password managers expect."""
        return super().add_prefix("username" if field_name == "login" else field_name)


class ReauthenticateForm(AllauthReauthenticateForm):
    """The password of who is signed in."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["password"] = password_field(_("Mot de passe"), is_new=False)
        add_input_classes(self)


class SignInView(LoginView):
    """The sign-in form; a signed-in person is redirected to the requested page."""

    template_name = "accounts/sign_in.html"
    form_class = SignInForm


class ReauthenticateView(AllauthReauthenticateView):
    """The password again, before what touches the security of an account."""

    template_name = "accounts/reauthenticate.html"
    form_class = ReauthenticateForm


class ClosedView(TemplateView):
    """The page of a closed account whose owner was identified by a provider."""

    template_name = "accounts/closed.html"
