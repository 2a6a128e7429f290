"""The table of a layer’s entries: columns and cells, the same in files written and read."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from explorer.editing.forms import feature_inputs, fixed_fields, record_inputs
from explorer.editing.queries import last_periods, next_period
from export_formats.columns import heading
from export_formats.csv import safe_cell
from interface.wording import field_value
from layers import access
from layers.access import Scope
from layers.definitions import ID, Field, Relation
from layers.errors import InvalidFile
from layers.lazy import lazy_module
from layers.parsing.spreadsheet_texts import plain_text
from layers.queries import related_rows
from layers.services.features import is_written, writable_columns
from layers.services.records import record_columns
from layers.services.returned_values import emptied

if TYPE_CHECKING:
    import xlsxwriter.utility
else:
    xlsxwriter = lazy_module("xlsxwriter", "utility")

RECORD_ID = "record-id"
# Values of a list that a refusal names.
MAX_LISTED = 12
_TRUE, _FALSE = (
    frozenset({"oui", "vrai", "true", "1", "o", "x"}),
    frozenset({"non", "faux", "false", "0", "n", ""}),
)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DELIMITER = ";"
SPARE_LINES = 500  # lines below those of the file where values are offered too
LARGEST_INTEGER = 1e15  # beyond, a number is written with its power of ten
Rows = Iterator[list[Any]]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the file: ``name`` is empty for one that is informative and not read."""

    name: str
    heading: str
    field: Field


@dataclass(frozen=True, slots=True)
class EditableTable:
    """The file of a layer: the key of the feature, the identity of a record, and the values.

    ``identity`` are the fields that identify a record of a feature; without any, the file has record numbers.
    """

    scope: Scope
    relation: Relation | None
    keys: tuple[Field, ...]
    identity: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    inputs: Mapping[str, forms.Field]
    stored: Mapping[str, models.Field[Any, Any]]

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of values, by name."""
        owner = self.relation.fields if self.relation else self.scope.fields
        return {field.name: field for field in owner if field.name in self.inputs}

    @property
    def is_of_new_features(self) -> bool:
        """Whether a line with an unknown key creates a feature: no geometry, and every required column in the file."""
        if self.relation is not None or self.scope.definition.geometry.is_located or not self.scope.can_add:
            return False
        values = {*self.inputs, *(key.name for key in self.keys)}
        columns = {column.attname for name, column in self.stored.items() if name in values}
        needed = (
            c for c in self.scope.definition.model._meta.concrete_fields if is_written(c) and not c.blank
        )
        return all(key.name in self.stored for key in self.keys) and all(
            column.attname in columns or column.has_default() for column in needed
        )


def entry_table(scope: Scope, relation: Relation | None) -> EditableTable:
    """Return the table of the records of a relation, or of the features' own fields."""
    keys = _keys(scope)
    if relation is None:
        inputs, stored = feature_inputs(scope), writable_columns(scope)
        identity: tuple[str, ...] = ()
    else:
        inputs, stored = record_inputs(scope, relation), record_columns(relation)
        identity = _identity(relation, stored)
    inputs = {
        name: result for name, result in inputs.items() if relation or name not in {k.name for k in keys}
    }
    columns = tuple(_columns(scope, relation, keys, identity, inputs))
    return EditableTable(scope, relation, keys, identity, columns, inputs, stored)


def _columns(
    scope: Scope,
    relation: Relation | None,
    keys: tuple[Field, ...],
    identity: tuple[str, ...],
    inputs: Mapping[str, forms.Field],
) -> Iterable[TableColumn]:
    text = _("%(kind)s : %(title)s")
    kind = str(scope.definition.singular)

    def key_heading(field: Field) -> str:
        title = capfirst(str(field.title))
        return text % {"kind": kind, "title": field.title} if relation else title

    yield from (TableColumn(f"key-{field.name}", key_heading(field), field) for field in keys)
    title = scope.filterable.get(scope.definition.title_field)
    if relation and title is not None and title not in keys:
        yield TableColumn("", key_heading(title), title)
    if relation and not identity:
        yield TableColumn(RECORD_ID, _("Numéro de la ligne (vide : à ajouter)"), ID)
    owner = relation.fields if relation else scope.fields
    for field in owner:
        if field.name in inputs:
            yield TableColumn(field.name, heading(str(field.title), field.unit), field)


def _keys(scope: Scope) -> tuple[Field, ...]:
    """Return the readable fields that identify a feature: a unique one, several that are, or the id."""
    by_source = {field.source: field for field in scope.fields if field.computed is None}
    options = scope.definition.model._meta
    for column in options.concrete_fields:
        if column.unique and not column.primary_key and column.attname in by_source:
            return (by_source[column.attname],)
    for rule in options.constraints:
        if isinstance(rule, models.UniqueConstraint) and rule.fields and rule.condition is None:
            names = [_attname(scope.definition.model, name) for name in rule.fields]
            if all(name in by_source for name in names):
                return tuple(by_source[name] for name in names)
    return (ID,)


