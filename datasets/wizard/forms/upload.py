"""The first step: a file, and how to read it when the portal read it wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.readers.formats import OFFERED_SUFFIXES
from interface.widgets import dress

DELIMITERS = (
    ("", gettext_lazy("trouvé dans le fichier")),
    (";", gettext_lazy("point-virgule")),
    (",", gettext_lazy("virgule")),
    ("\t", gettext_lazy("tabulation")),
    ("|", gettext_lazy("barre verticale")),
)
ENCODINGS = (
    ("", gettext_lazy("trouvé dans le fichier")),
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows-1252"),
    ("iso-8859-15", "ISO-8859-15"),
    ("utf-16", "UTF-16"),
    ("mac-roman", "Mac Roman"),
)


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
        dress(self)


class ReadingForm(forms.Form):
    """How to read the file when the portal did not find it by itself: which part of it, which signs."""

    part = forms.ChoiceField(label=gettext_lazy("Feuille ou couche du fichier"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Séparateur (CSV)"), choices=DELIMITERS, required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Encodage (CSV)"), choices=ENCODINGS, required=False)

    def __init__(self, *args: Any, parts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part = self.fields["part"]
        assert isinstance(part, forms.ChoiceField)
        part.choices = [("", _("la première")), *((name, name) for name in parts)]
        if len(parts) < 2:
            del self.fields["part"]
        dress(self)
