"""Rows of a file in an official layout (IRVE, BAN, cadastre, BD TOPO): its columns, and what is wrong with a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import InvalidValue
from layers.parsing.cells import Reader

_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a layout; ``empty`` is the value of an empty cell when it is allowed."""

    reader: Reader
    is_required: bool = False
    empty: object = ""


def required(reader: Reader) -> FileColumn:
    """Return a column that every file has, with a value in each row."""
    return FileColumn(reader, is_required=True)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row, or a value that was set aside, is not as the file says. ``field`` is empty for a whole row."""

    line: int
    field: str
    value: str
    reason: str

    @property
    def sentence(self) -> str:
        """The problem on one line: line, field, value, reason."""
        where = _("ligne %d") % self.line
        if self.field:
            where += f", {self.field} " + _("« %(text)s »") % {"text": self.value}
        return _("%(title)s : %(text)s") % {"title": where, "text": self.reason}


@dataclass(frozen=True, slots=True)
class Row:
    """A row that reads: the values of the columns the file has, by official name."""

    line: int
    values: Mapping[str, object]


def read_row(
    columns: Mapping[str, FileColumn], line: int, texts: Mapping[str, str | None]
) -> tuple[dict[str, object], list[RowProblem]]:
    """Return the values of a row, and everything that is wrong with it; columns outside the layout are ignored."""
    values: dict[str, object] = {}
    problems: list[RowProblem] = []
    for name, text in texts.items():
        if name in columns:
            cell = (text or "").strip()
            try:
                values[name] = _value(columns[name], cell)
            except InvalidValue as error:
                problems.append(RowProblem(line, name, cell[:_CHARACTERS], str(error)))
    return values, problems


def _value(column: FileColumn, text: str) -> object:
    if text:
        return column.reader(text)
    if column.is_required:
        raise InvalidValue(_("valeur obligatoire absente"))
    return column.empty