def _identity(relation: Relation, stored: Mapping[str, models.Field[Any, Any]]) -> tuple[str, ...]:
    """Return the fields that a constraint of the table makes unique in a feature; none without one."""
    by_column = {column.name: name for name, column in stored.items()}
    for rule in relation.model._meta.constraints:
        if (
            isinstance(rule, models.UniqueConstraint)
            and rule.condition is None
            and relation.link in rule.fields
        ):
            other_fields = [name for name in rule.fields if name != relation.link]
            if other_fields and all(name in by_column for name in other_fields):
                return tuple(by_column[name] for name in other_fields)
    return ()


def _attname(model: type[models.Model], name: str) -> str:
    column = model._meta.get_field(name)
    assert isinstance(column, models.Field)
    return column.attname


def key_of(table: EditableTable, row: Any) -> tuple[str, ...]:
    """Return the key of a feature as texts."""
    return tuple(_key_text(field_value(field, row)) for field in table.keys)


def _key_text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def editable_features(table: EditableTable) -> dict[tuple[str, ...], Any]:
    """Return the features that the visitor edits, by key."""
    return {key_of(table, row): row for row in access.editable(table.scope).order_by("pk")}


def read_titles(table: EditableTable, titles: list[str]) -> list[str | None]:
    """Return the name of each column of a file, by its heading with or without its unit; None for what is not read.

    Raises:
        InvalidFile: a column that the table does not have, one given twice, or no key.
    """
    names_by_title: dict[str, str | None] = {
        _folded(str(text.title)): name for name, text in table.fields.items()
    }
    names_by_title |= {_folded(column.heading): column.name or None for column in table.columns}
    names_by_title |= {
        _folded(column.name.removeprefix("key-")): column.name for column in table.columns if column.name
    }
    if not any(_folded(title) in names_by_title for title in titles):
        raise InvalidFile(
            _("Ce fichier n’est pas de cette saisie : sa première ligne est « %s ». Partez du modèle.")
            % " ; ".join(filter(None, titles))[:80],
            parameter="upload",
        )
    names: list[str | None] = []
    fixed = _fixed_titles(table)
    for title in titles:
        if title and _folded(title) in fixed and _folded(title) not in names_by_title:
            raise InvalidFile(
                _("Vos droits ne permettent pas d’écrire la colonne « %s ».") % title[:60], parameter="upload"
            )
        if title and _folded(title) not in names_by_title:
            raise InvalidFile(
                _("La colonne « %s » n’est pas de cette saisie.") % title[:60], parameter="upload"
            )
        names.append(names_by_title.get(_folded(title)))
    values = [name for name in names if name]
    twice = next(
        (title for title, name in zip(titles, names, strict=True) if values.count(name or "") > 1), ""
    )
    if twice:
        raise InvalidFile(_("La colonne « %s » est donnée deux fois.") % twice[:60], parameter="upload")
    missing = [
        column.heading
        for column in table.columns
        if column.name.startswith("key-") and column.name not in values
    ]
    if missing:
        raise InvalidFile(_("Il manque la colonne « %s ».") % missing[0], parameter="upload")
    return names


def _fixed_titles(table: EditableTable) -> set[str]:
    """Return the titles and names of the fields of features that grants do not let the visitor write."""
    if table.relation is not None:
        return set()
    fields = [field for field in fixed_fields(table.scope) if field not in table.keys]
    texts = {text for field in fields for text in (field.name, str(field.title))}
    return {_folded(text) for text in texts} | {
        _folded(heading(str(field.title), field.unit)) for field in fields
    }


def read_value(table: EditableTable, name: str, text: str) -> Any:
    """Return the value of a cell, as the form of the record reads it: a label stands for its code.

    Raises:
        ValidationError: it is none.
    """
    field = table.inputs[name]
    typed: Any = text
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        if _folded(text) not in _TRUE | _FALSE:
            raise ValidationError(_("Écrivez oui ou non."))
        typed = _folded(text) in _TRUE
    elif isinstance(field, forms.ChoiceField):
        typed = {_folded(label): code for code, label in _labels(field).items()}.get(_folded(text), text)
    elif isinstance(field.widget, forms.Textarea) and table.fields[name].type.value == "array":
        typed = text.replace(";", "\n")
    try:
        value = field.clean(typed)
    except ValidationError:
        if labels := choice_labels(table, name):
            raise ValidationError(_refusal(labels)) from None
        raise
    return emptied(table.stored[name]) if value is None else table.stored[name].to_python(value)


