"""A table of the tools of planners: its columns, and the statement that reads its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from layers.definitions import FieldType, Text

_SQL_TYPES = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "bigint",
    FieldType.NUMBER: "float8",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for machines, its title for people, its type; ``decimals`` of a number in files."""

    name: str
    title: Text
    type: FieldType = FieldType.TEXT
    decimals: int | None = None

    @property
    def is_number(self) -> bool:
        """Whether its values are amounts, to be aligned on the right."""
        return self.type in {FieldType.INTEGER, FieldType.NUMBER}


@dataclass(frozen=True, slots=True)
class TableStatement:
    """A SELECT of ``columns`` in their order, then of a geometry in EPSG:4326 with ``has_geometry``.

    It has a ``%s`` for each of ``parameters``.
    """

    columns: tuple[Column, ...]
    sql: str
    parameters: tuple[Any, ...]
    has_geometry: bool = False

    @property
    def source(self) -> str:
        """The rows as ``(…) AS s(c0, c1, …)``, with ``geometry`` last where there is one."""
        names = [f"c{index}" for index in range(len(self.columns))]
        return f"({self.sql}) AS s({', '.join([*names, *(['geometry'] if self.has_geometry else [])])})"

    @property
    def values(self) -> list[str]:
        """The SQL of each column, numbers rounded to their decimals."""
        return [
            f"s.c{index}"
            if column.decimals is None
            else f"round(s.c{index}::numeric, {column.decimals})::float8"
            for index, column in enumerate(self.columns)
        ]


def statement_of_rows(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> TableStatement:
    """Return a table whose rows are known already: PostgreSQL writes their files as it does those of layers."""
    names = [f"c{index}" for index in range(len(columns))]
    written = [dict(zip(names, row, strict=True)) for row in rows]
    typed = ", ".join(
        f"{name} {_SQL_TYPES[column.type]}" for name, column in zip(names, columns, strict=True)
    )
    sql = (
        f"SELECT {', '.join(names)} FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS ({typed}))"  # noqa: S608 (names are ours)
        f" WITH ORDINALITY AS r({', '.join(names)}, n) ORDER BY n"
    )
    return TableStatement(tuple(columns), sql, (json.dumps(written, default=str),))
