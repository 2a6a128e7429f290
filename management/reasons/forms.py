"""The question of the page: which person, which layer or dashboard, which row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import access as dashboard_access
from dashboards.models import Dashboard
from gisportal.accounts.models import User
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

    def __init__(self, *args: Any, visitor: Visitor, fixed_person: User | None = None, **kwargs: Any) -> None:
        """Offer what the visitor knows; on the page of a person, that one alone."""
        super().__init__(*args, **kwargs)
        self.order_fields(["personne", "sur", "ligne", "date"])
        self._accounts = known_accounts(visitor)
        self._layers = access.listed_layers(visitor)
        self._dashboards = dashboard_access.visible(visitor)
        names = self._accounts.only("username", "first_name", "last_name").order_by("last_name", "username")
        accounts = names if fixed_person is None else [fixed_person]
        self._choose("personne", [("", "—"), *((str(each.pk), person_name(each)) for each in accounts)])
        groups = (
            (_("Couches"), self._titles(LAYER, self._layers)),
            (_("Tableaux de bord"), self._titles(DASHBOARD, self._dashboards)),
        )
        self._choose("sur", [("", "—"), *groups])
        add_input_classes(self)

    @property
    def person(self) -> User:
        """The account that was chosen, once the form is valid."""
        return self._accounts.get(pk=self.cleaned_data["personne"])

    @property
    def subject(self) -> Layer | Dashboard:
        """The layer or the dashboard that was chosen, once the form is valid."""
        kind, _colon, slug = self.cleaned_data["sur"].partition(":")
        if kind == LAYER:
            return self._layers.select_related("theme", "producer").get(slug=slug)
        return self._dashboards.select_related("portal", "published", "draft").get(slug=slug)

    def _titles(self, kind: str, rows: QuerySet[Any]) -> list[tuple[str, str]]:
        titles = rows.order_by("title").values_list("slug", "title")
        return [(f"{kind}:{slug}", title) for slug, title in titles]

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
