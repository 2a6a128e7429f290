"""The question of the page: which person, which layer or dashboard, which row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import access as dashboard_access
from dashboards.models import Dashboard
from interface.forms import add_input_classes
from layers import access
from layers.models import Layer
from layers.visitor import Visitor
from management.reasons.queries import known_accounts
from management.rights.forms import PastDateForm
from management.rights.presenters import person_name

MAX_ROW = 2**31 - 1
LAYER, DASHBOARD = "couche", "tableau"


class ReasonForm(PastDateForm):
    """A person, a layer or a dashboard (``sur``, as ``couche:arbres``), and the number of a row."""

    personne = forms.ChoiceField(
        label=gettext_lazy("Personne"),
        error_messages={"invalid_choice": gettext_lazy("Cette personne n’existe pas : choisissez-en une.")},
    )
    sur = forms.ChoiceField(
        label=gettext_lazy("Couche ou tableau de bord"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Cette couche ou ce tableau de bord n’existe pas : choisissez-en un."
            )
        },
    )
    ligne = forms.IntegerField(
        label=gettext_lazy("Une ligne"),
        required=False,
        min_value=1,
        max_value=MAX_ROW,
        help_text=gettext_lazy("Son numéro : celui de la fin de l’adresse de sa fiche."),
    )

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["personne", "sur", "ligne", "date"])
        self.persons = {
            str(each.pk): each for each in known_accounts(visitor).order_by("last_name", "username")
        }
        layers = access.listed_layers(visitor).order_by("title")
        dashboards = dashboard_access.visible(visitor).select_related("portal", "published", "draft")
        self.subjects: dict[str, Layer | Dashboard] = {
            **{f"{LAYER}:{each.slug}": each for each in layers},
            **{f"{DASHBOARD}:{each.slug}": each for each in dashboards.order_by("title")},
        }
        persons = [(pk, person_name(each)) for pk, each in self.persons.items()]
        self._choose("personne", [("", "—"), *persons])
        titles = [(key, each.title) for key, each in self.subjects.items()]
        groups = (
            (_("Couches"), [pair for pair in titles if pair[0].startswith(LAYER)]),
            (_("Tableaux de bord"), [pair for pair in titles if pair[0].startswith(DASHBOARD)]),
        )
        self._choose("sur", [("", "—"), *groups])
        add_input_classes(self)

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
