"""Forms of features and records: an input for each column. What a French keyboard types is read, nothing is guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes, typed_number
from layers.access import Scope
from layers.definitions import Field, Periodic, Relation
from layers.errors import InvalidFeature
from layers.services.features import stored_columns, writable_columns
from layers.services.records import is_offered, record_columns, referable, reference_title

MAX_CHOICES = 500
_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-0?1)?|(?P<month2>\d{1,2})/(?P<year2>\d{4})")
_Maker = Callable[..., forms.Field | None]
# No published name holds a hyphen.
VERSION, CONFIRMED, NEXT = "row-version", "is-confirmed", "then-next"
_Inputs = dict[str, forms.Field]


class LocalIntegerField(forms.IntegerField):
    """A whole number: « 5 520 » is read."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read the digits."""
        return super().to_python(typed_number(value))


class AmountField(forms.FloatField):
    """A number: « 5 520,5 » is read, and written so."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read the number."""
        return super().to_python(typed_number(value))

    def prepare_value(self, value: Any) -> Any:
        """Write a stored number as people type it; what was typed stays as it is."""
        return value if value is None or isinstance(value, str) else number_format(value, use_l10n=True)


class DecimalAmountField(forms.DecimalField):
    """The same, exact."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read the number."""
        return super().to_python(typed_number(value))

    def prepare_value(self, value: Any) -> Any:
        """Write a stored number as people type it."""
        return value if value is None or isinstance(value, str) else number_format(value, use_l10n=True)


class MonthField(forms.DateField):
    """A month, stored as its first day; « 2026-10 » and « 10/2026 » are read."""

    widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
    default_error_messages = {"invalid": gettext_lazy("Écrivez le mois comme 10/2026.")}

    def to_python(self, value: Any) -> dt.date | None:
        """Read the month."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        match = _MONTH.fullmatch(value.strip())
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return dt.date(int(match["year"] or match["year2"]), int(match["month"] or match["month2"]), 1)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        """Read the lines that hold something."""
        text = super().to_python(value) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Write a stored list a line each."""
        return "\n".join(value) if isinstance(value, list) else value


def _date(column: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return _made(column, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)


def _instant(column: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"]
    return _made(column, widget=widget, input_formats=formats, **options)


def _lines(column: models.Field[Any, Any], **options: Any) -> forms.Field:
    text = " ".join(part for part in (str(options.pop("help_text", "")), _("Un par ligne.")) if part)
    return LinesField(required=not column.blank, help_text=text, **options)


def _short_text() -> forms.Textarea:
    """Return the box of a text of some lines, which people make taller where they need to."""
    return forms.Textarea(attrs={"rows": 4})


def _made(column: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    made: Callable[..., forms.Field | None] = column.formfield
    return made(**options)


# The first kind that a column is, in this order.
_MAKERS: tuple[tuple[type[models.Field[Any, Any]], _Maker], ...] = (
    (ArrayField, _lines),
    (models.DateTimeField, _instant),
    (models.DateField, _date),
    (models.TextField, lambda column, **options: _made(column, widget=_short_text(), **options)),
    (models.IntegerField, lambda column, **options: _made(column, form_class=LocalIntegerField, **options)),
    (models.FloatField, lambda column, **options: _made(column, form_class=AmountField, **options)),
    (models.DecimalField, lambda column, **options: _made(column, form_class=DecimalAmountField, **options)),
    (models.URLField, lambda column, **options: _made(column, assume_scheme="https", **options)),
)


def form_field(scope: Scope, field: Field, column: models.Field[Any, Any]) -> forms.Field | None:
    """Return the input of a column published as ``field``; None where the model offers none."""
    options: dict[str, Any] = {"label": capfirst(str(field.title)), "help_text": column.help_text}
    if column.related_model is not None:
        return _reference(scope, column, options)
    if column.choices:
        return _made(column, **options)
    maker = next((maker for kind, maker in _MAKERS if isinstance(column, kind)), _made)
    return maker(column, **options)


def month_field(field: Field, column: models.Field[Any, Any]) -> MonthField:
    """Return the input of a month for a column of first days, without the column's help text."""
    return MonthField(label=capfirst(str(field.title)), required=not column.blank)


def _reference(scope: Scope, column: Any, options: dict[str, Any]) -> forms.Field:
    """Return the list of what may be named, by name; a text where they are too many to choose from."""
    target, rows = column.target_field, referable(scope, column)
    title = reference_title(scope, column)
    result = list(rows.values_list(target.attname, title).order_by(title)[: MAX_CHOICES + 1])
    required = not column.blank
    if len(result) > MAX_CHOICES:
        return forms.CharField(required=required, empty_value=None, **options)
    choices = [("", "—"), *result]
    return forms.TypedChoiceField(
        choices=choices, coerce=target.to_python, empty_value=None, required=required, **options
    )


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
        """Whether unusual values were confirmed."""
        return bool(self.data.get(CONFIRMED))

    def inputs(self) -> Iterable[forms.BoundField]:
        """Return the inputs that people fill."""
        return [self[name] for name in self.names]

    def ask_confirmation(self) -> None:
        """Offer a box to tick, for values that are plausible and unusual."""
        label = gettext_lazy("Ces valeurs sont justes : les enregistrer")
        self.fields[CONFIRMED] = forms.BooleanField(required=False, label=label)

    def refuse(self, error: InvalidFeature) -> None:
        """Show why the service refused, beside the inputs that it names."""
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


def feature_inputs(scope: Scope, pk: int | None = None) -> _Inputs:
    """Return the inputs of a feature's own fields: not its geometry, nor what refers to no layer; else of some feature.

    Fields that grants do not let write there have none.
    """
    columns = {name: column for name, column in writable_columns(scope, pk).items() if is_offered(column)}
    return _inputs(scope, {field.name: field for field in scope.fields}, columns, None)


def fixed_fields(scope: Scope, pk: int | None = None) -> list[Field]:
    """Return the fields that people enter, but for this visitor: their grants do not let them, on a feature or any."""
    if not scope.limits_fields:
        return []
    columns, writable = stored_columns(scope), writable_columns(scope, pk)
    return [
        f for f in scope.fields if f.name in columns.keys() - writable.keys() and is_offered(columns[f.name])
    ]


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
    inputs: _Inputs = {}
    for name, column in columns.items():
        is_month = periodic is not None and name == periodic.field and isinstance(column, models.DateField)
        made = month_field(fields[name], column) if is_month else form_field(scope, fields[name], column)
        if made is not None:
            inputs[name] = made
    return inputs


def initial_values(columns: Mapping[str, models.Field[Any, Any]], row: Any) -> dict[str, Any]:
    """Return what the inputs of a row begin with."""
    return {name: getattr(row, column.attname) for name, column in columns.items()}
