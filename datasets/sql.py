"""SQL of deliveries: composed statements, and the names of their tables.

Identifiers are made by us and quoted by psycopg, values are literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal


def run(statement: Composable) -> int:
    """Execute a statement; return how many rows it touched."""
    with _executed(statement) as cursor:
        return int(cursor.rowcount)


def rows(statement: Composable) -> list[tuple[Any, ...]]:
    """Execute a query; return all its rows."""
    with _executed(statement) as cursor:
        return list(cursor.fetchall())


@contextmanager
def _executed(statement: Composable) -> Iterator[Any]:
    """Execute a statement and give its cursor; faults are Django's own classes, as everywhere."""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        connection.validate_no_broken_transaction()
        cursor.cursor.execute(statement if isinstance(statement, Composed) else Composed([statement]))
        yield cursor.cursor


def single(statement: Composable) -> Any:
    """Execute a query that gives one value."""
    return rows(statement)[0][0]


@contextmanager
def time_zone(name: str) -> Iterator[None]:
    """Read and write times of this zone in the block; Django assumes its own zone in every session."""
    before = single(SQL("SELECT current_setting('TimeZone')"))
    setting = SQL("SELECT set_config('TimeZone', {}, true)")
    run(setting.format(Literal(name)))
    yield
    run(setting.format(Literal(before)))  # a block that fails ends its transaction, and the setting with it


def listed(parts: list[Composable]) -> Composed:
    """Return pieces of SQL separated by commas."""
    return SQL(", ").join(parts)


DATABASE_SCHEMA = "datasets"
# ``Names.table``, of the rows ``dataset`` and ``delivery`` of a statement.
TABLE_SQL = "'d' || dataset.id || '_v' || delivery.number"
OWN_COLUMNS = frozenset({"id", "geom", "geom_3857", "commune_id", "created_at", "updated_at"})
# Of lines, surfaces and several points; no producer's column begins so.
COMMUNES_COLUMN, SHARES_COLUMN = "_communes", "_commune_shares"
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
    def events(self) -> str:
        """The history of the rows of the delivery, as ``layers.models.keep_history`` records it."""
        return f"{self.table}_events"

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
