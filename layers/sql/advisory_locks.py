"""Advisory locks: PostgreSQL counts what is done at once in all processes and machines.

A lock is held by the connection of the request: whatever ends the process, or the connection, frees it. Two numbers
name it, a class and a key. A pooler in transaction mode between the portal and PostgreSQL would lose them. Nothing
waits for a slot: a waiting thread would serve nobody. An answer that another process computes is waited for.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
import psycopg.errors
from django.db import OperationalError, connection

logger = logging.getLogger(__name__)

_LOCK_ONE = "SELECT key FROM unnest(%s::int[]) AS key WHERE pg_try_advisory_lock(%s, key) LIMIT 1"
_LOCK = "SELECT pg_advisory_lock(%s, 0)"
# One message is one transaction, whose limits end with it; the lock does not.
_WAIT = "SET LOCAL lock_timeout = %s; SET LOCAL statement_timeout = %s; SELECT pg_advisory_lock(%s, %s)"
_UNLOCK = "SELECT pg_advisory_unlock(%s, %s)"
_LOCK_TRANSACTION = "SELECT pg_advisory_xact_lock(%s, 0)"


def number_of(text: str) -> int:
    """Return the 32 bits, signed, that stand for a text: two texts share one in four thousand million."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big", signed=True)


def lock_one(lock_class: int, keys: Sequence[int]) -> int | None:
    """Lock the first of the keys that is free, and return it; None when all are held elsewhere. Nothing waits."""
    if not keys:
        return None
    connection.ensure_connection()
    # psycopg's own cursor: a lock is no read, and must not be examined.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(_LOCK_ONE, [list(keys), lock_class])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def wait_for_lock(lock_class: int, key: int, *, seconds: float) -> bool:
    """Wait for a lock in no transaction, and hold it; False when it takes longer than some seconds."""
    limits = f"{round(seconds * 1000)}ms", f"{round((seconds + 1) * 1000)}ms"
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WAIT, [*limits, lock_class, key])
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            return False
        raise
    return True


def unlock(locks: Iterable[tuple[int, int]], *, after: str = "") -> None:
    """Free locks, ``after`` a statement; a connection that cannot say so is closed, which frees them too."""
    raw = connection.connection
    if raw is None:  # closed meanwhile, and its locks with it
        return
    try:
        with raw.cursor() as cursor:
            if after:
                cursor.execute(after)
            for lock in locks:
                cursor.execute(_UNLOCK, lock)
    except psycopg.Error:
        logger.warning("connection closed to free its advisory locks", exc_info=True)
        with suppress(psycopg.Error):
            raw.close()
        if not connection.in_atomic_block:
            connection.close()  # the next statement opens another one


@contextmanager
def session_lock(lock_class: int) -> Iterator[None]:
    """Wait for the lock of a class, and hold it for the block, which may be several transactions."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [lock_class])
    try:
        yield
    finally:
        unlock([(lock_class, 0)])


def lock_transaction(lock_class: int) -> None:
    """Wait until no other transaction holds the class, and hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_TRANSACTION, [lock_class])


@contextmanager
def slot(name: str, count: int) -> Iterator[bool]:
    """Hold one of the ``count`` slots of a name during the block; yield whether one was free."""
    # Where to begin is left to chance: most are free.
    numbers = random.sample(range(count), count)
    locked = lock_one(_lock_class(name), numbers)
    try:
        yield locked is not None
    finally:
        if locked is not None:
            unlock([(_lock_class(name), locked)])


def lock_name(name: str) -> None:
    """Wait until no other transaction holds a name, and hold it until this one ends."""
    lock_transaction(_lock_class(name))


def _lock_class(name: str) -> int:
    """Return the number that stands for a name among the advisory locks of the database."""
    return number_of(f"gisportal slots {name}")
