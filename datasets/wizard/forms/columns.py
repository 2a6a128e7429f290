"""The columns of a file as a form: one row a column, read back as the fields of a schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.definitions import DatasetSchema, SchemaField, linked_fields
from datasets.inference.values import accepts, canonical
from datasets.readers.source import MAX_COLUMNS
from datasets.vocabulary import ColumnType, GeometryKind
from interface import additivity
from interface.forms import add_input_classes
from layers.definitions import Field, FieldType

PREFIX = "colonnes"
_NAME = re.compile(r"[^\W\d]\w{0,62}")
AMOUNTS = {ColumnType.INTEGER: FieldType.INTEGER, ColumnType.NUMBER: FieldType.NUMBER}
_BOUNDED = {ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.DATE, ColumnType.DATETIME}


class ColumnForm(forms.Form):
    """What the portal makes of one column. The column's place and title in the file are not the person's to change."""

    is_included = forms.BooleanField(label=gettext_lazy("Reprendre"), required=False)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=63)
    title = forms.CharField(label=gettext_lazy("Intitulé"), max_length=120, required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=ColumnType.choices)
    unit = forms.CharField(label=gettext_lazy("Unité"), max_length=20, required=False)
    is_key = forms.BooleanField(label=gettext_lazy("Clé"), required=False)
    is_required = forms.BooleanField(label=gettext_lazy("Obligatoire"), required=False)
    is_unique = forms.BooleanField(label=gettext_lazy("Unique"), required=False)
    is_facet = forms.BooleanField(label=gettext_lazy("Filtre"), required=False)
    is_protected = forms.BooleanField(label=gettext_lazy("Protégé"), required=False)
    is_additive = forms.BooleanField(
        label=gettext_lazy("S’additionne : les totaux de cette colonne ont un sens"), required=False
    )
    weight = forms.CharField(
        label=gettext_lazy("Moyenne pondérée par"),
        help_text=gettext_lazy(
            "Le nom d’une colonne de nombres : les places d’un taux d’occupation, les tonnes d’une part valorisée."
        ),
        max_length=63,
        required=False,
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=1_000, required=False)
    synonyms = forms.CharField(
        label=gettext_lazy("Aussi appelé"),
        help_text=gettext_lazy(
            "D’autres mots, séparés par des virgules, pour la recherche et les questions."
        ),
        max_length=600,
        required=False,
    )
    enum = forms.CharField(
        label=gettext_lazy("Valeurs admises"),
        help_text=gettext_lazy("Une par ligne ; vide : toutes."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    pattern = forms.CharField(
        label=gettext_lazy("Motif"),
        help_text=gettext_lazy("Expression régulière que toute la valeur respecte."),
        max_length=500,
        required=False,
    )
    minimum = forms.CharField(label=gettext_lazy("Minimum"), max_length=40, required=False)
    maximum = forms.CharField(label=gettext_lazy("Maximum"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)

    @property
    def is_amount(self) -> bool:
        """Whether the column was found to hold numbers, of which totals are offered."""
        return self.initial.get("type") in AMOUNTS

    def clean_name(self) -> str:
        """Accept letters of any language, digits and ``_``, not beginning with a digit."""
        name = str(self.cleaned_data["name"])
        if not _NAME.fullmatch(name) or "__" in name:
            raise forms.ValidationError(
                _("Lettres, chiffres et « _ » seulement, sans commencer par un chiffre.")
            )
        return name

    def clean_pattern(self) -> str:
        """Refuse what is not a regular expression."""
        pattern = str(self.cleaned_data["pattern"])
        try:
            re.compile(pattern)
        except re.error as error:
            raise forms.ValidationError(_("Expression régulière incorrecte.")) from error
        return pattern

    def clean(self) -> dict[str, Any]:
        """Read the bounds as values of the column's type."""
        cleaned = dict(super().clean() or self.cleaned_data)
        for name in ("minimum", "maximum"):
            cleaned[name] = self._bound(name, str(cleaned.get(name, "")).strip())
        return cleaned

    def _bound(self, name: str, text: str) -> float | str | None:
        if not text or "type" not in self.cleaned_data:
            return None
        kind = ColumnType(self.cleaned_data["type"])
        if kind not in _BOUNDED:
            self.add_error(name, _("Les bornes valent pour les nombres et les dates."))
        elif not accepts(kind, text):
            self.add_error(name, _("Cette borne n’est pas du type de la colonne."))
        else:
            is_number = kind in {ColumnType.INTEGER, ColumnType.NUMBER}
            return float(canonical(kind, text)) if is_number else canonical(kind, text)
        return None

    def field(self, guessed: SchemaField) -> SchemaField:
        """Return the guessed field as the person corrected it."""
        values = self.cleaned_data
        field = replace(
            guessed,
            name=values["name"],
            title=values["title"],
            type=ColumnType(values["type"]),
            unit=values["unit"],
            description=values["description"],
            synonyms=tuple(
                dict.fromkeys(filter(None, (word.strip() for word in values["synonyms"].split(","))))
            ),
            pattern=values["pattern"],
            minimum=values["minimum"],
            maximum=values["maximum"],
            is_required=values["is_required"],
            is_unique=values["is_unique"],
            is_facet=values["is_facet"],
            is_protected=values["is_protected"],
            weight=values["weight"].strip(),
        )
        codes = dict.fromkeys(line.strip() for line in values["enum"].splitlines() if line.strip())
        return replace(field.with_enum(codes), is_additive=self._additive(field))

    def _additive(self, field: SchemaField) -> bool | None:
        """Return the choice of the box about sums, None for the default: an untouched box chooses nothing."""
        is_additive = bool(self.cleaned_data["is_additive"])
        if field.type not in AMOUNTS:
            return None
        if is_additive == self.initial.get("is_additive", False):
            return cast(bool | None, self.initial.get("said_additive"))
        return (
            None
            if is_additive == additivity.is_additive(_published(replace(field, is_additive=None)))
            else is_additive
        )


