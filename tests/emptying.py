"""Emptying a database of tests: rows are deleted where there are some.

After a test that commits, Django truncates every table, then makes content types and permissions again: that took
longer than most of these tests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection, transaction
from psycopg import sql

# What migrations fill, and the versions of tables: they never go back, since ETags are made of them.
NOT_OURS = [
    "spatial_ref_sys",
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "layers_dataversion",
    "layers_catalogueversion",
    "fleet_critairrule",
    "fleet_energylabel",
    "fleet_renewalquota",
    "fleet_emissionfactor",
    "planning_applicablerule",
    "planning_rulecaution",
    "planning_toollayer",
    "planning_consultedservice",
    "journal_journalentry",  # the database would refuse
]
# Constraints are deferred, but those of the queue; and a deletion writes events.
LAST = ("event", "context", "_events", "_defers", "_jobs", "_workers")

# A server ends with its request, of which its client had the answer already; what no client read to its end never does.
LONGEST_END_S = 1
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)"
FILLED = sql.SQL("SELECT {name} WHERE EXISTS (SELECT FROM {table})")
EMPTY = sql.SQL("DELETE FROM {table}")


def tables() -> list[str]:
    """Return the tables whose rows are those of tests."""
    return [name for (name,) in ask(TABLES, [NOT_OURS])]


def ask(query: str | sql.Composable, values: list[Any] | None = None) -> list[Any]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def delete(statement: sql.SQL, names: Iterable[str], **values: str) -> None:
    """Delete rows of some tables, in an order that the database accepts."""
    order = sorted(names, key=lambda name: [name.endswith(end) for end in LAST])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for name in order:
            cursor.execute(statement.format(table=sql.Identifier(name), **values))


def empty() -> None:
    """Leave no row of a test; of the journal too, which can but be truncated."""
    parts = [FILLED.format(name=name, table=sql.Identifier(name)) for name in tables()]
    filled = [name for (name,) in ask(sql.SQL(" UNION ALL ").join(parts))]
    # A deletion writes an event of what it deletes: those of tables that held none yet are among the last.
    events = [name for name in tables() if name.endswith(LAST)]
    delete(EMPTY, {*filled, *events})
    if ask("SELECT 1 FROM journal_journalentry LIMIT 1"):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE journal_journalentry")


class OpenRequests:
    """The requests that are being answered, by a server in a thread of the tests."""

    def __init__(self) -> None:
        self._open = 0
        self._changed = threading.Condition()
        request_started.connect(self._begin)
        request_finished.connect(self._end)

    def wait_for_their_end(self) -> None:
        """Wait until each has left its connection, which no thread may use once its test is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._open <= 0, timeout=LONGEST_END_S)
            self._open = 0

    def _begin(self, **_signal: Any) -> None:
        with self._changed:
            self._open += 1

    def _end(self, **_signal: Any) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()
