"""Forms of passwords: changing it, asking for a link, choosing one by a link. All ask which tokens to revoke."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from gisportal.accounts.models import Token, User
from gisportal.accounts.queries import tokens_of
from interface.forms import add_input_classes


class PasswordInput(forms.PasswordInput):
    """A password, with a button that shows it where scripts run; pasting is left alone."""

    template_name = "accounts/widgets/password.html"


def password_field(label: Any, *, is_new: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field for a password; managers of passwords know it by its ``autocomplete``."""
    purpose = "new-password" if is_new else "current-password"
    attributes = {"autocomplete": purpose, "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=label, strip=False, widget=PasswordInput(attributes), help_text=help_text)


class TokenChoice(forms.ModelMultipleChoiceField[Token]):
    """Tokens to revoke, all ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Token) -> str:
        """Return a token as its owner knows it."""
        return f"{obj.name} ({obj.prefix}…)"


def add_token_choice(form: forms.BaseForm, user: User) -> None:
    """Ask in a form which tokens of an account are revoked, all of them unless it is said otherwise."""
    tokens = tokens_of(user)
    form.fields["tokens"] = TokenChoice(
        queryset=tokens,
        initial=tokens,
        required=False,
        label=_("Jetons à révoquer"),
        help_text=_("Les outils qui emploient un jeton révoqué seront refusés dès maintenant."),
    )
    if not tokens:
        form.fields["tokens"].widget = forms.MultipleHiddenInput()


def password_help() -> str:
    """Return the rules of passwords as one sentence each."""
    return " ".join(password_validators_help_texts())


class NewPasswordForm(forms.Form):
    """A password, twice, for an account that a link names."""

    def __init__(self, *arguments: Any, user: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user
        self.fields["password1"] = password_field(_("Nouveau mot de passe"), help_text=password_help())
        self.fields["password2"] = password_field(_("Le même, une seconde fois"))
        add_token_choice(self, user)
        add_input_classes(self)

    def clean_password1(self) -> str:
        """Refuse a password against the rules."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any] | None:
        """Refuse two passwords that differ."""
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Les deux mots de passe diffèrent."))
        return super().clean()


class PasswordChangeForm(ChangePasswordForm):
    """The current password, another one twice, and the tokens to revoke."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        assert isinstance(self.user, User)
        self.fields["oldpassword"] = password_field(_("Mot de passe actuel"), is_new=False)
        _renew(self, self.user)


def _renew(form: Any, user: User) -> None:
    """Put the portal's words and inputs in a form of django-allauth, which checks what they hold."""
    for name, label in (
        ("password1", _("Nouveau mot de passe")),
        ("password2", _("Le même, une seconde fois")),
    ):
        field = form.fields[name]
        model = password_field(label)
        field.label, field.widget, field.strip = label, model.widget, False
        field.widget.is_required = True
    form.fields["password1"].help_text = password_help()
    add_token_choice(form, user)
    add_input_classes(form)


class ResetRequestForm(forms.Form):
    """The e-mail address of an account."""

    email = forms.EmailField(
        label=_("Courriel de votre compte"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "class": "input"}),
    )
