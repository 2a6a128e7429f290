"""Finished tiles, cached in two places: the memory of the process, then a cache that all processes share.

A key says all that a tile depends on (``tiles.services.vector_tiles``), so nothing is ever invalidated: the
value of a key stays true, and the least recently used is removed first. Values of the shared cache are signed
(``layers.sql.shared_bytes``).

One thread of one process makes a tile that many miss at once. In a process ``BoundedCache`` chooses it; between
processes and machines a lock of PostgreSQL does or, where the cache is elsewhere, the first that adds a key to it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import BaseCache, caches

from layers.cache import BoundedCache
from layers.lazy import lazy_module
from layers.sql.advisory_locks import number_of
from layers.sql.shared_bytes import CACHE, SharedBytes, verified
from tiles.sql import TileTable

if TYPE_CHECKING:
    import redis
else:
    redis = lazy_module("redis")

logger = logging.getLogger(__name__)

# How long somebody who makes a tile is waited for, where no lock tells that they ended; and how often one looks.
_CLAIM_S, _LOOK_S = 5, 0.02


class RawBytes:
    """The serializer of a cache of bytes: nothing is pickled, and so nothing is unpickled."""

    def dumps(self, value: bytes) -> bytes:
        """Return the bytes to write."""
        return value

    def loads(self, value: bytes) -> bytes:
        """Return the bytes that were written."""
        return value


class TileCache:
    """The tiles in the memory of a process, before those of the shared cache.

    Other bytes under such a key may be cached so: ``most`` is how many the memory holds.
    """

    def __init__(self, most: int | None = None) -> None:
        most = settings.TILE_MEMORY_MAX_BYTES if most is None else most
        self._memory: BoundedCache[bytes] = BoundedCache(100_000, weigh=len, most=most, is_counted=False)
        self._shared_bytes = SharedBytes()

    def recall(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the tile of a key, made unless it is cached."""
        return self._memory.recall(key, lambda: self._shared(key, make))

    def recall_alone(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of a key, made unless this process made them; the shared cache is left alone."""
        return self._memory.recall(key, make)

    def in_memory(self, key: str) -> bytes | None:
        """Return the tile of a key where this process holds it; nothing else is read."""
        return self._memory.get(key)

    def put(self, key: str, content: bytes) -> None:
        """Hold a tile in this process."""
        self._memory.store(key, content)

    @property
    def is_in_database(self) -> bool:
        """Whether the shared cache is the table of the database."""
        return isinstance(self._shared_bytes.cache, TileTable)

    @property
    def is_shared(self) -> bool:
        """Whether there is a shared cache."""
        return self._shared_bytes.is_shared

    def store(self, key: str, content: bytes) -> None:
        """Write a tile in the table of the database, where it is the shared cache."""
        table = self._shared_bytes.cache
        if isinstance(table, TileTable):
            self._shared_bytes.write(table, key, content)

    def has(self, key: str) -> bool:
        """Whether a tile is in the shared cache."""
        shared = self._shared_bytes.cache
        return shared is not None and verified(key, self._shared_bytes.read(shared, key)) is not None

    def forget_memory(self) -> None:
        """Forget the tiles of this process, and use the shared cache again."""
        self._memory.clear()
        self._shared_bytes.silent_until = 0.0

    def forget(self) -> None:
        """Forget every tile, in this process and in the shared cache."""
        self.forget_memory()
        caches[CACHE].clear()

    def _shared(self, key: str, make: Callable[[], bytes]) -> bytes:
        shared = self._shared_bytes.cache
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
            self._shared_bytes.write(table, key, content)
        finally:
            table.release(number)
        return content

    def _by_adding(self, shared: BaseCache, key: str, make: Callable[[], bytes]) -> bytes:
        claim = f"{key}.making"
        deadline = time.monotonic() + _CLAIM_S
        while True:
            if (content := _believed(key, self._shared_bytes.read(shared, key))) is not None:
                return content
            if self._add(shared, claim) or time.monotonic() > deadline:
                break
            time.sleep(_LOOK_S)
        try:
            # Between the look and the claim somebody may have ended.
            if (content := verified(key, self._shared_bytes.read(shared, key))) is not None:
                return content
            content = make()
            self._shared_bytes.write(shared, key, content)
        finally:
            self._delete(shared, claim)
        return content

    def _add(self, shared: BaseCache, key: str) -> bool:
        """Whether this thread is the first to add a key; true too when the cache fails."""
        try:
            return shared.add(key, b"1", _CLAIM_S)
        except redis.RedisError as error:
            self._shared_bytes.leave_alone(error)
            return True

    def _delete(self, shared: BaseCache, key: str) -> None:
        try:
            shared.delete(key)
        except redis.RedisError as error:
            self._shared_bytes.leave_alone(error)


def _believed(key: str, stored: object) -> bytes | None:
    content = verified(key, stored)
    if stored is not None and content is None:
        logger.warning("A kept tile is not what was written: it is made again.")
    return content


TILE_CACHE = TileCache()
