"""Rows of a table that is equivalent to that of a layer, for statements to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SwappedRows:
    """The rows of a table equivalent to that of a layer, as SQL with ``%s`` for each of ``parameters``.

    A statement over the layer's own ``table`` (quoted) reads them as ``name``.
    """

    name: str
    table: str
    sql: str
    parameters: tuple[Any, ...]

    def read_by(self, sql: str) -> str:
        """Return a statement of the layer's table as one of these rows."""
        return sql.replace(self.table, self.name)
