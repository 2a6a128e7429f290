"""The bounds of a request: when its time is over, and its slot among heavy queries.

A request has one end for all that it reads (``check_time``), whatever its method and however many statements it is
made of. Heavy queries run few at once in all processes and machines, in total and for each client.

A slot is an advisory lock of the request's connection (``layers.sql.advisory_locks``). A request takes its slot
before its first heavy query and holds it until its end, so that it never waits for itself. Without a free slot it
waits a few seconds, if few wait in this process: the other threads are for light requests.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from layers.errors import Busy, TooSlow
from layers.sql.advisory_locks import lock_one, number_of, unlock

# Two numbers that nothing else uses for advisory locks: slots of heavy queries, and those of each client.
SLOTS, CLIENTS = 1_279_349_317, 1_279_349_318
_POLL_S = 0.1
# Disable parallel workers for costly joins: other cores serve other clients.
_ONE_PROCESS = "SET max_parallel_workers_per_gather = 0"
_SEVERAL_PROCESSES = "RESET max_parallel_workers_per_gather"


# The clock of requests, in seconds.
now: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class QueryBudget:
    """What one request may use of the database. ``client_key`` returns its client; ``locks`` are those of its slot.

    It began at ``started`` and reads for ``seconds`` in all, on the clock ``now``. ``is_reading``: it writes nothing,
    so that any statement of it may be stopped.
    """

    client_key: Callable[[], str]
    seconds: float = math.inf
    is_reading: bool = False
    started: float = 0.0
    locks: list[tuple[int, int]] = field(default_factory=list)

    @property
    def left(self) -> float:
        """How many seconds it may still read for; negative when its time is over."""
        return self.started + self.seconds - now()


_current: ContextVar[QueryBudget | None] = ContextVar("query_budget", default=None)


class QueryQueue:
    """Threads of this process that wait for a slot: a bounded number, and one of each client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[str] = []

    @contextmanager
    def join(self, client_key: str) -> Iterator[bool]:
        """Be in the queue during the block; yield False when it is full, or when this client waits already."""
        with self._lock:
            is_queued = client_key not in self._waiting and len(self._waiting) < settings.HEAVY_WAITING
            if is_queued:
                self._waiting.append(client_key)
        try:
            yield is_queued
        finally:
            if is_queued:
                with self._lock:
                    self._waiting.remove(client_key)


_QUEUE = QueryQueue()


