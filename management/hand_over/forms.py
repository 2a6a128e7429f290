"""The form of a hand-over: which accesses, to whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from gisportal.accounts.access import managed_accounts
from gisportal.accounts.models import User
from interface.forms import add_input_classes
from layers.visitor import Visitor, open_account
from management.rights.presenters import GrantLine, person_name
from management.rights.queries import dashboard_grants, grant_lines, layer_grants
from management.rights.services import AnyGrant


def people_with_grants(visitor: Visitor) -> list[User]:
    """Return the persons who have accesses by themselves that a visitor manages, by name; two statements."""
    persons = {grant.person for grant in layer_grants(visitor).filter(person__isnull=False)}
    persons |= {grant.person for grant in dashboard_grants(visitor).filter(person__isnull=False)}
    return sorted((each for each in persons if isinstance(each, User)), key=person_name)


class HandOverForm(forms.Form):
    """The personal accesses of ``source`` that a visitor manages, and an open account that is to have them."""

    target = forms.ChoiceField(
        label=gettext_lazy("À qui"),
        error_messages={"required": gettext_lazy("Choisissez une personne.")},
    )
    grants = forms.MultipleChoiceField(
        label=gettext_lazy("Quels accès"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Cochez un accès au moins.")},
    )

    def __init__(self, *args: Any, source: User, visitor: Visitor, **kwargs: Any) -> None:
        layers, boards = (
            layer_grants(visitor).filter(person=source),
            dashboard_grants(visitor).filter(person=source),
        )
        own: list[AnyGrant] = [*layers, *boards]
        self.lines = {_key(line): line for line in grant_lines(visitor, own)}
        kwargs.setdefault("initial", {"grants": list(self.lines)})
        super().__init__(*args, **kwargs)
        accounts = managed_accounts(visitor).filter(open_account(timezone.now())).exclude(pk=source.pk)
        persons = accounts.order_by("last_name", "first_name", "username")
        self._choose("target", [("", "—"), *((str(each.pk), person_name(each)) for each in persons)])
        self._choose("grants", [(key, line.subject) for key, line in self.lines.items()])
        add_input_classes(self)

    @property
    def boxes(self) -> list[tuple[Any, GrantLine]]:
        """The box of each access, with what it gives."""
        return [(box, self.lines[str(box.data["value"])]) for box in self["grants"]]

    def chosen(self) -> list[AnyGrant]:
        """Return the accesses that are ticked, of a valid form."""
        return [self.lines[key].grant for key in self.cleaned_data["grants"]]

    def _choose(self, name: str, offered: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


def _key(line: GrantLine) -> str:
    return f"{line.kind}:{line.grant.pk}"
