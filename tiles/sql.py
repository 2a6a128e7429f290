"""A cache of bytes in an unlogged table of PostgreSQL: shared by all processes and machines, bounded, lost in a crash.

It is a backend of Django's cache framework, for values that are bytes: nothing is ever unpickled. Django's own
``DatabaseCache`` writes pickles as base64 text, counts its rows at each write, and forgets by their number.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import psycopg.errors
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import OperationalError, connection, transaction

from layers.sql.advisory_locks import unlock

# A row says when it was last used, to the hour: a read writes seldom.
_READ = "SELECT value, used_at < now() - interval '1 hour' FROM tiles_cache WHERE key = %s"
_CLAIM = """
SELECT kept.value, kept.used_at < now() - interval '1 hour',
       CASE WHEN kept.value IS NULL THEN pg_try_advisory_lock(%s, %s) ELSE false END
FROM (VALUES (1)) AS one LEFT JOIN tiles_cache AS kept ON kept.key = %s
"""
_TOUCH = "UPDATE tiles_cache SET used_at = now() WHERE key = %s"
_WRITE = """
INSERT INTO tiles_cache (key, value, size) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, size = excluded.size, used_at = now()
"""
_ADD = "INSERT INTO tiles_cache (key, value, size) VALUES (%s, %s, %s) ON CONFLICT (key) DO NOTHING"
_DELETE = "DELETE FROM tiles_cache WHERE key = %s"
_LOCK = "SELECT pg_advisory_lock(%s, %s)"
# One process at a time: the others go on writing.
_ONE_TRIMS = "SELECT pg_try_advisory_xact_lock(%s, 0)"
_TRIM = """
DELETE FROM tiles_cache WHERE key IN (
    SELECT key FROM (SELECT key, sum(size) OVER (ORDER BY used_at DESC, key) AS sum FROM tiles_cache) AS newest
    WHERE newest.sum > %s
) AND (SELECT sum(size) FROM tiles_cache) > %s
"""
# Classes of advisory locks: a tile under way, the trimming of the table.
TILE_LOCK, TRIM_LOCK = 0x7116, 0x7117
# Bytes of a row beside its value: key, index entries, headers.
_ROW = 250
# Trimmed to this share of the bound, each time that a process has written such a share of it.
_REMAINING, _BETWEEN = 0.9, 0.05


class TileTable(BaseCache):
    """``OPTIONS["MAX_BYTES"]`` bounds the whole; the least recently used entries go first."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.max_bytes = int(params.get("OPTIONS", {}).get("MAX_BYTES", 500 * 1024 * 1024))
        self._written = 0
        self._lock = threading.Lock()

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the bytes of a key."""
        made = self.make_and_validate_key(key, version=version)
        row = _row(_READ, [made])
        if row is None:
            return default
        return self._used(made, row[0], is_old=row[1])

    def statement(self, key: str) -> tuple[str, list[str]]:
        """Return the statement that reads a key, and its parameters: its bytes, and whether they are to be touched."""
        return _READ, [self.make_and_validate_key(key)]

    def claim(self, key: str, number: int) -> tuple[bytes | None, bool]:
        """Return the bytes of a key or, where there are none, whether the caller must render them.

        ``number`` (32 bits, signed) names the key among the locks. The caller must then ``release``.
        """
        made = self.make_and_validate_key(key)
        value, is_old, has_lock = _row(_CLAIM, [TILE_LOCK, number, made])
        return (None if value is None else self._used(made, value, is_old=is_old)), has_lock

    def wait(self, number: int) -> None:
        """Wait until a tile that is being rendered is released, and claim it.

        Raises:
            OperationalError: it took longer than a statement may.
        """
        _run(_LOCK, [TILE_LOCK, number])

    def release(self, number: int) -> None:
        """Let others make this tile; a connection that cannot say so is closed, which does."""
        unlock([(TILE_LOCK, number)])

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Store bytes, and trim the table when it is too large; entries never expire."""
        self._write(_WRITE, key, value, version)

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store bytes unless the key has some; return whether they were stored."""
        return self._write(_ADD, key, value, version) > 0

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Say that a key was used now."""
        return _run(_TOUCH, [self.make_and_validate_key(key, version=version)]) > 0

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a key."""
        return _run(_DELETE, [self.make_and_validate_key(key, version=version)]) > 0

    def clear(self) -> None:
        """Forget everything."""
        _run("TRUNCATE tiles_cache", [])

    def trim(self) -> None:
        """Delete the least recently used entries, down to nine tenths of the bound, when the whole is over it."""
        with transaction.atomic():
            (is_alone,) = _row(_ONE_TRIMS, [TRIM_LOCK])
            if is_alone:
                _run(_TRIM, [self.max_bytes * _REMAINING, self.max_bytes])

    def _write(self, statement: str, key: str, value: bytes, version: int | None) -> int:
        size = len(value) + _ROW
        count = _run(statement, [self.make_and_validate_key(key, version=version), value, size])
        with self._lock:
            self._written += size
            is_due = self._written > self.max_bytes * _BETWEEN
            if is_due:
                self._written = 0
        if is_due:
            self.trim()
        return count

    @staticmethod
    def _used(made: str, value: Any, *, is_old: bool) -> bytes:
        if is_old:
            try:
                _run(_TOUCH, [made])
            except OperationalError as error:  # what is kept is read all the same
                if not isinstance(error.__cause__, psycopg.errors.DiskFull):
                    raise
        return bytes(value)


def _row(statement: str, parameters: list[Any]) -> Any:
    return _cursor(statement, parameters, lambda cursor: cursor.fetchone())


def _run(statement: str, parameters: list[Any]) -> int:
    count: int = _cursor(statement, parameters, lambda cursor: cursor.rowcount)
    return count


def _cursor(statement: str, parameters: list[Any], read: Callable[[Any], Any]) -> Any:
    connection.ensure_connection()
    # psycopg's own cursor, binary: a tile travels as it is, and a lock is no read to examine.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters, binary=True)
        return read(cursor)
