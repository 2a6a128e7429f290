"""The forms of an import: the file, how to read it when the portal's guess is wrong, then its columns as one form.

The second step is made of several: columns, roles, geometry, and the identity of a new dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.imports.proposal import Identity, Proposal
from datasets.publication.forms import IdentityForm
from datasets.readers.formats import OFFERED_SUFFIXES
from datasets.readers.source import Layout
from datasets.vocabulary import ColumnType
from datasets.wizard.forms.columns import BaseColumnFormSet, ColumnForm, columns_formset, schema_of
from datasets.wizard.forms.geometry import GeometryForm, RolesForm
from interface.form_errors import Fault, faults_of
from interface.widgets import dress
from layers.errors import LayersError
from layers.visitor import Visitor

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
_DATES = frozenset({ColumnType.DATE.value, ColumnType.DATETIME.value})


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
    """The choices that fit the file: its sheet or layer, the signs of a text, the lines around the table.

    What is left empty is as the portal finds it; the choice says what that is.
    """

    part = forms.ChoiceField(label=gettext_lazy("Feuille ou couche du fichier"), required=False)
    title_lines = forms.TypedChoiceField(
        label=gettext_lazy("Lignes au-dessus des titres"), coerce=int, empty_value=None, required=False
    )
    header_rows = forms.TypedChoiceField(
        label=gettext_lazy("Lignes de titres"), coerce=int, empty_value=None, required=False
    )
    unit_row = forms.TypedChoiceField(
        label=gettext_lazy("Ligne d’unités sous les titres"),
        coerce="yes".__eq__,
        empty_value=None,
        required=False,
    )
    total_rows = forms.TypedChoiceField(
        label=gettext_lazy("Lignes de total à la fin"), coerce="yes".__eq__, empty_value=None, required=False
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
        dress(self)

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


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column as the page shows it: title in the file, a few values, its form."""

    source: str
    samples: list[str]
    form: ColumnForm


class WizardForms:
    """All the forms of the page about one file. ``settled`` is what the person said last time, if they come back."""

    def __init__(
        self,
        understood: Proposal,
        *,
        visitor: Visitor,
        is_new: bool,
        settled: tuple[DatasetSchema, GeometryRecipe] | None = None,
        posted: Any = None,
    ) -> None:
        self.understood = understood
        schema, recipe = settled or (understood.proposal, understood.recipe)
        # Roles are places among all the columns of the file, those that are not taken up too.
        roles = _with_roles(understood.schema, schema)
        self.general: list[str] = []
        self.formset: BaseColumnFormSet = columns_formset(understood.schema, posted, settled=schema)
        if len(self.formset.forms) != len(understood.schema.fields):
            # Cut off on its way, or sent from a page of another reading: the columns as they are, to begin again.
            self.general.append(_("Le formulaire ne porte pas toutes les colonnes du fichier : revoyez-les."))
            self.formset = columns_formset(understood.schema, settled=schema)
        self.place = GeometryForm(
            posted, titles=understood.titles, schema=schema, recipe=recipe, prefix="geometrie"
        )
        self.roles = RolesForm(posted, schema=roles, prefix="roles")
        self.identity = (
            IdentityForm(posted, initial={"title": understood.title}, prefix="jeu", visitor=visitor)
            if is_new
            else None
        )

    @property
    def columns(self) -> list[ColumnRow]:
        """The columns in the order of the file."""
        return [
            ColumnRow(field.source, self.understood.samples(field.source), form)
            for field, form in zip(self.understood.schema.fields, self.formset.forms, strict=True)
        ]

    def _single_forms(self) -> list[forms.BaseForm]:
        found: list[forms.BaseForm | None] = [self.identity, self.roles, self.place]
        return [form for form in found if form is not None]

    def is_valid(self) -> bool:
        """Whether every form is, all of them asked so that every fault is told at once."""
        found = [self.formset.is_valid(), *(form.is_valid() for form in self._single_forms())]
        return all(found) and self._is_dated_by_a_date()

    def _is_dated_by_a_date(self) -> bool:
        """Refuse, beside its field, a column of date that is no date in the table of columns."""
        place = self.roles.place("time_field")
        if place is None or self.formset.forms[place].cleaned_data["type"] in _DATES:
            return True
        self.roles.add_error("time_field", _("Cette colonne n’est pas de type date."))
        return False

    @property
    def schema(self) -> DatasetSchema:
        """The schema of valid forms."""
        return schema_of(
            self.understood.schema,
            self.formset,
            geometry=self.place.kind,
            commune=self.roles.place("commune"),
            title=self.roles.place("title_field"),
            time=self.roles.place("time_field"),
        )

    @property
    def said_identity(self) -> Identity | None:
        """The identity of valid forms, for a new dataset."""
        if self.identity is None:
            return None
        return Identity(
            **{name: self.identity.cleaned_data[name] for name in ("title", "slug", "theme", "producer")}
        )

    def refuse(self, error: LayersError) -> None:
        """Put a refusal of the services beside the field it is about, or above the page."""
        named = [form for form in self.formset.forms if form.cleaned_data.get("name") == error.parameter]
        if error.parameter == "slug" and self.identity is not None:
            self.identity.add_error("slug", error.detail)
        elif error.parameter and named:
            named[0].add_error("name", error.detail)
        else:
            self.general.append(error.detail)

    def faults(self) -> list[Fault]:
        """Return everything to correct, in the order of the page."""
        found = [Fault(reason) for reason in self.general]
        found += [Fault(str(reason)) for reason in self.formset.non_form_errors()]
        for form in self._single_forms():
            found += faults_of(form)
        for column in self.columns:
            found += faults_of(column.form, of=column.source)
        return found


def _with_roles(guessed: DatasetSchema, settled: DatasetSchema) -> DatasetSchema:
    """Return the guessed columns with the roles of the settled schema, found again by their title in the file."""
    names = {field.source: field.name for field in guessed.fields}

    def again(name: str) -> str:
        return names.get(settled.by_name[name].source, "") if name else ""

    return DatasetSchema(
        fields=guessed.fields,
        geometry=settled.geometry,
        key=tuple(filter(None, map(again, settled.key))),
        commune=again(settled.commune),
        title_field=again(settled.title_field),
        time_field=again(settled.time_field),
    )
