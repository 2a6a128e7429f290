"""Statements of clients that hung up are cancelled: a thread looks at the requests that have lasted for a while.

<<<<<<< HEAD
The portal's own server tells when a client hung up (``interface.http.client_connection``). A WSGI server tells nothing:
there the kernel's table of connections does (Linux), as long as the server tells the client's port. Where neither is
known, the time limits of reads are the bound. A request that works for longer than it may is stopped in the same way,
however many statements it is made of.
=======
The portal's server tells of each client whether it hung up (``gisportal.server``). Under another one, the limits of
reads are the bound. A request that works for longer than it may is stopped in the same way, however many statements it
is made of.
>>>>>>> 45033da82aa5da39d996d3af149dcc3adabdbc4b
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from interface.http.client_connection import ENVIRON_KEY, ClientConnection
from layers.sql.lane import Workload

logger = logging.getLogger(__name__)

LOOK_S = 0.5
# Nearly every request ends before, and is never looked at.
PATIENCE_S = 1.0
<<<<<<< HEAD
_TABLES = ("/proc/self/net/tcp", "/proc/self/net/tcp6")
_ESTABLISHED = "01"

=======
>>>>>>> 45033da82aa5da39d996d3af149dcc3adabdbc4b
HungUp = Callable[[], bool]


def peer_of(environment: Mapping[str, Any]) -> HungUp | None:
    """Return what tells whether the client of a request hung up; None when this server gives no means to know."""
    client = environment.get(ENVIRON_KEY)
<<<<<<< HEAD
    if isinstance(client, ClientConnection):
        return lambda: client.is_gone
    address, port = environment.get("REMOTE_ADDR"), str(environment.get("REMOTE_PORT", ""))
    if not address or not port.isdecimal():
        return None
    return _TablePeer(str(address), int(port))


class _TablePeer:
    """The other end of a connection, by the kernel's table: it hung up when it was there and is not any more.

    An address that a proxy's header gave is never there.
    """

    def __init__(self, address: str, port: int) -> None:
        self._end, self._was_there = (address, port), False

    def __call__(self) -> bool:
        is_there = is_established(*self._end)
        self._was_there = self._was_there or is_there
        return self._was_there and not is_there


def is_established(address: str, port: int) -> bool:
    """Whether the kernel knows of an open connection with this end; True where it has no table to look into."""
    ends = {f"{form}:{port:04X}" for form in _hexadecimal(address)}
    is_known = False
    for table in _TABLES:
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                _number, _local, remote, state = line.split(maxsplit=4)[:4]
                if state == _ESTABLISHED and remote in ends:
                    return True
            is_known = True
    return not is_known


def _hexadecimal(address: str) -> set[str]:
    """Return an address as the kernel's tables write it: words of 32 bits, in the order of the machine's bytes."""
    try:
        read = ip_address(address)
    except ValueError:
        return set()
    packed = [read.packed]
    if read.version == 4:
        packed.append(b"\0" * 10 + b"\xff\xff" + read.packed)  # on a socket that listens to both families
    return {
        "".join(each[start : start + 4][::-1].hex() for start in range(0, len(each), 4)).upper()
        for each in packed
    }
=======
    return (lambda: client.is_gone) if isinstance(client, ClientConnection) else None
>>>>>>> 45033da82aa5da39d996d3af149dcc3adabdbc4b


@dataclass(slots=True, eq=False)
class _Watched:
    """A request that reads: ``database`` is the connection of its thread."""

    database: Any
    has_hung_up: HungUp | None
    work: Workload
    seconds: float
    started: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: bool = False

    def should_stop(self, now: float) -> bool:
        """Whether nobody waits for the answer, or it has taken too long."""
        is_late = now > max(self.started + self.seconds, self.work.deadline)
        return is_late or (self.has_hung_up is not None and self.has_hung_up())

    def cancel(self) -> None:
        """Stop the statement that runs, if one does and the request still has its connection."""
        with self.lock:
            raw = self.database.connection
            if self.is_over or raw is None or raw.info.transaction_status != TransactionStatus.ACTIVE:
                return
            try:
                raw.cancel_safe(timeout=2)
            except psycopg.Error:
                logger.warning("a statement could not be cancelled", exc_info=True)


class HangUpWatch:
    """Looks, twice a second, at the requests that have lasted for more than a second; sleeps when there is none."""

    def __init__(self) -> None:
        self._requests: set[_Watched] = set()
        self._lock = threading.Lock()
        self._is_needed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watching(
        self, database: Any, has_hung_up: HungUp | None, work: Workload, seconds: float
    ) -> Iterator[None]:
        """Watch the request that the block answers; it may work ``seconds`` in the database."""
        watched = _Watched(database, has_hung_up, work, seconds, time.monotonic())
        with self._lock:
            self._requests.add(watched)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="hang-ups", daemon=True)
                self._thread.start()
        self._is_needed.set()
        try:
            yield
        finally:
            with self._lock:
                self._requests.discard(watched)
            with watched.lock:
                watched.is_over = True

    def _look(self) -> None:
        while True:
            self._is_needed.wait()
            time.sleep(LOOK_S)
            with self._lock:
                requests = list(self._requests)
                if not requests:
                    self._is_needed.clear()
            now = time.monotonic()
            for watched in requests:
                if now - watched.started > PATIENCE_S and watched.should_stop(now):
                    watched.cancel()


WATCH = HangUpWatch()
