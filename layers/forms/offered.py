"""A form that refuses what it did not offer: a value sent for a field that is not its reader's to write is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # generic in the stubs, not at run time
    _ModelForm = forms.ModelForm[Any]
    _InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _ModelForm = forms.ModelForm
    _InlineFormSet = BaseInlineFormSet

REFUSED = _(
    "« %(name)s » ne se modifie pas ici, ou n’est pas à vous de le modifier : rien n’a été enregistré."
)


# Records that one sending of a form adds to those that are there.
MOST_ADDED = 40


class BoundedFormSet(_InlineFormSet):
    """The base of the tables of related records: as many forms as there are records, and ``MOST_ADDED``.

    Django makes up to 2,000 forms for who sends their number: minutes of work, and a page of 18 MB.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absolute_max = len(self.get_queryset()) + MOST_ADDED
        self.max_num = min(self.max_num, self.absolute_max)


class OfferedFieldsForm(_ModelForm):
    """The base of the administration's forms: what is sent beside the fields, which Django ignores, is an error."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse values for columns and links of the model that the form does not offer."""
        cleaned = super().clean()
        options = self._meta.model._meta
        for column in (*options.concrete_fields, *options.many_to_many):
            if self._is_sent(column.name) and not self._is_offered(column.name):
                self.add_error(
                    None, ValidationError(REFUSED, code="not_offered", params={"name": column.name})
                )
        return cleaned

    def _is_offered(self, name: str) -> bool:
        return name in self.fields and not self.fields[name].disabled

    def _is_sent(self, name: str) -> bool:
        """Whether a value came for a field; dates come in two halves, the first under this name."""
        sent = self.add_prefix(name)
        return sent in self.data or f"{sent}_0" in self.data
