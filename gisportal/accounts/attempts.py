"""Attempts to prove an identity, counted before they are judged: how long the next one waits.

A limit says what attempts are counted by (an account from a network, a network, an account, a known device) and how
many of them are free in a window of an hour. Every further one that goes on makes the next ones wait, twice as long
each time, up to a quarter of an hour. What succeeded is given back.

Attempts are counted in Redis with the requests, or by each process for its share; while Redis does not answer, by each
process. Requests may pass without being counted for a while, guesses may not.
"""

from __future__ import annotations

import heapq
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage

from gisportal.accounts.rate_limits import RETRY_SECONDS

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 3_600
# Counts in Redis are keyed by this text: it stays, wherever this module moves.
_SALT = "gisportal.accounts.attempts"
FIRST_WAIT_SECONDS = 15
LONGEST_WAIT_SECONDS = 900
# Counts that a process remembers. Above, the quarter with the fewest attempts is forgotten: counts are never shared,
# for somebody would wait for what others did, and who guesses most is remembered longest.
MAX_COUNTS = 4_000
# What the count of a wait weighs: the waits of guessers are the last things forgotten.
_WAIT = 1_000


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """What attempts are counted by, and how many are free in a window."""

    name: str
    free: int


class AttemptCounter:
    """Counts attempts under their limits in a storage of ``limits``; ``processes`` of them share what is free."""

    def __init__(
        self,
        storage: MemoryStorage | RedisStorage,
        *,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shared = storage
        self._alone = storage if isinstance(storage, MemoryStorage) else MemoryStorage()
        self._processes = max(processes, 1)
        self._clock = clock
        self._paused_until = -math.inf

    def take(self, limits: tuple[AttemptLimit, ...]) -> int:
        """Count an attempt under each limit; return 0 when it may go on, else how many seconds it waits."""
        return self._in_storage(lambda storage: self._take(storage, limits))

    def give_back(self, limits: tuple[AttemptLimit, ...]) -> None:
        """Take back an attempt that succeeded, and the wait that it began."""

        def returned(storage: MemoryStorage | RedisStorage) -> int:
            for limit in limits:
                key = _key(limit.name)
                if storage.get(key) > 0:
                    storage.incr(key, WINDOW_SECONDS, -1)
                storage.clear(_wait(key))
            return 0

        self._in_storage(returned)

    def forget(self, limit: AttemptLimit) -> None:
        """Forget the attempts under a limit, whose owner succeeded."""

        def forgotten(storage: MemoryStorage | RedisStorage) -> int:
            storage.clear(_key(limit.name))
            storage.clear(_wait(_key(limit.name)))
            return 0

        self._in_storage(forgotten)

    def mark(self, name: str, seconds: int) -> None:
        """Remember a name for some seconds."""

        def marked(storage: MemoryStorage | RedisStorage) -> int:
            _make_room(storage)
            return storage.incr(_key(name), seconds)

        self._in_storage(marked)

    def is_marked(self, name: str) -> bool:
        """Whether a name is remembered."""
        return self._in_storage(lambda storage: storage.get(_key(name))) > 0

    def _take(self, storage: MemoryStorage | RedisStorage, limits: tuple[AttemptLimit, ...]) -> int:
        waits = max((_seconds_left(storage, _wait(_key(limit.name))) for limit in limits), default=0)
        if waits:
            return waits
        for limit in limits:
            waits = max(waits, self._count(storage, limit))
        return waits

    def _count(self, storage: MemoryStorage | RedisStorage, limit: AttemptLimit) -> int:
        """Count one attempt under a limit: of those that come together after the free ones, one goes on."""
        key = _key(limit.name)
        _make_room(storage)
        over = storage.incr(key, WINDOW_SECONDS) - math.ceil(limit.free / self._processes)
        if over <= 0:
            return 0
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(over - 1, 10), LONGEST_WAIT_SECONDS)
        is_first = storage.incr(_wait(key), wait, _WAIT) == _WAIT
        return 0 if is_first else max(_seconds_left(storage, _wait(key)), 1)

    def _in_storage(self, work: Callable[[MemoryStorage | RedisStorage], int]) -> int:
        """Do the work in what the processes share, or in this process alone while that does not answer."""
        if self._clock() >= self._paused_until:
            try:
                return work(self._shared)
            except StorageError as error:
                self._paused_until = self._clock() + RETRY_SECONDS
                # Only its class: messages may quote ``REDIS_URL``.
                name = type(error.storage_error).__name__
                logger.error("Attempts are counted by each process, Redis fails: %s", name)
        return work(self._alone)


def _key(name: str) -> str:
    """Return the digest of what is counted, keyed with the portal's secret: no name or address is stored."""
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()


def _wait(key: str) -> str:
    return f"wait:{key}"


def _seconds_left(storage: MemoryStorage | RedisStorage, key: str) -> int:
    return max(math.ceil(storage.get_expiry(key) - time.time()), 0)


def _make_room(storage: MemoryStorage | RedisStorage) -> None:
    """Forget what was attempted least when this process remembers too many."""
    counts = storage.storage
    if isinstance(storage, MemoryStorage) and len(counts) >= MAX_COUNTS:
        fewest = heapq.nsmallest(len(counts) // 4, list(counts.items()), key=lambda item: item[1])
        for key, _count in fewest:
            storage.clear(key)
