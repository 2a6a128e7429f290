"""The forms that keep a view of the map and give it another name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from explorer.map_state.parsing import parse_map
from explorer.models import ADDRESS_MAX, SavedView
from layers.errors import LayersError

if TYPE_CHECKING:
    Base = forms.ModelForm[SavedView]
else:
    Base = forms.ModelForm

MAX_PARAMETERS = 2_000
_CAMERA = re.compile(r"\d{1,2}(\.\d+)?/-?\d{1,2}(\.\d+)?/-?\d{1,3}(\.\d+)?", re.ASCII)


class SavedViewTitleForm(Base):
    """The name of a view."""

    class Meta:
        model = SavedView
        fields = ["title"]
        labels = {"title": _("Nom de la vue")}
        error_messages = {"title": {"required": _("Donnez un nom à la vue.")}}
        widgets = {"title": forms.TextInput(attrs={"class": "input", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"use_required_attribute": False} | kwargs))


class SavedViewForm(SavedViewTitleForm):
    """A view to keep: its name, and the address that the map has now."""

    class Meta(SavedViewTitleForm.Meta):
        fields = ["title", "address"]

    def clean_address(self) -> str:
        """Keep an address only when the map can open it again."""
        query, _sharp, camera = str(self.cleaned_data["address"]).lstrip("?").partition("#")
        try:
            asked = parse_qs(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
            parse_map(asked)
        except (LayersError, ValueError) as error:
            raise ValidationError(_("La carte ne peut pas rouvrir cette vue.")) from error
        written = urlencode(asked, doseq=True) + (f"#{camera}" if _CAMERA.fullmatch(camera) else "")
        if len(written) > ADDRESS_MAX:
            raise ValidationError(_("Cette vue demande trop de choses pour être enregistrée."))
        return written
