"""The columns of a file: their names and headings, what they hold, and the SELECT that reads all the rows.

The SELECT has no limit: an export is whole. The geometry is left as PostGIS has it, in the CRS of the query and in x, y
order, and each format writes it in its own SELECT around.

In a spreadsheet for programs a column is a field, under its name or its title, and a code is a code. For people
(``entetes=libelles``) a heading is the title with its unit, and a coded field is two columns: its labels under the
title, as pages show them, then its codes under « title (code) ». Labels come first, since they are what is read; codes
stay, since they are what comes back in a file that is edited and sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from export_formats.tables import Cells
from layers.crs import Crs
from layers.definitions import COMMUNE_COLUMN, ID, Field, FieldType
from layers.formats.statements import Compiled, compile_columns
from layers.queries import Selection, communes
from layers.vocabulary import names_unit, unit_words


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: the published field, its name in the file, and where the SELECT has its value."""

    field: Field
    name: str
    sql: str


class RawGeometry(Func):
    """The geometry itself, which Django would otherwise select as bytes."""

    template = "%(expressions)s"
    output_field = TextField()


def types_of(columns: Iterable[ExportColumn]) -> tuple[tuple[str, str], ...]:
    """Return the columns of a table, as the process that writes it reads them."""
    return tuple((column.name, column.field.type.value) for column in columns)


def columns_of(
    selection: Selection, *, reserved: Iterable[str] = (), spelling: Callable[[str], str] = str
) -> tuple[ExportColumn, ...]:
    """Return the id and the fields of a selection: see ``named_columns``."""
    return named_columns(selection.fields, reserved=reserved, spelling=spelling)


def named_columns(
    fields: Sequence[Field], *, reserved: Iterable[str] = (), spelling: Callable[[str], str] = str
) -> tuple[ExportColumn, ...]:
    """Return the id and these fields, in the order in which ``compile_columns`` selects them.

    Their names, as ``spelling`` writes them, are distinct from each other and from ``reserved``.
    """
    used_names = {name.casefold() for name in reserved}
    columns = []
    for position, field in enumerate((ID, *fields)):
        name = spelling(field.name)
        while name.casefold() in used_names:
            name += "_"
        used_names.add(name.casefold())
        columns.append(ExportColumn(field, name, f"s.c{position - 1}" if position else "s.id"))
    return tuple(columns)


def compile_rows(selection: Selection, crs: Crs) -> Compiled | None:
    """Compile all the rows of a selection, in its order, with ``s.geometry`` in ``crs``; None when no row can match."""
    rows = selection.rows.order_by(*selection.order.expressions())
    if not selection.scope.definition.geometry.is_located:
        return compile_columns(rows, Value(None, output_field=TextField()), selection.fields)
    return compile_columns(rows, RawGeometry(_in_crs(crs)), selection.fields)


def _in_crs(crs: Crs) -> Combinable:
    if crs.srid == 4326:
        return F("geom")
    return Transform(F("geom"), crs.srid, output_field=GeometryField(srid=crs.srid))


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a spreadsheet: ``position`` is that of its field among those that are read.

    ``labels`` are what is written for each code (as text); None where values are written as they are stored.
    """

    column: ExportColumn
    position: int
    heading: str
    labels: Mapping[str, str] | None = None

    @property
    def type(self) -> FieldType:
        """The type of what is written: a label is a text."""
        kind = self.column.field.type
        return FieldType.TEXT if self.labels is not None and kind is not FieldType.TEXTS else kind

    @property
    def cells(self) -> Cells:
        """The cells of a workbook."""
        return Cells(self.position, self.heading, self.type.value, self.labels)


def heading(title: str, unit: str) -> str:
    """Return the title of a field with its unit, as tables show it: « Hauteur (m) », « Places » of places."""
    text = str(capfirst(title))
    return text if not unit or names_unit(text, unit) else f"{text} ({unit_words(unit)})"


def columns_with_names(columns: Sequence[ExportColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns under the names of their fields."""
    return tuple(SheetColumn(column, at, column.name) for at, column in enumerate(columns))


def columns_with_titles(columns: Sequence[ExportColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns under the titles of their fields; two of one title are told apart by their names."""
    return _distinct(
        [SheetColumn(column, at, str(column.field.title) or column.name) for at, column in enumerate(columns)]
    )


def columns_with_labels(columns: Sequence[ExportColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns with units in their headings, and labels before the codes."""
    sheet_columns = list[SheetColumn]()
    for at, column in enumerate(columns):
        plain = SheetColumn(column, at, heading(str(column.field.title) or column.name, column.field.unit))
        labels = _labels(column.field)
        if labels:
            sheet_columns.append(replace(plain, labels=labels))
            plain = replace(plain, heading=_("%(title)s (code)") % {"title": plain.heading})
        sheet_columns.append(plain)
    return _distinct(sheet_columns)


def _labels(field: Field) -> Mapping[str, str]:
    """Return the labels of a coded field by code; none where each code is its own label."""
    if field.source.rpartition("__")[2] == COMMUNE_COLUMN:
        return {commune.code: commune.nom for commune in communes()}
    labels = {str(code): str(label) for code, label in field.choices}
    return labels if any(code != label for code, label in labels.items()) else {}


def _distinct(columns: Sequence[SheetColumn]) -> tuple[SheetColumn, ...]:
    headings = [each.heading.casefold() for each in columns]
    return tuple(
        each
        if headings.count(each.heading.casefold()) == 1
        else replace(each, heading=f"{each.heading} ({each.column.name})")
        for each in columns
    )


def dictionary_headings() -> tuple[str, ...]:
    """Return the headings of the dictionary."""
    return (_("Colonne"), _("Titre"), _("Type"), _("Unité"), _("Description"), _("Codes"))


def dictionary_entry(column: ExportColumn) -> tuple[str, ...]:
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
