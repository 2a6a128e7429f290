"""The form that adds an attachment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes

ACCEPTED = ".pdf,.png,.jpg,.jpeg,.txt,.csv"


class AttachmentForm(forms.Form):
    """A title and a file."""

    title = forms.CharField(label=gettext_lazy("Titre de la pièce"), max_length=120)
    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        help_text=gettext_lazy("PDF, PNG, JPEG, TXT ou CSV, 10 Mo au plus."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="piece", **kwargs)
        add_input_classes(self)
