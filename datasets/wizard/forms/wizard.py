"""The second step as one form made of several: columns, roles, geometry, and the identity of a new dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.imports.proposal import Identity, Proposal
from datasets.publication.forms import IdentityForm
from datasets.vocabulary import ColumnType
from datasets.wizard.forms.columns import BaseColumnFormSet, ColumnForm, columns_formset, schema_of
from datasets.wizard.forms.geometry import GeometryForm, RolesForm
from interface.forms import FormError, form_errors
from layers.errors import LayersError
from layers.visitor import Visitor

_DATES = frozenset({ColumnType.DATE.value, ColumnType.DATETIME.value})


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

    def faults(self) -> list[FormError]:
        """Return everything to correct, in the order of the page."""
        found = [FormError(reason) for reason in self.general]
        found += [FormError(str(reason)) for reason in self.formset.non_form_errors()]
        for form in self._single_forms():
            found += form_errors(form)
        for column in self.columns:
            found += form_errors(column.form, of=column.source)
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
