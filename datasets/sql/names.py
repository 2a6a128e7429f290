"""Names of what a delivery leaves in the database schema ``datasets``, and of its columns.

Nothing that a producer wrote is ever an identifier: tables are numbered, and columns are checked against ``_COLUMN``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from psycopg.sql import Identifier

DATABASE_SCHEMA = "datasets"
# ``Names.table``, of the rows ``dataset`` and ``delivery`` of a statement.
TABLE_SQL = "'d' || dataset.id || '_v' || delivery.number"
OWN_COLUMNS = frozenset({"id", "geom", "geom_3857", "commune_id", "created_at", "updated_at"})
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Names:
    """Names for delivery ``number`` of dataset ``dataset``."""

    dataset: int
    number: int

    @property
    def table(self) -> str:
        """The table that holds the rows of the delivery."""
        return f"d{self.dataset}_v{self.number}"

    @property
    def raw(self) -> str:
        """The file's texts, while it is being loaded."""
        return f"{self.table}_raw"

    @property
    def staged(self) -> str:
        """The rows once read, while they are being checked."""
        return f"{self.table}_staged"

    @property
    def keys(self) -> str:
        """The ids of the dataset's rows, for its whole life."""
        return f"d{self.dataset}_keys"


def qualified(table: str) -> Identifier:
    """Return the quoted name of a table of the schema ``datasets``."""
    return Identifier(DATABASE_SCHEMA, table)


def db_table(table: str) -> str:
    """Return the name for ``Meta.db_table``: Django puts quotes around it, and these close and open in the middle."""
    return f'{DATABASE_SCHEMA}"."{table}'


def is_column(name: str) -> bool:
    """Whether a schema may use this column name."""
    return _COLUMN.fullmatch(name) is not None and name not in OWN_COLUMNS