class BaseColumnFormSet(forms.BaseFormSet[ColumnForm]):
    """All the columns: names once, and at least one column chosen."""

    def clean(self) -> None:
        """Refuse two columns of one name, at the second, and a dataset without any column."""
        names: set[str] = set()
        chosen_forms = [form for form in self.forms if form.cleaned_data.get("is_included")]
        if not chosen_forms and not any(self.errors):
            raise forms.ValidationError(_("Reprenez au moins une colonne."))
        for form in chosen_forms:
            name = form.cleaned_data.get("name", "")
            if name and name.lower() in names:
                form.add_error("name", _("Une autre colonne porte ce nom."))
            names.add(name.lower())
        self._check_weights(chosen_forms)

    def _check_weights(self, chosen_forms: Sequence[ColumnForm]) -> None:
        """Refuse a weight that is not another column of numbers, or of a column that is none."""
        numbers = {
            form.cleaned_data.get("name", "")
            for form in chosen_forms
            if form.cleaned_data.get("type") in AMOUNTS
        }
        for form in chosen_forms:
            weight, name = form.cleaned_data.get("weight", "").strip(), form.cleaned_data.get("name", "")
            if weight and (weight not in numbers - {name} or name not in numbers):
                form.add_error(
                    "weight", _("« %s » n’est pas le nom d’une autre colonne de nombres.") % weight
                )


ColumnFormSet = forms.formset_factory(
    ColumnForm, formset=BaseColumnFormSet, extra=0, max_num=MAX_COLUMNS, absolute_max=MAX_COLUMNS
)


def columns_formset(
    guessed: DatasetSchema, posted: Any = None, *, accepted: DatasetSchema | None = None
) -> BaseColumnFormSet:
    """Return the form of the columns of a guessed schema, in their order, as a settled one left them."""
    schema = accepted or guessed
    by_source = {field.source: field for field in schema.fields}
    initial = [
        _initial(by_source.get(field.source, field), schema) | {"is_included": field.source in by_source}
        for field in guessed.fields
    ]
    return cast(BaseColumnFormSet, ColumnFormSet(posted, initial=initial, prefix=PREFIX))


def _initial(field: SchemaField, schema: DatasetSchema) -> dict[str, Any]:
    names = ("name", "title", "unit", "description", "pattern", "minimum", "maximum", "weight")
    flags = ("is_required", "is_unique", "is_facet", "is_protected")
    return {name: getattr(field, name) for name in (*names, *flags)} | {
        "type": field.type.value,
        "is_key": field.name in schema.key,
        "enum": "\n".join(field.enum),
        "synonyms": ", ".join(field.synonyms),
        "is_additive": additivity.is_additive(_published(field)),
        "said_additive": field.is_additive,
    }


def _published(field: SchemaField) -> Field:
    """Return what the rule of sums reads of a column."""
    kind = AMOUNTS.get(field.type, FieldType.TEXT)
    return Field(field.name, kind, field.title, unit=field.unit, is_additive=field.is_additive)


def schema_of(
    guessed: DatasetSchema,
    formset: BaseColumnFormSet,
    *,
    geometry: GeometryKind,
    commune: int | None,
    title: int | None,
    time: int | None,
    precision: int | None = None,
) -> DatasetSchema:
    """Return the schema that the valid forms describe; ``commune``, ``title``, ``time`` and ``precision`` are places
    of columns.

    A role of a column that is not chosen is dropped.
    """
    chosen_forms = [
        (index, form) for index, form in enumerate(formset.forms) if form.cleaned_data["is_included"]
    ]
    fields = {index: form.field(guessed.fields[index]) for index, form in chosen_forms}
    renamed = {guessed.fields[index].name: field.name for index, field in fields.items()}
    parent = guessed.parent if guessed.parent and guessed.parent.field in renamed else None
    schema = DatasetSchema(
        fields=linked_fields(fields.values(), renamed),
        parent=replace(parent, field=renamed[parent.field]) if parent else None,
        geometry=geometry,
        key=tuple(fields[index].name for index, form in chosen_forms if form.cleaned_data["is_key"]),
        commune=_name_at(fields, commune),
        title_field=_name_at(fields, title),
        precision_field=_name_at(fields, precision),
        published_schema=guessed.published_schema,
    )
    # Naming the date that would be taken anyway is no choice: the schema stays what it was.
    named = _name_at(fields, time)
    return schema if named == schema.dated_by() else replace(schema, time_field=named)


def _name_at(fields: dict[int, SchemaField], index: int | None) -> str:
    return fields[index].name if index is not None and index in fields else ""


def choices_of(fields: Sequence[SchemaField]) -> list[tuple[str, str]]:
    """Return the columns as choices of a list: their place in the schema, their title in the file."""
    return [(str(index), field.source or field.name) for index, field in enumerate(fields)]
