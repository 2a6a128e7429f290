"""Forms of accounts and groups in the administration: what is sent is checked as rights, whatever the form offered."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.db.models import Model

from administration.forms import OfferedFieldsForm
from gisportal.accounts.access import RIGHTS, AccountRights, check_rights, rights_of
from gisportal.accounts.models import User
from gisportal.accounts.passwords.views import add_token_choice
from layers.errors import Forbidden
from layers.visitor import Visitor


class InvitedAccountForm(forms.ModelForm[User]):
    """A new account, without a password: its owner chooses it by the link of a message."""

    class Meta:
        model = User
        fields = ["username", "email", "first_name", "last_name", "kind", "organisation", "ends_at"]

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


def requested_rights(account: User, cleaned: dict[str, Any]) -> AccountRights:
    """Return the rights of an account after a form: those that it does not contain stay."""
    before = rights_of(User.objects.get(pk=account.pk))
    sent = {name: cleaned.get(name, getattr(before, name)) for name in RIGHTS}
    return AccountRights(**{name: _value(value) for name, value in sent.items()})


def _value(value: Any) -> Any:
    """Return a flag or an end as it is, and chosen groups or permissions as their ids."""
    if value is None or isinstance(value, bool | dt.datetime):
        return value
    return frozenset(chosen.pk if isinstance(chosen, Model) else chosen for chosen in value)


class AccountForm(OfferedFieldsForm, UserChangeForm):  # type: ignore[type-arg]  # generic in the stubs, not at run time
    """An account, whose rights may become those alone that the visitor gives."""

    visitor: ClassVar[Visitor]  # set on the class that the administration makes for a request

    def clean(self) -> dict[str, Any] | None:
        """Check the rights, and name the one that is refused."""
        cleaned = super().clean() or self.cleaned_data
        try:
            check_rights(
                self.visitor, User.objects.get(pk=self.instance.pk), requested_rights(self.instance, cleaned)
            )
        except Forbidden as error:
            self.add_error(error.parameter if error.parameter in self.fields else None, error.detail)
        return cleaned


class NewAccountForm(OfferedFieldsForm, InvitedAccountForm):
    """A new account: it has no right until it exists."""
