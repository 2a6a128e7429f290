"""What the columns of a spreadsheet are called and hold: as programs read them, or as people do.

For programs a column is a field, under its name or its title, and a code is a code. For people (``entetes=libelles``) a
heading is the title with its unit, and a coded field is two columns: its labels under the title, as pages show them,
then its codes under « title (code) ». Labels come first, since they are what is read; codes stay, since they are what
comes back in a file that is edited and sent again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from layers.definitions import COMMUNE_COLUMN, Field, FieldType
from layers.formats.exports.columns import ExportColumn
from layers.queries import communes
from layers.vocabulary import unit_words


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

    def label(self, value: Any) -> Any:
        """Return what is written for a stored value; a code without a label stays itself."""
        return value if self.labels is None or value is None else self.labels.get(str(value), value)

    def written(self, value: Any) -> Any:
        """Return what a cell holds for a value as ``rows_of`` reads it: lists are JSON texts."""
        if self.labels is None or value is None:
            return value
        if self.column.field.type is FieldType.TEXTS:
            return json.dumps([self.label(each) for each in json.loads(value)])
        return self.label(value)


def heading(title: str, unit: str) -> str:
    """Return the title of a field with its unit, as tables show it: « Hauteur (m) »."""
    shown = str(capfirst(title))
    return f"{shown} ({unit_words(unit)})" if unit else shown


def names(columns: Sequence[ExportColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns under the names of their fields."""
    return tuple(SheetColumn(column, at, column.name) for at, column in enumerate(columns))


def titles(columns: Sequence[ExportColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns under the titles of their fields; two of one title are told apart by their names."""
    return _distinct(
        [SheetColumn(column, at, str(column.field.title) or column.name) for at, column in enumerate(columns)]
    )


def for_people(columns: Sequence[ExportColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns with units in their headings, and labels before the codes."""
    found = list[SheetColumn]()
    for at, column in enumerate(columns):
        plain = SheetColumn(column, at, heading(str(column.field.title) or column.name, column.field.unit))
        labels = _labels(column.field)
        if labels:
            found.append(replace(plain, labels=labels))
            plain = replace(plain, heading=_("%(title)s (code)") % {"title": plain.heading})
        found.append(plain)
    return _distinct(found)


def _labels(field: Field) -> Mapping[str, str]:
    """Return the labels of a coded field by code; none where each code is its own label."""
    if field.source.rpartition("__")[2] == COMMUNE_COLUMN:
        return {commune.code: commune.nom for commune in communes()}
    labels = {str(code): str(label) for code, label in field.choices}
    return labels if any(code != label for code, label in labels.items()) else {}


def _distinct(found: Sequence[SheetColumn]) -> tuple[SheetColumn, ...]:
    headings = [each.heading.casefold() for each in found]
    return tuple(
        each
        if headings.count(each.heading.casefold()) == 1
        else replace(each, heading=f"{each.heading} ({each.column.name})")
        for each in found
    )
