"""Work that is done so many times at once in all processes: slots held by advisory locks of PostgreSQL.

A slot is a lock of the session: it goes with the block, and with the connection of a process that is killed. Nothing
waits for one, for who waits holds a thread of the server. A pooler in transaction mode between the portal and
PostgreSQL would lose them.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

_TAKE = "SELECT pg_try_advisory_lock(%s, %s)"
_RELEASE = "SELECT pg_advisory_unlock(%s, %s)"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(%s, 0)"


@contextmanager
def slot(name: str, count: int) -> Iterator[bool]:
    """Hold one of the ``count`` slots of a name during the block; yield whether one was free."""
    held = _take(name, count)
    try:
        yield held is not None
    finally:
        if held is not None:
            _release(name, held)


def one_at_a_time(name: str) -> None:
    """Wait until no other transaction holds a name, and hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [_class(name)])


def _take(name: str, count: int) -> int | None:
    """Return the number of the slot taken, None when all are. Where to begin is left to chance: most are free."""
    first = random.randrange(max(count, 1))  # noqa: S311  (no secret)
    with connection.cursor() as cursor:
        for number in range(count):
            tried = (first + number) % count
            cursor.execute(_TAKE, [_class(name), tried])
            if cursor.fetchone()[0]:
                return tried
    return None


def _release(name: str, number: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_RELEASE, [_class(name), number])
    except Error:
        # The connection is of no use any more: its locks go with it.
        connection.close()


def _class(name: str) -> int:
    """Return the 32 bits, signed, that stand for a name among the advisory locks of the database."""
    digest = hashlib.sha256(f"gisportal slots {name}".encode()).digest()
    return int.from_bytes(digest[:4], signed=True)
