"""Forms of people and groups: an invitation, what is done to chosen accounts, members and managers of a group."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.models import User
from gisportal.accounts.people.changes import AccountChange, Plan, display_name, end_text
from gisportal.accounts.people.team import changeable, fillable_groups
from gisportal.accounts.vocabulary import AccountKind, BatchKind
from interface.wording import end_of_day
from layers.visitor import Visitor

MAX_ACCOUNTS = 1_000
ACTIONS = (BatchKind.JOIN, BatchKind.LEAVE, BatchKind.DISABLE, BatchKind.ENABLE, BatchKind.INVITE)


class _Input(forms.TextInput):
    """A field in the portal's look."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "input", **(attrs or {})})


class InvitationForm(forms.Form):
    """A newcomer and their group; the address of somebody who has an account adds that account to the group."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse"),
        max_length=150,
        widget=_Input({"type": "email", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Donnez l’adresse de la personne.")},
    )
    first_name = forms.CharField(
        label=gettext_lazy("Prénom"), max_length=150, required=False, widget=_Input()
    )
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=150, required=False, widget=_Input())
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=AccountKind.choices, widget=forms.Select({"class": "input"})
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisme"), max_length=120, required=False, widget=_Input()
    )
    group = forms.ModelChoiceField(
        label=gettext_lazy("Groupe"),
        queryset=Group.objects.none(),
        empty_label=gettext_lazy("Choisir un groupe"),
        widget=forms.Select({"class": "input"}),
        error_messages={"required": gettext_lazy("Choisissez le groupe.")},
    )
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour du compte"),
        required=False,
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "Vide : sans fin. Le compte n’ouvre plus rien à minuit, heure de Paris, la fin de ce jour."
        ),
    )

    def __init__(self, *arguments: Any, visitor: Visitor, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.visitor = visitor
        self.fields["group"].queryset = fillable_groups(visitor).order_by("name")  # type: ignore[attr-defined]  # a field of models

    def clean_last_day(self) -> dt.date | None:
        """Refuse a day that is over, and the last one of the calendar, which has no midnight after it."""
        day: dt.date | None = self.cleaned_data["last_day"]
        if day is not None and not timezone.localdate() <= day < dt.date.max:
            raise forms.ValidationError(_("Choisissez un jour à venir."))
        return day

    def plan(self) -> Plan | None:
        """Return what the invitation does; None, with an error of the form, when the account is not theirs to add."""
        values = self.cleaned_data
        email, group = values["email"].casefold(), values["group"]
        accounts = User.objects.filter(email__iexact=email) | User.objects.filter(username__iexact=email)
        user = accounts.first()
        if user is None:
            names = ("first_name", "last_name", "kind", "organisation")
            pairs = {"email": ("", email), **{name: ("", values[name]) for name in names}}
            if values["last_day"] is not None:
                pairs["ends_at"] = ("", end_text(end_of_day(values["last_day"])))
            name = f"{values['first_name']} {values['last_name']}".strip() or email
            change = AccountChange(0, name, pairs, joined=(group.pk,), is_new=True, is_invited=True)
            return Plan(BatchKind.IMPORT, (change,))
        if not changeable(self.visitor).filter(pk=user.pk).exists():
            self.add_error("email", _("Cette adresse ne s’invite pas d’ici : demandez à un administrateur."))
            return None
        if values["last_day"] is not None:
            self.add_error(
                "last_day",
                _("Cette personne a déjà un compte : sa fin se choisit sur sa page, ou par un fichier."),
            )
            return None
        if group in user.groups.all():
            self.add_error("email", _("Cette personne est déjà dans ce groupe."))
            return None
        return Plan(BatchKind.JOIN, (AccountChange(user.pk, display_name(user), joined=(group.pk,)),))


class ActionForm(forms.Form):
    """What to do to chosen accounts: an action, and the group that it is about."""

    action = forms.ChoiceField(
        label=gettext_lazy("Action"),
        choices=[(kind.value, kind.label) for kind in ACTIONS],
        error_messages={
            "required": gettext_lazy("Choisissez une action."),
            "invalid_choice": gettext_lazy("Cette action n’existe pas."),
        },
    )
    group = forms.ModelChoiceField(
        label=gettext_lazy("Groupe"),
        queryset=Group.objects.none(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Ce groupe n’est pas de ceux que vous gérez.")},
    )
    accounts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Personnes"),
        queryset=User.objects.none(),
        error_messages={
            "required": gettext_lazy("Choisissez au moins une personne."),
            "invalid_choice": gettext_lazy("Un des comptes choisis n’est pas de ceux que vous gérez."),
            "invalid_pk_value": gettext_lazy("Un des comptes choisis n’est pas de ceux que vous gérez."),
        },
    )

    def __init__(
        self, *arguments: Any, groups: QuerySet[Group], accounts: QuerySet[User], **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]  # a field of models
        self.fields["accounts"].queryset = accounts  # type: ignore[attr-defined]  # same

    def clean(self) -> dict[str, Any]:
        """Require a group where the action is about one, and bound the number of accounts."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_about_group = cleaned.get("action") in {BatchKind.JOIN, BatchKind.LEAVE}
        if is_about_group and not cleaned.get("group") and "group" not in self.errors:
            self.add_error("group", _("Choisissez le groupe."))
        if len(cleaned.get("accounts", ())) > MAX_ACCOUNTS:
            self.add_error("accounts", _("Au plus %d personnes à la fois.") % MAX_ACCOUNTS)
        return cleaned


