"""What a process remembers of costly answers: each under a key that changes with the data and the rights.

Nothing is ever invalidated: a key holds the scope's permissions and the ``data_version``, so what is remembered under
it stays true, and the oldest is forgotten first.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """At most ``size`` values by key, shared by the threads of the process.

    With ``weigh``, which tells the bytes of a value, they weigh ``most`` together at most: one that weighs more alone
    is not remembered. A value that several threads miss at once is computed by one of them: after a change of the data
    two hundred visitors would otherwise compute the same one side by side.
    """

    def __init__(self, size: int, *, weigh: Callable[[Value], int] | None = None, most: int = 0) -> None:
        self._size, self._weigh, self._most = size, weigh, most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._weights: dict[Hashable, int] = {}
        self._weight = 0
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
        weight = self._weigh(value) if self._weigh is not None else 0
        with self._lock:
            self._forget(key)
            if weight > self._most:
                return value
            self._values[key] = value
            self._weights[key] = weight
            self._weight += weight
            while len(self._values) > self._size or self._weight > self._most:
                self._forget(next(iter(self._values)))
        return value

    def _forget(self, key: Hashable) -> None:
        if key in self._values:
            del self._values[key]
            self._weight -= self._weights.pop(key)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is remembered."""
        return not self._values

    @property
    def weight(self) -> int:
        """The bytes of what is remembered, 0 where nobody weighs it."""
        return self._weight

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._weights.clear()
            self._weight = 0


def bytes_of(value: object) -> int:
    """Return about how many bytes a value of plain data holds: texts, numbers, containers and data classes of these.

    What is none of these (a model, a query set) is counted for itself alone: others hold it too.
    """
    total, seen, waiting = 0, set[int](), [value]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        total += sys.getsizeof(part)
        if type(part) in _PLAIN:
            continue
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple | set | frozenset):
            waiting += part
        elif is_dataclass(part) and not isinstance(part, type):
            waiting += [getattr(part, field.name) for field in fields(part)]
    return total


# What holds nothing else, and is most of any answer.
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


def clear_caches() -> None:
    """Empty every cache of the process: for tests, where a rolled-back change gives its number again."""
    for cache in _caches:
        cache.clear()


_caches: WeakSet[BoundedCache[Any]] = WeakSet()
