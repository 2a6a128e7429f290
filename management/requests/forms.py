"""The forms of a request of access, and of its decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.models import DashboardGrant
from interface.forms import add_input_classes
from layers.access import Scope
from layers.models import REASON_MAX, Grant, Layer
from layers.visitor import Visitor
from management.models import WORDS_MAX, AccessRequest
from management.requests.queries import DashboardNeeds, LayerNeed
from management.rights.forms import DashboardGrantForm, GrantForm
from management.rights.presenters import labelled, person_name


class RequestForm(forms.Form):
    """What a person requests: of a layer which rows, in their words; until when, and why."""

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
        help_text=gettext_lazy("Une phrase, que lira la personne qui décide."),
    )

    def __init__(self, *args: Any, has_rows: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_rows:
            del self.fields["rows"]
        add_input_classes(self)

    def clean_last_day(self) -> dt.date:
        """Refuse a day that is over."""
        day: dt.date = self.cleaned_data["last_day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Ce jour est passé."), code="over")
        if day.year > timezone.localdate().year + 10:
            raise forms.ValidationError(_("Choisissez une fin dans les dix ans."), code="far")
        return day


class AnswerForm(DashboardGrantForm):
    """What the grants of all requests have: the person, who is not chosen, a last day, and an answer."""

    answer = forms.CharField(
        label=gettext_lazy("Réponse à la personne"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Elle lit ces mots. Un refus en demande."),
    )

    def address_to(self, request: AccessRequest) -> None:
        """Leave the person of a request as the only recipient, and require a last day."""
        person = (f"p{request.person_id}", person_name(request.person))
        self._choose("recipient", [(_("Personnes"), [person])])
        self.fields["recipient"].widget = forms.HiddenInput()
        self.fields["last_day"].required = True
        self["last_day"].help_text = str(RequestForm.base_fields["last_day"].help_text)
        add_input_classes(self)

    def sent_initial(self) -> dict[str, Any]:
        """Return the first values of the form as a browser would send them."""
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in self.initial.items()
            if value
        }


class DecisionForm(AnswerForm, GrantForm):
    """The grant of a request on a layer: that of a new grant, to the person who requests."""

    def __init__(self, *args: Any, request: AccessRequest, scope: Scope | None, visitor: Visitor) -> None:
        grant = Grant(
            layer=request.layer,
            person=request.person,
            valid_until=request.valid_until,
            reason=request.reason[:REASON_MAX],
        )
        super().__init__(
            *args,
            grant=grant,
            visitor=visitor,
            scope=labelled(scope) if scope else None,
            has_rows=scope is not None,
        )
        self.address_to(request)

    @classmethod
    def as_requested(cls, request: AccessRequest, *, scope: Scope | None, visitor: Visitor) -> DecisionForm:
        """Return the form filled in as the person requests, every row until their day: what is counted first."""
        sent = cls(request=request, scope=scope, visitor=visitor).sent_initial()
        return cls(sent, request=request, scope=scope, visitor=visitor)


class DashboardDecisionForm(AnswerForm):
    """The grant of a request on a dashboard, with the layers that the person lacks and that are opened with it."""

    layers = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, request: AccessRequest, needs: DashboardNeeds, visitor: Visitor) -> None:
        grant = DashboardGrant(
            dashboard=request.dashboard,
            person=request.person,
            valid_until=request.valid_until,
            reason=request.reason[:REASON_MAX],
        )
        super().__init__(*args, grant=grant, visitor=visitor)
        self.openable = {need.layer.slug: need.layer for need in needs.layers if need.may_open}
        self._choose("layers", [(slug, layer.title) for slug, layer in self.openable.items()])
        self.needs = needs
        self.address_to(request)

    @property
    def lines(self) -> list[tuple[LayerNeed, Any]]:
        """What the dashboard reads, each layer with its box; None of one that is not to give."""
        boxes = {box.data["value"]: box for box in self["layers"]}
        return [(need, boxes.get(need.layer.slug)) for need in self.needs.layers]

    @property
    def chosen_layers(self) -> list[Layer]:
        """The layers that are opened with the dashboard; the form is valid."""
        return [self.openable[slug] for slug in self.cleaned_data["layers"]]

    @classmethod
    def as_requested(
        cls, request: AccessRequest, *, needs: DashboardNeeds, visitor: Visitor
    ) -> DashboardDecisionForm:
        """Return the form filled in as the person requests, without any layer."""
        sent = cls(request=request, needs=needs, visitor=visitor).sent_initial()
        return cls(sent, request=request, needs=needs, visitor=visitor)
