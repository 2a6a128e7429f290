"""What is said of a version of a style when it is published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from interface.widgets import dress
from layers.models.catalogue import STYLE_NOTE_MAX


class StylePublicationForm(forms.Form):
    """A note, which the list of versions shows."""

    note = forms.CharField(
        label=_("Note de version"),
        max_length=STYLE_NOTE_MAX,
        required=False,
        help_text=_("Ce qui change, en une phrase, pour s’y retrouver dans les versions."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
