"""Changes as an address writes them (``entrer:12:5``), and the form that adds one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.access import managed_accounts
from interface.forms import add_input_classes
from layers.errors import InvalidParameter
from layers.visitor import Visitor
from management.rights.presenters import person_name, subject_words
from management.rights.queries import get_grant, groups_to_give
from management.rights.services import DASHBOARD, LAYER
from management.rights.trials import Change, GrantRemoved, MembershipChanged

JOIN, LEAVE, REMOVE = "entrer", "sortir", "retirer"
MAX_CHANGES = 20
PARAMETER = "si"
_MAX_ID_DIGITS = 18


class MembershipForm(forms.Form):
    """A person who would join a group, or leave it."""

    geste = forms.ChoiceField(
        label=gettext_lazy("Et si"),
        choices=((JOIN, gettext_lazy("entrait dans le groupe")), (LEAVE, gettext_lazy("quittait le groupe"))),
    )
    personne = forms.ChoiceField(label=gettext_lazy("Personne"))
    groupe = forms.ChoiceField(label=gettext_lazy("Groupe"))

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = managed_accounts(visitor).order_by("last_name", "username")
        self._choose("personne", [("", "—"), *((str(each.pk), person_name(each)) for each in accounts)])
        self._choose("groupe", [("", "—"), *((str(each.pk), each.name) for each in groups_to_give(visitor))])
        add_input_classes(self)

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def change(self) -> str:
        """The change of a valid form, as an address writes it."""
        cleaned = self.cleaned_data
        return f"{cleaned['geste']}:{cleaned['personne']}:{cleaned['groupe']}"


def parse_change(visitor: Visitor, text: str) -> Change:
    """Return the change that a parameter of an address says, of what the visitor manages.

    Raises:
        InvalidParameter: it is no change, or names what is not there or not theirs.
    """
    deed, _colon, rest = text.partition(":")
    first, _colon, second = rest.partition(":")
    if deed == REMOVE and first in {DASHBOARD, LAYER} and _is_id(second):
        grant = get_grant(visitor, first, int(second))
        if grant is not None:
            return GrantRemoved(grant)
    elif deed in {JOIN, LEAVE} and _is_id(first) and _is_id(second):
        person = managed_accounts(visitor).filter(pk=int(first)).first()
        group = groups_to_give(visitor).filter(pk=int(second)).first()
        if person is not None and group is not None:
            return MembershipChanged(person, group, deed == JOIN)
    raise InvalidParameter(
        _("« %s » n’est pas un changement qui puisse s’essayer.") % text[:60], parameter=PARAMETER
    )


def change_words(change: Change) -> str:
    """Say a change of the page in words."""
    if isinstance(change, MembershipChanged):
        words = {"who": person_name(change.person), "group": change.group.name}
        if change.is_member:
            return _("%(who)s entre dans le groupe %(group)s") % words
        return _("%(who)s quitte le groupe %(group)s") % words
    assert isinstance(change, GrantRemoved)
    parts = {"who": change.grant.recipient, "subject": subject_words(change.grant)}
    return _("L’accès de %(who)s est retiré : %(subject)s") % parts


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_ID_DIGITS
