"""Forms of the administration: a new account, and the link that lets its owner choose a password."""

from __future__ import annotations

from typing import Any

from django import forms

from gisportal.accounts.models import User
from gisportal.accounts.passwords.forms import add_token_choice


class InvitedAccountForm(forms.ModelForm[User]):
    """A new account, without a password: its owner chooses it by the link of a message."""

    class Meta:
        model = User
        fields = ["username", "email", "first_name", "last_name", "kind", "organisation"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["email"].required = True

    def save(self, commit: bool = True) -> User:
        """Return the account; no password opens it yet."""
        user = super().save(commit=False)
        user.set_unusable_password()
        if commit:
            user.save()
            self.save_m2m()
        return user


class SendLinkForm(forms.Form):
    """Which tokens end when the owner of an account must choose another password."""

    def __init__(self, *arguments: Any, user: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        add_token_choice(self, user)