class ManagersForm(forms.Form):
    """The managers of a group, by the names or addresses of their accounts, one a line."""

    managers = forms.CharField(
        label=gettext_lazy("Gestionnaires"),
        required=False,
        help_text=gettext_lazy("Un identifiant ou une adresse par ligne."),
        widget=forms.Textarea({"class": "input", "rows": 4}),
    )

    def clean_managers(self) -> list[User]:
        """Return the accounts, and name what is none."""
        lines = [line.strip() for line in self.cleaned_data["managers"].splitlines() if line.strip()]
        accounts, unknown = [], []
        for line in dict.fromkeys(lines):
            user = (
                User.objects.filter(username=line).first() or User.objects.filter(email__iexact=line).first()
            )
            if user is None or not user.is_active:
                unknown.append(line)
            else:
                accounts.append(user)
        if unknown:
            raise forms.ValidationError(_("Aucun compte actif : %s.") % ", ".join(unknown))
        return accounts


class ImportForm(forms.Form):
    """A file of people; its text comes back with the confirmation, and is read again."""

    file = forms.FileField(
        label=gettext_lazy("Fichier CSV"),
        help_text=gettext_lazy(
            "Une ligne de titres (courriel, prénom, nom, type, organisme, groupes, fin), puis une ligne par personne. "
            "Plusieurs groupes sont séparés par « | ». La fin est le dernier jour du compte, compris : 2026-12-31 ou "
            "31/12/2026 ; « sans » ôte la fin."
        ),
        widget=forms.FileInput({"class": "input", "accept": ".csv,text/csv,text/plain"}),
        error_messages={"required": gettext_lazy("Choisissez un fichier.")},
    )


class DepartureForm(forms.Form):
    """Who takes over what an account owns, and whether it is the other account of the same person."""

    heir = forms.CharField(
        label=gettext_lazy("Qui reprend ce que ce compte possède"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Tapez un nom, puis choisissez ; ou l’identifiant, ou l’adresse."),
        widget=_Input({"autocomplete": "off", "list": "repreneurs"}),
    )
    is_merge = forms.BooleanField(
        label=gettext_lazy(
            "C’est l’autre compte de la même personne : il reçoit aussi les groupes et les signatures"
        ),
        required=False,
    )

    @staticmethod
    def heirs(leaver: User) -> list[tuple[str, str]]:
        """Return the name by which each open account signs in, and the name of its person, of all but ``leaver``."""
        others = User.objects.filter(is_active=True).exclude(pk=leaver.pk).order_by("last_name", "first_name")
        return [(user.username, display_name(user)) for user in others]

    def clean_heir(self) -> User | None:
        """Return the account, None when the field is empty."""
        text = self.cleaned_data["heir"].strip()
        if not text:
            return None
        open_accounts = User.objects.filter(is_active=True)
        user = open_accounts.filter(username=text).first() or open_accounts.filter(email__iexact=text).first()
        if user is None:
            raise forms.ValidationError(_("Aucun compte actif n’a cet identifiant ni cette adresse."))
        return user
