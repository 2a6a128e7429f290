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
from datasets.readers.source import Layout
from datasets.readers.suffixes import OFFERED_SUFFIXES
from datasets.vocabulary import ColumnType
from datasets.wizard.forms.columns import AMOUNTS, BaseColumnFormSet, ColumnForm, columns_formset, schema_of
from datasets.wizard.forms.geometry import GeometryForm, RolesForm
from interface.forms import FormError, add_input_classes, form_errors
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
    """The file, recognised by its content, whatever its name."""

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

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        initial: Mapping[str, Any] = kwargs.get("initial") or {}
        kwargs["initial"] = {name: _text_of(value) for name, value in initial.items()}
        super().__init__(*args, **kwargs)
        self._choose(
            "part",
            [
                ("", proposal.part or _("la première")),
                *((name, name) for name in proposal.parts if name != proposal.part),
            ],
        )
        for name, choices in _layout_choices(proposal.layout, initial).items():
            self._choose(name, choices)
        unfit = {"part"} if len(proposal.parts) < 2 else set()
        unfit |= set() if proposal.sample else set(_OF_LAYOUT)
        unfit |= set() if proposal.is_text else {"delimiter", "encoding"}
        for name in unfit:
            del self.fields[name]
        add_input_classes(self)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _text_of(value: Any) -> str:
    """Return a stored choice as the form writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _layout_choices(layout: Layout, initial: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return the choices about the lines around the table, the guess first, unless a choice was made."""
    totals = len(layout.total_lines)
    current = {
        "title_lines": str(layout.title_lines),
        "header_rows": str(layout.header_rows),
        "unit_row": _("oui") if layout.unit_row else _("non"),
        "total_rows": str(totals) if totals else _("aucune"),
    }
    first = {
        name: _("comme trouvé") if initial.get(name) is not None else _("comme trouvé : %s") % current[name]
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
    """All the forms of the page about one file. ``accepted`` are the person's previous choices, if any."""

    def __init__(
        self,
        proposal: Proposal,
        *,
        visitor: Visitor,
        is_new: bool,
        accepted: tuple[DatasetSchema, GeometryRecipe] | None = None,
        posted: Any = None,
    ) -> None:
        self.proposal = proposal
        schema, recipe = accepted or (proposal.proposal, proposal.recipe)
        # Roles are places among all the columns of the file, those that are not taken up too.
        roles = _with_roles(proposal.schema, schema)
        self.general: list[str] = []
        self.formset: BaseColumnFormSet = columns_formset(proposal.schema, posted, accepted=schema)
        if len(self.formset.forms) != len(proposal.schema.fields):
            # Cut off on its way, or sent from a page of another reading: the columns as they are, to begin again.
            self.general.append(_("Le formulaire ne porte pas toutes les colonnes du fichier : revoyez-les."))
            self.formset = columns_formset(proposal.schema, accepted=schema)
        self.geometry = GeometryForm(
            posted,
            titles=proposal.titles,
            schema=schema,
            recipe=recipe,
            offered=(proposal.new_geometry, proposal.recipe) if proposal.new_geometry else None,
            prefix="geometrie",
        )
        self.roles = RolesForm(posted, schema=roles, prefix="roles")
        self.identity = (
            IdentityForm(posted, initial={"title": proposal.title}, prefix="jeu", visitor=visitor)
            if is_new
            else None
        )

    @property
    def columns(self) -> list[ColumnRow]:
        """The columns in the order of the file."""
        return [
            ColumnRow(field.source, self.proposal.samples(field.source), form)
            for field, form in zip(self.proposal.schema.fields, self.formset.forms, strict=True)
        ]

    def _single_forms(self) -> list[forms.BaseForm]:
        single: list[forms.BaseForm | None] = [self.identity, self.roles, self.geometry]
        return [form for form in single if form is not None]

    def is_valid(self) -> bool:
        """Whether every form is valid; all are checked, so that every error is shown at once."""
        answers = [self.formset.is_valid(), *(form.is_valid() for form in self._single_forms())]
        return all(answers) and self._is_dated_by_a_date() and self._is_error_in_metres()

    def _is_dated_by_a_date(self) -> bool:
        """Refuse, at its field, a column of date that is no date in the table of columns."""
        index = self.roles.position("time_field")
        if index is None or self.formset.forms[index].cleaned_data["type"] in _DATES:
            return True
        self.roles.add_error("time_field", _("Cette colonne n’est pas de type date."))
        return False

    def _is_error_in_metres(self) -> bool:
        """Refuse, at its field, a column of errors of positions that is no number of metres."""
        index = self.roles.position("precision_field")
        if index is None:
            return True
        values = self.formset.forms[index].cleaned_data
        if ColumnType(values["type"]) in AMOUNTS and values["unit"] in {"", "m"}:
            return True
        self.roles.add_error("precision_field", _("Cette colonne n’est pas un nombre de mètres."))
        return False

    @property
    def schema(self) -> DatasetSchema:
        """The schema of valid forms."""
        return schema_of(
            self.proposal.schema,
            self.formset,
            geometry=self.geometry.kind,
            commune=self.roles.position("commune"),
            title=self.roles.position("title_field"),
            time=self.roles.position("time_field"),
            precision=self.roles.position("precision_field"),
        )

    @property
    def new_identity(self) -> Identity | None:
        """The identity of valid forms, for a new dataset."""
        if self.identity is None:
            return None
        return Identity(
            **{name: self.identity.cleaned_data[name] for name in ("title", "slug", "theme", "producer")}
        )

    def refuse(self, error: LayersError) -> None:
        """Show a refusal of the services at the field it is about, or above the page."""
        named = [form for form in self.formset.forms if form.cleaned_data.get("name") == error.parameter]
        if error.parameter == "slug" and self.identity is not None:
            self.identity.add_error("slug", error.detail)
        elif error.parameter and named:
            named[0].add_error("name", error.detail)
        else:
            self.general.append(error.detail)

    def faults(self) -> list[FormError]:
        """Return everything to correct, in the order of the page."""
        faults = [FormError(reason) for reason in self.general]
        faults += [FormError(str(reason)) for reason in self.formset.non_form_errors()]
        for form in self._single_forms():
            faults += form_errors(form)
        for column in self.columns:
            faults += form_errors(column.form, of=column.source)
        return faults


def _with_roles(guessed: DatasetSchema, accepted: DatasetSchema) -> DatasetSchema:
    """Return the guessed columns with the roles of the settled schema, found again by their title in the file."""
    names = {field.source: field.name for field in guessed.fields}

    def renamed(name: str) -> str:
        return names.get(accepted.by_name[name].source, "") if name else ""

    return DatasetSchema(
        fields=guessed.fields,
        geometry=accepted.geometry,
        key=tuple(filter(None, map(renamed, accepted.key))),
        commune=renamed(accepted.commune),
        title_field=renamed(accepted.title_field),
        time_field=renamed(accepted.time_field),
        precision_field=renamed(accepted.precision_field),
    )
