"""Bytes that processes and machines share: Django's cache ``tiles``, signed values, and what happens when it fails.

A value is signed by a digest of its key and bytes, keyed with the secret of the portal: bytes that are corrupted, cut,
or written by another program count as absent. Nothing is pickled. A cache that fails is left alone for a while: what
it would have held is made again.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING

import psycopg.errors
from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.cache.backends.dummy import DummyCache
from django.db import DatabaseError, connection, transaction

from layers.lazy import lazy_module

if TYPE_CHECKING:
    import redis
else:
    redis = lazy_module("redis")

logger = logging.getLogger(__name__)

CACHE = "tiles"
_MARK = b"tile1"
_DIGEST = 16
# How long a cache that fails is left alone.
_PAUSE_S = 10.0


def signed(key: str, content: bytes) -> bytes:
    """Return the bytes to store for a value."""
    return _MARK + _digest(key, content) + content


def verified(key: str, stored: object) -> bytes | None:
    """Return the content of a signed value, None when the portal did not write it under this key."""
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


class SharedBytes:
    """The shared cache as one process uses it, and until when it does not."""

    def __init__(self) -> None:
        self.silent_until = 0.0

    @property
    def cache(self) -> BaseCache | None:
        """The cache, None while it is left alone."""
        return caches[CACHE] if time.monotonic() >= self.silent_until else None

    @property
    def is_shared(self) -> bool:
        """Whether other processes read what this one writes."""
        cache = self.cache
        return cache is not None and not isinstance(cache, DummyCache)

    def read(self, cache: BaseCache, key: str) -> object:
        """Return a stored value as it is, signed; None when there is none."""
        try:
            return cache.get(key)
        except redis.RedisError as error:
            self.leave_alone(error)
            return None

    def write(self, cache: BaseCache, key: str, content: bytes) -> None:
        """Sign and store bytes; a database without room, or a cache that fails, stores nothing."""
        try:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                cache.set(key, signed(key, content))
        except redis.RedisError as error:
            self.leave_alone(error)
        except DatabaseError as error:
            if not isinstance(error.__cause__, psycopg.errors.DiskFull):
                raise
            self.leave_alone(error)

    def leave_alone(self, error: Exception) -> None:
        """Log the reason once, without the address that the message may hold."""
        now = time.monotonic()
        if now >= self.silent_until:
            self.silent_until = now + _PAUSE_S
            logger.error("Tiles are not kept, their cache fails: %s", type(error).__name__)
