"""The work of a request: whose it is, when its time is over, and its place in the heavy lane.

A request has one end for all that it reads (``check_time``), whatever its method and however many statements it is made
of. Heavy reads run few at once in all processes and machines, in total and for each asker.

A place is an advisory lock of the request's connection (``layers.sql.advisory_locks``). A request takes its place
before its first heavy read and keeps it until its end, so that it never waits for itself. Who finds no place waits a
little, if few wait already in this process: the other threads of the server are for what is light.
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

# Any two numbers that nothing else in the database uses for its advisory locks: places, and those of each asker.
PLACES, ASKERS = 1_279_349_317, 1_279_349_318
_POLL_S = 0.1
# A join of which each row costs much takes one core, not those that serve somebody else.
_ONE_PROCESS = "SET max_parallel_workers_per_gather = 0"
_SEVERAL_PROCESSES = "RESET max_parallel_workers_per_gather"


# The clock of requests, in seconds.
now: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class Workload:
    """What one request asks of the database. ``asker`` says whose it is; ``held`` are the locks of its place.

    It began at ``started`` and reads for ``seconds`` in all, on the clock ``now``. ``is_reading``: it writes nothing,
    so that any statement of it may be stopped.
    """

    asker: Callable[[], str]
    seconds: float = math.inf
    is_reading: bool = False
    started: float = 0.0
    held: list[tuple[int, int]] = field(default_factory=list)

    @property
    def left(self) -> float:
        """How many seconds it may still read for; negative when its time is over."""
        return self.started + self.seconds - now()


_current: ContextVar[Workload | None] = ContextVar("workload", default=None)


class WaitingRoom:
    """Who waits for a place in this process: a bounded number of threads, and one of each asker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[str] = []

    @contextmanager
    def seat(self, asker: str) -> Iterator[bool]:
        """Give a seat for the time of the block; False when every seat is taken, or this asker has one."""
        with self._lock:
            is_given = asker not in self._waiting and len(self._waiting) < settings.HEAVY_WAITING
            if is_given:
                self._waiting.append(asker)
        try:
            yield is_given
        finally:
            if is_given:
                with self._lock:
                    self._waiting.remove(asker)


_ROOM = WaitingRoom()


class Refusals:
    """Who was told to come back later, and when that is: who comes sooner is told again, at the cost of no read."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def remember(self, asker: str, seconds: float) -> None:
        """Refuse an asker for so many seconds from now."""
        with self._lock:
            self._until[asker] = time.monotonic() + seconds
            self._until.move_to_end(asker)
            while len(self._until) > self._size:
                self._until.popitem(last=False)

    def left(self, asker: str) -> float:
        """Return for how many more seconds an asker is refused; 0 for who is not."""
        with self._lock:
            until = self._until.get(asker, 0.0)
            left = max(until - time.monotonic(), 0.0)
            if until and not left:
                del self._until[asker]
        return left

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._until.clear()


REFUSALS = Refusals(10_000)


@contextmanager
def workload(
    asker: Callable[[], str], *, seconds: float = math.inf, is_reading: bool = False
) -> Iterator[Workload]:
    """Account the reads of the block to an asker, for ``seconds`` in all; at the end its place is free."""
    current = Workload(asker, seconds, is_reading, now())
    token = _current.set(current)
    try:
        yield current
    finally:
        _current.reset(token)
        if current.held:
            _leave(current)


def use_one_process() -> None:
    """Let the reads that follow use one process each, until the request leaves the lane."""
    current = _current.get()
    if current is not None and current.held:
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


def enter_lane() -> None:
    """Take a place in the lane for the rest of the request, unless it has one.

    What is nobody's work, that of commands and of the workers, which are few, does not wait.

    Raises:
        Busy: there is none, and none came free in ``HEAVY_WAIT_S`` seconds.
    """
    current = _current.get()
    if current is None or current.held:
        return
    asker = current.asker()
    if not asker or _try(current, asker):
        return
    if not _wait(current, asker):
        REFUSALS.remember(asker, settings.HEAVY_RETRY_S)
        raise _busy(settings.HEAVY_RETRY_S)


def check_patience(asker: str) -> None:
    """Refuse a heavy question of who was told to come back later and did not wait.

    Raises:
        Busy: it is too soon.
    """
    left = REFUSALS.left(asker)
    if left:
        raise _busy(math.ceil(left))


def _wait(current: Workload, asker: str) -> bool:
    """Wait for a place, if there is a seat to wait in; return whether there came one."""
    deadline = time.monotonic() + settings.HEAVY_WAIT_S
    with _ROOM.seat(asker) as has_seat:
        while has_seat and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            if _try(current, asker):
                return True
    return False


def _busy(seconds: int) -> Busy:
    """Return the fault of who finds the lane full."""
    return Busy(
        _("Le portail traite déjà plusieurs grandes questions : renouvelez la vôtre dans %d secondes.")
        % seconds,
        retry_after=seconds,
    )


def _try(current: Workload, asker: str) -> bool:
    """Take a place of the asker, then one of the lane; both or none."""
    own = lock_one(ASKERS, _keys_of(asker))
    if own is None:
        return False
    current.held.append((ASKERS, own))
    place = lock_one(PLACES, range(settings.HEAVY_PLACES))
    if place is None:
        _leave(current)
        return False
    current.held.append((PLACES, place))
    return True


def _keys_of(asker: str) -> list[int]:
    """Return the keys of an asker's own places."""
    first = number_of(asker)
    return [first ^ number for number in range(settings.HEAVY_PLACES_EACH)]


def _leave(current: Workload) -> None:
    """Free the locks, and let the connection use several processes again."""
    held, current.held = current.held, []
    unlock(held, after=_SEVERAL_PROCESSES)
