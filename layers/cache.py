"""Caches of costly answers in a process: each value under a key that changes with the data and the rights.

Nothing is invalidated: a key holds the scope's permissions and the ``data_version``, so a cached value stays true.
The oldest is evicted first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from operator import itemgetter
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from cachetools import FIFOCache
from django.conf import settings
from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter

Value = TypeVar("Value")


# The bytes of a cache that says nothing else.
MAX_BYTES = 16 * 1024 * 1024


class BoundedCache(Generic[Value]):
    """At most ``size`` values by key, shared by the threads of the process.

    Keys and values weigh ``most`` bytes together at most: one that weighs more alone is not cached. ``weigh`` gives
    the bytes of a value whose key is short; by default both are counted, since a key may hold a long query. All
    caches together weigh ``settings.REMEMBERED_MAX_BYTES``: the heaviest evicts first. A cache bounded by the size of
    the catalogue (``is_counted=False``) is not counted, and is weighed only with ``weigh``.

    One thread computes a value that several miss at once: after a change of the data two hundred requests would
    otherwise compute it in parallel.
    """

    def __init__(
        self,
        size: int,
        *,
        weigh: Callable[[Value], int] | None = None,
        most: int = MAX_BYTES,
        is_counted: bool = True,
    ) -> None:
        self._size, self._weigh, self._most = size, weigh, most
        self.is_counted = is_counted
        # Each value with its weight, the oldest first.
        self._values: FIFOCache[Hashable, tuple[Value, int]] = FIFOCache(most, getsizeof=itemgetter(1))
        self._computed: dict[Hashable, Future[Value]] = {}
        self._lock = Lock()
        with _caches_lock:
            _caches.add(self)

    def get(self, key: Hashable) -> Value | None:
        """Return the value of ``key`` when it is cached, else None."""
        if _bypassed.get():
            return None
        if key in self._values:
            with suppress(KeyError):  # forgotten meanwhile by another thread
                return self._values[key][0]
        return None

    def recall(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of ``key``, computed when it is not cached.

        When the computing thread fails, each waiting thread computes the value itself: its limits differ.
        """
        if _bypassed.get():
            return compute()
        with suppress(KeyError):  # not cached, or evicted meanwhile by another thread
            return self._values[key][0]
        with self._lock:
            under_way = self._computed.get(key)
            if under_way is None:
                own = self._computed[key] = Future[Value]()
        if under_way is None:
            return self._lead(key, compute, own)
        if under_way.exception() is None:
            return under_way.result()
        return self.store(key, compute())

    def _lead(self, key: Hashable, compute: Callable[[], Value], own: Future[Value]) -> Value:
        """Compute the value for every thread that waits."""
        try:
            value = self.store(key, compute())
        except BaseException as error:
            own.set_exception(error)
            raise
        else:
            own.set_result(value)
            return value
        finally:
            with self._lock:
                del self._computed[key]

    def _weight_of(self, key: Hashable, value: Value) -> int:
        if self._weigh is not None:
            return self._weigh(value)
        return bytes_of((key, value)) if self.is_counted else 0

    def store(self, key: Hashable, value: Value) -> Value:
        """Cache a value instead of the former one of its key, and return it."""
        if _bypassed.get():
            return value
        weight = self._weight_of(key, value)
        with self._lock:
            before = self.weight
            self._values.pop(key, None)
            if weight > self._most:
                return value
            self._values[key] = value, weight
            while len(self._values) > self._size:
                self._values.popitem()
            growth = self.weight - before
        if self.is_counted:
            _grow(growth)
        return value

    def forget(self, key: Hashable) -> None:
        """Drop the value of ``key``, if it is cached."""
        with self._lock:
            self._values.pop(key, None)

    def forget_oldest(self) -> None:
        """Evict the oldest value, if there is one."""
        with self._lock:
            if self._values:
                self._values.popitem()

    @property
    def is_empty(self) -> bool:
        """Whether the cache is empty."""
        return not self._values

    @property
    def weight(self) -> int:
        """The bytes of the cached values, 0 for a cache that is not weighed."""
        return int(self._values.currsize)

    def clear(self) -> None:
        """Empty the cache."""
        with self._lock:
            self._values.clear()


@contextmanager
def uncached() -> Iterator[None]:
    """Neither read nor fill the caches of the process in a block: of what is rolled back, nothing may be remembered.

    A counter that the block raised gets the same number again by the next write, which says something else.
    """
    token = _bypassed.set(True)
    try:
        yield
    finally:
        _bypassed.reset(token)


def bytes_of(value: object) -> int:
    """Return about how many bytes a value of plain data holds: texts, numbers, containers and data classes of these.

    So is the area that a statement holds, of 80 kB when it has five thousand vertices. Other objects (a model, a
    query set) count for themselves alone, without what they refer to.
    """
    total, visited, waiting = 0, set[int](), [value]
    while waiting:
        part = waiting.pop()
        if id(part) in visited:
            continue
        visited.add(id(part))
        total += sys.getsizeof(part)
        if type(part) in _PLAIN:
            continue
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple | set | frozenset):
            waiting += part
        elif isinstance(part, PostGISAdapter):
            waiting.append(part.ewkb)
        elif is_dataclass(part) and not isinstance(part, type):
            waiting += [getattr(part, field.name) for field in fields(part)]
    return total


# What holds nothing else, and is most of any answer.
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


def clear_caches() -> None:
    """Empty every cache of the process: for tests, where a rolled-back change gives its number again."""
    with _caches_lock:
        caches = list(_caches)
    for cache in caches:
        cache.clear()


def remembered_bytes() -> int:
    """Return the bytes of all caches of the process that are counted together."""
    return sum(cache.weight for cache in _counted())


def _counted() -> list[BoundedCache[Any]]:
    with _caches_lock:
        return [cache for cache in _caches if cache.is_counted]


@dataclass(slots=True)
class _Total:
    """The bytes of all caches that are counted, at most: what one lost otherwise than by storing is not subtracted."""

    at_most: int = 0


def _grow(growth: int) -> None:
    """Count the bytes by which a cache grew; evict from the heaviest until their total is within the bound.

    The caches, of which there are dozens, are weighed only where they may exceed it.
    """
    with _caches_lock:
        _total.at_most += growth
        counted = _total.at_most
    if counted <= settings.REMEMBERED_MAX_BYTES:
        return
    caches = _counted()
    while (weight := sum(cache.weight for cache in caches)) > settings.REMEMBERED_MAX_BYTES:
        max(caches, key=lambda cache: cache.weight).forget_oldest()
    with _caches_lock:
        _total.at_most += weight - counted  # what others added meanwhile remains


_bypassed: ContextVar[bool] = ContextVar("caches bypassed", default=False)
_caches: WeakSet[BoundedCache[Any]] = WeakSet()
_caches_lock = Lock()
_total = _Total()
