"""The dictionary of fields that goes with a file: what each column is, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.definitions import FieldType
from layers.formats.exports.columns import ExportColumn


def headings() -> tuple[str, ...]:
    """Return the headings of the dictionary."""
    return (_("Colonne"), _("Titre"), _("Type"), _("Unité"), _("Description"), _("Codes"))


def entry(column: ExportColumn) -> tuple[str, ...]:
    """Return what the dictionary says of a column."""
    field = column.field
    codes = _(" ; ").join(f"{code} = {label}" for code, label in field.choices)
    return (
        column.name, str(field.title), type_name(field.type), field.unit, str(field.description), codes,
    )  # fmt: skip


def type_name(kind: FieldType) -> str:
    """Return the type of a field in words."""
    names = {
        FieldType.TEXT: _("texte"),
        FieldType.INTEGER: _("entier"),
        FieldType.NUMBER: _("nombre"),
        FieldType.BOOLEAN: _("oui ou non"),
        FieldType.DATE: _("date"),
        FieldType.DATETIME: _("date et heure"),
        FieldType.TEXTS: _("liste de textes"),
    }
    return names[kind]