class RetryAfter:
    """When clients that were refused may come back: one that comes sooner is refused again without a query."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def remember(self, client_key: str, seconds: float) -> None:
        """Refuse a client for so many seconds from now."""
        with self._lock:
            self._until[client_key] = time.monotonic() + seconds
            self._until.move_to_end(client_key)
            while len(self._until) > self._size:
                self._until.popitem(last=False)

    def left(self, client_key: str) -> float:
        """Return for how many more seconds a client is refused; 0 when it is not."""
        with self._lock:
            until = self._until.get(client_key, 0.0)
            left = max(until - time.monotonic(), 0.0)
            if until and not left:
                del self._until[client_key]
        return left

    def clear(self) -> None:
        """Forget every client."""
        with self._lock:
            self._until.clear()


RETRY_AFTER = RetryAfter(10_000)


@contextmanager
def query_budget(
    client_key: Callable[[], str], *, seconds: float = math.inf, is_reading: bool = False
) -> Iterator[QueryBudget]:
    """Count the reads of the block for a client, for ``seconds`` in all; at the end its slot is free."""
    current = QueryBudget(client_key, seconds, is_reading, now())
    token = _current.set(current)
    try:
        yield current
    finally:
        _current.reset(token)
        if current.locks:
            _leave(current)


def use_one_process() -> None:
    """Let the reads that follow use one process each, until the request ends."""
    current = _current.get()
    if current is not None and current.locks:
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(_ONE_PROCESS)


def extend(seconds: float) -> None:
    """Let the request read for so many seconds in all, counted from its start, if it has fewer."""
    current = _current.get()
    if current is not None:
        current.seconds = max(current.seconds, seconds)


def declare_reading() -> None:
    """Say that the request writes nothing whatever its method: it may be stopped like a GET."""
    current = _current.get()
    if current is not None:
        current.is_reading = True


def forget_time() -> None:
    """Let the refusal of a request whose time is over be read and written."""
    current = _current.get()
    if current is not None:
        current.seconds = math.inf


def time_left() -> float:
    """Return how many seconds the request may still read for; infinite without a request.

    A transaction of a request that may write has no end: what it writes is whole, or not there.
    """
    current = _current.get()
    if current is None or (connection.in_atomic_block and not current.is_reading):
        return math.inf
    return current.left


def check_time() -> None:
    """Begin no other read once the time of the request is over.

    Raises:
        TooSlow: it is over.
    """
    if time_left() <= 0:
        raise time_over()


def check_time_to_write() -> None:
    """Begin no other search for rows to write once the time of the request is over: its transaction is undone.

    Raises:
        TooSlow: it is over.
    """
    current = _current.get()
    if current is not None and current.left <= 0:
        raise time_over()


def time_over() -> TooSlow:
    """Return the fault of a request that read for as long as it may."""
    current = _current.get()
    seconds = current.seconds if current is not None else math.inf
    return TooSlow(
        _("La réponse demande plus de %d secondes : réduisez l’emprise, le filtre ou le nombre d’objets.")
        % (seconds if math.isfinite(seconds) else settings.REQUEST_SECONDS)
    )


def limit_reads(seconds: float) -> None:
    """Let the request read for so many seconds from its beginning at most, unless it is extended."""
    current = _current.get()
    if current is not None:
        current.seconds = min(current.seconds, seconds)


def acquire_slot() -> None:
    """Take a slot for the rest of the request, unless it has one.

    Commands and workers, which are few and have no client, do not wait.

    Raises:
        Busy: there is none, and none came free in ``HEAVY_WAIT_S`` seconds.
    """
    current = _current.get()
    if current is None or current.locks:
        return
    client_key = current.client_key()
    if not client_key or _try(current, client_key):
        return
    if not _wait(current, client_key):
        RETRY_AFTER.remember(client_key, settings.HEAVY_RETRY_S)
        raise _busy(settings.HEAVY_RETRY_S)


def check_retry_after(client_key: str) -> None:
    """Refuse a heavy query of a client that comes back before its ``Retry-After``.

    Raises:
        Busy: it is too soon.
    """
    left = RETRY_AFTER.left(client_key)
    if left:
        raise _busy(math.ceil(left))


def _wait(current: QueryBudget, client_key: str) -> bool:
    """Wait for a slot, if the queue is not full; return whether one came free."""
    deadline = time.monotonic() + settings.HEAVY_WAIT_S
    with _QUEUE.join(client_key) as is_queued:
        while is_queued and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            if _try(current, client_key):
                return True
    return False


def _busy(seconds: int) -> Busy:
    """Return the error of a client that finds no slot."""
    return Busy(
        _("Le portail traite déjà plusieurs grandes questions : renouvelez la vôtre dans %d secondes.")
        % seconds,
        retry_after=seconds,
    )


def _try(current: QueryBudget, client_key: str) -> bool:
    """Take a slot of the client, then one of all; both or none."""
    own = lock_one(CLIENTS, _keys_of(client_key))
    if own is None:
        return False
    current.locks.append((CLIENTS, own))
    slot = lock_one(SLOTS, range(settings.HEAVY_PLACES))
    if slot is None:
        _leave(current)
        return False
    current.locks.append((SLOTS, slot))
    return True


def _keys_of(client_key: str) -> list[int]:
    """Return the keys of the slots of a client."""
    first = number_of(client_key)
    return [first ^ number for number in range(settings.HEAVY_PLACES_EACH)]


def _leave(current: QueryBudget) -> None:
    """Free the locks, and let the connection use several processes again."""
    locks, current.locks = current.locks, []
    unlock(locks, after=_SEVERAL_PROCESSES)
