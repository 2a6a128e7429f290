"""Forms of a feature and of its records: their inputs come of the definition of the layer and of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from explorer.entry.form_fields import form_field, month_field
from interface.forms import add_input_classes
from layers.access import Scope
from layers.definitions import Field, Periodic, Relation
from layers.errors import InvalidFeature
from layers.services.features import writable_columns
from layers.services.records import is_offered, record_columns

# No published name holds a hyphen.
VERSION, CONFIRMED, NEXT = "row-version", "is-confirmed", "then-next"
_Inputs = dict[str, forms.Field]


class EntryForm(forms.Form):
    """Values to enter: ``inputs`` by published name, and the version of the row that they change."""

    def __init__(self, *args: Any, inputs: Mapping[str, forms.Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.names = tuple(inputs)
        self.fields.update(inputs)
        self.fields[VERSION] = forms.CharField(required=False, widget=forms.HiddenInput)
        add_input_classes(self)

    @property
    def values(self) -> dict[str, Any]:
        """The values, once they are valid."""
        return {name: self.cleaned_data[name] for name in self.names}

    @property
    def expected(self) -> frozenset[str]:
        """The version that the change starts from."""
        return frozenset({self.cleaned_data[VERSION]})

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody said that the values are right although they are far from the last ones."""
        return bool(self.data.get(CONFIRMED))

    def inputs(self) -> Iterable[forms.BoundField]:
        """Return the inputs that people fill."""
        return [self[name] for name in self.names]

    def ask_confirmation(self) -> None:
        """Offer a box to tick, for values that are plausible and unusual."""
        label = _("Ces valeurs sont justes : les enregistrer")
        self.fields[CONFIRMED] = forms.BooleanField(required=False, label=label)

    def refuse(self, error: InvalidFeature) -> None:
        """Tell why the service refused, beside the inputs that it names."""
        for name, reason in (error.faults or {"": error.detail}).items():
            self.add_error(name if name in self.names else None, reason)

    def start_again(self, version: str) -> None:
        """Let the next try change the row as it is now; what was typed stays."""
        data = self.data.copy()  # type: ignore[attr-defined]  # a request's data is a QueryDict
        data[VERSION] = version
        self.data = data


def record_inputs(scope: Scope, relation: Relation) -> _Inputs:
    """Return the inputs of a record."""
    by_name = {field.name: field for field in relation.fields}
    return _inputs(scope, by_name, record_columns(relation), relation.periodic)


def feature_inputs(scope: Scope) -> _Inputs:
    """Return the inputs of the feature's own fields: not its geometry, nor what refers to no layer."""
    columns = {name: column for name, column in writable_columns(scope).items() if is_offered(column)}
    return _inputs(scope, {field.name: field for field in scope.fields}, columns, None)


def structural_fields(scope: Scope) -> list[Field]:
    """Return the fields that say where a feature stands among others (its plan): they change in the administration."""
    columns = writable_columns(scope)
    return [f for f in scope.fields if f.name in columns and not is_offered(columns[f.name])]


def _inputs(
    scope: Scope,
    fields: Mapping[str, Field],
    columns: Mapping[str, models.Field[Any, Any]],
    periodic: Periodic | None,
) -> _Inputs:
    found: _Inputs = {}
    for name, column in columns.items():
        is_month = periodic is not None and name == periodic.field and isinstance(column, models.DateField)
        made = month_field(fields[name], column) if is_month else form_field(scope, fields[name], column)
        if made is not None:
            found[name] = made
    return found


def initial_values(columns: Mapping[str, models.Field[Any, Any]], row: Any) -> dict[str, Any]:
    """Return what the inputs of a row begin with."""
    return {name: getattr(row, column.attname) for name, column in columns.items()}