def _choices(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    listed: Any = field.choices  # the stubs allow a function, which a field has called by then
    return [
        (code, label)
        for code, label in listed
        if code not in ("", None) and not isinstance(label, list | tuple)
    ]


def _labels(field: forms.ChoiceField) -> dict[str, str]:
    """Return the labels of codes; not those that several codes share, which would be read as another code."""
    texts = [(str(code), str(label)) for code, label in _choices(field)]
    counts = Counter(_folded(label) for _code, label in texts)
    return {code: label for code, label in texts if counts[_folded(label)] == 1}


def choice_labels(table: EditableTable, name: str) -> list[str]:
    """Return what a column takes, as its file writes it: labels; none where any text may be written."""
    field = table.inputs.get(name)
    if not isinstance(field, forms.ChoiceField):
        return []
    labels = _labels(field)
    return [labels.get(str(code), str(code)) for code, _label in _choices(field)]


def _refusal(labels: list[str]) -> str:
    text = ", ".join(labels[:MAX_LISTED])
    more = len(labels) - MAX_LISTED
    if more > 0:
        text = _("%(labels)s… (%(more)d autres)") % {"labels": text, "more": more}
    return _("écrivez l’une de ces valeurs, ou son code : %s.") % text


def label_of(table: EditableTable, name: str, value: Any) -> str:
    """Return the label of a code, or the value as a text: what ``read_value`` reads back."""
    field = table.inputs.get(name)
    return _labels(field).get(str(value), str(value)) if isinstance(field, forms.ChoiceField) else str(value)


def _folded(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()).casefold()


def write_file(table: EditableTable, suffix: str, *, is_template: bool, today: dt.date) -> bytes:
    """Return the file: every record of the features that the visitor edits, or one line to fill for each of them."""
    rows = list(_template(table, today) if is_template else _rows(table))
    headings = [column.heading for column in table.columns]
    return _csv(headings, rows) if suffix == "csv" else _workbook(table, headings, rows)


def _rows(table: EditableTable) -> Rows:
    features = {row.pk: row for row in editable_features(table).values()}
    relation = table.relation
    if relation is None:
        yield from (_line(table, row, row) for row in features.values())
        return
    records = related_rows(table.scope, relation, features)
    attname = next(c.attname for c in relation.model._meta.concrete_fields if c.name == relation.link)
    for record in records.order_by(attname, *relation.order_by):
        yield _line(table, features[getattr(record, attname)], record)


def _template(table: EditableTable, today: dt.date) -> Rows:
    relation = table.relation
    features = list(editable_features(table).values())
    last = last_periods(table.scope, relation, [feature.pk for feature in features]) if relation else {}
    for feature in features:
        line = _line(table, feature, feature if relation is None else None)
        if relation is not None and relation.periodic is not None:
            index = [column.name for column in table.columns].index(relation.periodic.field)
            line[index] = next_period(relation, feature, last.get(feature.pk), today)
        yield line


def _line(table: EditableTable, feature: Any, record: Any) -> list[Any]:
    return [_cell(table, column.name, column.field, feature, record) for column in table.columns]


def _cell(table: EditableTable, name: str, field: Any, feature: Any, record: Any) -> Any:
    if name == "" or name.startswith("key-"):
        return field_value(field, feature)
    if record is None:
        return None
    if name == RECORD_ID:
        return record.pk
    value = getattr(record, table.stored[name].attname)
    if value in (None, "") or (
        isinstance(value, bool | int | float | Decimal | dt.date) and not field.choices
    ):
        return value
    return "; ".join(map(str, value)) if isinstance(value, list) else label_of(table, name, value)


def _csv(headings: list[str], rows: Iterable[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=_DELIMITER, lineterminator="\r\n")
    writer.writerow([safe_cell(title, _DELIMITER) for title in headings])
    writer.writerows([_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    """Write a value as a French Excel reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float | Decimal):
        amount = float(value)
        written = str(int(amount)) if amount.is_integer() and abs(amount) < LARGEST_INTEGER else str(value)
        return written.replace(".", ",")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return safe_cell(value, _DELIMITER) if isinstance(value, str) else str(value)


def _workbook(table: EditableTable, headings: list[str], rows: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    with closing(xlsxwriter.Workbook(content, _OPTIONS)) as book:
        sheet = book.add_worksheet()
        bold, day = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"num_format": "dd/mm/yyyy"}),
        )
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, 20)
        for index, title in enumerate(headings):
            sheet.write_string(0, index, title, bold)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                _put(sheet, number, index, value, day)
        _offer_choices(book, sheet, table, last=len(rows) + SPARE_LINES)
    return content.getvalue()


def _offer_choices(book: Any, sheet: Any, table: EditableTable, *, last: int) -> None:
    """Give each column of a code list its labels to choose from; they are in a sheet of their own, any number of them.

    Nothing else is forbidden there: the import reads codes too.
    """
    listed = [
        (index, column.heading, labels)
        for index, column in enumerate(table.columns)
        if (labels := choice_labels(table, column.name))
    ]
    if not listed:
        return
    values = book.add_worksheet(_("Valeurs"))
    for at, (index, title, labels) in enumerate(listed):
        values.write_string(0, at, title)
        values.write_column(1, at, labels)
        letter = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
        source = f"='{values.get_name()}'!{letter}$2:{letter}${len(labels) + 1}"
        sheet.data_validation(
            1, index, last, index, {"validate": "list", "source": source, "show_error": False}
        )


def _put(sheet: Any, line: int, index: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        sheet.write_datetime(line, index, dt.datetime.combine(value, dt.time()), day)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, index, value)
    else:
        sheet.write_string(line, index, _text_cell(value) if isinstance(value, str) else _text(value))


def _text_cell(text: str) -> str:
    """Return a text as a workbook holds it, which runs none: the text itself, where the import reads it back."""
    return text if plain_text(text) == text else safe_cell(text, _DELIMITER)
