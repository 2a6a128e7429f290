"""What a process remembers of costly answers: each under a key that changes with the data and the rights.

Nothing is ever invalidated: a key holds the scope's permissions and the ``data_version``, so what is remembered under
it stays true, and the oldest is forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """At most ``size`` values by key, shared by the threads of the process.

    A value that several threads miss at once is computed by one of them: after a change of the data two hundred
    visitors would otherwise compute the same one side by side.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._computed: dict[Hashable, Future[Value]] = {}
        self._lock = Lock()
        _caches.add(self)

    def known(self, key: Hashable) -> Value | None:
        """Return the value of ``key`` when it is remembered, else None."""
        return self._values.get(key)

    def recall(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of ``key``, computed when it is not remembered.

        Where the thread that computes it fails, each that waited computes for itself: its limits are not theirs.
        """
        if key in self._values:
            with suppress(KeyError):  # forgotten meanwhile by another thread
                return self._values[key]
        with self._lock:
            under_way = self._computed.get(key)
            if under_way is None:
                mine = self._computed[key] = Future[Value]()
        if under_way is None:
            return self._lead(key, compute, mine)
        if under_way.exception() is None:
            return under_way.result()
        return self._keep(key, compute())

    def _lead(self, key: Hashable, compute: Callable[[], Value], mine: Future[Value]) -> Value:
        """Compute for all who wait."""
        try:
            value = self._keep(key, compute())
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(value)
            return value
        finally:
            with self._lock:
                del self._computed[key]

    def _keep(self, key: Hashable, value: Value) -> Value:
        self._values[key] = value
        with suppress(KeyError):  # emptied meanwhile by another thread
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()


def clear_caches() -> None:
    """Empty every cache of the process: for tests, where a rolled-back change gives its number again."""
    for cache in _caches:
        cache.clear()


_caches: WeakSet[BoundedCache[Any]] = WeakSet()
