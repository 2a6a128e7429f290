"""What a process remembers of costly answers: each under a key that changes with the data and the rights.

Nothing is ever invalidated: a key holds the scope's permissions and the ``data_version``, so what is remembered under
it stays true, and the oldest is forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, Generic, TypeVar
from weakref import WeakSet

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """At most ``size`` values by key, shared by the threads of the process."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        _caches.add(self)

    def known(self, key: Hashable) -> Value | None:
        """Return the value of ``key`` when it is remembered, else None."""
        return self._values.get(key)

    def recall(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of ``key``, computed when it is not remembered."""
        if key in self._values:
            with suppress(KeyError):  # forgotten meanwhile by another thread
                return self._values[key]
        value = self._values[key] = compute()
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
