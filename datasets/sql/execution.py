"""Run composed statements on the connection of the current transaction.

They pass beside Django’s wrappers of ``execute``, which rewrite texts: the tables of datasets keep their history
as versions, not as events, and a ``%`` in a literal must stay one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable, Composed, Literal


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
        cursor.cursor.execute(_composed(statement))
        yield cursor.cursor


def single(statement: Composable) -> Any:
    """Execute a query that gives one value."""
    return rows(statement)[0][0]


@contextmanager
def time_zone(name: str) -> Iterator[None]:
    """Read and write times of this zone for the block: Django believes that the session speaks its own at all times."""
    before = single(SQL("SELECT current_setting('TimeZone')"))
    setting = SQL("SELECT set_config('TimeZone', {}, true)")
    run(setting.format(Literal(name)))
    yield
    run(setting.format(Literal(before)))  # a block that fails ends its transaction, and the setting with it


def listed(parts: list[Composable]) -> Composed:
    """Return pieces of SQL separated by commas."""
    return SQL(", ").join(parts)


def _composed(statement: Composable) -> Composed:
    return statement if isinstance(statement, Composed) else Composed([statement])
