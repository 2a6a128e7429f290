"""The first step: a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from datasets.readers.formats import OFFERED_SUFFIXES
from interface.forms import add_input_classes


class UploadForm(forms.Form):
    """The file. Its name says nothing of what it holds: the reader looks at the content."""

    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(OFFERED_SUFFIXES)}),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide : il ne contient aucun octet."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)
