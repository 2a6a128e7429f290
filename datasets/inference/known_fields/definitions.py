"""A published schema: its fields and constraints as the standard says them, and how its files are recognised."""

from __future__ import annotations

from dataclasses import dataclass

from datasets.vocabulary import ColumnType

INSEE = r"^(?:[013-9][0-9]|2[AB1-9])[0-9]{3}$"
"""The motif of schema.data.gouv.fr for a commune's code, without look-behind and with ASCII digits."""


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field of a published schema; ``pattern`` is the standard's, rewritten as one PostgreSQL reads (whole value)."""

    name: str
    type: ColumnType = ColumnType.STRING
    is_required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """A published schema. ``source`` is where its facts were read; names are compared without regard to case.

    A file is of this schema when it has at least ``enough`` of the ``marks``, fields that no other schema has together.
    """

    name: str
    title: str
    source: str
    fields: tuple[KnownField, ...]
    marks: tuple[str, ...]
    enough: float = 0.9
    key: tuple[str, ...] = ()
    commune: str = ""
    title_field: str = ""

    def field(self, title: str) -> KnownField | None:
        """Return the field a column's title names."""
        return next((item for item in self.fields if item.name.lower() == title.strip().lower()), None)


def texts(*names: str, required: bool = False) -> tuple[KnownField, ...]:
    """Return plain text fields."""
    return tuple(KnownField(name, is_required=required) for name in names)


def fields(
    kind: ColumnType, *names: str, required: bool = False, minimum: float | None = None
) -> tuple[KnownField, ...]:
    """Return fields of one type."""
    return tuple(KnownField(name, kind, is_required=required, minimum=minimum) for name in names)
