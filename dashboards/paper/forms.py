"""The form that has a dashboard sent to a group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dashboards.models import MailFrequency, Orientation, PaperForm, PaperSize
from dashboards.paper.definitions import PaperLayout, SubscriptionRequest

_INPUT = {"class": "input"}


class SubscriptionForm(forms.Form):
    """Who gets it, how often, and how it is laid out."""

    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        label=_("Groupe"),
        empty_label=None,
        widget=forms.Select(attrs=_INPUT),
        error_messages={"invalid_choice": _("Ce tableau de bord ne peut pas être envoyé à ce groupe.")},
    )
    frequency = forms.ChoiceField(
        choices=MailFrequency.choices,
        label=_("Fréquence"),
        widget=forms.Select(attrs=_INPUT),
        help_text=_("Le lundi, ou le premier du mois."),
    )
    form = forms.ChoiceField(
        choices=PaperForm.choices, label=_("Type de fichier"), widget=forms.Select(attrs=_INPUT)
    )
    size = forms.ChoiceField(choices=PaperSize.choices, label=_("Papier"), widget=forms.Select(attrs=_INPUT))
    orientation = forms.ChoiceField(
        choices=Orientation.choices, label=_("Orientation"), widget=forms.Select(attrs=_INPUT)
    )
    has_tables = forms.BooleanField(required=False, label=_("Avec les données des graphiques et des cartes"))

    def __init__(self, *args: Any, groups: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "envoi-%s"} | kwargs))
        chosen = self.fields["group"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = groups

    @property
    def asked(self) -> SubscriptionRequest:
        """What is asked, once the form is valid."""
        given = self.cleaned_data
        layout = PaperLayout(
            PaperSize(given["size"]),
            Orientation(given["orientation"]),
            PaperForm(given["form"]),
            given["has_tables"],
        )
        return SubscriptionRequest(given["group"], MailFrequency(given["frequency"]), layout)
