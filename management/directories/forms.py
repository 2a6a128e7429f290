"""The forms of the token of a directory: a new one, the groups that one may fill."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.models import DirectoryToken
from gisportal.accounts.people.team import administering_groups
from gisportal.accounts.scim.tokens import DEFAULT_DAYS, MAX_DAYS
from interface.forms import add_input_classes


class GroupsForm(forms.Form):
    """The groups that a directory may fill: none of those that administer is offered."""

    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Groupes qu’il peut remplir"),
        queryset=Group.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy(
                "Ce groupe administre le portail, ou n’existe plus : n° %(value)s."
            ),
            "invalid_pk_value": gettext_lazy("Aucun groupe n’a le n° %(pk)s."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = administering_groups().values("pk")
        self.fields["groups"].queryset = Group.objects.exclude(pk__in=closed).order_by("name")  # type: ignore[attr-defined]  # a field of models


class NewTokenForm(GroupsForm):
    """A new token: its name, its last day, the groups that it may fill."""

    name = forms.CharField(
        label=gettext_lazy("Nom"),
        max_length=80,
        help_text=gettext_lazy("Celui de l’annuaire, par exemple : Entra ID. Le journal le reprend."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Le jeton s’arrête à minuit, heure de Paris, la fin de ce jour."),
    )
    field_order = ("name", "last_day", "groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, initial={"last_day": today + dt.timedelta(days=DEFAULT_DAYS)}, **kwargs)
        add_input_classes(self)

    def clean_name(self) -> str:
        """Refuse a name that another token has, an ended one included: the journal names them apart."""
        name: str = self.cleaned_data["name"]
        if DirectoryToken.objects.filter(name=name).exists():
            raise forms.ValidationError(_("Un autre jeton s’appelle « %s », peut-être révoqué.") % name)
        return name

    def clean_last_day(self) -> dt.date:
        """Refuse a day that is over, or too far."""
        day: dt.date = self.cleaned_data["last_day"]
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("Ce jour est passé."), code="over")
        if day > today + dt.timedelta(days=MAX_DAYS):
            raise forms.ValidationError(_("Un jeton vit au plus %d jours.") % MAX_DAYS, code="far")
        return day
