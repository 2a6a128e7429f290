"""The form of what the portal knows of a reserved plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interface.forms import add_input_classes
from planning.models import ReservedPlot
from planning.queries.documents import documents_of

if TYPE_CHECKING:
    PlotBase = forms.ModelForm[ReservedPlot]
else:
    PlotBase = forms.ModelForm


class PlotForm(PlotBase):
    """A plot: its document must be there, its drawing may come later."""

    class Meta:
        model = ReservedPlot
        fields = ["idurba", "number", "purpose", "beneficiary", "origin", "state", "note"]
        widgets = {
            "origin": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)

    def clean_idurba(self) -> str:
        """Refuse a document that the portal has not."""
        text = str(self.cleaned_data["idurba"])
        if not documents_of([text]):
            raise ValidationError(_("Le portail n’a pas de document « %s ».") % text)
        return text
