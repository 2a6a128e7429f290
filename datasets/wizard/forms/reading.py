"""How to read a file when the portal did not find it by itself: which part, which signs, where the table is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.imports.proposal import Proposal
from datasets.readers.layout import Layout
from interface.forms import add_input_classes

MAX_TITLE_LINES = 10
DELIMITERS = (
    ("", gettext_lazy("comme trouvé")),
    (";", gettext_lazy("point-virgule")),
    (",", gettext_lazy("virgule")),
    ("\t", gettext_lazy("tabulation")),
    ("|", gettext_lazy("barre verticale")),
)
ENCODINGS = (
    ("", gettext_lazy("comme trouvé")),
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows-1252"),
    ("iso-8859-15", "ISO-8859-15"),
    ("utf-16", "UTF-16"),
    ("mac-roman", "Mac Roman"),
)
_OF_LAYOUT = ("title_lines", "header_rows", "unit_row", "total_rows")


def _number(text: str) -> int:
    return int(text)


def _yes(text: str) -> bool:
    return text == "yes"


class ReadingForm(forms.Form):
    """The choices that fit the file: its sheet or layer, the signs of a text, the lines around the table.

    What is left empty is as the portal finds it; the choice says what that is.
    """

    part = forms.ChoiceField(label=gettext_lazy("Feuille ou couche du fichier"), required=False)
    title_lines = forms.TypedChoiceField(
        label=gettext_lazy("Lignes au-dessus des titres"), coerce=_number, empty_value=None, required=False
    )
    header_rows = forms.TypedChoiceField(
        label=gettext_lazy("Lignes de titres"), coerce=_number, empty_value=None, required=False
    )
    unit_row = forms.TypedChoiceField(
        label=gettext_lazy("Ligne d’unités sous les titres"), coerce=_yes, empty_value=None, required=False
    )
    total_rows = forms.TypedChoiceField(
        label=gettext_lazy("Lignes de total à la fin"), coerce=_yes, empty_value=None, required=False
    )
    delimiter = forms.ChoiceField(label=gettext_lazy("Séparateur"), choices=DELIMITERS, required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Encodage"), choices=ENCODINGS, required=False)

    def __init__(self, *args: Any, understood: Proposal, **kwargs: Any) -> None:
        said: Mapping[str, Any] = kwargs.get("initial") or {}
        kwargs["initial"] = {name: _text_of(value) for name, value in said.items()}
        super().__init__(*args, **kwargs)
        self._choose(
            "part",
            [
                ("", understood.part or _("la première")),
                *((name, name) for name in understood.parts if name != understood.part),
            ],
        )
        for name, choices in _layout_choices(understood.layout, said).items():
            self._choose(name, choices)
        unfit = {"part"} if len(understood.parts) < 2 else set()
        unfit |= set() if understood.sample else set(_OF_LAYOUT)
        unfit |= set() if understood.is_text else {"delimiter", "encoding"}
        for name in unfit:
            del self.fields[name]
        add_input_classes(self)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _text_of(value: Any) -> str:
    """Return a choice kept as a plain value as the form writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _layout_choices(layout: Layout, said: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return the choices about the lines around the table, the first being what is found, unless something was said."""
    totals = len(layout.total_lines)
    found = {
        "title_lines": str(layout.title_lines),
        "header_rows": str(layout.header_rows),
        "unit_row": _("oui") if layout.unit_row else _("non"),
        "total_rows": str(totals) if totals else _("aucune"),
    }
    first = {
        name: _("comme trouvé") if said.get(name) is not None else _("comme trouvé : %s") % found[name]
        for name in _OF_LAYOUT
    }
    return {
        "title_lines": [
            ("", first["title_lines"]),
            *((str(number), str(number)) for number in range(MAX_TITLE_LINES + 1)),
        ],
        "header_rows": [
            ("", first["header_rows"]),
            ("0", _("aucune : tout est données")),
            ("1", "1"),
            ("2", "2"),
            ("3", "3"),
        ],
        "unit_row": [("", first["unit_row"]), ("yes", _("oui")), ("no", _("non : c’est une donnée"))],
        "total_rows": [
            ("", first["total_rows"]),
            ("yes", _("à laisser de côté")),
            ("no", _("à garder : ce sont des données")),
        ],
    }
