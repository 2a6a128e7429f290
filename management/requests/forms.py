"""The forms of a request of access, and of its decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from layers.access import Scope
from layers.models import Grant
from layers.visitor import Visitor
from management.models import WORDS_MAX, AccessRequest
from management.rights.forms import GrantForm
from management.rights.presenters import labelled, person_name


class RequestForm(forms.Form):
    """What a person requests of a layer: which rows in their words, until when, and why."""

    rows = forms.CharField(
        label=gettext_lazy("Quelles lignes"),
        max_length=WORDS_MAX,
        required=False,
        help_text=gettext_lazy("Avec vos mots, par exemple : celles de Meudon. Vide : toutes les lignes."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("L’accès s’arrêtera à minuit, heure de Paris, la fin de ce jour."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Pour quoi faire"),
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Qui répond de la couche lira ces mots."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)

    def clean_last_day(self) -> dt.date:
        """Refuse a day that is over."""
        day: dt.date = self.cleaned_data["last_day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Ce jour est passé."), code="over")
        if day.year > timezone.localdate().year + 10:
            raise forms.ValidationError(_("Choisissez une fin dans les dix ans."), code="far")
        return day


class DecisionForm(GrantForm):
    """The grant of a request: that of a new grant, to the person who requests."""

    answer = forms.CharField(
        label=gettext_lazy("Réponse à la personne"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Elle lit ces mots. Un refus en demande."),
    )

    def __init__(self, *args: Any, request: AccessRequest, scope: Scope | None, visitor: Visitor) -> None:
        grant = Grant(
            layer=request.layer,
            person=request.person,
            valid_until=request.valid_until,
            reason=request.reason[:300],
        )
        super().__init__(
            *args,
            grant=grant,
            visitor=visitor,
            scope=labelled(scope) if scope else None,
            has_rows=scope is not None,
        )
        self._choose(
            "recipient", [(_("Personnes"), [(f"p{request.person_id}", person_name(request.person))])]
        )
        self.fields["recipient"].widget = forms.HiddenInput()
        self.fields["last_day"].required = True
        self.fields["last_day"].help_text = RequestForm.base_fields["last_day"].help_text
        add_input_classes(self)

    @classmethod
    def as_requested(cls, request: AccessRequest, *, scope: Scope | None, visitor: Visitor) -> DecisionForm:
        """Return the form filled in as the person requests, every row until their day: what is counted first."""
        initial = cls(request=request, scope=scope, visitor=visitor).initial
        sent = {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in initial.items()
            if value
        }
        return cls(sent, request=request, scope=scope, visitor=visitor)
