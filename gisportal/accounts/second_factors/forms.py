"""Forms of second factors: allauth's, with the portal's words, and codes that the portal counts."""

from __future__ import annotations

import struct
from typing import Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from gisportal.accounts.lockout import CODE, attempt_succeeded, count_attempt
from gisportal.accounts.models import User
from gisportal.accounts.second_factors.services import check_code

_NAME_LENGTH = 80
_CODE = {"class": "input", "autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}


class CodeField(forms.CharField):
    """A code of an application, or a recovery code."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=40, widget=forms.TextInput(attrs=_CODE), **named)


# What ``fido2`` raises over a text that is no credential.
_FAULTS = (TypeError, ValueError, KeyError, IndexError, AttributeError, struct.error)


class CredentialField(forms.JSONField):
    """What a device answered, in the form that ``form`` reads; anything else is an error of the field."""

    def __init__(self, form: type[RegistrationResponse | AuthenticationResponse]) -> None:
        super().__init__(widget=forms.HiddenInput)
        self._form = form

    def to_python(self, value: Any) -> Any:
        """Return the credential as a dictionary."""
        read = super().to_python(value)
        if read in self.empty_values:
            return read
        try:
            self._form.from_dict(read)
        except _FAULTS as error:
            raise forms.ValidationError(_("La clé d’accès n’a pas pu être lue. Réessayez.")) from error
        return read


class _CountedCode(forms.Form):
    """Checks the code of ``user``; what it proves is ``authenticator``."""

    user: User
    authenticator: Authenticator
    is_confirmation = False

    def clean_code(self) -> str:
        """Refuse a code that is wrong or has served; attempts are counted before any is looked at.

        They are counted apart from passwords; a device where the account signed in, all factors included, is counted
        alone.

        Raises:
            TooManyAttempts: this one is not looked at.
        """
        code: str = self.cleaned_data["code"]
        subject = self.user.get_username()
        count_attempt(context.request, CODE, subject)
        check = check_code(user=self.user, code=code)
        if not check.is_accepted or check.authenticator is None:
            self._tell(check.authenticator)
            raise forms.ValidationError(_("Ce code est incorrect, ou il a déjà servi : attendez le suivant."))
        attempt_succeeded(context.request, CODE, subject)
        self.authenticator = check.authenticator
        return code

    def _tell(self, authenticator: Authenticator | None) -> None:
        """Signal a wrong code, as a wrong password is at sign-in."""
        signals.authentication_failed.send(
            sender=Authenticator,
            request=context.request,
            user=self.user,
            authenticator=authenticator,
            reauthentication=self.is_confirmation,
        )
        if not self.is_confirmation:
            credentials = {"username": self.user.get_username()}
            user_login_failed.send(sender=type(self), credentials=credentials, request=context.request)


class SignInCodeForm(_CountedCode, AuthenticateForm):
    """The code that ends a sign-in."""

    code = CodeField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Six chiffres de votre application, ou l’un de vos codes de secours."),
    )


class ConfirmationCodeForm(_CountedCode, ReauthenticateForm):
    """The code that confirms who is at the keyboard, before something sensitive."""

    code = CodeField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Six chiffres de votre application, ou l’un de vos codes de secours."),
    )
    is_confirmation = True


class AuthenticatorAppForm(ActivateTOTPForm):
    """The first code of an application, which proves that it holds the secret."""

    code = CodeField(
        label=gettext_lazy("Code affiché par l’application"),
        help_text=gettext_lazy("Six chiffres, renouvelés toutes les trente secondes."),
    )


class PasskeyForm(AddWebAuthnForm):
    """A new passkey: its name, and whether it signs in by itself."""

    credential = CredentialField(RegistrationResponse)

    name = forms.CharField(
        label=gettext_lazy("Nom"),
        max_length=_NAME_LENGTH,
        required=False,
        help_text=gettext_lazy("L’appareil ou la clé : « Ordinateur du bureau », « Clé USB bleue »."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    passwordless = forms.BooleanField(
        label=gettext_lazy("Elle me connecte à elle seule, sans mot de passe"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "L’appareil demande alors une empreinte, un visage ou un code. Décochez pour une clé USB qui n’en a pas."
        ),
    )


class SecondPasskeyForm(AuthenticateWebAuthnForm):
    """The passkey that ends a sign-in."""

    credential = CredentialField(AuthenticationResponse)


class PasskeySignInForm(LoginWebAuthnForm):
    """The passkey that signs in by itself."""

    credential = CredentialField(AuthenticationResponse)


class PasskeyConfirmationForm(ReauthenticateWebAuthnForm):
    """The passkey that confirms who is at the keyboard."""

    credential = CredentialField(AuthenticationResponse)


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(
        label=gettext_lazy("Nom"),
        max_length=_NAME_LENGTH,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
