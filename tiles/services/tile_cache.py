"""Finished tiles, cached in two places: the memory of the process, then a cache that all processes share.

A key says all that a tile depends on (``tiles.services.vector_tiles``), so nothing is ever invalidated: the
value of a key stays true, and the least recently used is removed first. A value of the shared cache is signed by a
digest of its key and bytes, keyed with the secret of the portal. Bytes that are corrupted, cut, or written by another
program count as absent.

One thread of one process makes a tile that many miss at once. In a process ``BoundedCache`` chooses it; between
processes and machines a lock of PostgreSQL does or, where the cache is elsewhere, the first that adds a key to it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.cache.backends.dummy import DummyCache
from django.db import DatabaseError, connection, transaction

from layers.cache import BoundedCache
from layers.lazy import lazy_module
from layers.services.storage import storage_fault
from layers.sql.advisory_locks import number_of
from tiles.sql import TileTable

if TYPE_CHECKING:
    import redis
else:
    redis = lazy_module("redis")

logger = logging.getLogger(__name__)

CACHE = "tiles"
_MARK = b"tile1"
_DIGEST = 16
# How long somebody who makes a tile is waited for, where no lock tells that they ended; and how often one looks.
_CLAIM_S, _LOOK_S = 5, 0.02
# How long a cache that fails is left alone.
_PAUSE_S = 10.0


class RawBytes:
    """The serializer of a cache of bytes: nothing is pickled, and so nothing is unpickled."""

    def dumps(self, value: bytes) -> bytes:
        """Return the bytes to write."""
        return value

    def loads(self, value: bytes) -> bytes:
        """Return the bytes that were written."""
        return value


def signed(key: str, content: bytes) -> bytes:
    """Return the bytes to store for a tile."""
    return _MARK + _digest(key, content) + content


def verified(key: str, stored: object) -> bytes | None:
    """Return the tile of a signed value, None when the portal did not write it under this key."""
    start = len(_MARK) + _DIGEST
    if not isinstance(stored, bytes) or len(stored) < start or not stored.startswith(_MARK):
        return None
    content = stored[start:]
    return content if hmac.compare_digest(stored[len(_MARK) : start], _digest(key, content)) else None


def _digest(key: str, content: bytes) -> bytes:
    digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST, key=_secret(settings.SECRET_KEY))
    digest.update(content)
    return digest.digest()


@cache
def _secret(secret_key: str) -> bytes:
    return hashlib.sha256(f"tiles.kept:{secret_key}".encode()).digest()


class TileCache:
    """The tiles in the memory of a process, and until when it does not use the shared cache."""

    def __init__(self) -> None:
        self._memory: BoundedCache[bytes] = BoundedCache(
            100_000, weigh=len, most=settings.TILE_MEMORY_MAX_BYTES, is_counted=False
        )
        self._silent_until = 0.0

    def recall(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the tile of a key, made unless it is cached."""
        return self._memory.recall(key, lambda: self._shared(key, make))

    def in_memory(self, key: str) -> bytes | None:
        """Return the tile of a key where this process holds it; nothing else is read."""
        return self._memory.get(key)

    def put(self, key: str, content: bytes) -> None:
        """Hold a tile in this process."""
        self._memory.put(key, content)

    @property
    def is_in_database(self) -> bool:
        """Whether the shared cache is the table of the database."""
        return isinstance(self._cache(), TileTable)

    @property
    def is_shared(self) -> bool:
        """Whether there is a shared cache."""
        return not isinstance(self._cache(), DummyCache | None)

    def store(self, key: str, content: bytes) -> None:
        """Write a tile in the table of the database, where it is the shared cache."""
        table = self._cache()
        if isinstance(table, TileTable):
            self._keep(table, key, content)

    def has(self, key: str) -> bool:
        """Whether a tile is in the shared cache."""
        shared = self._cache()
        return shared is not None and verified(key, self._read(shared, key)) is not None

    def forget_memory(self) -> None:
        """Forget the tiles of this process, and use the shared cache again."""
        self._memory.clear()
        self._silent_until = 0.0

    def forget(self) -> None:
        """Forget every tile, in this process and in the shared cache."""
        self.forget_memory()
        caches[CACHE].clear()

    def _shared(self, key: str, make: Callable[[], bytes]) -> bytes:
        shared = self._cache()
        if shared is None:
            return make()
        if isinstance(shared, TileTable):
            return self._by_lock(shared, key, make)
        return self._by_adding(shared, key, make)

    def _by_lock(self, table: TileTable, key: str, make: Callable[[], bytes]) -> bytes:
        number = number_of(key)
        stored, has_lock = table.claim(key, number)
        if (content := _believed(key, stored)) is not None:
            return content
        if not has_lock:
            table.wait(number)
        try:
            if not has_lock and (content := verified(key, table.get(key))) is not None:
                return content
            content = make()
            self._keep(table, key, content)
        finally:
            table.release(number)
        return content

    def _keep(self, table: TileTable, key: str, content: bytes) -> None:
        """Write a tile in the table; a database without room serves it all the same, and is left alone for a while."""
        try:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                table.set(key, signed(key, content))
        except DatabaseError as error:
            if storage_fault(error) is None:
                raise
            self._leave_alone(error)

    def _by_adding(self, shared: BaseCache, key: str, make: Callable[[], bytes]) -> bytes:
        claim = f"{key}.making"
        deadline = time.monotonic() + _CLAIM_S
        while True:
            if (content := _believed(key, self._read(shared, key))) is not None:
                return content
            if self._add(shared, claim) or time.monotonic() > deadline:
                break
            time.sleep(_LOOK_S)
        try:
            # Between the look and the claim somebody may have ended.
            if (content := verified(key, self._read(shared, key))) is not None:
                return content
            content = make()
            self._write(shared, key, signed(key, content))
        finally:
            self._delete(shared, claim)
        return content

    def _cache(self) -> BaseCache | None:
        """Return the shared cache, None while it is left alone."""
        return caches[CACHE] if time.monotonic() >= self._silent_until else None

    def _read(self, shared: BaseCache, key: str) -> object:
        try:
            return shared.get(key)
        except redis.RedisError as error:
            self._leave_alone(error)
            return None

    def _add(self, shared: BaseCache, key: str) -> bool:
        """Whether this thread is the first to add a key; true too when the cache fails."""
        try:
            return shared.add(key, b"1", _CLAIM_S)
        except redis.RedisError as error:
            self._leave_alone(error)
            return True

    def _write(self, shared: BaseCache, key: str, value: bytes) -> None:
        try:
            shared.set(key, value)
        except redis.RedisError as error:
            self._leave_alone(error)

    def _delete(self, shared: BaseCache, key: str) -> None:
        try:
            shared.delete(key)
        except redis.RedisError as error:
            self._leave_alone(error)

    def _leave_alone(self, error: Exception) -> None:
        """Say why once, without the address that the message may hold."""
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + _PAUSE_S
            logger.error("Tiles are not kept, their cache fails: %s", type(error).__name__)


def _believed(key: str, stored: object) -> bytes | None:
    content = verified(key, stored)
    if stored is not None and content is None:
        logger.warning("A kept tile is not what was written: it is made again.")
    return content


TILE_CACHE = TileCache()
