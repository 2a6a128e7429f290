"""Small statements of every request, which each session of PostgreSQL parses and plans once.

Planning takes longer than reading some rows by key: of 0.33 ms of the rights of a layer, 0.25. It is for statements
whose plan is the same whatever their values, and whose text is the same at each request: a statement with a box or a
filter is planned each time. Inside a transaction, which a fault would undo, statements are run as others are.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import psycopg.errors
from django.conf import settings
from django.db import DatabaseError, connection
from psycopg import Cursor

logger = logging.getLogger(__name__)
# The session has another statement under the name (a pooler that shares sessions), none, or one of former columns.
_STALE = (
    psycopg.errors.DuplicatePreparedStatement,
    psycopg.errors.InvalidSqlStatementName,
    psycopg.errors.FeatureNotSupported,
)


class _PreparedCursor(Cursor[tuple[Any, ...]]):
    """A cursor that prepares what it runs."""

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = True, binary: bool | None = None
    ) -> Self:
        """Run a statement, which the session prepares the first time."""
        return super().execute(query, params, prepare=prepare, binary=binary)


def prepared_rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a SELECT, prepared in this session unless ``PREPARED_STATEMENTS`` is off.

    A statement that the session cannot run as it was prepared is run as others are, and the session forgets those
    that it has: columns changed while the portal ran, or a pooler shares its sessions.
    """
    if not settings.PREPARED_STATEMENTS or connection.in_atomic_block:
        return _rows(connection.cursor(), statement, parameters)
    connection.ensure_connection()
    with _preparing(connection.connection):
        cursor: Any = _PreparedCursor(connection.connection)
        wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
        try:
            return _rows(wrap(cursor), statement, parameters)
        except DatabaseError as error:
            if not isinstance(error.__cause__, _STALE):
                raise
            logger.warning("a statement is prepared again: %s", error)
            connection.connection.execute("DEALLOCATE ALL")
    return _rows(connection.cursor(), statement, parameters)


@contextmanager
def _preparing(session: Any) -> Iterator[None]:
    """Let psycopg prepare statements in the block alone: else it would hold the texts of the last hundred of any."""
    session.prepare_threshold = 0
    try:
        yield
    finally:
        session.prepare_threshold = None


def _rows(cursor: Any, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
