"""The form of an e-mail address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EmailForm(forms.Form):
    """Another e-mail address."""

    email = forms.EmailField(
        label=_("Nouveau courriel"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "class": "input"}),
        help_text=_("Un lien y est envoyé ; l’adresse change quand vous l’ouvrez."),
    )
